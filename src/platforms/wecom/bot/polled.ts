import { assertNever, GatewayError } from '../../../core/errors.ts';
import type { ReplyAddress } from '../../../core/event.ts';
import { id, type MessageId, type TurnId } from '../../../core/ids.ts';
import type { Lang } from '../../../core/lang.ts';
import type { PolledLook, SendOptions } from '../../../core/platform.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import type { Frame, OutboundMessage, Sent } from '../../../core/reply.ts';
import { closeHalfOpen } from '../../../lib/half-open.ts';
import type { Json } from '../../../lib/read.ts';
import { Recent } from '../../../lib/recent.ts';
import { contentOf } from './content.ts';
import { label } from './labels.ts';
import { FRAME_INTERVAL_MS, POLL_SILENCE_MS, STREAM_MS } from './limits.ts';
import { wholeBlocks } from './live-streams.ts';
import { noticeContent } from './messages.ts';
import { fetchPictures } from './pictures.ts';
import { type PolledStream, parseStreamName, streamName } from './streams.ts';

/** What this process knows of a stream that the platform polls. */
interface Polled {
  /** The last frame, ready to be fetched, and the message it belongs to. */
  final?: { readonly key: string; readonly stream: Json };
  /** It ended on the screen: with the last frame, or because its time was over. */
  ended: boolean;
  /** What it had shown of an answer when its time was over. */
  shown: string;
  polledAt: number;
  /** Whoever waits for the last frame to be fetched looks again. */
  tell: () => void;
}

/** What a process tells the others of a poll that it has answered. */
interface Told {
  readonly turn: string;
  readonly ended: boolean;
  /** What was shown when the time was over. */
  readonly shown: string;
  /** Of the message whose last frame was taken. */
  readonly key: string | undefined;
}

const MAX_STREAMS = 20_000;

/**
 * The streams of the callback way: the platform asks for the next frame about every second, from the answer to the question until a last
 * frame or six minutes after it. What is told comes from the pipeline; the last frame is handed in by `send`, which waits for the poll that takes it.
 *
 * @see https://developer.work.weixin.qq.com/document/path/101031
 */
export class PolledStreams {
  readonly #deps: PlatformDeps;
  readonly #streams = new Recent<TurnId, Polled>({ max: MAX_STREAMS });

  constructor(deps: PlatformDeps) {
    this.#deps = deps;
    deps.peers?.hear((text) => this.#heard(JSON.parse(text) as Told));
  }

  /** The first frame, in the response to the question: from then on the platform asks. */
  static opening(stream: PolledStream, lang: Lang): Json {
    const first = {
      id: streamName(stream),
      finish: false,
      content: label(lang, 'loading'),
      feedback: { id: stream.turn },
    };
    return { msgtype: 'stream', stream: first };
  }

  /**
   * The stream that an address speaks of, while its time lasts.
   *
   * @param key - The message that wants it; one that it has shown already still finds it.
   */
  open(to: ReplyAddress, key?: string): PolledStream | undefined {
    const stream = parseStreamName(to.handle?.['stream'] ?? '');
    if (!stream) return undefined;
    const polled = this.#streams.get(stream.turn);
    if (key !== undefined && polled?.final?.key === key) return stream;
    const isOver = polled?.ended === true || this.#deps.clock.now() - stream.since >= STREAM_MS;
    return isOver ? undefined : stream;
  }

  /** What the stream had shown when its time was over; '' where nobody knows. */
  shownOf(to: ReplyAddress): string {
    const stream = parseStreamName(to.handle?.['stream'] ?? '');
    return stream ? (this.#streams.get(stream.turn)?.shown ?? '') : '';
  }

  /** Answers a poll. */
  answer(stream: PolledStream, look: PolledLook): Json {
    const polled = this.#of(stream.turn);
    const now = this.#deps.clock.now();
    polled.polledAt = now;
    const frame = this.#frame(stream, polled, look, now);
    if (frame['finish'] === true) polled.ended = true;
    polled.tell();
    this.#say(stream.turn, polled);
    return { msgtype: 'stream', stream: { id: streamName(stream), ...frame } };
  }

  /** A poll comes to any process, and the one that has something to show must know what became of it. */
  #say(turn: TurnId, { ended, shown, final }: Polled): void {
    this.#deps.peers?.say(JSON.stringify({ turn, ended, shown, key: final?.key } satisfies Told));
  }

  #heard({ turn, ended, shown, key }: Told): void {
    const polled = this.#of(id(turn));
    polled.polledAt = this.#deps.clock.now();
    if (ended) {
      polled.ended = true;
      if (shown !== '') polled.shown = shown;
      if (key !== undefined) polled.final ??= { key, stream: {} };
    }
    polled.tell();
  }

