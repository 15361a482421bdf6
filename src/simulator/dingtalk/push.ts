import type { Tried } from '../deliveries.ts';
import type { DingtalkApp } from './apps.ts';
import type { DingtalkMessage } from './model.ts';
import type { FrameType } from './stream/frames.ts';

/** One thing to be told to an app. */
export interface Push {
  readonly app: DingtalkApp;
  readonly kind: 'message' | 'event' | 'press';
  /** For the record and the faults: `text`, `picture`, `card press`, `robot_msg_read`, … */
  readonly event: string;
  readonly type: FrameType;
  readonly topic: string;
  /** JSON. */
  readonly data: string;
  /** Headers of an event's frame. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly message?: DingtalkMessage | undefined;
  /** Over HTTP instead of the long connection. */
  readonly http?: {
    readonly url: string | undefined;
    readonly headers: () => Readonly<Record<string, string>>;
    /** Whether what is answered with 200 is an ack; default: always. */
    readonly accepts?: (body: string) => boolean;
  };
}

/** How a push ended. */
export interface PushOutcome extends Tried {
  /** Data of the ack, or body of the response. */
  readonly answer: string;
}

/** Of every push over HTTP. */
export const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
