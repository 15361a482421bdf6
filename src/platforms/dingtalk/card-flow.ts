import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import type { FailureCode } from '../../core/errors.ts';
import { GatewayError } from '../../core/errors.ts';
import type { ReplyAddress } from '../../core/event.ts';
import { Recent } from '../../lib/recent.ts';
import { askerOf } from './addresses.ts';
import type { DingtalkApi } from './api.ts';
import type { CallOptions } from './client.ts';
import { vendorCodeOf } from './errors.ts';
import { LATE_CALL_MS } from './limits.ts';
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
  readonly #live = new Recent<string, LiveCard>({ max: MAX_LIVE, ttl: LIVE_MS, updateAgeOnGet: true });

  /** Cards that have ended: their stream takes nothing any more. */
  readonly #whole = new Recent<string, true>({ max: MAX_LIVE, ttl: LIVE_MS });
  /** Cards whose stream never took anything: what one sets in them may stand nowhere on the screen. */
  readonly #deaf = new Recent<string, true>({ max: MAX_LIVE, ttl: LIVE_MS });
  /** Cards that something was asked of without an answer: it may be carried out behind what is asked later. */
  readonly #unanswered = new Recent<string, true>({ max: MAX_LIVE, ttl: LIVE_MS });
  readonly #clock: Clock;
  /** Whether any card of this template has taken text from this process. */
  #hasStreamed = false;

  constructor(api: DingtalkApi, template: Template, clock: Clock) {
    this.#api = api;
    this.#template = template;
    this.#clock = clock;
  }

  /** How many cards grow right now. */
  get growing(): number {
    return this.#live.size;
  }

  /** Whether a card can be made whole; others end by streaming alone, and turn their wheel until then. */
  get canBeMadeWhole(): boolean {
    return this.#template.told;
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
    await this.#growFrom(live, track, look, call).catch((error: unknown) => {
      if (isOneOf(error, 'platform_unavailable')) this.#unanswered.set(track, true);
      throw error;
    });
  }

  async #growFrom(live: LiveCard | undefined, track: string, look: CardLook, call: CallOptions): Promise<void> {
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
    const whole = this.#template.params('whole', look);
    await this.#api.updateCard(track, whole, call);
    if (this.#unanswered.has(track)) {
      // The vendor keeps no order between calls: one that comes late would let the card grow again, for ever.
      await this.#clock.sleep(LATE_CALL_MS, call.signal);
      await this.#api.updateCard(track, whole, call);
      this.#unanswered.delete(track);
    }
    this.#live.delete(track);
    this.#whole.set(track, true);
  }

  /** Says in a card which does not take its answer where that went. */
  async leave(track: string, look: CardLook, call: CallOptions): Promise<void> {
    if (!this.#deaf.has(track)) return this.close(track, look, call);
    await this.#api.updateCard(track, this.#template.params('whole', look), call);
    this.#live.delete(track);
  }

  /** Whether its template has no place for the text: setting the variable would succeed, and show nothing. */
  isDeaf(track: string): boolean {
    return this.#deaf.has(track);
  }

  async #endStream(track: string, look: CardLook, call: CallOptions): Promise<void> {
    try {
      await this.#stream(track, look.text, true, call);
    } catch (error) {
      if (!isOneOf(error, 'platform_rejected', 'platform_update_closed') || isGone(error)) throw error;
      // It ended in an earlier try, or never began: what follows shows the text in any case, if the template has a place for it.
      if (this.#hasPlaceForText(track)) return;
      this.#deaf.set(track, true);
      throw error;
    }
  }

  /**
   * The vendor's template has. Of one's own it is known once text was taken: by this card, or by another one where this card is
   * an earlier process's. Where nothing is known the answer is rather said twice than lost.
   */
  #hasPlaceForText(track: string): boolean {
    if (this.#template.told) return true;
    if (this.#deaf.has(track)) return false;
    const live = this.#live.get(track);
    return live === undefined ? this.#hasStreamed : live.phase === 'growing';
  }

  async #stream(track: string, content: string, last: boolean, call: CallOptions): Promise<void> {
    await this.#api.streamCard(track, { key: this.#template.contentKey, content, last, guid: randomUUID() }, call);
    this.#hasStreamed = true;
    if (this.#live.has(track)) this.#live.set(track, { phase: 'growing', text: content });
  }
}

function isOneOf(error: unknown, ...codes: readonly FailureCode[]): boolean {
  return error instanceof GatewayError && codes.includes(error.code);
}

function isGone(error: unknown): boolean {
  return vendorCodeOf(error) === 'param.cardNotExist';
}
