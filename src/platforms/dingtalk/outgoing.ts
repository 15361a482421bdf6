import { type FailureCode, GatewayError, toGatewayError } from '../../core/errors.ts';
import type { ReplyAddress } from '../../core/event.ts';
import { id } from '../../core/ids.ts';
import type { SendOptions } from '../../core/platform.ts';
import type { PlatformDeps } from '../../core/platform-definition.ts';
import type { Frame, OutboundMessage, Sent } from '../../core/reply.ts';
import type { Uploads } from '../../lib/uploads.ts';
import { isReachable, webhookOf } from './addresses.ts';
import type { DingtalkApi } from './api.ts';
import type { MonthBudget } from './budget.ts';
import { CardFlow } from './card-flow.ts';
import { handoverLook, lookOf } from './cards.ts';
import type { CallOptions } from './client.ts';
import type { DingtalkConfig } from './config.ts';
import { isQuotaGone, vendorCodeOf } from './errors.ts';
import { robotFile, uploadedFile } from './files.ts';
import { CARD_PAUSE_MS, WHOLE_INTERVAL_MS } from './limits.ts';
import { fileLink, fitsAnswer, fitsRobot, type Message, markdownMessage, textMessage } from './messages.ts';
import { answerMessage, noticeMessage } from './sentences.ts';
import type { CardLook, Template } from './templates.ts';
import { hasText, isClosing, textOf } from './text.ts';

export type FrameMessage = OutboundMessage & { readonly kind: 'frame' };

/** `plain`: a whole message, or a card that reached nobody; neither can grow. */
type Handle = { readonly kind: 'card'; readonly card: string } | { readonly kind: 'plain' };

/**
 * Puts our messages onto the vendor's screen, by the best way that works: a card that streams, an answer by the address that
 * came with the question, a message of the robot's own.
 */
export class Outgoing {
  readonly #api: DingtalkApi;
  readonly #cards: CardFlow;
  readonly #images: Uploads;
  readonly #deps: PlatformDeps;
  readonly #budget: MonthBudget;
  readonly #config: DingtalkConfig;
  readonly #pressable: boolean;
  #cardsPausedUntil = 0;

  constructor(
    parts: {
      readonly api: DingtalkApi;
      readonly images: Uploads;
      readonly template: Template;
      readonly budget: MonthBudget;
    },
    config: DingtalkConfig,
    pressable: boolean,
    deps: PlatformDeps,
  ) {
    this.#api = parts.api;
    this.#cards = new CardFlow(parts.api, parts.template, deps.clock);
    this.#images = parts.images;
    this.#budget = parts.budget;
    this.#config = config;
    this.#pressable = pressable;
    this.#deps = deps;
  }

  /** Whether an answer there can be a card. */
  takesCards(to: ReplyAddress): boolean {
    const affordable = this.#budget.way !== 'message';
    return affordable && isReachable(to) && this.#deps.clock.now() >= this.#cardsPausedUntil;
  }

