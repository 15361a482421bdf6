import type { Sender } from '../../core/event.ts';
import { id } from '../../core/ids.ts';
import type { Company, Department, Listed, Member, MemberDirectory } from '../../core/members.ts';
import { asObject, type Json, listAt, numberAt, objectAt, textAt } from '../../lib/read.ts';
import type { DingtalkClient } from './client.ts';
import { DingtalkError } from './errors.ts';
import { MAX_MEMBERS_A_PAGE, ROOT_DEPARTMENT } from './limits.ts';

const NO_MEMBER: ReadonlySet<string> = new Set(['60121', '33012']);
/** Unknown, or out of the app's sight. */
const NO_DEPARTMENT: ReadonlySet<string> = new Set(['60003', '50002', '50004', '60011']);

/** The company's contacts. None of these calls is among those that the month counts. */
export class DingtalkDirectory implements MemberDirectory, Company {
  readonly #client: DingtalkClient;
  readonly company = this;

  constructor(client: DingtalkClient) {
    this.#client = client;
  }

  /** @see https://open.dingtalk.com/document/orgapp/query-user-details */
  async member({ ids }: Pick<Sender, 'ids'>, signal: AbortSignal): Promise<Member | undefined> {
    const { staff_id: userid } = ids;
    if (userid === undefined) return undefined;
    const answer = await this.#unless(NO_MEMBER, 'contact.user', 'user/get', { userid }, signal);
    return answer && memberIn(objectAt(answer, 'result'));
  }

  /** @see https://open.dingtalk.com/document/orgapp/query-department-details0-v2 */
  async department(department: string, signal: AbortSignal): Promise<Department | undefined> {
    const body = { dept_id: Number(department) };
    const answer = await this.#unless(NO_DEPARTMENT, 'contact.department', 'department/get', body, signal);
    return answer && departmentIn(objectAt(answer, 'result'));
  }

  /** Level by level: the vendor tells only what is right below one. @see https://open.dingtalk.com/document/orgapp/obtain-the-department-list-v2 */
  async *departments(signal: AbortSignal): AsyncGenerator<readonly Department[]> {
    const root = await this.department(ROOT_DEPARTMENT, signal);
    if (!root) return;
    yield [root];
    const waiting = [ROOT_DEPARTMENT];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const body = { dept_id: Number(next) };
      const below = listAt(await this.#ask('contact.departments', 'department/listsub', body, signal), 'result');
      const found = below.map((one) => departmentIn(asObject(one) ?? {}));
      waiting.push(...found.map((one) => one.id));
      yield found;
    }
  }

  /** @see https://open.dingtalk.com/document/orgapp/queries-the-complete-information-of-a-department-user */
  async *people(department: string, signal: AbortSignal): AsyncGenerator<readonly Listed[]> {
    for (let cursor: number | undefined = 0; cursor !== undefined; ) {
      const body = { dept_id: Number(department), cursor, size: MAX_MEMBERS_A_PAGE };
      const result: Json = objectAt(await this.#ask('contact.users', 'user/list', body, signal), 'result');
      yield listAt(result, 'list').map((one) => {
        const user = asObject(one) ?? {};
        return { account: id(textAt(user, 'userid')), ...memberIn(user) };
      });
      cursor = result['has_more'] === true ? numberAt(result, 'next_cursor') : undefined;
    }
  }

  async #unless(codes: ReadonlySet<string>, api: string, path: string, body: Json, signal: AbortSignal) {
    try {
      return await this.#ask(api, path, body, signal);
    } catch (error) {
      if (error instanceof DingtalkError && codes.has(error.vendorCode)) return undefined;
      throw error;
    }
  }

  #ask(api: string, path: string, body: Json, signal: AbortSignal): Promise<Json> {
    const call = { api, method: 'POST', priority: 'update', repeatable: true, signal } as const;
    return this.#client.callOld({ ...call, path: `/topapi/v2/${path}`, body: { ...body, language: 'zh_CN' } });
  }
}

/** Whoever the vendor tells of is there: it does not know who has left. */
function memberIn(user: Json): Member {
  const told = { email: textAt(user, 'org_email'), mobile: textAt(user, 'mobile') };
  const known = Object.entries({ ...told, number: textAt(user, 'job_number') }).filter(([, value]) => value !== '');
  const departments = listAt(user, 'dept_id_list').map(String);
  return { isActive: true, attributes: Object.fromEntries(known), departments };
}

function departmentIn(found: Json): Department {
  const [name, parent] = [textAt(found, 'name'), numberAt(found, 'parent_id')];
  return {
    id: String(numberAt(found, 'dept_id') ?? ''),
    ...(name !== '' && { name }),
    ...(parent !== undefined && { parent: String(parent) }),
  };
}
