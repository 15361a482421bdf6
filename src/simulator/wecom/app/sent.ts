import type { SimClock } from '../../clock.ts';
import { randomHex } from '../../ids.ts';
import { type Codes, createCodes } from '../codes.ts';
import type { WecomLimits } from '../limits.ts';
import type { WecomMessage } from '../model.ts';

/** One call of `message/send`: each receiver has a copy. */
export interface Sent {
  readonly msgId: string;
  /** Agentid of the app. */
  readonly app: string;
  readonly at: number;
  /** By person. */
  readonly copies: Map<string, WecomMessage>;
}

export interface SentStore {
  make(app: string): Sent;
  find(msgId: string): Sent | undefined;
  /** The call that made this copy. */
  of(message: WecomMessage): Sent | undefined;
  /** Codes by which one card can be updated once. */
  readonly responseCodes: Codes<Sent>;
  isTaskUsed(owner: string, taskId: string): boolean;
  useTask(owner: string, taskId: string): void;
  /** What an identical call within its interval was answered. */
  duplicate(key: string): unknown;
  remember(key: string, answer: unknown, forMs: number): void;
  clear(): void;
}

export function createSentStore(clock: SimClock, limits: WecomLimits): SentStore {
  const all = new Map<string, Sent>();
  const tasks = new Set<string>();
  const duplicates = new Map<string, { readonly until: number; readonly answer: unknown }>();
  const responseCodes = createCodes<Sent>(clock, 'rc_');
  const forgetOld = (): void => {
    const now = clock.now();
    for (const [id, sent] of all) {
      if (now - sent.at < limits.responseCodeMs) return;
      all.delete(id);
    }
  };
  return {
    responseCodes,
    make(app) {
      forgetOld();
      const sent: Sent = { msgId: `msg_${randomHex()}`, app, at: clock.now(), copies: new Map() };
      all.set(sent.msgId, sent);
      return sent;
    },
    find: (id) => all.get(id),
    of: (message) => (message.sendId === undefined ? undefined : all.get(message.sendId)),
    isTaskUsed: (owner, taskId) => tasks.has(`${owner} ${taskId}`),
    useTask: (owner, taskId) => void tasks.add(`${owner} ${taskId}`),
    duplicate(key) {
      const found = duplicates.get(key);
      if (found === undefined || found.until > clock.now()) return found?.answer;
      duplicates.delete(key);
      return undefined;
    },
    remember: (key, answer, forMs) => void duplicates.set(key, { until: clock.now() + forMs, answer }),
    clear() {
      for (const part of [all, tasks, duplicates, responseCodes]) part.clear();
    },
  };
}
