import { numberAt, textAt } from '../../lib/read.ts';
import { COMPANY, type StaffDepartment } from '../staff.ts';
import type { DingtalkAccount } from './accounts.ts';
import { type Call, type Endpoint, json, jsonBody } from './call.ts';
import { OldRefusal } from './errors.ts';
import type { DingtalkWorld } from './world.ts';

const BASE = { method: 'POST', api: 'old', token: 'app', counted: false } as const;

/** People of the company, whom the month does not count (api-gettoken and its neighbours of the contacts). */
export const DIRECTORY_ENDPOINTS: readonly Endpoint[] = [
  {
    ...BASE,
    path: '/topapi/v2/user/get',
    run: (call) =>
      json({
        result: memberView(call.world, known(call.world, call.world.accounts.member(textAt(jsonBody(call), 'userid')))),
      }),
  },
  {
    ...BASE,
    path: '/topapi/v2/user/getbymobile',
    run: (call) =>
      json({
        result: { userid: known(call.world, call.world.accounts.byMobile(textAt(jsonBody(call), 'mobile'))).userId },
      }),
  },
  {
    ...BASE,
    path: '/topapi/user/getbyunionid',
    run(call) {
      const { userId } = known(call.world, call.world.accounts.byUnion(textAt(jsonBody(call), 'unionid')));
      return json({ result: { contact_type: 0, userid: userId } });
    },
  },
  { ...BASE, path: '/topapi/v2/department/get', run: (call) => json({ result: departmentView(departmentOf(call)) }) },
  {
    ...BASE,
    path: '/topapi/v2/department/listsub',
    run: (call) => json({ result: call.world.staff.below(departmentOf(call).id, false).map(departmentView) }),
  },
  {
    ...BASE,
    path: '/topapi/v2/department/listsubid',
    run(call) {
      const below = call.world.staff.below(departmentOf(call).id, false);
      return json({ result: { dept_id_list: below.map(({ id }) => id) } });
    },
  },
  { ...BASE, path: '/topapi/v2/user/list', run: listMembers },
];

const MAX_PAGE = 100;

/** @throws {OldRefusal} 60003 for one that is no department. */
function departmentOf(call: Call): StaffDepartment {
  const found = call.world.staff.departments.get(numberAt(jsonBody(call), 'dept_id') ?? COMPANY);
  if (found === undefined) throw new OldRefusal(60003, 'the department does not exist');
  return found;
}

function departmentView({ id, name, parent }: StaffDepartment) {
  return {
    dept_id: id,
    name,
    ...(parent !== 0 && { parent_id: parent }),
    auto_add_user: false,
    create_dept_group: false,
  };
}

function listMembers(call: Call) {
  const { world } = call;
  const body = jsonBody(call);
  const [cursor, size] = [numberAt(body, 'cursor') ?? -1, numberAt(body, 'size') ?? 0];
  if (!(cursor >= 0 && size >= 1 && size <= MAX_PAGE)) throw new OldRefusal(40035, 'cursor or size is wrong');
  const here = world.staff.within(departmentOf(call).id);
  const list = here.slice(cursor, cursor + size).map((person) => memberView(world, world.accounts.of(person.id)));
  const hasMore = cursor + size < here.length;
  return json({ result: { has_more: hasMore, ...(hasMore && { next_cursor: cursor + size }), list } });
}

function known({ staff }: DingtalkWorld, account: DingtalkAccount | undefined): DingtalkAccount {
  if (account?.userId === undefined || staff.of(account.person.id).status === 'left')
    throw new OldRefusal(60121, 'the user does not exist');
  return account;
}

function memberView({ staff }: DingtalkWorld, { person, userId, unionId }: DingtalkAccount) {
  const { name, email, mobile, title } = person;
  return {
    userid: userId,
    unionid: unionId,
    name,
    email,
    org_email: email,
    job_number: `E-${person.id}`,
    mobile: mobile.replace('+86', ''),
    title: title.zh,
    dept_id_list: [...staff.of(person.id).departments],
    active: true,
    admin: false,
    boss: false,
  };
}
