import { createHash } from 'node:crypto';
import type { FileContent } from '../../../core/agent.ts';
import type { ChatId, SendKey } from '../../../core/ids.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import type { Priority } from '../../../lib/rate-limiter.ts';
import { type Json, numberAt, textAt } from '../../../lib/read.ts';
import type { WecomClient } from '../client.ts';
import { refusal } from '../errors.ts';
import type { MediaType } from '../media-type.ts';
import type { WecomConfig } from './config.ts';
import { DUPLICATE_MAX_SECONDS, DUPLICATE_MIN_SECONDS } from './limits.ts';
import { MemberRates } from './member-rates.ts';
import type { Body } from './messages.ts';

/** Whose turn it is and who may end it. */
export interface CallOptions {
  readonly priority: Priority;
  readonly signal: AbortSignal;
}

/** An app as its administrator sees it. */
export interface AppInfo {
  readonly name: string;
  readonly closed: boolean;
}

/** Whom a message is for; one of both. */
export interface Receivers {
  /** `@all` is everyone who sees the app. */
  readonly users?: readonly string[];
  readonly departments?: readonly string[];
}

export interface SentToMany {
  readonly msgid: string;
  readonly unknown: ReadonlySet<string>;
}

/** What we ask of the vendor for an app, one function a call. Pages are below developer.work.weixin.qq.com/document/path. */
export class AppApi {
  readonly #client: WecomClient;
  readonly #agentId: number;
  readonly #members: MemberRates;

  constructor(
    client: WecomClient,
    config: Pick<WecomConfig, 'agentId' | 'limits'>,
    deps: Pick<PlatformDeps, 'clock' | 'memos'>,
  ) {
    this.#client = client;
    this.#agentId = config.agentId;
    this.#members = new MemberRates(config.limits, deps);
  }

  /**
   * Sends one message to a member (90236). The same body under the same key again is the same message.
   *
   * @returns The vendor's id of it.
   * @throws {WecomError} `platform_target_gone` also where the vendor takes the call and names the member as invalid.
   */
  async send(member: ChatId, body: Body, key: SendKey, options: CallOptions): Promise<string> {
    await this.#members.take([member], options);
    const answer = await this.#client.call({
      ...options,
      api: 'message.send',
      method: 'POST',
      path: 'message/send',
      body: { touser: member, ...this.#messageOf(body, key) },
      repeatable: true,
    });
    if (textAt(answer, 'invaliduser') !== '') throw unreachableMember();
    return textAt(answer, 'msgid');
  }

  /**
   * Sends one message to many (90236).
   *
   * @returns The vendor's id of it, and the members whom it does not know, in small letters.
   * @throws {WecomError} `platform_target_gone` where nobody is left.
   */
  async sendToMany(to: Receivers, body: Body, key: SendKey, options: CallOptions): Promise<SentToMany> {
    const { users = [], departments = [] } = to;
    // Everyone and departments count against limits of members whom we do not know.
    await this.#members.take(users, options);
    const answer = await this.#client.call({
      ...options,
      api: 'message.send',
      method: 'POST',
      path: 'message/send',
      body: {
        ...(users.length > 0 && { touser: users.join('|') }),
        ...(departments.length > 0 && { toparty: departments.join('|') }),
        ...this.#messageOf(body, key),
      },
      repeatable: true,
    });
    const unknown = new Set(textAt(answer, 'invaliduser').toLowerCase().split('|').filter(Boolean));
    if (users.length > 0 && users.every((user) => unknown.has(user.toLowerCase()))) throw unreachableMember();
    return { msgid: textAt(answer, 'msgid'), unknown };
  }

  /** Takes a message back, for a day (94867). */
  async recall(msgid: string, options: CallOptions): Promise<void> {
    const call = { api: 'message.recall', method: 'POST', path: 'message/recall', body: { msgid } } as const;
    await this.#client.call({ ...options, ...call, repeatable: true });
  }

  /** Changes a card that a member has pressed, once (94888). */
  async updateCard(member: ChatId, code: string, change: Json, options: CallOptions): Promise<void> {
    await this.#client.call({
      ...options,
      api: 'message.update_template_card',
      method: 'POST',
      path: 'message/update_template_card',
      body: { userids: [member], agentid: this.#agentId, response_code: code, ...change },
    });
  }

  /** @returns The key under which messages show the file, for three days (90253). */
  async upload(type: MediaType, file: FileContent, name: string, options: CallOptions): Promise<string> {
    const answer = await this.#client.call({
      ...options,
      api: 'media.upload',
      method: 'POST',
      path: 'media/upload',
      query: { type },
      form: [{ name: 'media', fileName: name, mime: file.mime, bytes: file.bytes }],
    });
    return textAt(answer, 'media_id');
  }

  /** Something that a member sent (90254). */
  async download(media: string, maxBytes: number, signal: AbortSignal): Promise<FileContent> {
    const call = { api: 'media.get', method: 'GET', path: 'media/get', query: { media_id: media } } as const;
    return this.#client.download({ ...call, priority: 'final', signal, repeatable: true }, maxBytes);
  }

  /** Greets a new contact of a member, once, within 20 s (92137). */
  async welcomeContact(code: string, text: string, options: CallOptions): Promise<void> {
    await this.#client.call({
      ...options,
      api: 'externalcontact.send_welcome_msg',
      method: 'POST',
      path: 'externalcontact/send_welcome_msg',
      body: { welcome_code: code, text: { content: text } },
    });
  }

  /** Puts a menu in place of the app's own (90231). */
  async setMenu(menu: Json, options: CallOptions): Promise<void> {
    const query = { agentid: String(this.#agentId) };
    const call = { api: 'menu.create', method: 'POST', path: 'menu/create', query, body: menu } as const;
    await this.#client.call({ ...options, ...call, repeatable: true });
  }

  /** The app's menu (90232). */
  menu(options: CallOptions): Promise<Json> {
    const query = { agentid: String(this.#agentId) };
    const call = { api: 'menu.get', method: 'GET', path: 'menu/get', query } as const;
    return this.#client.call({ ...options, ...call, repeatable: true });
  }

  #messageOf({ type, content }: Body, key: SendKey): Json {
    return {
      msgtype: type,
      agentid: this.#agentId,
      [type]: content,
      enable_duplicate_check: 1,
      duplicate_check_interval: intervalOf(key),
    };
  }

  async appInfo(options: CallOptions): Promise<AppInfo> {
    const answer = await this.#client.call({
      ...options,
      api: 'agent.get',
      method: 'GET',
      path: 'agent/get',
      query: { agentid: String(this.#agentId) },
      repeatable: true,
    });
    return { name: textAt(answer, 'name'), closed: numberAt(answer, 'close') === 1 };
  }
}

/** Each key has an interval of its own, which makes two sendings of the same words two messages. */
function intervalOf(key: SendKey): number {
  const range = DUPLICATE_MAX_SECONDS - DUPLICATE_MIN_SECONDS + 1;
  return DUPLICATE_MIN_SECONDS + (createHash('sha256').update(key).digest().readUInt32BE() % range);
}

/** "All receivers are invalid": some of these come with a success. */
function unreachableMember() {
  return refusal({ api: 'message.send', status: 200, code: 81013, message: '' });
}
