import { assertNever, type FailureCode, GatewayError } from '../../../core/errors.ts';
import type { CardActionEvent } from '../../../core/event.ts';
import { type ChatId, id } from '../../../core/ids.ts';
import { turnSendKey } from '../../../core/keys.ts';
import type { Lang } from '../../../core/lang.ts';
import type { SendOptions } from '../../../core/platform.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import {
  type ActionAnswer,
  type Frame,
  type MessageOf,
  type OutboundMessage,
  type Sent,
  sentWhole,
} from '../../../core/reply.ts';
import { byteLength, indexAtByte, splitMarkdown } from '../../../lib/markdown.ts';
import { readMedia, uploadFile } from '../app/files.ts';
import { fileText, frameText } from '../app/messages.ts';
import { NOT_TO_GREET, vendorCodeOf } from '../errors.ts';
import { MAX_TEXT_BYTES } from '../limits.ts';
import { renderPlain } from '../markdown.ts';
import type { KfApi, KfBody } from './api.ts';
import type { Chats } from './chats.ts';
import type { WecomKfConfig } from './config.ts';
import type { Desk } from './desk.ts';
import { customerIn } from './events.ts';
import { label } from './labels.ts';
import { MAX_HEAD_BYTES } from './limits.ts';
import { unmark } from './mark.ts';
import { headOf, type MenuContent, menuOf, personMenu } from './menus.ts';
import { msgidOf } from './msgids.ts';

/** The message was sent before under this id. */
const KNOWN_ID = 95033;
/** A person serves, or the session is over. */
const NOT_OURS = 95018;
/** Five messages were sent, or two days have passed. */
const NO_ROOM = new Set([95001, 95002, 95031]);

/** Puts our messages into a customer's chat: few of them, plain, and none while a person serves. */
export class Outgoing {
  readonly #api: KfApi;
  readonly #desk: Desk;
  readonly #chats: Chats;
  readonly #config: WecomKfConfig;
  readonly #deps: PlatformDeps;

  constructor(api: KfApi, desk: Desk, chats: Chats, config: WecomKfConfig, deps: PlatformDeps) {
    this.#api = api;
    this.#desk = desk;
    this.#chats = chats;
    this.#config = config;
    this.#deps = deps;
  }

  async send(message: OutboundMessage, options: SendOptions): Promise<Sent> {
    const code = message.to.handle?.['welcome'];
    if (code !== undefined) return this.#greet(code, message, options);
    switch (message.kind) {
      case 'frame':
        return this.#sendFrame(message, options);
      case 'notice':
        return this.#sendNotice(message, options);
      case 'file':
        return this.#sendFile(message, options);
      default:
        return assertNever(message);
    }
  }

