import { toGatewayError } from '../../../core/errors.ts';
import type { Delivery } from '../../../core/event.ts';
import type { Ack } from '../../../core/platform.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import { type Json, numberAt, objectAt, textAt } from '../../../lib/read.ts';
import type { KfApi } from './api.ts';
import type { Desk } from './desk.ts';
import { itemsOf } from './events.ts';
import { ACCOUNTS_EVERY_MS, PULL_EVERY_MS, RETRY_FIRST_MS, RETRY_MOST_MS } from './limits.ts';
import { type Place, pageHeaders, readPlace } from './places.ts';

export type Accept = (delivery: Delivery) => Promise<Ack>;
export type PlaceOf = (source: string) => Promise<string | undefined>;

/** One account that is pulled. */
interface Source {
  readonly account: string;
  /** Where its next page begins; undefined until it is read from the store. */
  place: Place | undefined;
  /** From the newest signal. */
  token: string | undefined;
  /** Something may have happened since the pull that is under way began. */
  again: boolean;
  pulling: Promise<void> | undefined;
}

interface Line {
  readonly accept: Accept;
  readonly placeOf: PlaceOf;
  readonly signal: AbortSignal;
}

/**
 * Fetches what callbacks only signal: each account one page after the other, each page through the same way in as any delivery,
 * where it is stored together with the place at which the next one begins. Also without a signal, for one may be lost.
 */
export class Puller {
  readonly #api: KfApi;
  readonly #desk: Desk;
  readonly #deps: PlatformDeps;
  readonly #sources = new Map<string, Source>();
  #line: Line | undefined;
  #accountsReadAt = 0;

  constructor(api: KfApi, desk: Desk, deps: PlatformDeps) {
    this.#api = api;
    this.#desk = desk;
    this.#deps = deps;
  }

  /** Something happened at an account. */
  signaled(account: string, token: string): void {
    const source = this.#source(account);
    if (token !== '') source.token = token;
    this.#wake(source);
  }

  /** Accounts came or went. */
  accountsChanged(): void {
    this.#accountsReadAt = 0;
    if (this.#line) void this.#round(this.#line.signal);
  }

  /** Runs until `signal` ends it. */
  async run(accept: Accept, signal: AbortSignal, placeOf: PlaceOf): Promise<void> {
    this.#line = { accept, placeOf, signal };
    while (!signal.aborted) {
      await this.#round(signal);
      await this.#deps.clock.sleep(PULL_EVERY_MS, signal).catch(() => undefined);
    }
    this.#line = undefined;
    await Promise.all([...this.#sources.values()].map(async ({ pulling }) => pulling));
  }

  async #round(signal: AbortSignal): Promise<void> {
    await this.#readAccounts(signal);
    for (const source of this.#sources.values()) this.#wake(source);
  }

  async #readAccounts(signal: AbortSignal): Promise<void> {
    const { clock, log, channel } = this.#deps;
    if (this.#accountsReadAt !== 0 && clock.now() - this.#accountsReadAt < ACCOUNTS_EVERY_MS) return;
    try {
      const accounts = await this.#api.accounts(signal);
      this.#accountsReadAt = clock.now();
      for (const { id, managed } of accounts) if (managed) this.#source(id);
    } catch (error) {
      if (!signal.aborted) log.warn('accounts of customer service not read', { channel, error: toGatewayError(error) });
    }
  }

  #source(account: string): Source {
    let source = this.#sources.get(account);
    if (!source) {
      source = { account, place: undefined, token: undefined, again: false, pulling: undefined };
      this.#sources.set(account, source);
    }
    return source;
  }

  #wake(source: Source): void {
    source.again = true;
    const line = this.#line;
    if (!line) return;
    source.pulling ??= this.#pull(source, line).finally(() => {
      source.pulling = undefined;
      // Between the last look and this moment another signal may have come.
      if (source.again && !line.signal.aborted) this.#wake(source);
    });
  }

  async #pull(source: Source, line: Line): Promise<void> {
    const { clock, log, channel } = this.#deps;
    let pause = RETRY_FIRST_MS;
    while (source.again && !line.signal.aborted) {
      source.again = false;
      try {
        await this.#pages(source, line);
        pause = RETRY_FIRST_MS;
      } catch (thrown) {
        if (line.signal.aborted) return;
        const error = toGatewayError(thrown);
        log.warn('account of customer service not pulled', { channel, account: source.account, error });
        // The next round asks again; sooner is of no use where somebody has to set something first.
        if (error.failure.retry === 'never') return;
        source.again = true;
        await clock.sleep(error.retryAfterMs ?? pause, line.signal).catch(() => undefined);
        pause = Math.min(pause * 2, RETRY_MOST_MS);
      }
    }
  }

  async #pages(source: Source, line: Line): Promise<void> {
    source.place ??= readPlace(await line.placeOf(source.account));
    for (;;) {
      const { token } = source;
      const place: Place = source.place;
      const page = await this.#api.sync(source.account, place.cursor, token, line.signal);
      const next = textAt(page, 'next_cursor');
      const hasMore = numberAt(page, 'has_more') === 1;
      const isNews = itemsOf(page).length > 0 || (next !== '' && next !== place.cursor) || place.isFirst;
      if (isNews) await this.#take(source, place, page, line);
      // An empty page may have others behind it; one that leads nowhere has not.
      if (next !== '') source.place = { cursor: next, isFirst: place.isFirst && hasMore };
      if (!hasMore || next === '' || next === place.cursor) return;
      line.signal.throwIfAborted();
    }
  }

  async #take(source: Source, { isFirst }: Place, page: Json, line: Line): Promise<void> {
    const { clock, channel } = this.#deps;
    const items = itemsOf(page);
    this.#tellFailures(items);
    const served = await this.#desk.sort(source.account, items, { isFirst, now: clock.now() }, line.signal);
    await line.accept({
      channel,
      via: 'pull',
      method: 'POST',
      headers: pageHeaders({ isFirst, served }),
      query: { open_kfid: source.account },
      body: Buffer.from(JSON.stringify(page)),
    });
  }

  /** The vendor took a message and could not bring it; there is nobody to tell but the operator. */
  #tellFailures(items: readonly Json[]): void {
    for (const item of items) {
      const event = objectAt(item, 'event');
      if (textAt(event, 'event_type') !== 'msg_send_fail') continue;
      const fields = { message: textAt(event, 'fail_msgid'), why: numberAt(event, 'fail_type') };
      this.#deps.log.warn('message of customer service not brought', { channel: this.#deps.channel, ...fields });
    }
  }
}
