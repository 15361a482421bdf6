import type { Sender } from '../../core/event.ts';
import type { Member, MemberDirectory } from '../../core/members.ts';
import { objectAt, textAt } from '../../lib/read.ts';
import type { DingtalkClient } from './client.ts';
import { DingtalkError } from './errors.ts';

const NO_MEMBER = new Set(['60121', '33012']);

/** The company's contacts. Looking somebody up is not among the month's calls. */
export class DingtalkDirectory implements MemberDirectory {
  readonly #client: DingtalkClient;

  constructor(client: DingtalkClient) {
    this.#client = client;
  }

  /** @see https://open.dingtalk.com/document/orgapp/query-user-details */
  async member({ ids }: Pick<Sender, 'ids'>, signal: AbortSignal): Promise<Member | undefined> {
    const { staff_id: userid } = ids;
    if (userid === undefined) return undefined;
    try {
      const options = { api: 'contact.user', priority: 'update', repeatable: true, signal } as const;
      const body = { userid, language: 'zh_CN' };
      const answer = await this.#client.callOld({ ...options, method: 'POST', path: '/topapi/v2/user/get', body });
      const user = objectAt(answer, 'result');
      const told = { email: textAt(user, 'org_email'), mobile: textAt(user, 'mobile') };
      const known = Object.entries({ ...told, number: textAt(user, 'job_number') }).filter(([, value]) => value !== '');
      return { isActive: true, attributes: Object.fromEntries(known) };
    } catch (error) {
      if (error instanceof DingtalkError && NO_MEMBER.has(error.vendorCode)) return undefined;
      throw error;
    }
  }
}
