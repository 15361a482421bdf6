import type { FileContent } from '../../core/agent.ts';
import type { ReplyAddress } from '../../core/event.ts';
import { type AccountId, type ChatId, id, type MessageId, type SendKey } from '../../core/ids.ts';
import type { Priority } from '../../lib/rate-limiter.ts';
import { asObject, type Json, listAt, numberAt, objectAt, textAt } from '../../lib/read.ts';
import type { FeishuClient } from './client.ts';
import { vendorCodeOf } from './errors.ts';

/** Whose turn it is and who may end it. */
export interface CallOptions {
  readonly priority: Priority;
  readonly signal: AbortSignal;
}

/** A message's body: its kind and its content as the JSON text that the vendor wants. */
export interface Body {
  readonly type: 'interactive' | 'post' | 'text' | 'image' | 'file' | 'audio' | 'media';
  readonly content: string;
}

export interface BotInfo {
  readonly openId: string;
  readonly name: string;
  /** 2 is "enabled". */
  readonly status: number;
}

/** A message as the vendor reads it back; of forwarded ones there are several. */
export interface StoredMessage {
  readonly message: Json;
  readonly type: string;
  readonly content: string;
  readonly sender: Json;
  readonly deleted: boolean;
}

// The message that is answered was taken back, or its topic is gone; the chat is still there.
const REPLY_TARGET_GONE = new Set([230011, 230019, 230071, 230110, 231003]);

/**
 * What we ask of the vendor, one function a call. Pages below open.feishu.cn/document/server-docs/im-v1 and
 * /document/cardkit-v1.
 */
export class FeishuApi {
  readonly #client: FeishuClient;

  constructor(client: FeishuClient) {
    this.#client = client;
  }

  /** Answers the message in `to`, in its topic; where that message is gone or there is none, writes into the chat. */
  async send(to: ReplyAddress, body: Body, key: SendKey, options: CallOptions): Promise<MessageId> {
    if (to.message === undefined) return this.#create(to, body, key, options);
    try {
      return await this.#reply(to, to.message, body, key, options);
    } catch (error) {
      if (!REPLY_TARGET_GONE.has(vendorCodeOf(error) ?? 0)) throw error;
      return this.#create(to, body, key, options);
    }
  }

