import { textAt } from '../../lib/read.ts';
import type { DingtalkAccount } from './accounts.ts';
import { type Endpoint, json, jsonBody } from './call.ts';
import { OldRefusal } from './errors.ts';

const BASE = { method: 'POST', api: 'old', token: 'app', counted: false } as const;

/** People of the company, whom the month does not count (api-gettoken and its neighbours of the contacts). */
export const DIRECTORY_ENDPOINTS: readonly Endpoint[] = [
  {
    ...BASE,
    path: '/topapi/v2/user/get',
    run: (call) => json({ result: memberView(known(call.world.accounts.member(textAt(jsonBody(call), 'userid')))) }),
  },
  {
    ...BASE,
    path: '/topapi/v2/user/getbymobile',
    run: (call) =>
      json({ result: { userid: known(call.world.accounts.byMobile(textAt(jsonBody(call), 'mobile'))).userId } }),
  },
  {
    ...BASE,
    path: '/topapi/user/getbyunionid',
    run(call) {
      const { userId } = known(call.world.accounts.byUnion(textAt(jsonBody(call), 'unionid')));
      return json({ result: { contact_type: 0, userid: userId } });
    },
  },
];

function known(account: DingtalkAccount | undefined): DingtalkAccount {
  if (account?.userId === undefined) throw new OldRefusal(60121, 'the user does not exist');
  return account;
}

function memberView({ person, userId, unionId }: DingtalkAccount) {
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
    dept_id_list: [1],
    active: true,
    admin: false,
    boss: false,
  };
}
