import type { Persona } from '../people.ts';
import { type FeishuApp, SCOPE } from './apps.ts';
import { openDepartmentId } from './department-id.ts';
import type { FeishuWorld } from './world.ts';

/** Each group of fields needs its own right; without it the fields are left out, and nobody says so. */
export function userData(world: FeishuWorld, person: Persona, app: FeishuApp): Record<string, unknown> {
  const may = (scope: string): boolean => app.scopes.has(scope);
  const ids = world.accounts.ids(person.id, app);
  const avatar = { avatar_72: '', avatar_240: '', avatar_640: '', avatar_origin: '' };
  const { departments } = world.staff.of(person.id);
  return {
    open_id: ids.open_id,
    union_id: ids.union_id,
    ...(may(SCOPE.userId) ? { user_id: ids.user_id } : {}),
    ...(may(SCOPE.name) ? { name: person.name, en_name: person.enName, nickname: '', avatar } : {}),
    ...(may(SCOPE.email) ? { email: person.email } : {}),
    ...(may(SCOPE.mobile) ? { mobile: person.mobile, mobile_visible: true } : {}),
    ...(may(SCOPE.department) ? { department_ids: departments.map(openDepartmentId) } : {}),
    ...(may(SCOPE.employee) ? employeeData(world, person) : {}),
  };
}

function employeeData({ staff }: FeishuWorld, person: Persona): Record<string, unknown> {
  const { status: now } = staff.of(person.id);
  const status = {
    is_frozen: now === 'suspended',
    is_resigned: now === 'left',
    is_activated: true,
    is_exited: false,
    is_unjoin: false,
  };
  return { status, enterprise_email: person.email, employee_no: `E-${person.id}`, job_title: person.title.zh };
}
