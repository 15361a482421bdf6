import { LRUCache } from 'lru-cache';
import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import type { Json } from '../../lib/read.ts';
import type { CallOptions, FeishuApi } from './api.ts';
import { type CardElement, type CardView, closedSettings, writeCard } from './cards.ts';
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

interface Shown {
  readonly header: string;
  readonly parts: readonly ShownPart[];
}

interface ShownPart {
  readonly id: string;
  /** The element without its growing text. */
  readonly shell: string;
  readonly textId: string | undefined;
  readonly content: string;
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
  readonly #live = new LRUCache<string, LiveCard>({ max: MAX_LIVE, ttl: 2 * STREAM_RENEW_MS, updateAgeOnGet: true });

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
    this.#live.purgeStale();
    this.#live.set(card, { seq: 0, openedAt: at, shown: shownOf(view) });
    return { card, at, seq: 0 };
  }

  /** Shows a newer view; sends only what has changed. */
  async grow(handle: CardHandle, view: CardView, options: CallOptions): Promise<CardHandle> {
    const live = this.#of(handle);
    const before = live.shown;
    live.shown = undefined;
    if (this.#clock.now() - live.openedAt > STREAM_RENEW_MS) await this.#open(handle, live, options);
    const after = shownOf(view);
    const known = before !== undefined && before.header === after.header;
    const changed = known && (await this.#change(handle, live, before, view, options));
    if (!changed) await this.#replace(handle, live, view, options);
    live.shown = after;
    return { ...handle, seq: live.seq };
  }

  /** Shows the last view and ends the streaming. Safe to do again. */
  async close(handle: CardHandle, view: CardView, options: CallOptions): Promise<CardHandle> {
    const live = this.#of(handle);
    live.shown = undefined;
    await this.#attempt(handle, live, options, (seq) =>
      this.#api.changeSettings(handle.card, closedSettings(view), seq, options),
    ).catch((error: unknown) => {
      if (!STREAMING_CLOSED.has(vendorCodeOf(error) ?? 0)) throw error;
    });
    await this.#replace(handle, live, view, options);
    this.#live.delete(handle.card);
    return { ...handle, seq: live.seq };
  }

  #of(handle: CardHandle): LiveCard {
    const known = this.#live.get(handle.card);
    if (known) return known;
    // Of a card from before a restart nobody knows when its streaming was opened; the vendor says so if it has ended.
    const live: LiveCard = { seq: handle.seq, openedAt: this.#clock.now(), shown: undefined };
    this.#live.set(handle.card, live);
    return live;
  }

  /** @returns False when the card on the screen is not the one we believe in. */
  async #change(
    handle: CardHandle,
    live: LiveCard,
    before: Shown,
    view: CardView,
    options: CallOptions,
  ): Promise<boolean> {
    const changes = changesBetween(before, view);
    let done = 0;
    try {
      if (changes.actions.length > 0) {
        await this.#attempt(handle, live, options, (seq) =>
          this.#api.batchUpdate(handle.card, changes.actions, seq, options),
        );
        done += 1;
      }
      for (const { id, content } of changes.texts) {
        await this.#attempt(handle, live, options, (seq) =>
          this.#api.streamText(handle.card, id, content, seq, options),
        );
        done += 1;
      }
      return true;
    } catch (error) {
      if (OTHER_CARD.has(vendorCodeOf(error) ?? 0)) return false;
      const untouched = done === 0 && error instanceof GatewayError && error.code === 'platform_throttled';
      if (untouched) live.shown = before;
      throw error;
    }
  }

  async #replace(handle: CardHandle, live: LiveCard, view: CardView, options: CallOptions): Promise<void> {
    const json = writeCard(view);
    await this.#attempt(handle, live, options, (seq) => this.#api.replaceCard(handle.card, json, seq, options));
    if (!view.closed) live.openedAt = this.#clock.now();
  }

  async #open(handle: CardHandle, live: LiveCard, options: CallOptions): Promise<void> {
    await this.#api.changeSettings(handle.card, { streaming_mode: true }, this.#next(handle, live), options);
    live.openedAt = this.#clock.now();
  }

  /** Does one operation, and once more after what the vendor's refusal says is missing. */
  async #attempt(
    handle: CardHandle,
    live: LiveCard,
    options: CallOptions,
    operate: (seq: number) => Promise<void>,
  ): Promise<void> {
    for (let presses = 0, mended = false; ; ) {
      try {
        return await operate(this.#next(handle, live));
      } catch (error) {
        const code = vendorCodeOf(error) ?? 0;
        if (code === BEING_PRESSED && presses < PRESS_RETRIES) presses += 1;
        else if (mended || !(await this.#mend(code, handle, live, options))) throw error;
        else mended = true;
        if (code === BEING_PRESSED) await this.#clock.sleep(PRESS_PAUSE_MS, options.signal);
      }
    }
  }

  async #mend(code: number, handle: CardHandle, live: LiveCard, options: CallOptions): Promise<boolean> {
    if (code === SEQUENCE_BEHIND) {
      live.seq += SEQUENCE_LEAP;
      return true;
    }
    if (!STREAMING_CLOSED.has(code)) return false;
    await this.#open(handle, live, options);
    return true;
  }

  #next(handle: CardHandle, live: LiveCard): number {
    const byTime = Math.floor((this.#clock.now() - handle.at) / 100) + 1;
    live.seq = Math.max(live.seq + 1, byTime);
    return live.seq;
  }
}

function shownOf(view: CardView): Shown {
  const parts = view.elements.map((element) => ({
    id: element.id,
    shell: JSON.stringify(element.make('')),
    textId: element.text?.id,
    content: element.text?.content ?? '',
  }));
  return { header: JSON.stringify(view.header), parts };
}

interface Changes {
  readonly actions: readonly Json[];
  readonly texts: readonly { readonly id: string; readonly content: string }[];
}

/** What turns the card on the screen into the new one; its parts never change their order. */
function changesBetween(before: Shown, view: CardView): Changes {
  const old = new Map(before.parts.map((part) => [part.id, part]));
  const kept = new Set(view.elements.map((element) => element.id));
  const gone = before.parts.filter((part) => !kept.has(part.id)).map((part) => part.id);
  const actions: Json[] = [];
  const texts: { id: string; content: string }[] = [];
  view.elements.forEach((element, index) => {
    const part = old.get(element.id);
    if (!part) actions.push(addition(element, view.elements, index, old));
    else if (part.shell !== JSON.stringify(element.make(''))) actions.push(replacement(element));
    else if (element.text && element.text.content !== part.content && element.text.content !== '')
      texts.push(element.text);
  });
  if (gone.length > 0) actions.push({ action: 'delete_elements', params: { element_ids: gone } });
  return { actions, texts };
}

/** Goes behind the part above it, which is there by then; the first one before what was there first. */
function addition(
  element: CardElement,
  all: readonly CardElement[],
  index: number,
  old: ReadonlyMap<string, unknown>,
): Json {
  const elements = [element.make(element.text?.content ?? '')];
  const above = all[index - 1];
  if (above) return { action: 'add_elements', params: { type: 'insert_after', target_element_id: above.id, elements } };
  const [first] = old.keys();
  if (first === undefined) return { action: 'add_elements', params: { type: 'append', elements } };
  return { action: 'add_elements', params: { type: 'insert_before', target_element_id: first, elements } };
}

function replacement(element: CardElement): Json {
  return {
    action: 'update_element',
    params: { element_id: element.id, element: element.make(element.text?.content ?? '') },
  };
}