  async #reply(
    to: ReplyAddress,
    message: MessageId,
    body: Body,
    key: SendKey,
    options: CallOptions,
  ): Promise<MessageId> {
    const answer = await this.#client.call({
      ...options,
      api: 'message.reply',
      method: 'POST',
      path: `/open-apis/im/v1/messages/${encodeURIComponent(message)}/reply`,
      body: {
        msg_type: body.type,
        content: body.content,
        uuid: key,
        ...(to.thread !== undefined && { reply_in_thread: true }),
      },
      chat: to.chat,
      repeatable: true,
    });
    return messageIn(answer);
  }

  async #create(to: ReplyAddress, body: Body, key: SendKey, options: CallOptions): Promise<MessageId> {
    const answer = await this.#client.call({
      ...options,
      api: 'message.create',
      method: 'POST',
      path: `/open-apis/im/v1/messages?receive_id_type=${idType(to.chat)}`,
      body: { receive_id: to.chat, msg_type: body.type, content: body.content, uuid: key },
      chat: to.chat,
      repeatable: true,
    });
    return messageIn(answer);
  }

  /** Takes a message of the bot's back, within a day. */
  async recall(message: MessageId, options: CallOptions): Promise<void> {
    await this.#client.call({
      ...options,
      api: 'message.delete',
      method: 'DELETE',
      path: `/open-apis/im/v1/messages/${encodeURIComponent(message)}`,
      repeatable: true,
    });
  }

  /** Replaces the card of a message. */
  async patchCard(message: MessageId, content: string, options: CallOptions): Promise<void> {
    await this.#client.call({
      ...options,
      api: 'message.patch',
      method: 'PATCH',
      path: `/open-apis/im/v1/messages/${encodeURIComponent(message)}`,
      body: { content },
      repeatable: true,
    });
  }

  /** Replaces the words of a text or a rich text; the vendor allows it 20 times. */
  async editText(message: MessageId, body: Body, options: CallOptions): Promise<void> {
    await this.#client.call({
      ...options,
      api: 'message.update',
      method: 'PUT',
      path: `/open-apis/im/v1/messages/${encodeURIComponent(message)}`,
      body: { msg_type: body.type, content: body.content },
    });
  }

  /** Makes a card that a message can then show; answers its id. */
  async createCard(card: string, options: CallOptions): Promise<string> {
    const answer = await this.#client.call({
      ...options,
      api: 'card.create',
      method: 'POST',
      path: '/open-apis/cardkit/v1/cards',
      body: { type: 'card_json', data: card },
    });
    return textAt(objectAt(answer, 'data'), 'card_id');
  }

  /** Shows the whole text so far in one element; the client types out what is new. */
  async streamText(
    card: string,
    element: string,
    content: string,
    sequence: number,
    options: CallOptions,
  ): Promise<void> {
    await this.#card(card, `/elements/${element}/content`, 'PUT', 'card.content', { content, sequence }, options);
  }

  async changeSettings(card: string, config: Json, sequence: number, options: CallOptions): Promise<void> {
    const settings = JSON.stringify({ config });
    await this.#card(card, '/settings', 'PATCH', 'card.settings', { settings, sequence }, options);
  }

  async replaceCard(card: string, data: string, sequence: number, options: CallOptions): Promise<void> {
    await this.#card(card, '', 'PUT', 'card.update', { card: { type: 'card_json', data }, sequence }, options);
  }

  async batchUpdate(card: string, actions: readonly Json[], sequence: number, options: CallOptions): Promise<void> {
    const body = { actions: JSON.stringify(actions), sequence };
    await this.#card(card, '/batch_update', 'POST', 'card.batch', body, options);
  }

  async #card(
    card: string,
    path: string,
    method: 'PUT' | 'PATCH' | 'POST',
    api: string,
    body: Json,
    options: CallOptions,
  ): Promise<void> {
    const uuid = `${card}-${String(body['sequence'])}`;
    await this.#client.call({
      ...options,
      api,
      method,
      path: `/open-apis/cardkit/v1/cards/${encodeURIComponent(card)}${path}`,
      body: { ...body, uuid },
    });
  }

  /** @returns The key under which messages show the image. */
  async uploadImage(image: FileContent, options: CallOptions): Promise<string> {
    const answer = await this.#client.call({
      ...options,
      api: 'image.create',
      method: 'POST',
      path: '/open-apis/im/v1/images',
      form: [
        { name: 'image_type', value: 'message' },
        { name: 'image', fileName: image.name ?? 'image', mime: image.mime, bytes: image.bytes },
      ],
    });
    return textAt(objectAt(answer, 'data'), 'image_key');
  }

  async uploadFile(file: FileContent, type: string, name: string, options: CallOptions): Promise<string> {
    const answer = await this.#client.call({
      ...options,
      api: 'file.create',
      method: 'POST',
      path: '/open-apis/im/v1/files',
      form: [
        { name: 'file_type', value: type },
        { name: 'file_name', value: name },
        { name: 'file', fileName: name, mime: file.mime, bytes: file.bytes },
      ],
    });
    return textAt(objectAt(answer, 'data'), 'file_key');
  }

  /** Something that a person sent, in a message that the bot can see. */
  async download(
    message: string,
    key: string,
    type: string,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<FileContent> {
    const path = `/open-apis/im/v1/messages/${encodeURIComponent(message)}/resources/${encodeURIComponent(key)}?type=${type}`;
    return this.#client.download({ api: 'message.resource', method: 'GET', path, priority: 'final', signal }, maxBytes);
  }

  /** A message with what it forwards; cards as they were written, for their rendering says nothing of a newer card. */
  async getMessage(message: MessageId, options: CallOptions): Promise<readonly StoredMessage[]> {
    const answer = await this.#client.call({
      ...options,
      api: 'message.get',
      method: 'GET',
      path: `/open-apis/im/v1/messages/${encodeURIComponent(message)}?user_id_type=open_id&card_msg_content_type=user_card_content`,
      repeatable: true,
    });
    return listAt(objectAt(answer, 'data'), 'items').flatMap((item) => storedMessage(asObject(item)));
  }

  /** The member who owns a group; undefined where a bot does. */
  async chatOwner(chat: ChatId, options: CallOptions): Promise<AccountId | undefined> {
    const answer = await this.#client.call({
      ...options,
      api: 'chat.get',
      method: 'GET',
      path: `/open-apis/im/v1/chats/${encodeURIComponent(chat)}?user_id_type=open_id`,
      repeatable: true,
    });
    const owner = textAt(objectAt(answer, 'data'), 'owner_id');
    return owner === '' ? undefined : id(owner);
  }

  async botInfo(options: CallOptions): Promise<BotInfo> {
    const answer = await this.#client.call({
      ...options,
      api: 'bot.info',
      method: 'GET',
      path: '/open-apis/bot/v3/info',
      repeatable: true,
    });
    const bot = objectAt(answer, 'bot');
    return {
      openId: textAt(bot, 'open_id'),
      name: textAt(bot, 'app_name'),
      status: numberAt(bot, 'activate_status') ?? 0,
    };
  }

  /** How many long connections the app has open. */
  async connectionCount(options: CallOptions): Promise<number> {
    const path = '/open-apis/event/v1/connection';
    const answer = await this.#client.call({
      ...options,
      api: 'event.connection',
      method: 'GET',
      path,
      repeatable: true,
    });
    return numberAt(objectAt(answer, 'data'), 'online_instance_cnt') ?? 0;
  }
}

function storedMessage(item: Json | undefined): readonly StoredMessage[] {
  if (!item) return [];
  const content = textAt(objectAt(item, 'body'), 'content');
  const deleted = item['deleted'] === true;
  return [{ message: item, type: textAt(item, 'msg_type'), content, sender: objectAt(item, 'sender'), deleted }];
}

function messageIn(answer: Json): MessageId {
  return id(textAt(objectAt(answer, 'data'), 'message_id'));
}

/** Ids tell by their beginning what they name; a menu's chat is known by its person only. */
function idType(receiver: string): string {
  if (receiver.startsWith('ou_')) return 'open_id';
  return receiver.startsWith('on_') ? 'union_id' : 'chat_id';
}
