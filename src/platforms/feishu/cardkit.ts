import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { Recent } from '../../lib/recent.ts';
import type { CallOptions, FeishuApi } from './api.ts';
import { changesBetween, type Shown, shownOf } from './card-changes.ts';
import type { CardView } from './card-view.ts';
import { closedSettings, writeCard } from './cards.ts';
import { vendorCodeOf } from './errors.ts';
import { STREAM_RENEW_MS } from './limits.ts';

/** What must be known to go on with a card after a restart. */
export interface CardHandle {
  readonly card: string;
  /** When it was made, in epoch milliseconds. */
  readonly at: number;
  /** A sequence number that has been used. */
  readonly seq: number;
}

/** What the screen shows of a card, as far as this process put it there. */
interface LiveCard {
  seq: number;
  /** When streaming was last opened. */
  openedAt: number;
  /** Absent when a change may have half happened: the next one then replaces the whole card. */
  shown: Shown | undefined;
}

/** One call of ours to change a card. */
interface Job {
  readonly handle: CardHandle;
  readonly live: LiveCard;
  readonly options: CallOptions;
}

/** What was done so far to get one operation through. */
interface Tried {
  presses: number;
  mended: boolean;
}

const SEQUENCE_BEHIND = 300317;
const STREAMING_CLOSED = new Set([300309, 200850]);
const BEING_PRESSED = 200810;
/** An element is not there, or there twice: what we believe to be on the screen is wrong. */
const OTHER_CARD = new Set([300301, 300310, 300312, 300313, 300314, 300315]);
const MAX_LIVE = 10_000;
const PRESS_PAUSE_MS = 300;
const PRESS_RETRIES = 3;
/** How far ahead a refused sequence jumps. */
const SEQUENCE_LEAP = 1_000;

/**
 * Lets cards grow by the vendor's streaming API.
 *
 * A card is unmade, open (streaming: it grows, its buttons do not answer), or closed (whole; only pressed buttons change it).
 * Its sequence must rise with every operation, whoever makes it. It is counted in tenths of a second since the card was
 * made, so a process that takes the card over after a crash is always ahead of the one that died.
 *
 * @see https://open.feishu.cn/document/cardkit-v1/streaming-updates-openapi-overview
 */
export class CardKit {
  readonly #api: FeishuApi;
  readonly #clock: Clock;
  // A card that nobody touches for longer than streaming lasts has been given up.
  readonly #live = new Recent<string, LiveCard>({ max: MAX_LIVE, ttl: 2 * STREAM_RENEW_MS, updateAgeOnGet: true });
  #tidiedAt = 0;

  constructor(api: FeishuApi, clock: Clock) {
    this.#api = api;
    this.#clock = clock;
  }

  /** How many cards grow right now. */
  get growing(): number {
    return this.#live.size;
  }

  /** Makes a card that no message shows yet. */
  async make(view: CardView, options: CallOptions): Promise<CardHandle> {
    const at = this.#clock.now();
    const card = await this.#api.createCard(writeCard(view), options);
    this.#forgetGivenUp(at);
    this.#live.set(card, { seq: 0, openedAt: at, shown: shownOf(view) });
    return { card, at, seq: 0 };
  }

