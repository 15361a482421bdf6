import type { SimClock } from '../clock.ts';
import { FeishuRefusal } from './errors.ts';
import type { FeishuLimits } from './limits.ts';

/** The times of the last calls under one limit, as a ring. */
interface Ring {
  readonly times: Float64Array;
  next: number;
  last: number;
}

/** How often something may be done. What comes too often is refused and does not count. */
export interface Rates {
  /** Off: nothing is counted and nothing refused. */
  on: boolean;
  /** @throws {FeishuRefusal} 99991400 (HTTP 429) over 50/s or 1000/min of one API and app. */
  takeCall(app: string, api: string): void;
  /** @throws {FeishuRefusal} 99991400 over 100/min by one app. */
  takeApproval(app: string): void;
  /** @throws {FeishuRefusal} 230020 over 5/s to one chat. */
  takeChat(chat: string): void;
  /** @throws {FeishuRefusal} 230020 over 5/s on one message. */
  takeMessage(message: string): void;
  /** @throws {FeishuRefusal} 99991400 over 10/s on one card entity. */
  takeCard(card: string): void;
  clear(): void;
}

const SECOND = 1000;
const MINUTE = 60_000;
/** Above this many rings those that have been still for a minute go. */
const MANY = 20_000;

/** The number of requests per window slides: never more than `limit` in any stretch of it. */
export function createRates(clock: SimClock, limits: FeishuLimits): Rates {
  const rings = new Map<string, Ring>();
  /** @returns Milliseconds until there is room; 0 when there is, and then the request is counted. */
  const take = (key: string, limit: number, windowMs: number): number => {
    if (!Number.isFinite(limit)) return 0;
    const now = clock.now();
    let ring = rings.get(key);
    if (ring === undefined) {
      if (rings.size >= MANY) sweep(rings, now);
      ring = { times: new Float64Array(limit).fill(Number.NEGATIVE_INFINITY), next: 0, last: now };
      rings.set(key, ring);
    }
    const wait = (ring.times[ring.next] ?? 0) + windowMs - limits.wayMs - now;
    if (wait > 0) return wait;
    ring.times[ring.next] = now;
    ring.next = (ring.next + 1) % limit;
    ring.last = now;
    return 0;
  };
  const rates: Rates = {
    on: true,
    takeCall(app, api) {
      if (!rates.on) return;
      const minute = take(`${app} ${api} m`, limits.perApiPerMinute, MINUTE);
      if (minute > 0) throw tooMany(limits.perApiPerMinute, minute);
      const second = take(`${app} ${api} s`, limits.perApiPerSecond, SECOND);
      if (second > 0) throw tooMany(limits.perApiPerSecond, second);
    },
    takeApproval(app) {
      if (!rates.on) return;
      const wait = take(`${app} approvals`, limits.approvalsPerMinute, MINUTE);
      if (wait > 0) throw tooMany(limits.approvalsPerMinute, wait);
    },
    takeChat(chat) {
      if (rates.on && take(`chat ${chat}`, limits.perChatPerSecond, SECOND) > 0) throw new FeishuRefusal(230020);
    },
    takeMessage(message) {
      if (rates.on && take(`message ${message}`, limits.perMessagePerSecond, SECOND) > 0) {
        throw new FeishuRefusal(230020);
      }
    },
    takeCard(card) {
      if (!rates.on) return;
      const wait = take(`card ${card}`, limits.perCardPerSecond, SECOND);
      if (wait > 0) throw tooMany(limits.perCardPerSecond, wait);
    },
    clear: () => rings.clear(),
  };
  return rates;
}

/** The gateway's own throttling answer, with the headers that say how long to wait. */
export function tooMany(limit: number, waitMs: number): FeishuRefusal {
  const reset = String(Math.max(1, Math.ceil(waitMs / SECOND)));
  return new FeishuRefusal(99991400, '', {
    headers: { 'x-ogw-ratelimit-limit': String(limit), 'x-ogw-ratelimit-reset': reset },
  });
}

function sweep(rings: Map<string, Ring>, now: number): void {
  for (const [key, ring] of rings) if (now - ring.last > MINUTE) rings.delete(key);
}
