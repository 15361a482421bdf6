import type { FileContent } from '../../core/agent.ts';
import type { ReplyAddress } from '../../core/event.ts';
import { asObject, type Json, listAt, objectAt, textAt } from '../../lib/read.ts';
import { isReachable } from './addresses.ts';
import type { CallOptions, DingtalkClient } from './client.ts';
import { type DingtalkConfig, robotCodeOf } from './config.ts';
import { HELD_BACK, NOT_DELIVERED, NOT_RECALLED, refusal, UNKNOWN_PERSON } from './errors.ts';

/** A message by the robot's own API: the vendor's template and its values. */
export interface RobotMessage {
  readonly key: string;
  readonly param: Json;
}

/** What became of a message to several people. */
export interface SentToMany {
  /** The vendor's key of it. */
  readonly key: string;
  readonly unknown: readonly string[];
  readonly heldBack: readonly string[];
}

/** A card to be made and shown; `params` are texts by the template's variables. */
export interface NewCard {
  readonly track: string;
  readonly template: string;
  readonly params: Readonly<Record<string, string>>;
  /** The line in the list of chats. */
  readonly summary: string;
  /** Who is called by it, in a group: her name by her id. */
  readonly at?: Readonly<Record<string, string>>;
}

/**
 * What we ask of the vendor, one function a call. Pages below open.dingtalk.com/document/development; each call of the new
 * API is one of the month's.
 */
export class DingtalkApi {
  readonly #client: DingtalkClient;
  readonly #config: DingtalkConfig;

  constructor(client: DingtalkClient, config: DingtalkConfig) {
    this.#client = client;
    this.#config = config;
  }

  get #robotCode(): string {
    return robotCodeOf(this.#config);
  }

  /** Writes into a chat without having been asked. @returns The vendor's key of the message. */
  async send(to: ReplyAddress, message: RobotMessage, options: CallOptions): Promise<string> {
    const said = { robotCode: this.#robotCode, msgKey: message.key, msgParam: JSON.stringify(message.param) };
    if (!isReachable(to)) throw unreachablePerson('robot.oto', UNKNOWN_PERSON);
    return to.kind === 'group' ? this.#sendGroup(to.chat, said, options) : this.#sendDirect(to.chat, said, options);
  }

  async #sendGroup(chat: string, said: Json, options: CallOptions): Promise<string> {
    const body = { ...said, openConversationId: chat };
    const path = '/v1.0/robot/groupMessages/send';
    const answer = await this.#client.call({ ...options, api: 'robot.group', method: 'POST', path, body });
    return textAt(answer, 'processQueryKey');
  }

