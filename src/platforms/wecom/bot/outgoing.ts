import { GatewayError } from '../../../core/errors.ts';
import type { ReplyAddress } from '../../../core/event.ts';
import { id, type MessageId } from '../../../core/ids.ts';
import type { SendOptions } from '../../../core/platform.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import type { Frame, OutboundMessage, Sent } from '../../../core/reply.ts';
import { say } from '../../../core/text.ts';
import { closeHalfOpen } from '../../../lib/half-open.ts';
import type { Json } from '../../../lib/read.ts';
import { vendorCodeOf } from '../errors.ts';
import type { BotApi } from './api.ts';
import { offerCard } from './cards.ts';
import { contentOf, isClosing } from './content.ts';
import { isUnheard } from './exchange.ts';
import { sendFile } from './files.ts';
import { label } from './labels.ts';
import { ANSWER_MS, EVENT_ANSWER_MS, FRAME_INTERVAL_MS, STREAM_MS } from './limits.ts';
import { type LiveStream, LiveStreams } from './live-streams.ts';
import { greetingBody, noticeContent, questionLine } from './messages.ts';
import { fetchPictures, NO_PICTURES, type Pictures } from './pictures.ts';

export type FrameMessage = OutboundMessage & { readonly kind: 'frame' };
type NoticeMessage = OutboundMessage & { readonly kind: 'notice' };

/** What we keep about a message that a stream shows. */
interface StreamHandle {
  readonly kind: 'stream';
  readonly id: string;
  /** When its first frame was shown, in epoch milliseconds. */
  readonly at: number;
  /** Its last frame was handed in; whether it arrived is another matter. */
  readonly closing?: boolean;
  /** Its last frame is on the screen. */
  readonly done?: boolean;
}
/** What we keep about a message: the stream that shows it, or that it goes as a message of its own, handed in so many times. */
type Handle = StreamHandle | { readonly kind: 'pushed'; readonly times: number };

/** What nobody waits for is tried so long. */
const ASIDE_MS = 10_000;

const USED_TASK = 42014;
const STREAM_OVER = 846608;

/** Puts our messages onto the screen over the long connection: as streams while their time lasts, else as messages of their own. */
export class Outgoing {
  readonly #api: BotApi;
  readonly #deps: PlatformDeps;
  readonly #streams: LiveStreams;

  constructor(api: BotApi, deps: PlatformDeps) {
    this.#api = api;
    this.#deps = deps;
    this.#streams = new LiveStreams(
      { repeat: (stream) => this.#repeat(stream), handOver: (stream) => this.#handOver(stream) },
      deps,
    );
  }

  /** Only an answer to a request of the vendor's can grow, and only for minutes. */
  grows(to: ReplyAddress): boolean {
    return to.handle?.['req'] !== undefined && this.#age(to) < STREAM_MS;
  }

  close(): void {
    this.#streams.close();
  }

