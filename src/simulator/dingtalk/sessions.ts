import type { SimClock } from '../clock.ts';
import { randomHex } from '../ids.ts';
import type { DingtalkApp } from './apps.ts';
import { OldRefusal } from './errors.ts';
import type { DingtalkMessage } from './model.ts';

/** What a sessionWebhook stands for. */
export interface Session {
  readonly app: DingtalkApp;
  readonly message: DingtalkMessage;
  readonly until: number;
}

export const SESSION_PATH = '/robot/sendBySession';

export interface Sessions {
  /** A new address for answering this message, and its end. */
  open(app: DingtalkApp, message: DingtalkMessage): { readonly session: string; readonly until: number };
  /** @throws {OldRefusal} 300001 when it is unknown or over. */
  get(session: string): Session;
  /** Ends them all. */
  expire(): void;
  clear(): void;
}

export function createSessions(clock: SimClock, lifeMs: number): Sessions {
  const known = new Map<string, Session>();
  return {
    open(app, message) {
      const now = clock.now();
      for (const [id, { until }] of known) {
        if (until > now) break;
        known.delete(id);
      }
      const session = randomHex();
      const until = message.createdAt + lifeMs;
      known.set(session, { app, message, until });
      return { session, until };
    },
    get(session) {
      const found = known.get(session);
      if (found === undefined || found.until <= clock.now()) throw new OldRefusal(300001, 'session 不存在');
      return found;
    },
    expire: () => known.clear(),
    clear: () => known.clear(),
  };
}
