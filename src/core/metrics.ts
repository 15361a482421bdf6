import type { FailureCode } from './errors.ts';
import type { InboundEvent } from './event.ts';
import type { AgentName, ChannelName } from './ids.ts';
import type { PrivacyDirection } from './personal-data.ts';
import type { TurnState } from './store.ts';

/** What became of a delivery: taken in one of its forms, or refused with a code. */
export type DeliveryOutcome = 'stored' | 'duplicate' | 'question' | 'poll' | 'handshake' | 'ignored' | FailureCode;

/**
 * What became of an approval or of an event about one.
 * - started, start-failed: by us. - decided: its end was told to whoever asked. - running: it goes on.
 * - foreign: none of ours. - stale: older than what is known, or told already.
 */
export type ApprovalOutcome = 'started' | 'start-failed' | 'decided' | 'running' | 'foreign' | 'stale';

/**
 * What is counted and timed while the gateway works. Called on the hot path: an implementation does no more than add a
 * number. Durations are milliseconds. Names that go in here are few and known (channels, agents, codes); never an id.
 */
export interface Metrics {
  /** Once a delivery, webhook or socket. */
  delivery(channel: ChannelName, outcome: DeliveryOutcome): void;
  /** From having a delivery whole to having its answer, the commit included. */
  acked(channel: ChannelName, ms: number): void;
  /** Once an event of a delivery; a duplicate is one whose key was in the inbox already. */
  event(channel: ChannelName, kind: InboundEvent['kind'], duplicate: boolean): void;
  /** A turn ended; `ms` from the event's arrival. */
  turn(agent: AgentName, state: Exclude<TurnState, 'running'>, ms: number): void;
  /** From the event's arrival to the first frame at the vendor. */
  firstFrame(channel: ChannelName, ms: number): void;
  /** From the agent's end to the final frame at the vendor. */
  finalFrame(channel: ChannelName, ms: number): void;
  /**
   * One call to a vendor.
   * @param api - The call by a fixed name (`message.reply`), never a path with ids.
   * @param code - The vendor's own code (`0`, `230020`), or ours where the call got none (`timeout`).
   */
  vendorCall(channel: ChannelName, api: string, code: string, ms: number): void;
  /**
   * One call to an agent's server.
   * @param code - The HTTP status, or why there was none (`timeout`, `connect`).
   */
  agentCall(agent: AgentName, api: string, code: string, ms: number): void;
  agentError(agent: AgentName, code: FailureCode): void;
  /** Once for everything that becomes of an approval. */
  approval(channel: ChannelName, outcome: ApprovalOutcome): void;
  /** An item was given up and waits for the operator. */
  deadLetter(box: 'inbox' | 'outbox', code: FailureCode): void;
  /** One part of a push for one receiver: taken in, or left out because she has got the same words that day. */
  push(channel: ChannelName, became: 'accepted' | 'skipped'): void;
  /** So many values of a kind were kept back: from an agent (`in`) or from a platform (`out`). */
  personalData(direction: PrivacyDirection, kind: string, values: number): void;
  /** A try that failed and will be repeated. */
  retried(box: 'inbox' | 'outbox', code: FailureCode): void;
}

export const noMetrics: Metrics = {
  delivery() {},
  acked() {},
  event() {},
  turn() {},
  firstFrame() {},
  finalFrame() {},
  vendorCall() {},
  agentCall() {},
  agentError() {},
  approval() {},
  deadLetter() {},
  push() {},
  personalData() {},
  retried() {},
};
