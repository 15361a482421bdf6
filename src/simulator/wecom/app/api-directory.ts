import { type Json } from '../../../lib/read.ts';
import type { Persona } from '../../people.ts';
import { COMPANY, type StaffDepartment } from '../../staff.ts';
import { appOfCall, type Call, type Endpoint, json, jsonBody, type Reply } from '../call.ts';
import { WecomRefusal } from '../errors.ts';
import { text } from '../json.ts';
import type { WecomWorld } from '../world.ts';
import { STATUS } from './tell-contacts.ts';

/** Who works here, as far as an app of today is told: no address, no number (D:90196). */
export const DIRECTORY_ENDPOINTS: readonly Endpoint[] = [
  { method: 'GET', path: 'user/get', token: 'app', run: getUser },
  { method: 'POST', path: 'user/getuserid', token: 'app', run: byMobile },
  { method: 'POST', path: 'user/get_userid_by_email', token: 'app', run: byEmail },
  { method: 'GET', path: 'user/simplelist', token: 'app', run: (call) => listMembers(call, short) },
  { method: 'GET', path: 'user/list', token: 'app', run: (call) => listMembers(call, whole) },
  {
    method: 'GET',
    path: 'department/get',
    token: 'app',
    run: (call) => json({ department: shown(departmentOf(call)) }),
  },
  { method: 'GET', path: 'department/list', token: 'app', run: listDepartments },
  {
    method: 'GET',
    path: 'department/simplelist',
    token: 'app',
    run: ({ world }) => json({ department_id: [...world.staff.departments.values()].map(brief) }),
  },
];

function brief({ id, parent }: StaffDepartment) {
  return { id, parentid: parent, order: id };
}

function shown(department: StaffDepartment) {
  return { ...brief(department), name: department.name, name_en: '', department_leader: [] };
}

/** @throws {WecomRefusal} 40058 for what is no number, 60123 for one that is no department. (D:90313) */
function departmentOf({ world, query }: Call, name = 'id'): StaffDepartment {
  const id = query.get(name) ?? '';
  if (!/^\d+$/.test(id)) throw new WecomRefusal(40058, name);
  const found = world.staff.departments.get(Number(id));
  if (found === undefined) throw new WecomRefusal(60123);
  return found;
}

/** All, or a department with everything below it. */
function listDepartments(call: Call): Reply {
  const { staff } = call.world;
  if (!call.query.has('id')) return json({ department: [...staff.departments.values()].map(shown) });
  const top = departmentOf(call);
  return json({ department: [top, ...staff.below(top.id, true)].map(shown) });
}

function listMembers(call: Call, view: (world: WecomWorld, person: Persona) => object): Reply {
  const { world } = call;
  const { visible } = appOfCall(call);
  const here = world.staff.within(departmentOf(call, 'department_id').id);
  return json({ userlist: here.filter(({ id }) => visible?.has(id) !== false).map((one) => view(world, one)) });
}

function getUser(call: Call): Reply {
  const { world, query } = call;
  const person = world.accounts.member(query.get('userid') ?? '');
  if (person === undefined || world.staff.of(person.id).status === 'left') throw new WecomRefusal(60111);
  if (appOfCall(call).visible?.has(person.id) === false) throw new WecomRefusal(60011);
  return json(whole(world, person));
}

function whole(world: WecomWorld, person: Persona): Json {
  const { departments, status } = world.staff.of(person.id);
  return {
    ...short(world, person),
    order: departments.map(() => 0),
    position: person.title.zh,
    is_leader_in_dept: departments.map(() => 0),
    direct_leader: [],
    main_department: departments[0] ?? COMPANY,
    alias: person.enName,
    telephone: '',
    status: STATUS[status],
    extattr: { attrs: [] },
  };
}

function short(world: WecomWorld, person: Persona) {
  const department = [...world.staff.of(person.id).departments];
  return { userid: world.accounts.userId(person.id), name: person.name, department };
}

function byMobile(call: Call): Reply {
  const mobile = text(jsonBody(call)['mobile']).replace(/^\+?86/, '');
  const { accounts } = call.world;
  const found = membersOf(call.world).find((person) => mobile !== '' && person.mobile.endsWith(mobile));
  if (found === undefined) throw new WecomRefusal(46004);
  return json({ userid: accounts.userId(found.id) });
}

function byEmail(call: Call): Reply {
  const email = text(jsonBody(call)['email']);
  const { accounts } = call.world;
  const found = membersOf(call.world).find((person) => person.email === email);
  if (found === undefined) throw new WecomRefusal(46004);
  return json({ userid: accounts.userId(found.id) });
}

/** Whoever is still there. */
function membersOf({ accounts, staff }: WecomWorld): Persona[] {
  return accounts.members().filter(({ id }) => staff.of(id).status !== 'left');
}
