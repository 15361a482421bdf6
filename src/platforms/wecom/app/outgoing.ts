import { assertNever, type FailureCode, GatewayError } from '../../../core/errors.ts';
import type { CardActionEvent } from '../../../core/event.ts';
import { id, type SendKey } from '../../../core/ids.ts';
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
import { indexAtByte } from '../../../lib/markdown.ts';
import { NOT_TO_GREET, TASK_ID_USED, vendorCodeOf } from '../errors.ts';
import { renderPlain } from '../markdown.ts';
import type { AppApi, CallOptions } from './api.ts';
import { buttonCard, type CardContent, fitsCard, replacedButton } from './cards.ts';
import type { WecomConfig } from './config.ts';
import { fileBody } from './files.ts';
import { MAX_CONTACT_WELCOME_BYTES } from './limits.ts';
import { type Body, frameText, plainBodies, textBodies } from './messages.ts';

/** The app has no callback address, so nothing could be pressed. */
const NO_CALLBACK = 43012;
/** The card was changed already with this code, or three days have passed. */
const CODE_USED = 60140;

/** Puts our messages into a member's chat with the app. Nothing grows there: an answer comes when it is whole. */
export class Outgoing {
  readonly #api: AppApi;
  readonly #config: WecomConfig;
  readonly #deps: PlatformDeps;

  constructor(api: AppApi, config: WecomConfig, deps: PlatformDeps) {
    this.#api = api;
    this.#config = config;
    this.#deps = deps;
  }

