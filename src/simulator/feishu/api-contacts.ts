import { COMPANY, type StaffDepartment } from '../staff.ts';
import { SCOPE } from './apps.ts';
import { type Call, data, type Endpoint, type Reply } from './call.ts';
import { openDepartmentId } from './department-id.ts';
import { FeishuRefusal } from './errors.ts';
import { userData } from './user-data.ts';
import type { FeishuWorld } from './world.ts';

const RIGHTS = [SCOPE.contact];
const MAX_PAGE = 50;

/** Departments and who is in them. (contact-v3/department, contact-v3/user/find_by_department) */
export const CONTACT_ENDPOINTS: readonly Endpoint[] = [
  { method: 'GET', path: '/open-apis/contact/v3/departments/:id', scopes: RIGHTS, run: getDepartment },
  { method: 'GET', path: '/open-apis/contact/v3/departments/:id/children', scopes: RIGHTS, run: listChildren },
  { method: 'GET', path: '/open-apis/contact/v3/users/find_by_department', scopes: RIGHTS, run: listMembers },
];

function departmentOf({ world, query }: Call, id: string): StaffDepartment {
  // The other kind of id can be changed by the administrator; nothing here has one.
  if (query.get('department_id_type') !== 'open_department_id') throw new FeishuRefusal(99992402, 'department_id_type');
  const found = [...world.staff.departments.values()].find((one) => openDepartmentId(one.id) === id);
  if (found === undefined) throw new FeishuRefusal(99992357);
  return found;
}

/** As an app sees it: its name needs a right of its own. */
export function departmentData(world: FeishuWorld, scopes: ReadonlySet<string>, department: StaffDepartment): object {
  const { id, name, parent } = department;
  return {
    ...(scopes.has(SCOPE.departmentBase) ? { name, i18n_name: { zh_cn: name, en_us: '', ja_jp: '' } } : {}),
    department_id: `d${id}`,
    open_department_id: openDepartmentId(id),
    parent_department_id: openDepartmentId(parent),
    order: String(id),
    member_count: world.staff.within(id).length,
    status: { is_deleted: !world.staff.departments.has(id) },
  };
}

function getDepartment(call: Call): Reply {
  const { world, app, path } = call;
  const department = departmentOf(call, path[0] ?? '');
  if (department.id === COMPANY) throw new FeishuRefusal(99992402, 'department_id');
  return data({ department: departmentData(world, app.scopes, department) });
}

function listChildren(call: Call): Reply {
  const { world, app, path, query } = call;
  const department = departmentOf(call, path[0] ?? '');
  const all = world.staff.below(department.id, query.get('fetch_child') === 'true');
  return data(page(call, all, (one) => departmentData(world, app.scopes, one)));
}

function listMembers(call: Call): Reply {
  const { world, app, query } = call;
  if ((query.get('user_id_type') ?? 'open_id') !== 'open_id') throw new FeishuRefusal(99992402, 'user_id_type');
  const department = departmentOf(call, query.get('department_id') ?? '');
  return data(page(call, world.staff.within(department.id), (person) => userData(world, person, app)));
}

function page<T>({ query }: Call, all: readonly T[], view: (item: T) => object): Record<string, unknown> {
  const size = Number(query.get('page_size') ?? 10);
  if (!(size >= 1 && size <= MAX_PAGE)) throw new FeishuRefusal(99992402, 'page_size');
  const start = Number(Buffer.from(query.get('page_token') ?? '', 'base64url').toString() || 0);
  if (!Number.isSafeInteger(start)) throw new FeishuRefusal(99992402, 'page_token');
  const end = start + size;
  const hasMore = end < all.length;
  const token = hasMore ? Buffer.from(String(end)).toString('base64url') : '';
  return { items: all.slice(start, end).map(view), has_more: hasMore, ...(hasMore && { page_token: token }) };
}
