import type { ChannelName, EventKey, MessageId, TurnId } from './ids.ts';

/** The steps of a message's way, in the order in which they usually come. */
export type TraceStep =
  | 'received'
  | 'stored'
  | 'duplicate'
  | 'acknowledged'
  | 'claimed'
  | 'identified'
  | 'allowed'
  | 'refused'
  | 'routed'
  | 'queued'
  | 'asked'
  | 'first-text'
  | 'frame'
  | 'final'
  | 'delivered'
  | 'done'
  | 'failed'
  | 'recovered';

/** What the steps of one message are joined by. */
export interface Traced {
  readonly channel: ChannelName;
  readonly key: EventKey;
  readonly turn?: TurnId;
  /** The vendor's id of the message that was sent to us. */
  readonly message?: MessageId;
}

/** Counts, codes, names of agents; never what somebody wrote. */
export type TraceFields = Readonly<Record<string, string | number | boolean>>;

/** Tells how far a message has come, for the demo's page and for the operator who looks for the slow part. */
export interface Tracer {
  /** False when nobody will ever look; saves the caller the work of putting the fields together. */
  readonly enabled: boolean;
  step(trace: Traced, name: TraceStep, fields?: TraceFields): void;
}

export const noTracer: Tracer = { enabled: false, step() {} };
