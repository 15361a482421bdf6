import type { StaffChange } from '../staff.ts';
import { tellEvent } from './tell.ts';
import type { DingtalkWorld } from './world.ts';

const MEMBER = { joined: 'user_add_org', changed: 'user_modify_org', left: 'user_leave_org' } as const;
const DEPARTMENT = { created: 'org_dept_create', changed: 'org_dept_modify', removed: 'org_dept_remove' } as const;

/** Tells every app of a change in the contacts, which no month counts. */
export async function tellContacts(world: DingtalkWorld, change: StaffChange): Promise<void> {
  const timeStamp = String(world.clock.now());
  const [type, data] =
    change.of === 'member'
      ? [MEMBER[change.how], { timeStamp, userId: [world.accounts.of(change.person).userId ?? ''] }]
      : [DEPARTMENT[change.how], { timeStamp, deptId: [change.department] }];
  await Promise.all([...world.apps.values()].map((app) => tellEvent(world, app, type, data)));
}