  async #sendDirect(user: string, said: Json, options: CallOptions): Promise<string> {
    const body = { ...said, userIds: [user] };
    const path = '/v1.0/robot/oToMessages/batchSend';
    const answer = await this.#client.call({ ...options, api: 'robot.oto', method: 'POST', path, body });
    // A 200 that names the person here has reached nobody.
    if (listAt(answer, 'invalidStaffIdList').length > 0) throw unreachablePerson('robot.oto', UNKNOWN_PERSON);
    if (listAt(answer, 'flowControlledStaffIdList').length > 0) throw unreachablePerson('robot.oto', HELD_BACK);
    return textAt(answer, 'processQueryKey');
  }

  /**
   * Writes to several people at once: one call, and one of the month's.
   *
   * @returns Whom it does not reach, and who was held back: those have to be tried later.
   */
  async sendToMany(users: readonly string[], message: RobotMessage, options: CallOptions): Promise<SentToMany> {
    const param = { robotCode: this.#robotCode, msgKey: message.key, msgParam: JSON.stringify(message.param) };
    const path = '/v1.0/robot/oToMessages/batchSend';
    const body = { ...param, userIds: users };
    const answer = await this.#client.call({ ...options, api: 'robot.oto', method: 'POST', path, body });
    return {
      key: textAt(answer, 'processQueryKey'),
      unknown: listAt(answer, 'invalidStaffIdList').map(String),
      heldBack: listAt(answer, 'flowControlledStaffIdList').map(String),
    };
  }

  /** Who has read a message that the robot wrote to people, within a day. */
  async readStatus(key: string, options: CallOptions): Promise<ReadonlyMap<string, boolean>> {
    const query = new URLSearchParams({ robotCode: this.#robotCode, processQueryKey: key }).toString();
    const path = `/v1.0/robot/oToMessages/readStatus?${query}`;
    const answer = await this.#client.call({ ...options, api: 'robot.read', method: 'GET', path, repeatable: true });
    const people = listAt(answer, 'messageReadInfoList').map((one) => asObject(one) ?? {});
    return new Map(people.map((one) => [textAt(one, 'userId'), textAt(one, 'readStatus') === 'READ']));
  }

  /** Takes back what the robot wrote, within a day; of a group's messages when `group` is given. */
  async recallMessages(keys: readonly string[], group: string | undefined, options: CallOptions): Promise<void> {
    const path = group === undefined ? '/v1.0/robot/otoMessages/batchRecall' : '/v1.0/robot/groupMessages/recall';
    const body = {
      robotCode: this.#robotCode,
      processQueryKeys: keys,
      ...(group !== undefined && { openConversationId: group }),
    };
    const answer = await this.#client.call({
      ...options,
      api: 'robot.recall',
      method: 'POST',
      path,
      body,
      repeatable: true,
    });
    if (Object.keys(objectAt(answer, 'failedResult')).length === 0) return;
    throw refusal({ api: 'robot.recall', status: 200, code: NOT_RECALLED, requestId: '' });
  }

  /** Answers by the address that came with the question. */
  async answer(webhook: string, body: Json, to: ReplyAddress, options: CallOptions): Promise<void> {
    await this.#client.answer(webhook, body, to.chat, options);
  }

  /**
   * Makes a card and shows it in the chat.
   *
   * @throws {DingtalkError} also where the vendor says yes and then, in the list of places, no.
   */
  async createCard(to: ReplyAddress, card: NewCard, options: CallOptions): Promise<void> {
    const { cardRouteKey } = this.#config;
    const path = '/v1.0/card/instances/createAndDeliver';
    const answer = await this.#client.call({
      ...options,
      api: 'card.create',
      method: 'POST',
      path,
      body: {
        cardTemplateId: card.template,
        outTrackId: card.track,
        ...(cardRouteKey === undefined
          ? { callbackType: 'STREAM' }
          : { callbackType: 'HTTP', callbackRouteKey: cardRouteKey }),
        userIdType: 1,
        cardData: { cardParamMap: card.params },
        ...this.#placeOf(to, card),
      },
      repeatable: true,
    });
    const refused = listAt(objectAt(answer, 'result'), 'deliverResults').find(
      (one) => asObject(one)?.['success'] !== true,
    );
    if (refused !== undefined) throw refusal({ api: 'card.create', status: 200, code: NOT_DELIVERED, requestId: '' });
  }

  #placeOf(to: ReplyAddress, { summary, at }: NewCard): Json {
    const space = { supportForward: true, lastMessageI18n: { ZH_CN: summary, EN_US: summary } };
    const robotCode = this.#robotCode;
    if (to.kind === 'direct') {
      return {
        openSpaceId: `dtv1.card//IM_ROBOT.${to.chat}`,
        imRobotOpenSpaceModel: space,
        imRobotOpenDeliverModel: { spaceType: 'IM_ROBOT', robotCode, extension: { dynamicSummary: 'true' } },
      };
    }
    return {
      openSpaceId: `dtv1.card//IM_GROUP.${to.chat}`,
      imGroupOpenSpaceModel: space,
      imGroupOpenDeliverModel: { robotCode, ...(at && { atUserIds: at }) },
    };
  }

  /** Changes some of a card's variables; the others stay. */
  async updateCard(track: string, params: Readonly<Record<string, string>>, options: CallOptions): Promise<void> {
    await this.#client.call({
      ...options,
      api: 'card.update',
      method: 'PUT',
      path: '/v1.0/card/instances',
      body: {
        outTrackId: track,
        cardData: { cardParamMap: params },
        cardUpdateOptions: { updateCardDataByKey: true },
      },
      repeatable: true,
    });
  }

  /** Shows the whole text so far; the client types out what is new. @param guid - New for each call. */
  async streamCard(
    track: string,
    stream: { readonly key: string; readonly content: string; readonly last: boolean; readonly guid: string },
    options: CallOptions,
  ): Promise<void> {
    await this.#client.call({
      ...options,
      api: 'card.stream',
      method: 'PUT',
      path: '/v1.0/card/streaming',
      body: {
        outTrackId: track,
        guid: stream.guid,
        key: stream.key,
        content: stream.content,
        isFull: true,
        isFinalize: stream.last,
        isError: false,
      },
      repeatable: true,
    });
  }

  /** Where something that a person sent can be fetched, for a short while. */
  async downloadUrl(downloadCode: string, options: CallOptions): Promise<string> {
    const body = { downloadCode, robotCode: this.#robotCode };
    const path = '/v1.0/robot/messageFiles/download';
    const answer = await this.#client.call({
      ...options,
      api: 'file.url',
      method: 'POST',
      path,
      body,
      repeatable: true,
    });
    return textAt(answer, 'downloadUrl');
  }

  download(url: string, maxBytes: number, signal: AbortSignal): Promise<FileContent> {
    return this.#client.download(url, maxBytes, signal);
  }

  /** @returns The id under which messages show it; it does not end. */
  async upload(file: FileContent, type: 'image' | 'file', name: string, options: CallOptions): Promise<string> {
    const form = [{ name: 'media', fileName: name, mime: file.mime, bytes: file.bytes }];
    const path = `/media/upload?type=${type}`;
    const answer = await this.#client.callOld({ ...options, api: 'media.upload', method: 'POST', path, form });
    return textAt(answer, 'media_id');
  }
}

function unreachablePerson(api: string, code: string) {
  return refusal({ api, status: 200, code, requestId: '' });
}
