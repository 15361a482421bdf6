import type { Clock } from '../core/clock.ts';
import type { GatewayError } from '../core/errors.ts';
import type { ReplyAddress } from '../core/event.ts';
import type { SendKey } from '../core/ids.ts';
import type { Platform } from '../core/platform.ts';
import type { Frame, Sent } from '../core/reply.ts';
import type { FrameGate } from './frame-gate.ts';

/** What a message that grows needs to know of the world. */
export interface ReplyParts {
  readonly platform: Platform;
  readonly to: ReplyAddress;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether the answer is this process's to show at this moment: another one may have taken it over while this one was stopped. */
  readonly isOurs: () => boolean;
  /** Where frames wait that a newer one will replace; shared by all replies. */
  readonly gate: FrameGate;
  /** The send key of the n-th message of the answer. */
  readonly keyOf: (part: number) => SendKey;
  /** Stores what is on the screen, so that another process could go on with it. */
  readonly save: (part: number, sent: Sent) => Promise<void>;
  /** A frame is at the vendor's. */
  readonly shown: (frame: Frame, count: number) => void;
  /** Frames stop, the final one goes its own way. */
  readonly gaveUp: (error: GatewayError) => void;
}

/** Makes the newest frame of the answer's n-th message; one that `continues` is that message's last. */
export type MakeFrame = (part: number) => Frame;

/** An answer on its way to the screen, whichever way the platform lets it grow. Its final frame leaves through the outbox. */
export interface GrowingReply {
  /** Whether a message is on the screen, or on its way there. */
  readonly open: boolean;
  /** Which of the answer's messages grows; those before are whole. */
  readonly part: number;
  /** What a final frame has to know of the screen; with an empty handle where a first frame may or may not have arrived. */
  readonly sent: Sent | undefined;
  /** Offers a newer frame; `make` is called when its time has come, and only for the newest offer. */
  offer(make: MakeFrame): void;
  /** The newest frame, for a platform that asks; undefined where it does not, and before anything was offered. */
  frame(): Frame | undefined;
  /** Ends the frames: waits for the call that is under way, and no longer. */
  close(): Promise<void>;
}
