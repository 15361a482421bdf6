import type { Sender } from '../../../core/event.ts';
import { type AccountId, id } from '../../../core/ids.ts';
import type { Attribute, Member, MemberDirectory } from '../../../core/members.ts';
import { type Json, numberAt, textAt } from '../../../lib/read.ts';
import type { WecomClient } from '../client.ts';
import { WecomError } from '../errors.ts';

/** Unknown, or out of the app's sight; an address or a number that nobody has. */
const NO_MEMBER = new Set([60111, 60011, 46004, 50003, 60103]);
/** Shut out (2) and left (5); 90196. */
const GONE = new Set([2, 5]);

/** The company's contacts. An app of today is told no address and no number (90196), but finds who has one it knows. */
export class WecomDirectory implements MemberDirectory {
  readonly #client: WecomClient;

  constructor(client: WecomClient) {
    this.#client = client;
  }

  /** @see https://developer.work.weixin.qq.com/document/path/90196 */
  async member({ account, ids }: Pick<Sender, 'account' | 'ids'>, signal: AbortSignal): Promise<Member | undefined> {
    if (ids['external_userid'] !== undefined) return undefined;
    const user = await this.#ask(
      { api: 'user.get', method: 'GET', path: 'user/get', query: { userid: account } },
      signal,
    );
    if (!user) return undefined;
    const known = Object.entries({ email: textAt(user, 'biz_mail'), mobile: textAt(user, 'mobile') });
    const attributes = Object.fromEntries(known.filter(([, value]) => value !== ''));
    return { isActive: !GONE.has(numberAt(user, 'status') ?? 1), attributes };
  }

  /** @see https://developer.work.weixin.qq.com/document/path/95892 (e-mail), 91693 (mobile number) */
  async find(attribute: Attribute, value: string, signal: AbortSignal): Promise<AccountId | undefined> {
    if (attribute === 'number') return undefined;
    const call =
      attribute === 'email'
        ? { api: 'user.byEmail', path: 'user/get_userid_by_email', body: { email: value, email_type: 1 } }
        : { api: 'user.byMobile', path: 'user/getuserid', body: { mobile: value } };
    const found = await this.#ask({ ...call, method: 'POST' }, signal);
    const userId = found === undefined ? '' : textAt(found, 'userid');
    // As events name members: the vendor tells no small letters from capitals.
    return userId === '' ? undefined : id(userId.toLowerCase());
  }

  async #ask(
    call: Pick<Parameters<WecomClient['call']>[0], 'api' | 'method' | 'path' | 'query' | 'body'>,
    signal: AbortSignal,
  ): Promise<Json | undefined> {
    try {
      return await this.#client.call({ ...call, priority: 'update', repeatable: true, signal });
    } catch (error) {
      if (error instanceof WecomError && NO_MEMBER.has(error.vendorCode)) return undefined;
      throw error;
    }
  }
}
