import type { SimClock } from '../../clock.ts';
import { steadyHex } from '../../ids.ts';
import { createReceiver, type Receiver } from '../apps.ts';
import { type Codes, createCodes } from '../codes.ts';
import type { WecomLimits } from '../limits.ts';
import { createKfAccount, type KfAccount, type KfOptions, type KfSession, type KfState } from './accounts.ts';

/** What one code for `send_msg_on_event` is good for. */
export interface EventCode {
  readonly session: KfSession;
  readonly kind: 'welcome' | 'pool' | 'picked' | 'ended';
}

/** A failure that is told after the message was taken. */
export interface OrderedFailure {
  readonly failType: number;
}

/** What the vendor keeps for customer service. */
export interface KfWorld {
  readonly receiver: Receiver;
  readonly secret: string;
  /** By open_kfid. */
  readonly accounts: Map<string, KfAccount>;
  /** By account and person. */
  readonly sessions: Map<string, KfSession>;
  readonly codes: Codes<EventCode>;
  /** Tokens of signals, with their ends. */
  readonly tokens: Map<string, number>;
  /** Messages that will fail after they were taken, first come first served. */
  readonly failures: OrderedFailure[];
  addAccount(options: KfOptions['accounts'] extends readonly (infer A)[] | undefined ? A : never): KfAccount;
  session(account: KfAccount, person: string): KfSession;
  clear(): void;
}

export interface KfParts {
  readonly clock: SimClock;
  readonly limits: WecomLimits;
  readonly corpId: string;
  readonly options: KfOptions;
  /** Who serves where nobody was named. */
  readonly colleagues: readonly string[];
}

export function createKfWorld({ clock, limits, corpId, options, colleagues }: KfParts): KfWorld {
  const accounts = new Map<string, KfAccount>();
  const sessions = new Map<string, KfSession>();
  const kf: KfWorld = {
    receiver: createReceiver('kf', corpId, options),
    secret: options.secret ?? steadyHex(43, 'wecom-kf-secret', corpId),
    accounts,
    sessions,
    codes: createCodes(clock, 'kfcode_'),
    tokens: new Map(),
    failures: [],
    addAccount(wanted) {
      const account = createKfAccount(wanted, accounts.size, colleagues);
      accounts.set(account.id, account);
      return account;
    },
    session(account, person) {
      const key = `${account.id} ${person}`;
      const known = sessions.get(key);
      if (known !== undefined) return ended(known, clock.now(), limits);
      const session = newSession(account, person);
      sessions.set(key, session);
      return session;
    },
    clear() {
      for (const account of accounts.values()) {
        Object.assign(account, { nextSeq: 1 }).log.length = 0;
        for (const [person, duty] of account.servicers) duty.onDuty = !account.offDuty.has(person);
      }
      kf.failures.length = 0;
      for (const part of [sessions, kf.tokens, kf.codes]) part.clear();
    },
  };
  for (const account of options.accounts ?? [{}]) kf.addAccount(account);
  return kf;
}

function newSession(account: KfAccount, person: string): KfSession {
  return {
    account,
    person,
    state: 4,
    servicer: undefined,
    wroteAt: undefined,
    sent: 0,
    welcomedAt: undefined,
    activeAt: 0,
    rejects: false,
    sentIds: new Set(),
    lastMessage: undefined,
  };
}

/** A session in which nothing happens for two days is over. */
function ended(session: KfSession, now: number, limits: WecomLimits): KfSession {
  if (session.state !== 4 && now - session.activeAt >= limits.kfSessionMs) setState(session, 4, undefined, now);
  return session;
}

export function setState(session: KfSession, state: KfState, servicer: string | undefined, now: number): void {
  session.state = state;
  session.servicer = state === 3 ? servicer : undefined;
  session.activeAt = now;
}
