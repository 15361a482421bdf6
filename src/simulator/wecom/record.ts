import type { SimClock } from '../clock.ts';
import { createSimRecorder, linksByChat, type RecordedTry, type SimRecord, type SimRecorder } from '../record.ts';
import type { WecomMessage } from './model.ts';
import { RecordedWecomAnswer } from './recorded-answer.ts';

/** One try to deliver one callback. */
export interface RecordedCallback extends RecordedTry {
  /** App, bot, or the company's id for customer service. */
  readonly receiver: string;
  readonly via: 'webhook' | 'socket';
  /** `text`, `event click`, `stream` (a poll), `kf_msg_or_event`, … */
  readonly event: string;
  /** To the answer; 0 on a socket, where nothing is acknowledged. */
  readonly ackMs: number;
  /** HTTP status; 0 when no answer came or no connection was there; 200 when a frame went out. */
  readonly status: number;
}

/** A message the vendor took with errcode 0 and did not bring. */
export interface RecordedDrop {
  readonly from: string;
  /** `SimPerson.id`, or a chat. */
  readonly to: string;
  readonly at: number;
  readonly why: 'member-rate' | 'send-failed';
}

/** An answer in a callback's response that the vendor could not use, and says nothing about. */
export interface RecordedBadReply {
  readonly receiver: string;
  readonly at: number;
  readonly why: string;
}

/** What happened so far. Its calls are counted by `METHOD path` or `frame command`, and code: `'POST message/send 0' → 12`. */
export interface WecomRecord extends SimRecord<RecordedCallback, RecordedWecomAnswer> {
  readonly dropped: readonly RecordedDrop[];
  readonly badReplies: readonly RecordedBadReply[];
  /**
   * People's messages that the gateway has taken, in that order. Over HTTP: the callback got its 200 (of customer service,
   * the signal). On a long connection nothing is acknowledged: the first frame that answers it counts.
   */
  readonly acknowledged: ReadonlySet<string>;
  /** How often customer service gave out each message. */
  readonly fetched: ReadonlyMap<string, number>;
}

/** The record as the simulator writes it. */
export interface Recorder
  extends SimRecorder<RecordedCallback, WecomMessage, RecordedWecomAnswer>,
    Pick<WecomRecord, 'dropped' | 'badReplies' | 'fetched'> {
  drop(drop: Omit<RecordedDrop, 'at'>): void;
  badReply(reply: Omit<RecordedBadReply, 'at'>): void;
  gaveOut(messageId: string): void;
}

export interface RecorderParts {
  readonly clock: SimClock;
  /** Most deliveries; the older half goes when there are more. */
  readonly keep: number;
  readonly find: (id: string) => WecomMessage | undefined;
}

export function createRecorder({ clock, keep, find }: RecorderParts): Recorder {
  const dropped: RecordedDrop[] = [];
  const badReplies: RecordedBadReply[] = [];
  const fetched = new Map<string, number>();
  const common = createSimRecorder<RecordedCallback, WecomMessage, RecordedWecomAnswer>({
    keep,
    acknowledges: ({ ok, via, messageId }) => (ok && via === 'webhook' ? messageId : undefined),
    answerOf: (message) => (message.from.kind === 'bot' ? new RecordedWecomAnswer(message, clock) : undefined),
    links: linksByChat(find),
  });
  return {
    ...common,
    dropped,
    badReplies,
    fetched,
    drop(drop) {
      dropped.push({ ...drop, at: clock.now() });
      common.tell();
    },
    badReply(reply) {
      badReplies.push({ ...reply, at: clock.now() });
      common.tell();
    },
    gaveOut(id) {
      fetched.set(id, (fetched.get(id) ?? 0) + 1);
      common.tell();
    },
    clear() {
      common.clear();
      dropped.length = 0;
      badReplies.length = 0;
      fetched.clear();
    },
  };
}
