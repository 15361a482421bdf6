import { hash } from 'node:crypto';
import type { StorableEvent } from './event.ts';
import { type ApprovalId, type ChannelName, type EventKey, id, type PushId, type SendKey, type TurnId } from './ids.ts';

/** What an event is told apart by. */
interface Keyed {
  readonly key: EventKey;
  readonly to: { readonly channel: ChannelName };
}

/** The same event always asks the same turn, whatever was forgotten in between. */
export function turnIdOf(event: Keyed): TurnId {
  return id(`t${digest(event.to.channel, event.key)}`);
}

/** The same part of the same turn is always sent under the same key, so that the vendor shows it once. */
export function turnSendKey(turn: TurnId, part: string): SendKey {
  return id(`${turn}-${part}`);
}

/** A message of ours that belongs to an event and to no turn. */
export function eventSendKey(event: Pick<StorableEvent, 'key' | 'to'>, what: string): SendKey {
  return id(`n${digest(event.to.channel, event.key)}-${what}`);
}

/** The one sentence that an event is answered with instead of a turn, by the turn it would have been. */
export function noticeKey(turn: TurnId): SendKey {
  return id(`n${turn.slice(1)}-0`);
}

/** The same wish is the same approval; also what the vendor takes as its key. */
export function approvalIdOf(purpose: string, key: string): ApprovalId {
  return id(`a${digest(purpose, key)}`);
}

/** The same key of a caller's is always the same push. */
export function pushIdOf(key: string): PushId {
  return id(`u${digest(key)}`);
}

/** @param call - Which of the calls that a push takes: each is for receivers that go together. */
export function pushSendKey(push: PushId, call: number, part: number): SendKey {
  return id(`${push}-${call}-${part}`);
}

/** The push that a message belongs to; undefined for a key that is no push's. */
export function pushOfKey(key: SendKey): PushId | undefined {
  const [, push] = /^(u[0-9A-Za-z]{24})-\d+-\d+$/.exec(key) ?? [];
  return push === undefined ? undefined : id(push);
}

/** Tells two contents apart. */
export function digestOf(content: unknown): string {
  return digest(JSON.stringify(content));
}

/** What a person reads to the operator when something failed; the log has it beside the cause. */
export function referenceOf(turn: TurnId): string {
  return `PH-${turn.slice(1, 8).toUpperCase()}`;
}

// 120 bits: no two of all the events there will ever be share a digest, and every vendor's key length is respected.
function digest(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').replace(/[-_]/g, 'x').slice(0, 24);
}
