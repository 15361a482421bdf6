import type { Sender } from '../../../core/event.ts';
import { type AccountId, id } from '../../../core/ids.ts';
import type { Attribute, Company, Department, Listed, Member, MemberDirectory } from '../../../core/members.ts';
import { asObject, type Json, listAt, numberAt, objectAt, textAt } from '../../../lib/read.ts';
import type { WecomClient } from '../client.ts';
import { WecomError } from '../errors.ts';

/** Unknown, or out of the app's sight; an address or a number that nobody has. */
const NO_MEMBER: ReadonlySet<number> = new Set([60111, 60011, 46004, 50003, 60103]);
/** Unknown (90313), or out of the app's sight. */
const NO_DEPARTMENT: ReadonlySet<number> = new Set([60003, 60123, 60011]);
/** Shut out (2) and left (5); 90196. */
const GONE = new Set([2, 5]);

/** The company's contacts. An app of today is told no address and no number (90196), but finds who has one it knows. */
export class WecomDirectory implements MemberDirectory, Company {
  readonly #client: WecomClient;
  readonly company = this;

  constructor(client: WecomClient) {
    this.#client = client;
  }

  /** @see https://developer.work.weixin.qq.com/document/path/90196 */
  async member({ account, ids }: Pick<Sender, 'account' | 'ids'>, signal: AbortSignal): Promise<Member | undefined> {
    if (ids['external_userid'] !== undefined) return undefined;
    const call = { api: 'user.get', method: 'GET', path: 'user/get', query: { userid: account } } as const;
    const user = await this.#unless(NO_MEMBER, call, signal);
    return user && memberIn(user);
  }

  /** @see https://developer.work.weixin.qq.com/document/path/95351 */
  async department(department: string, signal: AbortSignal): Promise<Department | undefined> {
    const call = { api: 'department.get', method: 'GET', path: 'department/get', query: { id: department } } as const;
    const found = await this.#unless(NO_DEPARTMENT, call, signal);
    return found && departmentIn(objectAt(found, 'department'));
  }

  /** In one answer. @see https://developer.work.weixin.qq.com/document/path/90208 */
  async *departments(signal: AbortSignal): AsyncGenerator<readonly Department[]> {
    const all = await this.#ask({ api: 'department.list', method: 'GET', path: 'department/list' }, signal);
    yield listAt(all, 'department').map((one) => departmentIn(asObject(one) ?? {}));
  }

  /** In one answer. @see https://developer.work.weixin.qq.com/document/path/90201 */
  async *people(department: string, signal: AbortSignal): AsyncGenerator<readonly Listed[]> {
    const query = { department_id: department };
    const all = await this.#ask({ api: 'user.list', method: 'GET', path: 'user/list', query }, signal);
    yield listAt(all, 'userlist').map((one) => {
      const user = asObject(one) ?? {};
      return { account: id(textAt(user, 'userid').toLowerCase()), ...memberIn(user) };
    });
  }

  /** @see https://developer.work.weixin.qq.com/document/path/95892 (e-mail), 91693 (mobile number) */
  async find(attribute: Attribute, value: string, signal: AbortSignal): Promise<AccountId | undefined> {
    if (attribute === 'number') return undefined;
    const call =
      attribute === 'email'
        ? { api: 'user.byEmail', path: 'user/get_userid_by_email', body: { email: value, email_type: 1 } }
        : { api: 'user.byMobile', path: 'user/getuserid', body: { mobile: value } };
    const found = await this.#unless(NO_MEMBER, { ...call, method: 'POST' }, signal);
    const userId = found === undefined ? '' : textAt(found, 'userid');
    // As events name members: the vendor tells no small letters from capitals.
    return userId === '' ? undefined : id(userId.toLowerCase());
  }

  async #unless(codes: ReadonlySet<number>, call: Call, signal: AbortSignal): Promise<Json | undefined> {
    try {
      return await this.#ask(call, signal);
    } catch (error) {
      if (error instanceof WecomError && codes.has(error.vendorCode)) return undefined;
      throw error;
    }
  }

  #ask(call: Call, signal: AbortSignal): Promise<Json> {
    return this.#client.call({ ...call, priority: 'update', repeatable: true, signal });
  }
}

type Call = Pick<Parameters<WecomClient['call']>[0], 'api' | 'method' | 'path' | 'query' | 'body'>;

function memberIn(user: Json): Member {
  const known = Object.entries({ email: textAt(user, 'biz_mail'), mobile: textAt(user, 'mobile') });
  const attributes = Object.fromEntries(known.filter(([, value]) => value !== ''));
  const departments = listAt(user, 'department').map(String);
  return { isActive: !GONE.has(numberAt(user, 'status') ?? 1), attributes, departments };
}

/** The top has 0 above it. */
function departmentIn(found: Json): Department {
  const [name, parent] = [textAt(found, 'name'), numberAt(found, 'parentid') ?? 0];
  return {
    id: String(numberAt(found, 'id') ?? ''),
    ...(name !== '' && { name }),
    ...(parent !== 0 && { parent: String(parent) }),
  };
}
