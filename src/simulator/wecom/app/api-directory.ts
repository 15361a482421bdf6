import type { Persona } from '../../people.ts';
import { appOfCall, type Call, type Endpoint, json, jsonBody, type Reply } from '../call.ts';
import { WecomRefusal } from '../errors.ts';
import { text } from '../json.ts';
import type { WecomWorld } from '../world.ts';
import { ROOT_PARTY } from './targets.ts';

/** Who works here, as far as an app of today is told: no address, no number (D:90196). */
export const DIRECTORY_ENDPOINTS: readonly Endpoint[] = [
  { method: 'GET', path: 'user/get', token: 'app', run: getUser },
  { method: 'POST', path: 'user/getuserid', token: 'app', run: byMobile },
  { method: 'POST', path: 'user/get_userid_by_email', token: 'app', run: byEmail },
  { method: 'GET', path: 'user/simplelist', token: 'app', run: simpleList },
  { method: 'GET', path: 'department/list', token: 'app', run: () => json({ department: [ROOT] }) },
  { method: 'GET', path: 'department/simplelist', token: 'app', run: () => json({ department_id: [ROOT] }) },
];

const ROOT = {
  id: Number(ROOT_PARTY),
  name: '驿站',
  name_en: 'Posthouse',
  department_leader: [],
  parentid: 0,
  order: 1,
};

function getUser(call: Call): Reply {
  const { world, query } = call;
  const person = world.accounts.member(query.get('userid') ?? '');
  if (person === undefined) throw new WecomRefusal(60111);
  if (appOfCall(call).visible?.has(person.id) === false) throw new WecomRefusal(60011);
  return json({
    ...short(world, person),
    order: [0],
    position: person.title.zh,
    is_leader_in_dept: [0],
    direct_leader: [],
    main_department: ROOT.id,
    alias: person.enName,
    telephone: '',
    status: 1,
    extattr: { attrs: [] },
  });
}

function short(world: WecomWorld, person: Persona) {
  return { userid: world.accounts.userId(person.id), name: person.name, department: [ROOT.id] };
}

function byMobile(call: Call): Reply {
  const mobile = text(jsonBody(call)['mobile']).replace(/^\+?86/, '');
  const { accounts } = call.world;
  const found = accounts.members().find((person) => mobile !== '' && person.mobile.endsWith(mobile));
  if (found === undefined) throw new WecomRefusal(46004);
  return json({ userid: accounts.userId(found.id) });
}

function byEmail(call: Call): Reply {
  const email = text(jsonBody(call)['email']);
  const { accounts } = call.world;
  const found = accounts.members().find((person) => person.email === email);
  if (found === undefined) throw new WecomRefusal(46004);
  return json({ userid: accounts.userId(found.id) });
}

function simpleList({ world, query }: Call): Reply {
  if (query.get('department_id') !== ROOT_PARTY) throw new WecomRefusal(40058, 'department_id');
  return json({ userlist: world.accounts.members().map((person) => short(world, person)) });
}
