import type { StaffChange } from '../staff.ts';
import { departmentData } from './api-contacts.ts';
import type { FeishuApp } from './apps.ts';
import { openDepartmentId } from './department-id.ts';
import { type FeishuEvent, newEventId } from './events.ts';
import { userData } from './user-data.ts';
import type { FeishuWorld } from './world.ts';

const NAMES = {
  joined: 'created',
  created: 'created',
  changed: 'updated',
  left: 'deleted',
  removed: 'deleted',
} as const;

/** Tells every app of a change in the contacts. (contact-v3, events) */
export async function tellContacts(world: FeishuWorld, change: StaffChange): Promise<void> {
  const { apps, deliverer } = world;
  await Promise.all([...apps.values()].map((app) => deliverer.deliver(app, eventOf(world, app, change))));
}

function eventOf(world: FeishuWorld, app: FeishuApp, change: StaffChange): FeishuEvent {
  const name = NAMES[change.how];
  const base = { id: newEventId(), at: world.clock.now() };
  if (change.of === 'department') {
    const { department: id } = change;
    const known = world.staff.departments.get(id) ?? { id, name: '', parent: 1 };
    const object = departmentData(world, app.scopes, known);
    return { ...base, type: `contact.department.${name}_v3`, body: { object } };
  }
  const object = userData(world, world.shared.people.get(change.person), app);
  const before = { department_ids: world.staff.of(change.person).departments.map(openDepartmentId) };
  const old = change.how === 'left' ? { old_object: { ...before, open_id: object['open_id'] } } : {};
  return { ...base, type: `contact.user.${name}_v3`, body: { object, ...old } };
}
