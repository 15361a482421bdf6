import { type FailureCode, GatewayError, toGatewayError } from '../../core/errors.ts';
import { id, type MessageId } from '../../core/ids.ts';
import type { SendOptions } from '../../core/platform.ts';
import type { PlatformDeps } from '../../core/platform-definition.ts';
import type { Frame, OutboundMessage, Sent } from '../../core/reply.ts';
import type { Uploads } from '../../lib/uploads.ts';
import type { Body, CallOptions, FeishuApi } from './api.ts';
import { isClosing } from './card-view.ts';
import { type CardHandle, CardKit } from './cardkit.ts';
import { fittingCard, fittingView, handoverView, writeCard } from './cards.ts';
import { sendFile } from './files.ts';

import { CARDKIT_INTERVAL_MS, FEW_UPDATES_INTERVAL_MS, PATCH_INTERVAL_MS, TEXT_INTERVAL_MS } from './limits.ts';
import { cardBody, entityBody, noticeBody, plainBody, postBody, textBody } from './messages.ts';

export type FrameMessage = OutboundMessage & { readonly kind: 'frame' };
type Handle =
  | ({ readonly kind: 'cardkit' } & CardHandle)
  | { readonly kind: 'card' }
  | { readonly kind: 'text'; readonly type: 'text' | 'post' };

/** After a refusal for want of a right, the streaming API is not tried again for so long. */
const CARDKIT_PAUSE_MS = 10 * 60 * 1000;

/**
 * Puts our messages onto the vendor's screen, by the best way that works: a card that streams, a card that is replaced as a
 * whole, a rich text, plain words.
 */
export class Outgoing {
  readonly #api: FeishuApi;
  readonly #kit: CardKit;
  readonly #images: Uploads;
  readonly #deps: PlatformDeps;
  readonly #callsPerSecond: number;
  #kitPausedUntil = 0;

  constructor(api: FeishuApi, images: Uploads, callsPerSecond: number, deps: PlatformDeps) {
    this.#api = api;
    this.#kit = new CardKit(api, deps.clock);
    this.#images = images;
    this.#callsPerSecond = callsPerSecond;
    this.#deps = deps;
  }