  async send(message: OutboundMessage, options: SendOptions): Promise<Sent> {
    switch (message.kind) {
      case 'file':
        return this.#sendFile(message, options.signal);
      case 'notice':
        return this.#post(
          message.to,
          noticeMessage(message),
          { priority: 'final', signal: options.signal },
          message.key,
        );
      case 'frame':
        return this.#sendFrame(message, options);
    }
  }

  /** Shows a newer frame; one that closes the message is shown whole. */
  async update(sent: Sent, message: FrameMessage, options: SendOptions): Promise<Sent> {
    const handle = handleOf(sent);
    // It was whole when it was sent.
    if (handle.kind === 'plain') return sent;
    const { frame } = message;
    const call = callOptions(frame, options.signal);
    if (isClosing(frame)) await this.#closeCard(handle.card, message, call);
    else if (hasText(frame)) await this.#cards.grow(handle.card, this.#lookOf(message), call);
    return this.#sentBy(handle);
  }

  async #sendFrame(message: FrameMessage, options: SendOptions): Promise<Sent> {
    const { frame, key, to } = message;
    const failedBefore = options.prior?.handle['kind'] === 'plain';
    if (failedBefore || !this.takesCards(to)) {
      if (options.prior?.keyed) await options.save(PLAIN);
      return this.#sendWhole(message, options);
    }
    if (isClosing(frame)) await this.#images.prepare(frame.answer, options.signal);
    const sent = this.#sentBy({ kind: 'card', card: key });
    const state = isClosing(frame) && this.#cards.canBeMadeWhole ? 'whole' : 'made';
    if (options.prior === undefined) await options.save(withoutMessage(sent));
    try {
      const isNew = await this.#cards.make(key, state, this.#lookOf(message), to, callOptions(frame, options.signal));
      if (!isNew || (isClosing(frame) && state === 'made')) return await this.update(sent, message, options);
    } catch (error) {
      if (!isOneOf(error, ...NO_CARD)) throw error;
      this.#noteRefusal(error);
      // The name of the card is used up, whether anybody sees it or not: a later try must not take it for shown.
      await options.save(PLAIN);
      return this.#sendWhole(message, options);
    }
    // While its wheel turns a card shows no text. It is there, so what fails now is for the next update to do.
    if (state === 'made' && hasText(frame)) await this.update(sent, message, options).catch(() => undefined);
    return sent;
  }

  async #closeCard(card: string, message: FrameMessage, call: CallOptions): Promise<void> {
    await this.#images.prepare(message.frame.answer, call.signal);
    try {
      await this.#cards.close(card, this.#lookOf(message), call);
    } catch (error) {
      if (isQuotaGone(error)) this.#pauseCards(error);
      if (!isOneOf(error, 'platform_content_refused', 'platform_rejected', 'platform_forbidden')) throw error;
      if (this.#cards.isDeaf(card)) this.#pauseCards(error);
      // The answer comes anew, and the card must not turn its wheel for ever.
      await this.#cards.leave(card, handoverLook(message.frame), call).catch(() => undefined);
      throw closed('the answer does not go into its card', error);
    }
  }

  #noteRefusal(error: unknown): void {
    // Its card has said why.
    if (isOneOf(error, 'platform_update_closed')) return;
    const lacking =
      isOneOf(error, 'platform_forbidden', 'platform_misconfigured') || vendorCodeOf(error) === 'unknownError';
    if (lacking) this.#pauseCards(error);
    else this.#deps.log.warn('card refused, trying a message', { channel: this.#deps.channel, error });
  }

  /** Said once a pause: cards that are open when it begins meet the same. */
  #pauseCards(error: unknown): void {
    const isPaused = this.#deps.clock.now() < this.#cardsPausedUntil;
    this.#cardsPausedUntil = this.#deps.clock.now() + CARD_PAUSE_MS;
    if (!isPaused) this.#deps.log.warn('cards are not available', { channel: this.#deps.channel, error });
  }

  /** One message that holds the frame; refused as Markdown, it goes as words. Nobody is shown a frame that others follow. */
  async #sendWhole(message: FrameMessage, options: SendOptions): Promise<Sent> {
    const { frame, to, key } = message;
    if (!isClosing(frame)) throw closed('no message can grow here');
    const call = callOptions(frame, options.signal);
    await this.#images.prepare(frame.answer, options.signal);
    const text = textOf(frame, this.#images.idOf);
    try {
      return await this.#post(to, answerMessage(frame, text, to), call, key);
    } catch (error) {
      if (!isOneOf(error, 'platform_content_refused')) throw error;
      this.#deps.log.warn('message refused, trying plain words', { channel: this.#deps.channel, error });
      return this.#post(to, textMessage(text, to), call, key);
    }
  }

  /** By the address that came with the question, which costs no call, else by the robot's own. */
  async #post(to: ReplyAddress, message: Message, call: CallOptions, key: string): Promise<Sent> {
    const webhook = webhookOf(to, this.#deps.clock.now());
    if (webhook !== undefined && fitsAnswer(message)) {
      try {
        await this.#api.answer(webhook, message.answer, to, call);
        return { ...this.#sentBy({ kind: 'plain' }), message: id(key) };
      } catch (error) {
        if (!isReachable(to) || !isOneOf(error, ...NO_ADDRESS)) throw error;
        this.#deps.log.info('address for answers refused', { channel: this.#deps.channel, error });
      }
    }
    if (!isReachable(to))
      throw new GatewayError('platform_target_gone', 'somebody from outside can no longer be answered');
    if (!fitsRobot(message))
      throw new GatewayError('platform_content_refused', 'the message is longer than robots may send');
    const sent = await this.#api.send(to, message.robot, call);
    return { ...this.#sentBy({ kind: 'plain' }), message: id(sent || key) };
  }

  async #sendFile(message: OutboundMessage & { readonly kind: 'file' }, signal: AbortSignal): Promise<Sent> {
    const { file, to, key, lang } = message;
    const call: CallOptions = { priority: 'final', signal };
    const uploaded = isReachable(to) ? await uploadedFile(file, this.#api, this.#deps, call) : undefined;
    if (!uploaded) {
      const link = fileLink(file.name, file.url, lang);
      return this.#post(to, markdownMessage(link, file.name, to), call, key);
    }
    const sent = await this.#api.send(to, robotFile(file, uploaded), call);
    return { ...this.#sentBy({ kind: 'plain' }), message: id(sent || key) };
  }

  #lookOf({ frame, to }: FrameMessage): CardLook {
    return lookOf(frame, to.kind, this.#images.idOf, this.#pressable);
  }

  #sentBy(handle: Handle): Sent {
    const notes = { handle: { ...handle }, minUpdateIntervalMs: this.#intervalOf(handle) };
    return handle.kind === 'card' ? { ...notes, keyed: true, message: id(handle.card) } : notes;
  }

  /** The vendor counts the calls of the whole app: the more cards grow at once, the slower each does. */
  #intervalOf(handle: Handle): number {
    if (handle.kind === 'plain') return WHOLE_INTERVAL_MS;
    const fair = (1000 * this.#cards.growing) / (0.75 * this.#config.limits.perSecond);
    return Math.max(this.#budget.intervalMs, Math.round(fair));
  }
}

/** Noted before a message is sent in a card's place. */
const PLAIN: Sent = { handle: { kind: 'plain' }, minUpdateIntervalMs: WHOLE_INTERVAL_MS };

/** No card here, or not this one; a message may still be taken. */
const NO_CARD: readonly FailureCode[] = [
  'platform_content_refused',
  'platform_rejected',
  'platform_forbidden',
  'platform_misconfigured',
  'platform_target_gone',
  'platform_update_closed',
];
/** The address is used up or slowed down; the robot's own way is another one. */
const NO_ADDRESS: readonly FailureCode[] = [
  'platform_target_gone',
  'platform_throttled',
  'platform_rejected',
  'platform_misconfigured',
  'platform_token_invalid',
  'platform_forbidden',
];

function isOneOf(error: unknown, ...codes: readonly FailureCode[]): boolean {
  return codes.includes(toGatewayError(error).code);
}

function closed(why: string, cause?: unknown): GatewayError {
  return new GatewayError('platform_update_closed', why, cause === undefined ? {} : { cause });
}

function callOptions(frame: Frame, signal: AbortSignal): CallOptions {
  return { priority: isClosing(frame) ? 'final' : 'update', signal };
}

function withoutMessage({ message: _, ...sent }: Sent): Sent {
  return sent;
}

/** Reads our own notes back; a note that is none of ours names a message that cannot change. */
function handleOf(sent: Sent): Handle {
  const { kind, card } = sent.handle;
  return kind === 'card' && typeof card === 'string' ? { kind, card } : { kind: 'plain' };
}