  async send(message: OutboundMessage, options: SendOptions): Promise<Sent> {
    if (message.kind === 'file')
      return this.#once(options, () => sendFile(message, this.#api, this.#deps, options.signal));
    if (message.kind === 'notice') return this.#sendNotice(message, options);
    const sent = (await this.#sendStream(message, options)) ?? (await this.#push(message, options));
    await this.#offer(message, options);
    return sent;
  }

  /** Shows a newer frame; the last one closes the stream, and after it there can only be questions to ask. */
  async update(sent: Sent, message: FrameMessage, options: SendOptions): Promise<Sent> {
    const handle = handleOf(sent);
    if (handle.kind === 'stream' && handle.done !== true) return this.#grow(sent, handle, message, options);
    await this.#offer(message, options);
    return sent;
  }

  /** @returns Undefined where no stream can be opened (any more). */
  async #sendStream(message: FrameMessage, options: SendOptions): Promise<Sent | undefined> {
    const { to, key, frame } = message;
    if (!this.grows(to) || isPushed(options.prior)) return undefined;
    const closing = isClosing(frame);
    const before = streamOf(options.prior);
    const begun: StreamHandle = { kind: 'stream', id: key, at: before?.at ?? this.#deps.clock.now() };
    if (this.#streams.isFinished(key)) return sentBy({ ...begun, done: true });
    if (closing) await options.save({ handle: { ...begun, closing }, minUpdateIntervalMs: 0 });
    try {
      await this.#show(key, to, frame, { first: true, signal: options.signal });
    } catch (error) {
      if (!isOver(error) || !closing) throw error;
      if (!this.#hasLanded(before, error)) return undefined;
    }
    if (closing) this.#streams.finished(key);
    else this.#streams.shown(key, to, begun.at, frame);
    return sentBy(closing ? { ...begun, done: true } : begun);
  }

  /** Its end was handed in before, and it is over so soon: the end has arrived, and only the answer to it was lost. */
  #hasLanded(handle: StreamHandle | undefined, error: unknown): boolean {
    if (handle?.closing !== true || vendorCodeOf(error) !== STREAM_OVER) return false;
    return this.#deps.clock.now() - handle.at < STREAM_MS;
  }

  async #grow(sent: Sent, handle: StreamHandle, message: FrameMessage, options: SendOptions): Promise<Sent> {
    if (this.#streams.isHandedOver(handle.id))
      throw new GatewayError('platform_update_closed', 'the stream was handed over');
    const { to, frame } = message;
    if (isClosing(frame)) return this.#finish(sent, handle, message, options);
    try {
      await this.#show(handle.id, to, frame, { signal: options.signal });
    } catch (error) {
      if (isOver(error)) this.#streams.over(handle.id);
      throw error;
    }
    this.#streams.shown(handle.id, to, handle.at, frame);
    return { ...sent, ...sentBy(handle) };
  }

  async #finish(sent: Sent, handle: StreamHandle, message: FrameMessage, options: SendOptions): Promise<Sent> {
    this.#streams.over(handle.id);
    if (handle.closing !== true) await options.save({ ...sent, handle: { ...handle, closing: true } });
    try {
      await this.#show(handle.id, message.to, message.frame, { signal: options.signal });
    } catch (error) {
      if (!this.#hasLanded(handle, error)) throw error;
    }
    this.#streams.finished(handle.id);
    await this.#offer(message, options);
    return { ...sent, ...sentBy({ ...handle, done: true }) };
  }

  async #show(stream: string, to: ReplyAddress, frame: Frame, { first = false, signal }: Showing): Promise<void> {
    const closing = isClosing(frame);
    const pictures = closing ? await fetchPictures(frame.answer, this.#deps, signal) : NO_PICTURES;
    const bodyWith = ({ attached, items }: Pictures): Json => ({
      id: stream,
      finish: closing,
      content: contentOf(frame, { thoughts: true, attached }),
      ...(first && { feedback: { id: frame.turn } }),
      ...(items.length > 0 && { msg_item: items }),
    });
    const call = { priority: closing ? 'final' : 'update', signal, counts: first } as const;
    try {
      await this.#api.stream(to, bodyWith(pictures), call);
    } catch (error) {
      // Whether pictures go along on the long connection the vendor's page says both yes and no.
      if (pictures.items.length === 0 || isOver(error) || !isRefused(error)) throw error;
      this.#deps.log.warn('pictures refused, sent as links', { channel: this.#deps.channel, error });
      await this.#api.stream(to, bodyWith(NO_PICTURES), { ...call, counts: false });
    }
  }

  async #repeat(stream: LiveStream): Promise<void> {
    await this.#show(stream.id, stream.to, stream.frame, { signal: AbortSignal.timeout(ASIDE_MS) });
  }

  async #handOver({ id: stream, to, frame }: LiveStream): Promise<void> {
    const notice = label(frame.lang, 'continuing');
    const last: Frame = { ...frame, answer: closeHalfOpen(frame.answer), state: 'stopped', notice };
    await this.#show(stream, to, last, { signal: AbortSignal.timeout(ASIDE_MS) });
  }