  /** A press is a message of the customer, so its effect is told by one; what is asked again or next answers for itself. */
  async answerAction(event: CardActionEvent, answer: ActionAnswer, signal: AbortSignal): Promise<void> {
    const { toast, frame } = answer;
    if (!toast || toast.kind === 'info') return;
    const { to, key } = event;
    if (frame?.rating === 'up') await this.#chats.wasUseful(to.chat);
    const isEnough = frame?.rating === 'down' && (await this.#isEnough(to.chat, key));
    // Once a person serves, nothing can be said any more.
    const body =
      frame?.rating === 'down' && !isEnough && this.#config.buttons
        ? personMenu(toast.text, frame.lang)
        : textBody(toast.text);
    await this.#deliver({ to, key: id<OutboundMessage['key']>(`a-${key}`) }, body, 0, signal);
  }

  /** Brings in a person when she has complained often enough. */
  async followPress({ to, key }: CardActionEvent, { frame }: ActionAnswer, signal: AbortSignal): Promise<void> {
    if (frame?.rating !== 'down' || !(await this.#isEnough(to.chat, key))) return;
    await this.#desk.tryHandOver(to.chat, { lang: frame.lang, key, why: 'rated' }, signal);
  }

  async #sendFrame(message: MessageOf<'frame'>, { signal }: SendOptions): Promise<Sent> {
    const { to, key } = message;
    const { frame, wantsPerson } = await this.#readMark(message);
    // An answer that is nothing but the wish for a person has nothing to say.
    const isEmpty = wantsPerson && frame.answer === '' && frame.notice === undefined;
    const sent = isEmpty ? undefined : await this.#sendAnswer(message, frame, signal);
    if (frame.continues !== true) {
      const isEnough = !wantsPerson && frame.state === 'failed' && (await this.#isEnough(to.chat, key));
      const why = wantsPerson ? 'agent' : 'failed';
      if (wantsPerson || isEnough) await this.#desk.handOver(to.chat, { lang: frame.lang, key, why }, signal);
    }
    return sentWhole(sent);
  }

  async #sendAnswer(message: MessageOf<'frame'>, frame: Frame, signal: AbortSignal): Promise<string | undefined> {
    // The customer's own press shows in her chat, so the question is not repeated.
    const { question: _, ...shown } = frame;
    const text = renderPlain(frameText(shown));
    await this.#chats.said(message.to.chat, message.key, text);
    const menu = frame.continues === true ? undefined : this.#menu(text, frame);
    if (menu && byteLength(text) <= MAX_HEAD_BYTES) return this.#deliver(message, menu, 0, signal);
    const first = await this.#sendText(message, text, frame.continues === true, frame.lang, signal);
    if (menu && first !== undefined && (await this.#room(message)) > 0) await this.#sendMenu(message, frame, signal);
    return first;
  }

  /** A menu is decoration: what keeps it from being sent keeps nothing else back. */
  async #sendMenu(message: OutboundMessage, frame: Frame, signal: AbortSignal): Promise<void> {
    const menu = this.#menu(headOf(frame), frame);
    if (!menu) return;
    await this.#deliver(message, menu, 'm', signal).catch((error: unknown) => {
      if (signal.aborted) throw error;
      this.#deps.log.warn('menu not sent', { channel: this.#deps.channel, error });
    });
  }

  /** Questions one may press; without room for them they are left out. */
  async #sendNotice(message: MessageOf<'notice'>, { signal }: SendOptions): Promise<Sent> {
    const { turn, lang, suggested = [] } = message;
    const text = renderPlain(message.text);
    const menu = turn && this.#menu(text, { turn, lang, suggested, buttons: [] });
    if (menu && byteLength(text) <= MAX_HEAD_BYTES) return sentWhole(await this.#deliver(message, menu, 0, signal));
    return sentWhole(await this.#sendText(message, text, false, lang, signal));
  }

  async #sendFile(message: MessageOf<'file'>, options: SendOptions): Promise<Sent> {
    const { file, lang } = message;
    const media = { priority: 'final', signal: options.signal } as const;
    try {
      const body = readMedia(options.prior?.handle ?? {}) ?? (await uploadFile(file, this.#api, this.#deps, media));
      const handle = { type: body.type, ...body.content };
      await options.save(sentWhole(undefined, handle));
      return sentWhole(await this.#deliver(message, body, 0, options.signal), handle);
    } catch (error) {
      if (!isUnusable(error)) throw error;
      this.#deps.log.warn('file not sent, trying its link', { channel: this.#deps.channel, error });
      return sentWhole(await this.#deliver(message, fileText(file.name, file.url, lang), 'l', options.signal));
    }
  }

  /** The one message that a greeting's code is good for; a customer who was greeted already is not greeted again. */
  async #greet(code: string, message: OutboundMessage, { signal }: SendOptions): Promise<Sent> {
    if (message.kind !== 'notice') return sentWhole(undefined);
    const { turn, lang, suggested = [] } = message;
    const text = renderPlain(message.text);
    const fits = byteLength(text) <= MAX_HEAD_BYTES;
    const menu = turn && fits ? this.#menu(text, { turn, lang, suggested, buttons: [] }) : undefined;
    const body = menu ?? textBody(cut(text, MAX_TEXT_BYTES));
    const msgid = msgidOf(message.key);
    try {
      await this.#api.sendOnEvent(code, body, msgid, { priority: 'final', signal });
      return sentWhole(msgid);
    } catch (error) {
      const refused = vendorCodeOf(error) ?? 0;
      if (refused !== KNOWN_ID && !NOT_TO_GREET.has(refused)) throw error;
      this.#deps.log.info('greeting came too late', { channel: this.#deps.channel, code: refused });
      return sentWhole(undefined);
    }
  }

  /** A text in as many messages as it needs and may have; the last possible one says that there was more. */
  async #sendText(
    message: OutboundMessage,
    text: string,
    goesOn: boolean,
    lang: Lang,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const pieces = byteLength(text) <= MAX_TEXT_BYTES ? [text] : splitMarkdown(text, MAX_TEXT_BYTES);
    let first: string | undefined;
    for (const [index, piece] of pieces.entries()) {
      const isShortened = (goesOn || index < pieces.length - 1) && (await this.#room(message)) === 1;
      const words = isShortened ? withHint(piece, label(lang, 'cut')) : piece;
      const sent = await this.#deliver(message, textBody(words), index, signal);
      first ??= sent;
      if (sent === undefined) break;
    }
    return first;
  }

  /** @returns Our id of the message; undefined when it may not be said any more, which is known or told now. */
  async #deliver(
    message: Pick<OutboundMessage, 'to' | 'key'>,
    body: KfBody,
    piece: number | string,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { to, key } = message;
    const msgid = msgidOf(key, piece);
    if (await this.#chats.wasSent(to.chat, msgid)) return msgid;
    if ((await this.#room(message)) <= 0) return this.#unsaid('no room for more messages');
    try {
      await this.#api.send(customerIn(to.chat), body, msgid, { priority: 'final', signal });
    } catch (error) {
      const code = vendorCodeOf(error) ?? 0;
      if (code === NOT_OURS) return this.#unsaid('a person serves');
      if (NO_ROOM.has(code)) await this.#chats.full(to.chat);
      if (NO_ROOM.has(code)) return this.#unsaid('no room for more messages');
      // It went out before, perhaps before she wrote last: then it has none of the room that this made. WeCom says when there is none.
      if (code === KNOWN_ID) return msgid;
      throw error;
    }
    await this.#chats.sent(to.chat, msgid);
    return msgid;
  }

  #unsaid(why: string): undefined {
    this.#deps.log.warn('message to a customer left out', { channel: this.#deps.channel, why });
    return undefined;
  }

  #room({ to }: Pick<OutboundMessage, 'to'>): Promise<number> {
    const wrote = Number(to.handle?.['wrote']);
    return this.#chats.room(to.chat, Number.isFinite(wrote) ? wrote : undefined);
  }

  #menu(head: string, content: MenuContent): KfBody | undefined {
    return this.#config.buttons ? menuOf(head, content, true) : undefined;
  }

  /** The agent's mark may stand in any message of an answer, or across two of them; the last one brings in a person. */
  async #readMark({
    to,
    key,
    frame,
  }: MessageOf<'frame'>): Promise<{ readonly frame: Frame; readonly wantsPerson: boolean }> {
    const goesOn = frame.continues === true;
    const isOnly = !goesOn && key === turnSendKey(frame.turn, '0');
    const before = isOnly ? undefined : await this.#chats.markBefore(to.chat, frame.turn, key);
    const { text, found } = unmark(frame.answer, this.#config.handOverMarker, before, goesOn);
    if (goesOn) await this.#chats.marked(to.chat, frame.turn, { key, ...found });
    if (!found.wants) return { frame: { ...frame, answer: text }, wantsPerson: false };
    // Whoever is given to a person is not asked by us what she thinks.
    return { frame: { ...frame, answer: text, buttons: [], suggested: [] }, wantsPerson: true };
  }

  /** An answer was of no use. @returns Whether it is time to bring in a person, or one is being brought in for this. */
  async #isEnough(chat: ChatId, key: string): Promise<boolean> {
    if ((await this.#chats.untold(chat)) === key) return true;
    const failures = await this.#chats.wasUseless(chat, key);
    const { handOverAfter } = this.#config;
    return handOverAfter > 0 && failures >= handOverAfter;
  }
}

function textBody(content: string): KfBody {
  return { type: 'text', content: { content } };
}

function withHint(text: string, hint: string): string {
  return `${cut(text, MAX_TEXT_BYTES - byteLength(hint) - 2)}\n${hint}`;
}

function cut(text: string, maxBytes: number): string {
  return text.slice(0, indexAtByte(text, maxBytes));
}

/** The file cannot be had or is not taken; its link may do. */
const UNUSABLE: readonly FailureCode[] = [
  'platform_content_refused',
  'platform_rejected',
  'file_gone',
  'file_too_large',
  'url_forbidden',
];

function isUnusable(error: unknown): boolean {
  return error instanceof GatewayError && UNUSABLE.includes(error.code);
}