  async send(message: OutboundMessage, options: SendOptions): Promise<Sent> {
    const code = message.to.handle?.['welcome'];
    if (code !== undefined) return this.#greetContact(code, message, options);
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

  /**
   * Shows on a card what a press on it has done; the vendor gives a code for just that with each press. A code that is used
   * up or too old is no failure: the press has had its effect.
   */
  async answerAction({ to, message }: CardActionEvent, answer: ActionAnswer, signal: AbortSignal): Promise<void> {
    const code = to.handle?.['code'];
    const card = answer.frame && buttonCard(contentOf(answer.frame), message);
    const words = answer.answered ? `✓ ${answer.answered.words}` : (answer.toast?.text ?? '');
    const change = card ? { template_card: card } : replacedButton(words);
    if (code === undefined || change === undefined) return;
    await this.#api.updateCard(to.chat, code, change, { priority: 'update', signal }).catch((error: unknown) => {
      if (vendorCodeOf(error) !== CODE_USED) throw error;
    });
  }

  async #sendFrame(message: MessageOf<'frame'>, options: SendOptions): Promise<Sent> {
    const { frame } = message;
    const sent = await this.#sendText(message, frameText(frame), options);
    if (frame.continues !== true) await this.#sendCard(message, contentOf(frame), options);
    return sent;
  }

  /** A short sentence with questions to press is a card; a longer one is a text with a card behind it. */
  async #sendNotice(message: MessageOf<'notice'>, options: SendOptions): Promise<Sent> {
    const { text, turn, lang, suggested = [] } = message;
    if (turn === undefined || suggested.length === 0 || !this.#config.buttons) {
      return this.#sendText(message, text, options);
    }
    const content: CardContent = { turn, lang, suggested, buttons: [], rating: 'none' };
    const whole = fitsCard(text)
      ? await this.#sendWholeCard(message, { ...content, heading: text }, options)
      : undefined;
    if (whole) return whole;
    const sent = await this.#sendText(message, text, options);
    await this.#sendCard(message, content, options);
    return sent;
  }

  /** A card that says all there is to say; undefined where the vendor takes no card from us. */
  async #sendWholeCard(
    { to, key }: OutboundMessage,
    content: CardContent,
    { signal }: SendOptions,
  ): Promise<Sent | undefined> {
    const body: Body = { type: 'template_card', content: buttonCard(content, taskIdOf(key)) ?? {} };
    try {
      return sentWhole(await this.#api.send(to.chat, body, key, { priority: 'update', signal }));
    } catch (error) {
      if (vendorCodeOf(error) === TASK_ID_USED) return sentWhole(undefined);
      if (!isRefused(error) && vendorCodeOf(error) !== NO_CALLBACK) throw error;
      this.#deps.log.warn('card refused, trying words', { channel: this.#deps.channel, error });
      return undefined;
    }
  }

  /** Sends a text in as many messages as it needs; refused as Markdown, it goes as plain words. */
  async #sendText(message: OutboundMessage, text: string, options: SendOptions): Promise<Sent> {
    const bodies = textBodies(text, this.#config.format);
    const begun = doneIn(options.prior) > 0;
    try {
      return await this.#sendPieces(message, bodies, options);
    } catch (error) {
      if (begun || bodies.length !== 1 || bodies[0]?.type === 'text' || !isRefused(error)) throw error;
      this.#deps.log.warn('message refused, trying plain words', { channel: this.#deps.channel, error });
      return this.#sendPieces(message, plainBodies(text), options);
    }
  }

  /** What is there already counts against the member's limit when it is sent again, so a later try begins behind it. */
  async #sendPieces({ to, key }: OutboundMessage, bodies: readonly Body[], options: SendOptions): Promise<Sent> {
    const call: CallOptions = { priority: 'final', signal: options.signal };
    let last = '';
    for (let i = doneIn(options.prior); i < bodies.length; i++) {
      const body = bodies[i];
      if (body) last = await this.#api.send(to.chat, body, pieceKey(key, i), call);
      if (i < bodies.length - 1) await options.save(sentWhole(undefined, { done: i + 1 }));
    }
    return sentWhole(last, { done: bodies.length });
  }

  /** Buttons are decoration: what keeps them from being sent keeps nothing else back. */
  async #sendCard(message: OutboundMessage, content: CardContent, { signal }: SendOptions): Promise<void> {
    const card = this.#config.buttons ? buttonCard(content, taskIdOf(message.key)) : undefined;
    if (!card) return;
    const body: Body = { type: 'template_card', content: card };
    const call: CallOptions = { priority: 'decoration', signal };
    try {
      await this.#api.send(message.to.chat, body, pieceKey(message.key, 'card'), call);
    } catch (error) {
      if (signal.aborted) throw error;
      if (vendorCodeOf(error) === TASK_ID_USED) return;
      this.#deps.log.warn('buttons not sent', { channel: this.#deps.channel, error });
    }
  }

  async #sendFile(message: MessageOf<'file'>, options: SendOptions): Promise<Sent> {
    const { to, key } = message;
    const body = await fileBody(message, this.#api, this.#deps, options);
    return sentWhole(await this.#api.send(to.chat, body, key, { priority: 'final', signal: options.signal }));
  }

  async #greetContact(code: string, message: OutboundMessage, { signal }: SendOptions): Promise<Sent> {
    const text = message.kind === 'notice' ? renderPlain(message.text) : '';
    const words = text.slice(0, indexAtByte(text, MAX_CONTACT_WELCOME_BYTES));
    if (words !== '') {
      await this.#api.welcomeContact(code, words, { priority: 'final', signal }).catch((error: unknown) => {
        const refused = vendorCodeOf(error) ?? 0;
        if (!NOT_TO_GREET.has(refused)) throw error;
        this.#deps.log.info('greeting came too late', { channel: this.#deps.channel, code: refused });
      });
    }
    return sentWhole(undefined);
  }
}

function contentOf({ turn, lang, title, buttons, suggested, rating }: Frame): CardContent {
  return { turn, lang, title, buttons, suggested, rating };
}

function doneIn(prior: Sent | undefined): number {
  const done = prior?.handle['done'];
  return typeof done === 'number' ? done : 0;
}

function pieceKey(key: SendKey, piece: number | string): SendKey {
  return piece === 0 ? key : id(`${key}.${piece}`);
}

function taskIdOf(key: SendKey): string {
  return key.replace(/[^\w@-]/g, '_');
}

/** The content was not taken; another form of it may be. */
const REFUSED: readonly FailureCode[] = ['platform_content_refused', 'platform_rejected'];

function isRefused(error: unknown): boolean {
  return error instanceof GatewayError && REFUSED.includes(error.code);
}
