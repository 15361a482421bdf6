import type { StaffChange } from '../../staff.ts';
import type { WecomWorld } from '../world.ts';
import type { XmlFields } from '../xml.ts';
import { eventCallback } from './events.ts';

/** By what the vendor writes. (D:90196) */
export const STATUS = { active: 1, suspended: 2, left: 5 } as const;
const MEMBER = { joined: 'create_user', changed: 'update_user', left: 'delete_user' } as const;
const PARTY = { created: 'create_party', changed: 'update_party', removed: 'delete_party' } as const;

/** Tells every app that receives changes of the contacts: `change_contact`. (D:90970, 90971) */
export async function tellContacts(world: WecomWorld, change: StaffChange): Promise<void> {
  const fields = change.of === 'member' ? memberFields(world, change) : partyFields(world, change);
  const told = [...world.apps.values()].map((app) =>
    world.deliverer.deliver(eventCallback(world, app, { event: 'change_contact', fields })),
  );
  await Promise.all(told);
}

function memberFields(
  { accounts, staff }: WecomWorld,
  { person, how }: StaffChange & { readonly of: 'member' },
): XmlFields {
  const ids = { ChangeType: MEMBER[how], UserID: accounts.userId(person) };
  if (how === 'left') return ids;
  const { departments, status } = staff.of(person);
  return { ...ids, Department: departments.join(','), MainDepartment: departments[0] ?? 1, Status: STATUS[status] };
}

function partyFields(
  { staff }: WecomWorld,
  { department, how }: StaffChange & { readonly of: 'department' },
): XmlFields {
  const known = staff.departments.get(department);
  const ids = { ChangeType: PARTY[how], Id: department };
  return known === undefined ? ids : { ...ids, Name: known.name, ParentId: known.parent };
}
