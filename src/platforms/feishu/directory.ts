import type { Sender } from '../../core/event.ts';
import type { Member, MemberDirectory } from '../../core/members.ts';
import { objectAt, textAt } from '../../lib/read.ts';
import type { FeishuClient } from './client.ts';
import { FeishuError } from './errors.ts';

/** An id that is no user of this company's (99992351), or another app's (99992361). */
const NO_MEMBER = new Set([99992351, 99992361, 41050]);

/** The company's contacts, as far as the app's rights and its range of contacts go. */
export class FeishuDirectory implements MemberDirectory {
  readonly #client: FeishuClient;

  constructor(client: FeishuClient) {
    this.#client = client;
  }

  /** @see https://open.feishu.cn/document/server-docs/contact-v3/user/get */
  async member({ account }: Pick<Sender, 'account'>, signal: AbortSignal): Promise<Member | undefined> {
    const path = `/open-apis/contact/v3/users/${encodeURIComponent(account)}?user_id_type=open_id`;
    try {
      const options = { api: 'contact.user', priority: 'update', repeatable: true, signal } as const;
      const answer = await this.#client.call({ ...options, method: 'GET', path });
      const user = objectAt(objectAt(answer, 'data'), 'user');
      const status = objectAt(user, 'status');
      const isActive = status['is_resigned'] !== true && status['is_exited'] !== true && status['is_frozen'] !== true;
      // `email` is what she has written there herself; the enterprise's is given out by the company.
      const told = { email: textAt(user, 'enterprise_email'), mobile: textAt(user, 'mobile') };
      const known = Object.entries({ ...told, number: textAt(user, 'employee_no') }).filter(
        ([, value]) => value !== '',
      );
      return { isActive, attributes: Object.fromEntries(known) };
    } catch (error) {
      if (error instanceof FeishuError && NO_MEMBER.has(error.vendorCode)) return undefined;
      throw error;
    }
  }
}