  #frame(stream: PolledStream, polled: Polled, look: PolledLook, now: number): Json {
    if (polled.final) return { finish: true, ...polled.final.stream };
    const isOver = now - stream.since >= STREAM_MS;
    switch (look.kind) {
      case 'growing':
        return isOver
          ? this.#handOver(polled, look.frame)
          : { finish: false, content: contentOf(look.frame, { thoughts: true }) };
      case 'waiting':
        return { finish: isOver, content: label('zh', isOver ? 'continuing' : 'loading') };
      case 'whole':
        // Another process, or one before a restart, has sent it or is about to.
        polled.final = { key: look.message.key, stream: { content: wholeContent(look.message) } };
        return { finish: true, ...polled.final.stream };
      default:
        return assertNever(look);
    }
  }

  #handOver(polled: Polled, frame: Frame): Json {
    polled.shown = wholeBlocks(frame.answer);
    const notice = label(frame.lang, 'continuing');
    const last: Frame = { ...frame, answer: closeHalfOpen(frame.answer), state: 'stopped', notice };
    return { finish: true, content: contentOf(last, { thoughts: true }) };
  }

  /**
   * Hands the last frame in and waits until a poll has taken it.
   *
   * @returns Undefined when the stream is another message's, or nobody asks for it any more.
   */
  async finish(stream: PolledStream, message: OutboundMessage, { signal }: SendOptions): Promise<Sent | undefined> {
    const polled = this.#of(stream.turn);
    const { key } = message;
    if (polled.final && polled.final.key !== key) return undefined;
    if (!polled.final) {
      const prepared = await this.#prepare(message, signal);
      // A poll may have found the message stored, or the time over, while pictures were fetched.
      if (polled.ended && polled.final === undefined) return undefined;
      polled.final ??= { key, stream: prepared };
    }
    if (!(await this.#taken(stream, polled, signal))) return undefined;
    return {
      message: id<MessageId>(key),
      handle: { kind: 'polled', stream: streamName(stream) },
      minUpdateIntervalMs: FRAME_INTERVAL_MS,
    };
  }

  async #prepare(message: OutboundMessage, signal: AbortSignal): Promise<Json> {
    if (message.kind !== 'frame') return { content: wholeContent(message) };
    const { attached, items } = await fetchPictures(message.frame.answer, this.#deps, signal);
    const content = contentOf(message.frame, { thoughts: true, attached });
    return { content, ...(items.length > 0 && { msg_item: items }) };
  }

  async #taken(stream: PolledStream, polled: Polled, signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#deps;
    const since = clock.now();
    while (!polled.ended) {
      const now = clock.now();
      const until = Math.min(Math.max(since, polled.polledAt) + POLL_SILENCE_MS, stream.since + STREAM_MS);
      if (now >= until) {
        // From here on it goes another way, so a late poll must not show it a second time.
        Object.assign(polled, { final: { key: '', stream: { content: label('zh', 'continuing') } }, ended: true });
        return false;
      }
      await this.#next(polled, until - now, signal);
      signal.throwIfAborted();
    }
    return true;
  }

  async #next(polled: Polled, ms: number, signal: AbortSignal): Promise<void> {
    const told = new AbortController();
    const before = polled.tell;
    polled.tell = () => {
      before();
      told.abort();
    };
    await this.#deps.clock.sleep(ms, AbortSignal.any([signal, told.signal])).catch(() => undefined);
    polled.tell = before;
  }

  #of(turn: TurnId): Polled {
    const known = this.#streams.get(turn);
    if (known) return known;
    const polled: Polled = { ended: false, shown: '', polledAt: Number.NEGATIVE_INFINITY, tell: () => undefined };
    this.#streams.set(turn, polled);
    return polled;
  }
}

/** A stream that we know nothing of: it ends, so that it does not turn for ever. */
export function unknownStream(name: string): Json {
  return { msgtype: 'stream', stream: { id: name, finish: true, content: label('zh', 'lost') } };
}

/** A whole message without its pictures. */
function wholeContent(message: OutboundMessage): string {
  if (message.kind === 'frame') return contentOf(message.frame, { thoughts: true });
  if (message.kind === 'notice') return noticeContent(message);
  throw new GatewayError('internal', 'a file is no frame of a stream');
}
