import type { PlatformDeps } from '../../../core/platform-definition.ts';
import { type Priority, RateLimiter, windowOf } from '../../../lib/rate-limiter.ts';
import { Recent } from '../../../lib/recent.ts';
import { takeTurns } from '../rates.ts';
import type { WecomConfig } from './config.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MAX_MEMBERS = 5_000;

/** This part of a minute's messages may go out unnoted; a start takes them for sent. */
const UNNOTED = 1 / 3;
/** Every so many messages of an hour are noted in any case, and so much of the hour is left free for those that were not. */
const NOTED_EVERY = 50;
const HOUR_SHARE = 0.95;

type Deps = Pick<PlatformDeps, 'clock' | 'memos' | 'countTogether'>;

interface Member {
  readonly limiter: RateLimiter;
  /** Messages by minute, of the last hour. */
  readonly minutes: Map<number, number>;
  /** As it stands in the store. */
  noted: string | undefined;
}

/**
 * What each member may still be sent; the vendor drops what is more without a word. A restart forgets nothing that matters: who gets much
 * is noted before each message, and of everybody else a start takes as many as sent as may be unnoted.
 */
export class MemberRates {
  readonly #limits: WecomConfig['limits'];
  readonly #deps: Deps;
  readonly #members: Recent<string, Promise<Member>>;
  readonly #startedAt: number;

  constructor(limits: WecomConfig['limits'], deps: Deps) {
    this.#limits = limits;
    this.#deps = deps;
    this.#startedAt = deps.clock.now();
    // Whoever has been quiet for longer than the longest window starts anew anyway.
    this.#members = new Recent({
      max: MAX_MEMBERS,
      ttl: 2 * HOUR_MS,
      updateAgeOnGet: true,
      perf: { now: () => deps.clock.now() },
    });
  }

  /**
   * Waits for the turn of one message to these members; it counts for none of them unless all have room.
   *
   * @throws {GatewayError} `platform_throttled` with the time to wait, when that is long.
   */
  async take(
    userIds: readonly string[],
    call: { readonly priority: Priority; readonly signal: AbortSignal },
  ): Promise<void> {
    const members = new Map<string, Member>();
    // The vendor does not tell capitals from small letters.
    for (const name of userIds.map((userId) => userId.toLowerCase())) members.set(name, await this.#member(name));
    const limiters = [...members.values()].map(({ limiter }) => limiter);
    await takeTurns(limiters, { api: 'message.send', ...call });
    for (const [name, member] of members) await this.#count(name, member);
  }

  #member(name: string): Promise<Member> {
    const known = this.#members.get(name);
    if (known) return known;
    const made = this.#make(name);
    this.#members.set(name, made);
    made.catch(() => this.#members.delete(name));
    return made;
  }

  async #make(name: string): Promise<Member> {
    const { memos, clock } = this.#deps;
    const { perMemberPerMinute, perMemberPerHour } = this.#limits;
    const hourly = memos ? perMemberPerHour * HOUR_SHARE : perMemberPerHour;
    const windows = [windowOf(perMemberPerMinute, MINUTE_MS), windowOf(hourly, HOUR_MS)];
    const limiter = new RateLimiter(windows, clock, this.#deps.countTogether?.(`member ${name}`));
    if (!memos || !this.#counts) return { limiter, minutes: new Map(), noted: undefined };
    const noted = await memos.read(memoOf(name));
    const minutes = new Map(noted === undefined ? [] : (JSON.parse(noted) as [number, number][]));
    const times = [...minutes].flatMap(([minute, number]) =>
      Array<number>(number).fill(Math.min(clock.now(), (minute + 1) * MINUTE_MS)),
    );
    const lately = times.filter((time) => time > clock.now() - MINUTE_MS).length;
    const reserve = Math.max(0, Math.floor(perMemberPerMinute * UNNOTED) - lately);
    limiter.recall([...times, ...Array<number>(reserve).fill(this.#startedAt)].sort((a, b) => a - b));
    return { limiter, minutes, noted };
  }

  async #count(name: string, member: Member): Promise<void> {
    if (!this.#deps.memos || !this.#counts) return;
    const now = this.#deps.clock.now();
    const { minutes } = member;
    const minute = Math.floor(now / MINUTE_MS);
    for (const old of minutes.keys()) if (old < minute - 60) minutes.delete(old);
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    const lately = (minutes.get(minute) ?? 0) + (minutes.get(minute - 1) ?? 0);
    const all = [...minutes.values()].reduce((sum, number) => sum + number, 0);
    const isMuch = lately >= Math.floor(this.#limits.perMemberPerMinute * UNNOTED);
    if (isMuch || all % NOTED_EVERY === 0) await this.#note(name, member, now);
  }

  /** Where another process has written meanwhile, what it knows is left as it is: each keeps its own count. */
  async #note(name: string, member: Member, now: number): Promise<void> {
    const after = JSON.stringify([...member.minutes]);
    const before = member.noted;
    member.noted = after;
    const isOurs = await this.#deps.memos?.swap(memoOf(name), before, after, now + 2 * HOUR_MS);
    if (isOurs === false) member.noted = await this.#deps.memos?.read(memoOf(name));
  }

  /** A private deployment that says "as fast as you can" is not worth noting. */
  get #counts(): boolean {
    return this.#limits.perMemberPerMinute < UNLIMITED;
  }
}

const UNLIMITED = 1_000;

function memoOf(name: string): string {
  return `sent ${name}`;
}
