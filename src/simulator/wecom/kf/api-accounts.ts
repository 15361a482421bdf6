import { type Call, type Endpoint, json, jsonBody, type Reply, stringList } from '../call.ts';
import { WecomRefusal } from '../errors.ts';
import { text } from '../json.ts';
import { accountOf } from './api-messages.ts';
import { kfOf } from './log.ts';

/** Accounts, who serves there, and who the customers are. */
export const KF_ACCOUNT_ENDPOINTS: readonly Endpoint[] = [
  { method: 'POST', path: 'kf/account/list', token: 'kf', run: listAccounts },
  { method: 'POST', path: 'kf/account/add', token: 'kf', run: addAccount },
  { method: 'POST', path: 'kf/account/update', token: 'kf', run: updateAccount },
  { method: 'POST', path: 'kf/account/del', token: 'kf', run: deleteAccount },
  { method: 'POST', path: 'kf/add_contact_way', token: 'kf', run: addContactWay },
  { method: 'GET', path: 'kf/servicer/list', token: 'kf', run: listServicers },
  { method: 'POST', path: 'kf/servicer/add', token: 'kf', run: (call) => changeServicers(call, true) },
  { method: 'POST', path: 'kf/servicer/del', token: 'kf', run: (call) => changeServicers(call, false) },
  { method: 'POST', path: 'kf/customer/batchget', token: 'kf', run: getCustomers },
];

const MAX_LIST = 100;
const MAX_NAME_CHARS = 16;

function listAccounts(call: Call): Reply {
  const body = call.body.length === 0 ? {} : jsonBody(call);
  const [offset, limit] = [Number(body['offset'] ?? 0), Number(body['limit'] ?? MAX_LIST)];
  if (limit > MAX_LIST) throw new WecomRefusal(40058, 'limit');
  const all = [...kfOf(call.world).accounts.values()].slice(offset, offset + limit);
  return json({
    account_list: all.map(({ id, name, isManaged }) => ({
      open_kfid: id,
      name,
      avatar: '',
      manage_privilege: isManaged,
    })),
  });
}

function addAccount(call: Call): Reply {
  const name = nameIn(call);
  return json({ open_kfid: kfOf(call.world).addAccount({ name }).id });
}

function updateAccount(call: Call): Reply {
  accountOf(call.world, jsonBody(call)).name = nameIn(call);
  return json();
}

function nameIn(call: Call): string {
  const name = text(jsonBody(call)['name']);
  if (name === '' || [...name].length > MAX_NAME_CHARS) throw new WecomRefusal(40058, 'name');
  return name;
}

function deleteAccount(call: Call): Reply {
  const account = accountOf(call.world, jsonBody(call));
  kfOf(call.world).accounts.delete(account.id);
  return json();
}

function addContactWay(call: Call): Reply {
  const body = jsonBody(call);
  const account = accountOf(call.world, body);
  if (Buffer.byteLength(text(body['scene'])) > 32) throw new WecomRefusal(40058, 'scene');
  return json({ url: `${call.world.baseUrl}/kf/${account.id}?scene=${encodeURIComponent(text(body['scene']))}` });
}

function listServicers(call: Call): Reply {
  const { world, query } = call;
  const account = accountOf(world, { open_kfid: query.get('open_kfid') ?? '' });
  const servicers = [...account.servicers].map(([person, { onDuty }]) => ({
    userid: world.accounts.userId(person),
    status: onDuty ? 0 : 1,
  }));
  return json({ servicer_list: servicers });
}

function changeServicers(call: Call, joins: boolean): Reply {
  const { world } = call;
  const body = jsonBody(call);
  const account = accountOf(world, body);
  const results = stringList(body['userid_list'], MAX_LIST).map((userId) => {
    const person = world.accounts.member(userId);
    if (person === undefined) return { userid: userId, errcode: 60030, errmsg: 'out of the visible scope' };
    if (joins) account.servicers.set(person.id, { onDuty: true });
    else account.servicers.delete(person.id);
    return { userid: userId, errcode: 0, errmsg: 'success' };
  });
  return json({ result_list: results });
}

function getCustomers(call: Call): Reply {
  const { world } = call;
  const ids = stringList(jsonBody(call)['external_userid_list'], MAX_LIST);
  const since = world.clock.now() - world.limits.kfWindowMs;
  const active = new Set(
    [...kfOf(world).sessions.values()].filter(({ activeAt }) => activeAt > since).map(({ person }) => person),
  );
  const found = ids.flatMap((id) => {
    const person = world.accounts.customer(id);
    if (person === undefined || !active.has(person.id)) return [];
    return [{ external_userid: id, nickname: person.name, avatar: '', gender: 0, unionid: '' }];
  });
  const known = new Set(found.map(({ external_userid }) => external_userid));
  return json({ customer_list: found, invalid_external_userid: ids.filter((id) => !known.has(id)) });
}
