import type { ReplyAddress } from '../../../core/event.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import type { Frame } from '../../../core/reply.ts';
import { Recent } from '../../../lib/recent.ts';
import { HAND_OVER_UNTIL_MS, KEEP_ALIVE_MS, STREAM_MS } from './limits.ts';

/** A stream that grows, as far as this process shows it. */
export interface LiveStream {
  readonly id: string;
  readonly to: ReplyAddress;
  /** When its first frame was shown; its time runs from there. */
  readonly openedAt: number;
  shownAt: number;
  frame: Frame;
}

export interface StreamKeeper {
  /** Shows a stream's last frame again. */
  repeat(stream: LiveStream): Promise<void>;
  /** Ends a stream whose time is over, though its answer is not. */
  handOver(stream: LiveStream): Promise<void>;
}

const LOOK_EVERY_MS = 5_000;
const MAX_HANDED_OVER = 2_000;
const MAX_FINISHED = 5_000;

/**
 * The clock of the streams on the long connection.
 *
 * A stream grows until its last frame; without news it is shown again each minute; half a minute before the vendor ends it, it is handed
 * over: closed with a word that more follows. What follows goes as a message of its own.
 */
export class LiveStreams {
  readonly #keeper: StreamKeeper;
  readonly #deps: Pick<PlatformDeps, 'clock' | 'log' | 'channel'>;
  readonly #live = new Map<string, LiveStream>();
  /** The part of the answer that a stream showed when it was handed over. */
  readonly #handedOver = new Recent<string, string>({ max: MAX_HANDED_OVER });
  readonly #finished = new Set<string>();
  readonly #ending = new AbortController();
  #looking = false;

  constructor(keeper: StreamKeeper, deps: Pick<PlatformDeps, 'clock' | 'log' | 'channel'>) {
    this.#keeper = keeper;
    this.#deps = deps;
  }

  get size(): number {
    return this.#live.size;
  }

  /** Notes a frame that is on the screen. */
  shown(id: string, to: ReplyAddress, openedAt: number, frame: Frame): void {
    const shownAt = this.#deps.clock.now();
    const known = this.#live.get(id);
    if (known) Object.assign(known, { shownAt, frame });
    else this.#live.set(id, { id, to, openedAt, shownAt, frame });
    void this.#look();
  }

  /** It cannot grow any more. */
  over(id: string): void {
    this.#live.delete(id);
  }

  /** Its last frame is on the screen. */
  finished(id: string): void {
    this.over(id);
    this.#finished.add(id);
    if (this.#finished.size > MAX_FINISHED) this.#finished.delete(this.#finished.values().next().value ?? '');
  }

  isFinished(id: string): boolean {
    return this.#finished.has(id);
  }

  isHandedOver(id: string): boolean {
    return this.#handedOver.has(id);
  }

  /** What a stream that was handed over has shown of the answer; '' where nobody knows. */
  shownOf(id: string): string {
    return this.#handedOver.get(id) ?? '';
  }

  close(): void {
    this.#ending.abort();
    this.#live.clear();
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    const { clock } = this.#deps;
    const { signal } = this.#ending;
    while (this.#live.size > 0 && !signal.aborted) {
      await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
      await Promise.all([...this.#live.values()].map((stream) => this.#tend(stream)));
    }
    this.#looking = false;
  }

  async #tend(stream: LiveStream): Promise<void> {
    const now = this.#deps.clock.now();
    try {
      if (now - stream.openedAt >= STREAM_MS) {
        // First noted, then done: a newer frame that comes in between would open the stream again on the screen.
        this.#live.delete(stream.id);
        this.#handedOver.set(stream.id, wholeBlocks(stream.frame.answer));
        await this.#keeper.handOver(stream);
      } else if (now - stream.shownAt >= KEEP_ALIVE_MS) {
        stream.shownAt = now;
        await this.#keeper.repeat(stream);
      }
    } catch (error) {
      // The vendor ends it itself a little later; until then a line that was just away may be back.
      if (this.isHandedOver(stream.id) && now - stream.openedAt < HAND_OVER_UNTIL_MS) this.#live.set(stream.id, stream);
      if (!this.#ending.signal.aborted) this.#deps.log.warn('stream not kept', { channel: this.#deps.channel, error });
    }
  }
}

/** The part of a text that is whole blocks of Markdown: a code block is not cut, a sentence neither. */
export function wholeBlocks(text: string): string {
  const fences = [...text.matchAll(/^[ \t]*(`{3,}|~{3,})/gm)];
  const open = fences.length % 2 === 1 ? fences.at(-1)?.index : undefined;
  const closed = text.slice(0, open);
  const border = closed.lastIndexOf('\n\n');
  return border === -1 ? '' : closed.slice(0, border + 2);
}