  async send(message: OutboundMessage, options: SendOptions): Promise<Sent> {
    if (message.kind === 'file') return sendFile(message, this.#api, this.#deps, options.signal);
    if (message.kind === 'notice') return this.#sendNotice(message, options);
    const resumed = options.prior && (await this.#resume(options.prior, message, options));
    if (resumed) return resumed;
    // A streaming card is noted before it is shown, so what may be there without a note is a card that is replaced as a whole.
    const mayStream = options.mayBeShown !== true && this.#deps.clock.now() >= this.#kitPausedUntil;
    const streams = !isClosing(message.frame) && mayStream;
    return streams ? this.#sendStreaming(message, options) : this.#sendWhole(message, options);
  }

  /** Shows a newer frame; one that closes the message is shown whole. */
  async update(sent: Sent, message: FrameMessage, options: SendOptions): Promise<Sent> {
    const handle = handleOf(sent);
    const call = callOptions(message.frame, options.signal);
    if (isClosing(message.frame)) await this.#images.prepare(message.frame.answer, options.signal);
    switch (handle.kind) {
      case 'cardkit':
        return this.#updateStreaming(sent, handle, message, call);
      case 'card':
        return this.#updateCard(sent, message, call);
      case 'text':
        return this.#updateText(sent, handle.type, message, call);
    }
  }

  /** An earlier try has made a card, or sent a message, and did not learn what became of it. */
  async #resume(prior: Sent, message: FrameMessage, options: SendOptions): Promise<Sent | undefined> {
    const mine = prior.handle['kind'] === 'cardkit';
    if (prior.message === undefined && !mine) return undefined;
    try {
      const shown = prior.message === undefined ? await this.#sendAgain(prior, message, options) : prior;
      return await this.update(shown, message, options);
    } catch (error) {
      if (!isOneOf(error, 'platform_update_closed', ...REFUSED)) throw error;
      // Under the old key the vendor would show nothing new.
      return this.#sendWhole({ ...message, key: id(`${message.key}-n`) }, options);
    }
  }

  /** The same card under the same key is the same message, whether it was sent before or not. */
  async #sendAgain(prior: Sent, message: FrameMessage, options: SendOptions): Promise<Sent> {
    const handle = handleOf(prior);
    if (handle.kind !== 'cardkit') return prior;
    const call = callOptions(message.frame, options.signal);
    try {
      return { ...prior, message: await this.#api.send(message.to, entityBody(handle.card), message.key, call) };
    } catch (error) {
      if (!isOneOf(error, ...REFUSED)) throw error;
      // It was sent too long ago to be told which message it is: the answer comes anew, and the old card must not spin.
      await this.#kit.close(handle, handoverView(message.frame), call).catch(() => undefined);
      throw error;
    }
  }

  async #sendStreaming(message: FrameMessage, options: SendOptions): Promise<Sent> {
    const call = callOptions(message.frame, options.signal);
    const handle = await this.#makeCard(message.frame, call);
    if (!handle) return this.#sendWhole(message, options);
    const sent = this.#sentBy({ kind: 'cardkit', ...handle });
    await options.save(sent);
    try {
      return { ...sent, message: await this.#api.send(message.to, entityBody(handle.card), message.key, call) };
    } catch (error) {
      if (!isOneOf(error, ...REFUSED)) throw error;
      return this.#sendWhole(message, options);
    }
  }

  /** A card that can grow; undefined where the vendor makes none for us. */
  async #makeCard(frame: Frame, call: CallOptions): Promise<CardHandle | undefined> {
    const view = fittingView(frame, this.#images.idOf);
    if (!view) return undefined;
    try {
      return await this.#kit.make(view, call);
    } catch (error) {
      if (!isOneOf(error, ...REFUSED, ...FORBIDDEN)) throw error;
      if (isOneOf(error, ...FORBIDDEN)) this.#pauseKit(error);
      return undefined;
    }
  }

  #pauseKit(error: unknown): void {
    this.#kitPausedUntil = this.#deps.clock.now() + CARDKIT_PAUSE_MS;
    this.#deps.log.warn('streaming cards are not available', { channel: this.#deps.channel, error });
  }

