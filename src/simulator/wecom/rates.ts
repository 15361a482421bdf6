import type { SimClock } from '../clock.ts';
import { WecomRefusal } from './errors.ts';
import type { WecomLimits } from './limits.ts';

/** How often something may be done. */
export interface Rates {
  /** Off: nothing is counted and nothing refused. */
  on: boolean;
  /** @throws {WecomRefusal} 45009 when the company called this API too often; it is then closed for a while. */
  takeCall(api: string): void;
  /** Whether there was room in all of these windows; then it is counted in each. */
  take(key: string, windows: readonly Window[]): boolean;
  clear(): void;
}

export interface Window {
  readonly limit: number;
  readonly ms: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Above this many subjects those that have been still for an hour go. */
const MANY = 20_000;

export function perMinute(limit: number): Window {
  return { limit, ms: MINUTE };
}

export function perHour(limit: number): Window {
  return { limit, ms: HOUR };
}

/** Times of what was done lately, oldest first. */
interface Subject {
  times: number[];
}

interface ApiCount {
  minute: number;
  hour: number;
  minuteStart: number;
  hourStart: number;
  closedUntil: number;
}

export function createRates(clock: SimClock, limits: WecomLimits): Rates {
  const subjects = new Map<string, Subject>();
  const apis = new Map<string, ApiCount>();
  const rates: Rates = {
    on: true,
    takeCall(api) {
      if (!rates.on) return;
      const now = clock.now();
      const count = apis.get(api) ?? { minute: 0, hour: 0, minuteStart: now, hourStart: now, closedUntil: 0 };
      apis.set(api, count);
      if (now < count.closedUntil) throw new WecomRefusal(45009);
      if (now - count.minuteStart >= MINUTE) Object.assign(count, { minute: 0, minuteStart: now });
      if (now - count.hourStart >= HOUR) Object.assign(count, { hour: 0, hourStart: now });
      count.minute += 1;
      count.hour += 1;
      if (count.hour > limits.perApiPerHour) count.closedUntil = now + limits.blockHourMs;
      else if (count.minute > limits.perApiPerMinute) count.closedUntil = now + limits.blockMs;
      if (now < count.closedUntil) throw new WecomRefusal(45009);
    },
    take(key, windows) {
      if (!rates.on) return true;
      const now = clock.now();
      const subject = subjects.get(key) ?? { times: [] };
      if (!subjects.has(key)) {
        if (subjects.size >= MANY) sweep(subjects, now);
        subjects.set(key, subject);
      }
      const isFull = windows.some(({ limit, ms }) => {
        const oldest = subject.times[subject.times.length - limit];
        return subject.times.length >= limit && oldest !== undefined && oldest > now - ms;
      });
      if (isFull) return false;
      subject.times.push(now);
      shorten(subject, Math.max(...windows.map(({ limit }) => limit)));
      return true;
    },
    clear() {
      subjects.clear();
      apis.clear();
    },
  };
  return rates;
}

/** Only as many as the widest window can hold are of interest. */
function shorten(subject: Subject, most: number): void {
  if (subject.times.length > 2 * most) subject.times = subject.times.slice(-most);
}

function sweep(subjects: Map<string, Subject>, now: number): void {
  for (const [key, { times }] of subjects) if ((times.at(-1) ?? 0) <= now - HOUR) subjects.delete(key);
}
