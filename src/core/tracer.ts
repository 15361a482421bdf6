import type { AgentName, ChannelName, EventKey, MessageId, TurnId } from './ids.ts';

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

/** What lasts: an event from its claim to its end, the turn it asks for, the agent's answer, a message on its way to the vendor. */
export type TracePiece = 'event' | 'turn' | 'agent' | 'send';

/** What a piece belongs to; a message that no event asked for has nothing but its channel. */
export type TracedPiece = Traced | Pick<Traced, 'channel' | 'turn'>;

/** A call that has come back, by the names that the metrics have for it. */
export interface TracedCall {
  readonly to: 'vendor' | 'agent';
  readonly name: ChannelName | AgentName;
  readonly api: string;
  readonly code: string;
  readonly ms: number;
}

/** Tells how far a message has come, for the demo's page and for the operator who looks for the slow part. */
export interface Tracer {
  /** False when nobody will ever look; saves the caller the work of putting the fields together. */
  readonly enabled: boolean;
  step(trace: Traced, name: TraceStep, fields?: TraceFields): void;
  /** Runs a piece of the way: steps and calls that happen meanwhile are part of it. */
  during<T>(trace: TracedPiece, piece: TracePiece, run: () => Promise<T>): Promise<T>;
  /** Told in the course of the piece that made the call. */
  call(call: TracedCall): void;
}

export const noTracer: Tracer = { enabled: false, step() {}, during: (_trace, _piece, run) => run(), call() {} };
