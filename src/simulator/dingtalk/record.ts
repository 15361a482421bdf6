import {
  addBounded,
  createSimRecorder,
  linksByChat,
  type RecordedTry,
  type SimRecord,
  type SimRecorder,
} from '../record.ts';
import type { DingtalkMessage } from './model.ts';
import { RecordedDingtalkAnswer } from './recorded-answer.ts';

/** One try to push something to an app. */
export interface RecordedPush extends RecordedTry {
  readonly app: string;
  readonly via: 'stream' | 'webhook';
  /** `text`, `picture`, `card press`, `robot_msg_read`, … */
  readonly event: string;
  /** `headers.messageId` of its frame; '' over HTTP. */
  readonly frameId: string;
}

/** An ack of a frame that nobody waits for (any more). */
export interface StrayAck {
  readonly app: string;
  readonly at: number;
  readonly frameId: string;
}

/** What happened so far. Its calls are counted by `METHOD path` and code: `'PUT /v1.0/card/streaming 0' → 12`. */
export interface DingtalkRecord extends SimRecord<RecordedPush, RecordedDingtalkAnswer> {
  readonly strayAcks: readonly StrayAck[];
}

/** The record as the simulator writes it. */
export interface Recorder
  extends SimRecorder<RecordedPush, DingtalkMessage, RecordedDingtalkAnswer>,
    Pick<DingtalkRecord, 'strayAcks'> {
  strayAck(ack: StrayAck): void;
}

/** @param keep - Most pushes and stray acks; the older half goes when there are more. */
export function createRecorder(keep: number, find: (id: string) => DingtalkMessage | undefined): Recorder {
  const strayAcks: StrayAck[] = [];
  const common = createSimRecorder<RecordedPush, DingtalkMessage, RecordedDingtalkAnswer>({
    keep,
    acknowledges: ({ ok, event, messageId }) => (ok && event !== 'card press' ? messageId : undefined),
    answerOf: (message) => (message.from.kind === 'bot' ? new RecordedDingtalkAnswer(message) : undefined),
    links: linksByChat(find),
  });
  return {
    ...common,
    strayAcks,
    strayAck(ack) {
      addBounded(strayAcks, ack, keep);
      common.tell();
    },
    clear() {
      common.clear();
      strayAcks.length = 0;
    },
  };
}