  /** One message that holds the frame; refused as a card, it goes as words. */
  async #sendWhole(message: FrameMessage, options: SendOptions): Promise<Sent> {
    const { frame, to, key } = message;
    const call = callOptions(frame, options.signal);
    if (isClosing(frame)) await this.#images.prepare(frame.answer, options.signal);
    const card = fittingCard(frame, this.#images.idOf);
    const bodies = [() => card && cardBody(card), () => postBody(frame), () => plainBody(frame)];
    let refused: unknown;
    for (const make of bodies) {
      const body = make();
      if (!body) continue;
      try {
        return { ...this.#sentBy(handleFor(body)), message: await this.#api.send(to, body, key, call) };
      } catch (error) {
        if (!isOneOf(error, ...REFUSED)) throw error;
        refused = error;
        this.#deps.log.warn('message refused, trying a plainer one', {
          channel: this.#deps.channel,
          kind: body.type,
          error,
        });
      }
    }
    throw toGatewayError(refused);
  }

  async #updateStreaming(
    sent: Sent,
    handle: Handle & { readonly kind: 'cardkit' },
    message: FrameMessage,
    call: CallOptions,
  ): Promise<Sent> {
    const closing = isClosing(message.frame);
    const view = fittingView(message.frame, this.#images.idOf);
    try {
      if (!view) throw new GatewayError('platform_content_refused', 'the answer does not fit into a card');
      const next = closing ? await this.#kit.close(handle, view, call) : await this.#kit.grow(handle, view, call);
      return { ...sent, ...this.#sentBy({ kind: 'cardkit', ...next }) };
    } catch (error) {
      if (!closing || !isOneOf(error, ...REFUSED)) throw error;
      await this.#kit.close(handle, handoverView(message.frame), call);
      throw handedOver(error);
    }
  }

  async #updateCard(sent: Sent, message: FrameMessage, call: CallOptions): Promise<Sent> {
    const id = messageOf(sent);
    const card = fittingCard(message.frame, this.#images.idOf);
    try {
      if (card === undefined) throw new GatewayError('platform_content_refused', 'the answer does not fit into a card');
      await this.#api.patchCard(id, card, call);
      return { ...sent, ...this.#sentBy({ kind: 'card' }) };
    } catch (error) {
      if (!isClosing(message.frame) || !isOneOf(error, ...REFUSED)) throw error;
      await this.#api.patchCard(id, writeCard(handoverView(message.frame)), call);
      throw handedOver(error);
    }
  }

  /** Words may be changed a few times only, so just the last frame is worth it. */
  async #updateText(sent: Sent, type: 'text' | 'post', message: FrameMessage, call: CallOptions): Promise<Sent> {
    if (!isClosing(message.frame)) return sent;
    const body = (type === 'post' && postBody(message.frame)) || plainBody(message.frame);
    await this.#api.editText(messageOf(sent), body, call);
    return sent;
  }

  async #sendNotice(message: OutboundMessage & { readonly kind: 'notice' }, options: SendOptions): Promise<Sent> {
    const call: CallOptions = { priority: 'final', signal: options.signal };
    const body = noticeBody(message);
    try {
      return { ...this.#sentBy(handleFor(body)), message: await this.#api.send(message.to, body, message.key, call) };
    } catch (error) {
      if (!isOneOf(error, ...REFUSED) || body.type === 'text') throw error;
      const words = textBody(message.text);
      return { ...this.#sentBy(handleFor(words)), message: await this.#api.send(message.to, words, message.key, call) };
    }
  }

  #sentBy(handle: Handle): Sent {
    return { handle: { ...handle }, minUpdateIntervalMs: this.#intervalOf(handle.kind) };
  }

  /** Calls of the month that are getting few are not spent on looks. */
  #least(ms: number): number {
    return this.#deps.budget === undefined || this.#deps.budget.way === 'stream' ? ms : FEW_UPDATES_INTERVAL_MS;
  }

  /** The vendor counts the calls of the whole app: the more cards grow at once, the slower each does. */
  #intervalOf(kind: Handle['kind']): number {
    if (kind === 'text') return TEXT_INTERVAL_MS;
    if (kind === 'card') return this.#least(PATCH_INTERVAL_MS);
    const fair = (1000 * this.#kit.growing) / (0.8 * this.#callsPerSecond);
    return Math.max(this.#least(CARDKIT_INTERVAL_MS), Math.round(fair));
  }
}

/** The content was not taken; another form of it may be. */
const REFUSED: readonly FailureCode[] = ['platform_content_refused', 'platform_rejected'];
const FORBIDDEN: readonly FailureCode[] = ['platform_forbidden', 'platform_misconfigured'];

function isOneOf(error: unknown, ...codes: readonly FailureCode[]): boolean {
  return error instanceof GatewayError && codes.includes(error.code);
}

/** The answer goes on in a message of its own. */
function handedOver(cause: unknown): GatewayError {
  return new GatewayError('platform_update_closed', 'the answer does not go into its card', { cause });
}

function callOptions(frame: Frame, signal: AbortSignal): CallOptions {
  return { priority: isClosing(frame) ? 'final' : 'update', signal };
}

function handleFor(body: Body): Handle {
  if (body.type === 'interactive') return { kind: 'card' };
  return { kind: 'text', type: body.type === 'post' ? 'post' : 'text' };
}

function messageOf(sent: Sent): MessageId {
  if (sent.message !== undefined) return sent.message;
  throw new GatewayError('platform_update_closed', 'a message was never sent, so it cannot change');
}

/** Reads our own notes back; a note that is none of ours names a message that cannot change. */
function handleOf(sent: Sent): Handle {
  const { kind, card, at, seq, type } = sent.handle;
  if (kind === 'card') return { kind };
  if (kind === 'text') return { kind, type: type === 'post' ? 'post' : 'text' };
  if (kind === 'cardkit' && typeof card === 'string' && typeof at === 'number') {
    return { kind, card, at, seq: typeof seq === 'number' ? seq : 0 };
  }
  throw new GatewayError('platform_update_closed', 'the notes about a sent message cannot be read');
}
