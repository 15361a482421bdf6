import type { SimActionResult, SimStaffAction } from './contract.ts';
import type { People, Persona } from './people.ts';

/** A department as every vendor's back office has it; each has its own way to write ids. */
export interface StaffDepartment {
  /** 1 is the company itself. */
  readonly id: number;
  readonly name: string;
  /** 0 above the company. */
  readonly parent: number;
}

/** - suspended: shut out by the administrator, but still listed. - left: known to nobody any more. */
export type StaffStatus = 'active' | 'suspended' | 'left';

export interface StaffMember {
  readonly departments: readonly number[];
  readonly status: StaffStatus;
}

/** What one vendor's contacts hold: departments, and who is in which. */
export interface Staff {
  readonly departments: ReadonlyMap<number, StaffDepartment>;
  of(person: string): StaffMember;
  /** Those right below a department, or all that are in any way below it. */
  below(department: number, deep: boolean): StaffDepartment[];
  /** Who is in a department itself. */
  within(department: number): Persona[];
  /** @throws {Error} For what no back office would do. */
  perform(action: SimStaffAction): StaffChange;
}

/** What has happened, as the vendor tells its apps. */
export type StaffChange =
  | { readonly of: 'member'; readonly person: string; readonly how: 'joined' | 'changed' | 'left' }
  | { readonly of: 'department'; readonly department: number; readonly how: 'created' | 'changed' | 'removed' };

export const COMPANY = 1;

const DEMO_DEPARTMENTS: readonly StaffDepartment[] = [
  { id: COMPANY, name: '驿站', parent: 0 },
  { id: 2, name: '产品部', parent: COMPANY },
  { id: 3, name: '研发部', parent: COMPANY },
  { id: 4, name: '人事部', parent: COMPANY },
  { id: 5, name: '薪酬组', parent: 4 },
];
/** Everybody else is in the company itself. */
const DEMO_PLACES: Readonly<Record<string, readonly number[]>> = { lin: [2], chen: [3], wang: [5] };

export function isStaffAction(action: { readonly type: string }): action is SimStaffAction {
  return action.type === 'staff' || action.type === 'department';
}

/** Does it, and tells every app; resolves when all of them have been told. */
export async function performStaff(
  staff: Staff,
  action: SimStaffAction,
  tell: (change: StaffChange) => Promise<unknown>,
): Promise<SimActionResult> {
  const change = staff.perform(action);
  if (action.silent !== true) await tell(change);
  return { ok: true };
}

export function createStaff(people: People): Staff {
  const departments = new Map(DEMO_DEPARTMENTS.map((one) => [one.id, one]));
  const members = new Map<string, StaffMember>();

  const of = (person: string): StaffMember =>
    members.get(person) ?? { departments: DEMO_PLACES[person] ?? [COMPANY], status: 'active' };

  function below(department: number, deep: boolean): StaffDepartment[] {
    const direct = [...departments.values()].filter(({ parent }) => parent === department);
    return deep ? direct.flatMap((one) => [one, ...below(one.id, true)]) : direct;
  }

  function changeMember({ person, act, departments: places }: SimStaffAction & { type: 'staff' }): StaffChange {
    const before = of(people.get(person).id);
    if (act === 'move') {
      for (const id of places ?? []) mustHave(id);
      if (places === undefined || places.length === 0) throw new Error('a member is in one department at least');
      members.set(person, { ...before, departments: places });
      return { of: 'member', person, how: 'changed' };
    }
    const status = ({ leave: 'left', suspend: 'suspended', return: 'active' } as const)[act];
    members.set(person, { ...before, status });
    const how = act === 'leave' ? 'left' : act === 'return' && before.status === 'left' ? 'joined' : 'changed';
    return { of: 'member', person, how };
  }

  function changeDepartment(action: SimStaffAction & { type: 'department' }): StaffChange {
    const { act, department } = action;
    const before = departments.get(department);
    if (act === 'remove') {
      mustHave(department);
      if (department === COMPANY || below(department, false).length > 0 || within(department).length > 0)
        throw new Error('a department is removed when nobody and nothing is in it');
      departments.delete(department);
      return { of: 'department', department, how: 'removed' };
    }
    const parent = action.parent ?? before?.parent ?? COMPANY;
    if (parent !== 0) mustHave(parent);
    if (parent === department || below(department, true).some(({ id }) => id === parent))
      throw new Error('a department cannot be within itself');
    departments.set(department, { id: department, name: action.name ?? before?.name ?? String(department), parent });
    return { of: 'department', department, how: before ? 'changed' : 'created' };
  }

  function mustHave(id: number): void {
    if (!departments.has(id)) throw new Error(`there is no department ${id}`);
  }

  function within(department: number): Persona[] {
    const isHere = ({ id, role }: Persona) => {
      const { departments: places, status } = of(id);
      return role !== 'customer' && status !== 'left' && places.includes(department);
    };
    return [...people.all.values()].filter(isHere);
  }

  return {
    departments,
    of,
    below,
    within,
    perform: (action) => (action.type === 'staff' ? changeMember(action) : changeDepartment(action)),
  };
}
