import type { ForgeVariant } from './contract-actions.ts';
import type { FarSide, Words } from './contract-people.ts';

export interface WireEntry {
  readonly id: string;
  readonly at: number;
  readonly side: FarSide;
  readonly app?: string;
  /** `in`: the gateway called the vendor; `out`: the vendor delivered to the gateway. */
  readonly direction: 'in' | 'out';
  readonly transport: 'http' | 'sse' | 'websocket';
  /** HTTP method, or the frame's type on a WebSocket. */
  readonly method: string;
  readonly path: string;
  /** 0 while there is no answer, −1 when the line broke or time ran out. */
  readonly status: number;
  /** The vendor's own code in the answer, 0 when it went well. */
  readonly code?: number;
  readonly ms?: number;
  /** One line: what this is ("event im.message.receive_v1, 2nd try"). */
  readonly title: Words;
  /** The fault that was made on it. */
  readonly fault?: FaultKind;
  /** The message it is about. */
  readonly message?: string;
  /** Frames so far of a stream. */
  readonly frames: number;
}

export interface WireDetail extends WireEntry {
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** As bytes on the wire: the ciphertext where there is one. */
  readonly requestBody: WireBody;
  /** Decrypted or otherwise read, where that differs. */
  readonly plainBody?: WireBody;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody?: WireBody;
  /** Which key signed what, why it was accepted or refused: one sentence each. */
  readonly explanation: readonly Words[];
  readonly stream: readonly WireFrame[];
}

export interface WireBody {
  /** UTF-8, or base64 of what is not text. */
  readonly text: string;
  readonly encoding: 'utf8' | 'base64';
  /** Length of the whole; more than `text` holds when it was cut. */
  readonly bytes: number;
  readonly cut: boolean;
}

/** One SSE event or one WebSocket frame. */
export interface WireFrame {
  readonly at: number;
  readonly direction: 'in' | 'out';
  readonly title: string;
  readonly body: WireBody;
}

export type FaultKind =
  /** Calls of the gateway: 429 with the vendor's headers; 500; no answer ever; the line is cut; "token expired". */
  | 'throttle'
  | 'server-error'
  | 'hang'
  | 'drop'
  | 'expired-token'
  /** The vendor's number in `code`, its word in `refusal`; WeCom and DingTalk. */
  | 'refuse'
  /** Deliveries to the gateway: twice; after `delayMs`; after the one behind it; with a forged one before it. */
  | 'duplicate'
  | 'late'
  | 'reorder'
  | 'forge';

export interface NewFault {
  readonly kind: FaultKind;
  /** Only here; else everywhere it makes sense. */
  readonly side?: FarSide;
  readonly app?: string;
  /** Only calls whose path contains this. */
  readonly path?: string;
  /** How many times; for ever when there is neither `count` nor `forMs`. */
  readonly count?: number;
  readonly forMs?: number;
  /** 0 to 1; 1 when absent. */
  readonly probability?: number;
  /** For `late` (default 2,000) and `throttle` (what the reset header says; default 1,000). */
  readonly delayMs?: number;
  /** For calls: the call takes effect first, only its answer is lost or replaced. */
  readonly afterEffect?: boolean;
  /** For `refuse`: the vendor's number (60020); −1 when absent. */
  readonly code?: number;
  /** For `refuse` at DingTalk's new API: its word (`param.cardNotExist`), and the HTTP status it comes with (default 400). */
  readonly refusal?: string;
  readonly status?: number;
  /** For `forge`; `signature` when absent. */
  readonly variant?: ForgeVariant;
}

export interface Fault extends NewFault {
  readonly id: string;
  readonly since: number;
  readonly until?: number;
  /** How often it has struck. */
  readonly hits: number;
  /** Times left, when there was a `count`. */
  readonly left?: number;
}

/**
 * - unknown: nobody told us; the gateway runs elsewhere.
 * - up, down: answers or does not.
 * - restarting: was killed and is being started again.
 */
export interface GatewayState {
  readonly state: 'unknown' | 'up' | 'down' | 'restarting';
  readonly since: number;
  /** Whether {@link SIM_PATHS.killGateway} works. */
  readonly canKill: boolean;
  readonly pid?: number;
  readonly kills: number;
  /** From the last kill to ready again. */
  readonly recoveredMs?: number;
  readonly url?: string;
}

/** One step of a message's way through the gateway, as the gateway tells it. */
export interface TraceEvent {
  /** The gateway's event key; joins the steps of one message. */
  readonly key: string;
  readonly turn?: string;
  /** The vendor's message id, where the gateway knows it. */
  readonly message?: string;
  /** `received`, `stored`, `acknowledged`, `identified`, `allowed`, `routed`, `asked`, `first-text`, `frame`, `final`, `delivered`, `failed`, … */
  readonly step: string;
  readonly at: number;
  /** Since the step before. */
  readonly ms?: number;
  readonly detail?: Readonly<Record<string, string | number | boolean>>;
}

export interface SimSettings {
  /** How many times faster than in life the vendor's redelivery waits pass; 1 to 100,000. */
  readonly speed: number;
  /** Whether the vendor's rate limits are kept. */
  readonly rateLimits: boolean;
  /** Whether the wire log is written. */
  readonly wire: boolean;
}