  /** A message of its own. What a stream that was handed over has shown already is left out. */
  async #push(message: FrameMessage, options: SendOptions): Promise<Sent> {
    const { to, key, frame } = message;
    if (!isClosing(frame)) throw new GatewayError('platform_update_closed', 'nothing grows here');
    const repeat = say(frame.lang, 'repeat');
    const again = timesPushed(options.prior) > 0 && frame.notice?.includes(repeat) !== true;
    const shown = this.#streams.shownOf(key.replace(/-n$/, ''));
    const isRest = shown !== '' && frame.answer.startsWith(shown) && frame.answer.length > shown.length;
    const head = isRest ? label(frame.lang, 'rest') : questionLine(frame);
    const content = contentOf(isRest ? { ...frame, answer: frame.answer.slice(shown.length) } : frame, {
      thoughts: false,
      ...(head !== undefined && { head }),
      ...(again && { note: repeat }),
    });
    return this.#once(options, async () => {
      await this.#api.push(to, { content, feedback: { id: frame.turn } }, asFinal(options));
      return { message: id(key), handle: {}, minUpdateIntervalMs: FRAME_INTERVAL_MS };
    });
  }

  /**
   * The vendor keeps no key of a message: what is in doubt is said once more, and never a third time.
   *
   * @throws {GatewayError} `platform_rejected` when it was in doubt twice.
   */
  async #once(options: SendOptions, push: () => Promise<Sent>): Promise<Sent> {
    const times = timesPushed(options.prior);
    if (times > 1)
      throw new GatewayError('platform_rejected', 'in doubt twice and the vendor keeps no key: not sent again');
    await options.save(sentBy({ kind: 'pushed', times: times + 1 }));
    try {
      return { ...(await push()), ...sentBy({ kind: 'pushed', times: times + 1 }) };
    } catch (error) {
      // What surely has not arrived does not count.
      if (!isUnheard(error)) await options.save(sentBy({ kind: 'pushed', times }));
      throw error;
    }
  }

  async #sendNotice(message: NoticeMessage, options: SendOptions): Promise<Sent> {
    const { to, key, lang } = message;
    if (to.handle?.['greet'] !== undefined) return this.#greet(message, options);
    const content = noticeContent(message);
    const repeat = say(lang, 'repeat');
    const again = timesPushed(options.prior) > 0;
    if (
      !isPushed(options.prior) &&
      this.grows(to) &&
      (await this.#sayByStream(to, { id: key, finish: true, content }, options))
    ) {
      return sentBy({ kind: 'stream', id: key, at: this.#deps.clock.now(), done: true });
    }
    const marked = again && !content.includes(repeat) ? `${content}\n\n${repeat}` : content;
    return this.#once(options, async () => {
      await this.#api.push(to, { content: marked }, asFinal(options));
      return { message: id(key), handle: {}, minUpdateIntervalMs: FRAME_INTERVAL_MS };
    });
  }

  /** @returns Whether it is said, now or by an earlier try. */
  async #sayByStream(to: ReplyAddress, stream: Json & { readonly id: string }, options: SendOptions): Promise<boolean> {
    const before = streamOf(options.prior);
    const at = before?.at ?? this.#deps.clock.now();
    if (this.#streams.isFinished(stream.id)) return true;
    await options.save({ handle: { kind: 'stream', id: stream.id, at, closing: true }, minUpdateIntervalMs: 0 });
    try {
      await this.#api.stream(to, stream, { ...asFinal(options), counts: true });
      this.#streams.finished(stream.id);
      return true;
    } catch (error) {
      if (!isOver(error)) throw error;
      return this.#hasLanded(before, error);
    }
  }

  /** Within five seconds in answer to the opened chat; later there is nobody to greet. */
  async #greet(message: NoticeMessage, options: SendOptions): Promise<Sent> {
    if (this.#age(message.to) > EVENT_ANSWER_MS) throw new GatewayError('platform_target_gone', 'too late to greet');
    await this.#api.greet(message.to, greetingBody(message), options.signal);
    return { ...sentBy({ kind: 'pushed', times: 1 }), message: id(message.key) };
  }

  /** Questions one may ask next: a card below the answer. Decoration: without it the answer is whole. */
  async #offer({ to, frame }: FrameMessage, options: SendOptions): Promise<void> {
    if (frame.suggested.length === 0) return;
    const card = offerCard(frame);
    try {
      await this.#api.card(to, card, { priority: 'decoration', signal: options.signal });
    } catch (error) {
      if (vendorCodeOf(error) === USED_TASK) return;
      this.#deps.log.warn('questions not shown', { channel: this.#deps.channel, turn: frame.turn, error });
    }
  }

  #age(to: ReplyAddress): number {
    const at = Number(to.handle?.['at'] ?? Number.NaN);
    return Number.isFinite(at) ? this.#deps.clock.now() - at : ANSWER_MS;
  }
}

interface Showing {
  /** It opens the stream, which counts as a message. */
  readonly first?: boolean;
  readonly signal: AbortSignal;
}

function asFinal({ signal }: SendOptions) {
  return { priority: 'final', signal } as const;
}

/** The vendor does not let the stream go on, or does not know the request any more. */
function isOver(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'platform_update_closed';
}

function isRefused(error: unknown): boolean {
  return error instanceof GatewayError && error.failure.retry === 'never';
}

function sentBy(handle: Handle): Sent {
  const message = handle.kind === 'stream' && { message: id<MessageId>(handle.id) };
  return { ...message, handle: { ...handle }, minUpdateIntervalMs: FRAME_INTERVAL_MS };
}

function isPushed(prior: Sent | undefined): boolean {
  return prior?.handle['kind'] === 'pushed';
}

/** How often it was handed in without a no. */
function timesPushed(prior: Sent | undefined): number {
  const { kind, times } = prior?.handle ?? {};
  if (kind !== 'pushed') return 0;
  return typeof times === 'number' ? times : 1;
}

function streamOf(prior: Sent | undefined): StreamHandle | undefined {
  const { kind, id: stream, at, done, closing } = prior?.handle ?? {};
  if (kind !== 'stream' || typeof stream !== 'string' || typeof at !== 'number') return undefined;
  return { kind, id: stream, at, ...(done === true && { done }), ...(closing === true && { closing }) };
}

/** Reads our own notes back; a note that is none of ours names a message that cannot change. */
function handleOf(sent: Sent): Handle {
  const stream = streamOf(sent);
  if (stream) return stream;
  if (isPushed(sent)) return { kind: 'pushed', times: timesPushed(sent) };
  throw new GatewayError('platform_update_closed', 'the notes about a sent message cannot be read');
}
