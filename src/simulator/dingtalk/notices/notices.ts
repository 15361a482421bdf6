import { createHash } from 'node:crypto';
import type { Json } from '../../../lib/read.ts';
import type { SimClock } from '../../clock.ts';
import type { DingtalkMessage } from '../model.ts';

/** One call of `asyncsend_v2`, and what became of it. */
export interface NoticeTask {
  readonly id: number;
  readonly app: string;
  readonly sentAt: number;
  readonly messages: readonly DingtalkMessage[];
  /** By userid. */
  readonly invalid: readonly string[];
  readonly forbidden: readonly { readonly code: string; readonly count: number; readonly userid: string }[];
}

/** Work notifications, and what the vendor silently leaves out. */
export interface Notices {
  add(task: Omit<NoticeTask, 'id' | 'sentAt'>): NoticeTask;
  find(app: string, id: number): NoticeTask | undefined;
  /** @returns The vendor's code when this person may not get this today. */
  take(app: string, person: string, message: Json): 143105 | 143106 | undefined;
  clear(): void;
}

const DAY = 24 * 3_600_000;
const TO_BEIJING_MS = 8 * 3_600_000;
const FIRST_ID = 256_271_667_526;

/** @param perDay - Notifications of one app to one person. */
export function createNotices(clock: SimClock, perDay: number): Notices {
  const tasks = new Map<number, NoticeTask>();
  const counts = new Map<string, number>();
  const contents = new Set<string>();
  let today = -1;
  return {
    add(task) {
      const whole = { ...task, id: FIRST_ID + tasks.size, sentAt: clock.now() };
      tasks.set(whole.id, whole);
      return whole;
    },
    find(app, id) {
      const found = tasks.get(id);
      return found?.app === app ? found : undefined;
    },
    take(app, person, message) {
      const day = Math.floor((clock.now() + TO_BEIJING_MS) / DAY);
      if (day !== today) {
        today = day;
        counts.clear();
        contents.clear();
      }
      const key = `${app} ${person}`;
      const content = `${key} ${createHash('sha256').update(JSON.stringify(message)).digest('base64')}`;
      if (contents.has(content)) return 143106;
      const count = (counts.get(key) ?? 0) + 1;
      if (count > perDay) return 143105;
      counts.set(key, count);
      contents.add(content);
      return undefined;
    },
    clear() {
      for (const all of [tasks, counts, contents]) all.clear();
    },
  };
}
