import { type Json } from '../../../lib/read.ts';
import type { Avatar } from '../../contract.ts';
import { steadyHex } from '../../ids.ts';
import type { ReceiverOptions } from '../apps.ts';
import type { WecomMessage } from '../model.ts';

/** One account of customer service, as customers see it. */
export interface KfAccount {
  readonly kind: 'kf';
  /** The open_kfid. */
  readonly id: string;
  name: string;
  readonly avatar: Avatar;
  /** Who serves here, and whether she is on duty; by person. */
  readonly servicers: Map<string, { onDuty: boolean }>;
  /** Who was not on duty at the start. */
  readonly offDuty: ReadonlySet<string>;
  /** Everything that happened, oldest first; what the API is not told of has nothing to show. */
  readonly log: KfEntry[];
  /** Number of the next entry. */
  nextSeq: number;
  /** Whether it was handed over to the API; else 95017. */
  readonly isManaged: boolean;
}

/** One line of an account's log. */
export interface KfEntry {
  readonly seq: number;
  readonly at: number;
  readonly msgId: string;
  /** As `sync_msg` gives it out; undefined for what was sent by API. */
  readonly shown: Json | undefined;
}

export interface KfAccountOptions {
  readonly openKfId?: string;
  readonly name?: string;
  /** By `SimPerson.id`; default: the colleagues of the demo. */
  readonly servicers?: readonly string[];
  /** Those of them who take no customers at the start. */
  readonly offDuty?: readonly string[];
  readonly managed?: boolean;
}

export interface KfOptions extends ReceiverOptions {
  readonly secret?: string;
  /** Default: one. */
  readonly accounts?: readonly KfAccountOptions[];
}

/**
 * The session of one customer with one account is always in one of these states.
 * - 0: new. Left by API to 1, 2 or 3.
 * - 1: the bot's. Left by API to 2 or 3.
 * - 2: waiting in the pool. Left by a servicer who takes it, or by API, to 3.
 * - 3: with a person. Left by transfer (3), or its end (4).
 * - 4: ended, or never begun. Left by the customer's next message (0).
 */
export type KfState = 0 | 1 | 2 | 3 | 4;

export interface KfSession {
  readonly account: KfAccount;
  /** The customer. */
  readonly person: string;
  state: KfState;
  /** Who serves, in state 3. */
  servicer: string | undefined;
  /** When the customer last wrote. */
  wroteAt: number | undefined;
  /** What was sent since, by API. */
  sent: number;
  /** When she was last greeted. */
  welcomedAt: number | undefined;
  /** When anything last happened. */
  activeAt: number;
  /** Whether she blocks messages. */
  rejects: boolean;
  readonly sentIds: Set<string>;
  lastMessage: WecomMessage | undefined;
}

const ORANGE = '#c8700f';

export function createKfAccount(options: KfAccountOptions, index: number, colleagues: readonly string[]): KfAccount {
  const offDuty = new Set(options.offDuty);
  const name = options.name ?? (index === 0 ? '在线客服' : `在线客服${index + 1}`);
  return {
    kind: 'kf',
    id: options.openKfId ?? `wk${steadyHex(30, 'open-kfid', String(index))}`,
    name,
    avatar: { color: ORANGE, letters: name.slice(0, 1) },
    servicers: new Map((options.servicers ?? colleagues).map((person) => [person, { onDuty: !offDuty.has(person) }])),
    offDuty,
    log: [],
    nextSeq: 1,
    isManaged: options.managed ?? true,
  };
}
