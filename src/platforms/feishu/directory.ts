import type { Sender } from '../../core/event.ts';
import { id } from '../../core/ids.ts';
import type { Company, Department, Listed, Member, MemberDirectory } from '../../core/members.ts';
import { asObject, type Json, listAt, objectAt, textAt } from '../../lib/read.ts';
import type { FeishuClient } from './client.ts';
import { FeishuError } from './errors.ts';
import { ROOT_DEPARTMENT } from './limits.ts';

/** An id that is no user of this company's (99992351), or another app's (99992361). */
const NO_MEMBER: ReadonlySet<number> = new Set([99992351, 99992361, 41050]);
/** Out of the app's range of contacts. */
const OUT_OF_SIGHT: ReadonlySet<number> = new Set([40003, 40004]);

const KINDS = 'user_id_type=open_id&department_id_type=open_department_id';
const PAGE = 50;

/** The company's contacts, as far as the app's rights and its range of contacts go. */
export class FeishuDirectory implements MemberDirectory, Company {
  readonly root = ROOT_DEPARTMENT;
  readonly #client: FeishuClient;
  readonly company = this;

  constructor(client: FeishuClient) {
    this.#client = client;
  }

  /** @see https://open.feishu.cn/document/server-docs/contact-v3/user/get */
  async member({ account }: Pick<Sender, 'account'>, signal: AbortSignal): Promise<Member | undefined> {
    try {
      const answer = await this.#get('contact.user', `users/${encodeURIComponent(account)}?${KINDS}`, signal);
      return memberIn(objectAt(answer, 'user'));
    } catch (error) {
      if (error instanceof FeishuError && NO_MEMBER.has(error.vendorCode)) return undefined;
      throw error;
    }
  }

  /** @see https://open.feishu.cn/document/server-docs/contact-v3/department/get */
  async department(department: string, signal: AbortSignal): Promise<Department | undefined> {
    // The company itself, which has no entry.
    if (department === ROOT_DEPARTMENT) return { id: department };
    try {
      const path = `departments/${encodeURIComponent(department)}?${KINDS}`;
      const found = objectAt(await this.#get('contact.department', path, signal), 'department');
      return objectAt(found, 'status')['is_deleted'] === true ? undefined : departmentIn(found);
    } catch (error) {
      if (!(error instanceof FeishuError)) throw error;
      if (error.code === 'platform_target_gone' || OUT_OF_SIGHT.has(error.vendorCode)) return undefined;
      throw error;
    }
  }

  /** @see https://open.feishu.cn/document/server-docs/contact-v3/department/children */
  async *departments(signal: AbortSignal): AsyncGenerator<readonly Department[]> {
    yield [{ id: ROOT_DEPARTMENT }];
    const path = `departments/${ROOT_DEPARTMENT}/children?${KINDS}&fetch_child=true`;
    for await (const page of this.#pages('contact.departments', path, signal)) yield page.map(departmentIn);
  }

  /** @see https://open.feishu.cn/document/server-docs/contact-v3/user/find_by_department */
  async *people(department: string, signal: AbortSignal): AsyncGenerator<readonly Listed[]> {
    const path = `users/find_by_department?${KINDS}&department_id=${encodeURIComponent(department)}`;
    for await (const page of this.#pages('contact.users', path, signal)) {
      yield page.map((user) => ({ account: id(textAt(user, 'open_id')), ...memberIn(user) }));
    }
  }

  async *#pages(api: string, path: string, signal: AbortSignal): AsyncGenerator<readonly Json[]> {
    for (let token = ''; ; ) {
      const more = token === '' ? '' : `&page_token=${encodeURIComponent(token)}`;
      const data = await this.#get(api, `${path}&page_size=${PAGE}${more}`, signal);
      yield listAt(data, 'items').map((item) => asObject(item) ?? {});
      token = data['has_more'] === true ? textAt(data, 'page_token') : '';
      if (token === '') return;
    }
  }

  async #get(api: string, path: string, signal: AbortSignal): Promise<Json> {
    const call = { api, method: 'GET', priority: 'update', repeatable: true, signal } as const;
    return objectAt(await this.#client.call({ ...call, path: `/open-apis/contact/v3/${path}` }), 'data');
  }
}

function memberIn(user: Json): Member {
  const status = objectAt(user, 'status');
  const isActive = status['is_resigned'] !== true && status['is_exited'] !== true && status['is_frozen'] !== true;
  // `email` is what she has written there herself; the enterprise's is given out by the company.
  const told = { email: textAt(user, 'enterprise_email'), mobile: textAt(user, 'mobile') };
  const known = Object.entries({ ...told, number: textAt(user, 'employee_no') }).filter(([, value]) => value !== '');
  const departments = listAt(user, 'department_ids').filter((one) => typeof one === 'string');
  return { isActive, attributes: Object.fromEntries(known), departments };
}

function departmentIn(found: Json): Department {
  const [name, parent] = [textAt(found, 'name'), textAt(found, 'parent_department_id')];
  return {
    id: textAt(found, 'open_department_id'),
    ...(name !== '' && { name }),
    ...(parent !== '' && { parent }),
  };
}