  /** Shows a newer view; sends only what has changed. */
  async grow(handle: CardHandle, view: CardView, options: CallOptions): Promise<CardHandle> {
    const job = this.#jobOf(handle, options);
    const { live } = job;
    const before = live.shown;
    live.shown = undefined;
    if (this.#clock.now() - live.openedAt > STREAM_RENEW_MS) await this.#open(job);
    const after = shownOf(view);
    const known = before !== undefined && before.header === after.header;
    const changed = known && (await this.#change(job, before, after, view));
    if (!changed) await this.#replace(job, view);
    live.shown = after;
    return { ...handle, seq: live.seq };
  }

  /** Shows the last view and ends the streaming. Safe to do again. */
  async close(handle: CardHandle, view: CardView, options: CallOptions): Promise<CardHandle> {
    const job = this.#jobOf(handle, options);
    job.live.shown = undefined;
    await this.#endStreaming(job, view);
    await this.#replace(job, view);
    this.#live.delete(handle.card);
    return { ...handle, seq: job.live.seq };
  }

  /** Looks at every card, so not with each new one. */
  #forgetGivenUp(now: number): void {
    if (now - this.#tidiedAt < STREAM_RENEW_MS) return;
    this.#tidiedAt = now;
    this.#live.purgeStale();
  }

  #jobOf(handle: CardHandle, options: CallOptions): Job {
    let live = this.#live.get(handle.card);
    if (!live) {
      // Of a card from before a restart nobody knows when its streaming was opened; the vendor says so if it has ended.
      live = { seq: handle.seq, openedAt: this.#clock.now(), shown: undefined };
      this.#live.set(handle.card, live);
    }
    return { handle, live, options };
  }

  /** @returns False when the card on the screen is not the one we believe in. */
  async #change(job: Job, before: Shown, after: Shown, view: CardView): Promise<boolean> {
    const { card } = job.handle;
    const { actions, texts } = changesBetween(before, after, view);
    let done = 0;
    try {
      if (actions.length > 0) {
        await this.#attempt(job, (seq) => this.#api.batchUpdate(card, actions, seq, job.options), true);
        done += 1;
      }
      for (const { id, content } of texts) {
        await this.#attempt(job, (seq) => this.#api.streamText(card, id, content, seq, job.options), true);
        done += 1;
      }
      return true;
    } catch (error) {
      if (OTHER_CARD.has(vendorCodeOf(error) ?? 0)) return false;
      const untouched = done === 0 && error instanceof GatewayError && error.code === 'platform_throttled';
      if (untouched) job.live.shown = before;
      throw error;
    }
  }

  async #replace(job: Job, view: CardView): Promise<void> {
    const json = writeCard(view);
    await this.#attempt(job, (seq) => this.#api.replaceCard(job.handle.card, json, seq, job.options));
    if (!view.closed) job.live.openedAt = this.#clock.now();
  }

  async #open(job: Job): Promise<void> {
    const seq = this.#next(job);
    await this.#api.changeSettings(job.handle.card, { streaming_mode: true }, seq, job.options);
    job.live.openedAt = this.#clock.now();
  }

  async #endStreaming(job: Job, view: CardView): Promise<void> {
    const settings = closedSettings(view);
    try {
      await this.#attempt(job, (seq) => this.#api.changeSettings(job.handle.card, settings, seq, job.options));
    } catch (error) {
      // It has ended by itself.
      if (!STREAMING_CLOSED.has(vendorCodeOf(error) ?? 0)) throw error;
    }
  }

  /** Does one operation, and again after what the vendor's refusal says is missing. */
  async #attempt(job: Job, operate: (seq: number) => Promise<void>, needsStreaming = false): Promise<void> {
    const tried: Tried = { presses: 0, mended: false };
    for (;;) {
      try {
        return await operate(this.#next(job));
      } catch (error) {
        if (!(await this.#mend(vendorCodeOf(error) ?? 0, job, tried, needsStreaming))) throw error;
      }
    }
  }

  /** @returns Whether trying again makes sense. */
  async #mend(code: number, job: Job, tried: Tried, needsStreaming: boolean): Promise<boolean> {
    if (code === BEING_PRESSED && tried.presses < PRESS_RETRIES) {
      tried.presses += 1;
      await this.#clock.sleep(PRESS_PAUSE_MS, job.options.signal);
      return true;
    }
    if (tried.mended) return false;
    tried.mended = true;
    if (code === SEQUENCE_BEHIND) job.live.seq += SEQUENCE_LEAP;
    else if (needsStreaming && STREAMING_CLOSED.has(code) && this.#mayHaveRunOut(job)) await this.#open(job);
    else return false;
    return true;
  }

  /** Before its time is up a card's streaming is ended by whoever has the answer: another process, if it was not this one. */
  #mayHaveRunOut({ handle }: Job): boolean {
    return this.#clock.now() - handle.at > STREAM_RENEW_MS;
  }

  #next({ handle, live }: Job): number {
    const byTime = Math.floor((this.#clock.now() - handle.at) / 100) + 1;
    live.seq = Math.max(live.seq + 1, byTime);
    return live.seq;
  }
}
