import type { FileContent } from '../../../core/agent.ts';
import { asObject, type Json, listAt, numberAt, textAt } from '../../../lib/read.ts';
import type { CallOptions } from '../app/api.ts';
import type { ApiCall, WecomClient } from '../client.ts';
import { vendorCodeOf } from '../errors.ts';
import type { MediaType } from '../media-type.ts';
import { PAGE } from './limits.ts';

/** A customer of one account. */
export interface Customer {
  /** The open_kfid. */
  readonly account: string;
  /** The external_userid. */
  readonly id: string;
}

/**
 * Who answers a customer: 0 nobody yet, 1 the bot, 2 she waits in the pool, 3 a person, 4 ended or not begun (D:94669).
 */
export type ServiceState = number;

export interface Service {
  readonly state: ServiceState;
  /** The userid of whoever serves; '' where nobody does. */
  readonly servicer: string;
}

/** What is said: the vendor's `msgtype` and what stands under its name. */
export interface KfBody {
  readonly type: string;
  readonly content: Json;
}

export interface AccountInfo {
  readonly id: string;
  readonly name: string;
  /** Whether it was handed over to the API. */
  readonly managed: boolean;
}

/** A signal's token has ended. */
const TOKEN_ENDED = 95007;
const ACCOUNTS_PAGE = 100;

/** What we ask of customer service, one function a call. Pages are below developer.work.weixin.qq.com/document/path. */
export class KfApi {
  readonly #client: WecomClient;

  constructor(client: WecomClient) {
    this.#client = client;
  }

  /**
   * One page of what happened at an account (94670).
   *
   * @param token - From the signal, for ten minutes; without one the vendor lets us ask less often.
   */
  async sync(account: string, cursor: string, token: string | undefined, signal: AbortSignal): Promise<Json> {
    const body = { open_kfid: account, limit: PAGE, ...(cursor !== '' && { cursor }) };
    const ask = (more: Json) => this.#post('sync_msg', { ...body, ...more }, { priority: 'final', signal }, true);
    if (token === undefined) return ask({});
    return ask({ token }).catch((error: unknown) => {
      if (vendorCodeOf(error) !== TOKEN_ENDED) throw error;
      return ask({});
    });
  }

  /** Says something to a customer (94677). The same `msgid` again is refused with 95033. */
  async send(to: Customer, body: KfBody, msgid: string, options: CallOptions): Promise<void> {
    const message = { msgid, msgtype: body.type, [body.type]: body.content };
    await this.#post('send_msg', { touser: to.id, open_kfid: to.account, ...message }, options, true);
  }

  /** Says the one thing that a code is good for (95122). */
  async sendOnEvent(code: string, body: KfBody, msgid: string, options: CallOptions): Promise<void> {
    const message = { msgid, msgtype: body.type, [body.type]: body.content };
    await this.#post('send_msg_on_event', { code, ...message }, options);
  }

  async state(of: Customer, signal: AbortSignal): Promise<Service> {
    const body = { open_kfid: of.account, external_userid: of.id };
    const answer = await this.#post('service_state/get', body, { priority: 'final', signal }, true);
    return { state: numberAt(answer, 'service_state') ?? 0, servicer: textAt(answer, 'servicer_userid') };
  }

  /** What a customer calls herself; '' where the vendor does not say (95159). */
  async nameOf(customer: Customer, signal: AbortSignal): Promise<string> {
    const body = { external_userid_list: [customer.id] };
    const answer = await this.#post('customer/batchget', body, { priority: 'update', signal }, true);
    return textAt(asObject(listAt(answer, 'customer_list')[0]) ?? {}, 'nickname');
  }

  /** The app whose secret we have; undefined where it is none of an app's (D:90227). */
  async ownAgent(signal: AbortSignal): Promise<number | undefined> {
    const call = { api: 'agent.list', method: 'GET', path: 'agent/list', repeatable: true } as const;
    const answer = await this.#client.call({ ...call, priority: 'update', signal });
    return numberAt(asObject(listAt(answer, 'agentlist')[0]) ?? {}, 'agentid');
  }

  /** Gives a customer to a person, or to the pool. @returns The code for one more word, where there is one. */
  async give(customer: Customer, servicer: string | undefined, signal: AbortSignal): Promise<string> {
    const whom = servicer === undefined ? { service_state: 2 } : { service_state: 3, servicer_userid: servicer };
    const body = { open_kfid: customer.account, external_userid: customer.id, ...whom };
    return textAt(await this.#post('service_state/trans', body, { priority: 'final', signal }), 'msg_code');
  }

  /** Those who are on duty at an account (94645). */
  async servicersOnDuty(account: string, signal: AbortSignal): Promise<readonly string[]> {
    const query = { open_kfid: account };
    const call = { api: 'kf.servicer.list', method: 'GET', path: 'kf/servicer/list', query, repeatable: true } as const;
    const answer = await this.#client.call({ ...call, priority: 'final', signal });
    const all = listAt(answer, 'servicer_list').map((one) => asObject(one) ?? {});
    return all
      .filter((one) => numberAt(one, 'status') === 0 && textAt(one, 'userid') !== '')
      .map((one) => textAt(one, 'userid'));
  }

  /** All accounts that the app may use (94661). */
  async accounts(signal: AbortSignal): Promise<readonly AccountInfo[]> {
    const found: AccountInfo[] = [];
    for (;;) {
      const body = { offset: found.length, limit: ACCOUNTS_PAGE };
      const answer = await this.#post('account/list', body, { priority: 'final', signal }, true);
      const page = listAt(answer, 'account_list').map((one) => accountOf(asObject(one) ?? {}));
      found.push(...page);
      if (page.length < ACCOUNTS_PAGE) return found.filter(({ id }) => id !== '');
    }
  }

  async upload(type: MediaType, file: FileContent, name: string, options: CallOptions): Promise<string> {
    const form = [{ name: 'media', fileName: name, mime: file.mime, bytes: file.bytes }];
    const call = { api: 'media.upload', method: 'POST', path: 'media/upload', query: { type }, form } as const;
    return textAt(await this.#client.call({ ...options, ...call }), 'media_id');
  }

  download(media: string, maxBytes: number, signal: AbortSignal): Promise<FileContent> {
    const call = { api: 'media.get', method: 'GET', path: 'media/get', query: { media_id: media } } as const;
    return this.#client.download({ ...call, priority: 'final', signal, repeatable: true }, maxBytes);
  }

  #post(path: string, body: Json, options: CallOptions, repeatable = false): Promise<Json> {
    const call: ApiCall = {
      ...options,
      api: `kf.${path.replace('/', '.')}`,
      method: 'POST',
      path: `kf/${path}`,
      body,
      repeatable,
    };
    return this.#client.call(call);
  }
}

function accountOf(one: Json): AccountInfo {
  return { id: textAt(one, 'open_kfid'), name: textAt(one, 'name'), managed: one['manage_privilege'] !== false };
}
