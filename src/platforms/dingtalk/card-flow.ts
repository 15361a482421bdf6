import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { FailureCode } from '../../core/errors.ts';
import { GatewayError } from '../../core/errors.ts';
import type { ReplyAddress } from '../../core/event.ts';
import { askerOf } from './addresses.ts';
import type { DingtalkApi } from './api.ts';
import type { CallOptions } from './client.ts';
import { vendorCodeOf } from './errors.ts';
import type { CardLook, Template } from './templates.ts';
import { summaryOf } from './text.ts';

/** What this process knows of a card on the screen. */
interface LiveCard {
  phase: 'made' | 'growing';
  /** The text that it shows; the same again is not worth a call. */
  text: string;
}

const MAX_LIVE = 10_000;
const LIVE_MS = 60 * 60 * 1000;

/**
 * Takes cards through their life.
 *
 * A card is made (delivered, its wheel turns), growing (its text streams), or whole. Its name is the send key, so making it
 * twice makes one card. What is whole stays so: a second closing, after a crash, changes nothing that can be seen.
 *
 * @see https://open.dingtalk.com/document/development/api-streamingupdate
 */
export class CardFlow {
  readonly #api: DingtalkApi;
  readonly #template: Template;
  readonly #live = new LRUCache<string, LiveCard>({ max: MAX_LIVE, ttl: LIVE_MS, updateAgeOnGet: true });

  /** Cards that have ended: their stream takes nothing any more. */
  readonly #whole = new LRUCache<string, true>({ max: MAX_LIVE, ttl: LIVE_MS });

  constructor(api: DingtalkApi, template: Template) {
    this.#api = api;
    this.#template = template;
  }

  /** How many cards grow right now. */
  get growing(): number {
    return this.#live.size;
  }

  /**
   * Makes the card and shows it.
   *
   * @returns Whether it is new; one of that name that an earlier try made is left as it is.
   */
  async make(
    track: string,
    state: 'made' | 'whole',
    look: CardLook,
    to: ReplyAddress,
    call: CallOptions,
  ): Promise<boolean> {
    const asker = askerOf(to);
    const card = {
      track,
      template: this.#template.id,
      params: this.#template.params(state, look),
      summary: summaryOf(look.text, look.title),
      ...(asker && asker.nick !== '' && { at: { [asker.staff]: asker.nick } }),
    };
    try {
      await this.#api.createCard(to, card, call);
    } catch (error) {
      if (vendorCodeOf(error) !== 'param.cardAlreadyExist') throw error;
      return false;
    }
    this.#live.purgeStale();
    if (state === 'made') this.#live.set(track, { phase: 'made', text: '' });
    return true;
  }

  /** Shows a newer text. */
  async grow(track: string, look: CardLook, call: CallOptions): Promise<void> {
    const live = this.#live.get(track);
    if (live?.text === look.text) return;
    this.#whole.delete(track);
    if (live?.phase !== 'growing' && this.#template.told) {
      await this.#api.updateCard(track, this.#template.params('growing', look), call);
      this.#live.set(track, { phase: 'growing', text: look.text });
    }
    await this.#stream(track, look.text, false, call);
    this.#live.set(track, { phase: 'growing', text: look.text });
  }

  /** Shows the last text and ends the card. Safe to do again. */
  async close(track: string, look: CardLook, call: CallOptions): Promise<void> {
    const neverGrew = this.#template.told && this.#live.get(track)?.phase === 'made';
    // To end what never began, or has ended, would be a call of the month for nothing.
    if (!neverGrew && !this.#whole.has(track)) await this.#endStream(track, look, call);
    await this.#api.updateCard(track, this.#template.params('whole', look), call);
    this.#live.delete(track);
    this.#whole.set(track, true);
  }

  async #endStream(track: string, look: CardLook, call: CallOptions): Promise<void> {
    try {
      await this.#stream(track, look.text, true, call);
    } catch (error) {
      // It ended in an earlier try, or never began: what follows shows the text in any case.
      if (!isOneOf(error, 'platform_rejected', 'platform_update_closed') || isGone(error)) throw error;
    }
  }

  #stream(track: string, content: string, last: boolean, call: CallOptions): Promise<void> {
    return this.#api.streamCard(track, { key: this.#template.contentKey, content, last, guid: randomUUID() }, call);
  }
}

function isOneOf(error: unknown, ...codes: readonly FailureCode[]): boolean {
  return error instanceof GatewayError && codes.includes(error.code);
}

function isGone(error: unknown): boolean {
  return vendorCodeOf(error) === 'param.cardNotExist';
}
