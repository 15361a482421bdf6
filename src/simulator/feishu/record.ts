import type { SimClock } from '../clock.ts';
import {
  addBounded,
  createSimRecorder,
  type Links,
  type RecordedTry,
  type SimRecord,
  type SimRecorder,
} from '../record.ts';
import type { CardJson, FeishuMessage } from './model.ts';
import { RecordedAnswer } from './recorded-answer.ts';

/** One try to deliver one event. */
export interface RecordedDelivery extends RecordedTry {
  readonly appId: string;
  readonly via: 'webhook' | 'socket';
  readonly eventType: string;
  readonly eventId: string;
}

/** One press on a card, and what the gateway said. */
export interface RecordedPress {
  readonly messageId: string;
  readonly person: string;
  readonly at: number;
  readonly ms: number;
  /** 0, or the number the person is shown (200341 …). */
  readonly code: number;
  readonly answer: CardJson | undefined;
  /** Why a card in the answer was not shown. */
  readonly cardIgnored?: 'streaming';
}

/** What happened so far. Its calls are counted by `METHOD path-pattern` and code: `'POST /open-apis/im/v1/messages 0' → 12`. */
export interface FeishuRecord extends SimRecord<RecordedDelivery, RecordedAnswer> {
  readonly presses: readonly RecordedPress[];
}

/** The record as the simulator writes it. */
export interface Recorder
  extends SimRecorder<RecordedDelivery, FeishuMessage, RecordedAnswer>,
    Pick<FeishuRecord, 'presses'> {
  pressed(press: RecordedPress): void;
}

/** @param keep - Most deliveries and presses; the older half goes when there are more. */
export function createRecorder(clock: SimClock, keep: number): Recorder {
  const presses: RecordedPress[] = [];
  const common = createSimRecorder<RecordedDelivery, FeishuMessage, RecordedAnswer>({
    keep,
    acknowledges: ({ ok, eventType, messageId }) =>
      ok && eventType === 'im.message.receive_v1' ? messageId : undefined,
    answerOf: (message) => (message.from.kind === 'app' ? new RecordedAnswer(message, clock) : undefined),
    links: linksByParent(),
  });
  return {
    ...common,
    presses,
    pressed(press) {
      addBounded(presses, press, keep);
      common.tell();
    },
    clear() {
      common.clear();
      presses.length = 0;
    },
  };
}

/** Feishu knows of each reply which message it answers. */
function linksByParent(): Links<FeishuMessage, RecordedAnswer> {
  const byParent = new Map<string, RecordedAnswer[]>();
  return {
    answersTo: (id) => byParent.get(id) ?? [],
    waitsAt: (id) => id,
    placeOf: (message) => message.parentId,
    added(answer) {
      if (answer.parentId === undefined) return;
      const siblings = byParent.get(answer.parentId);
      if (siblings === undefined) byParent.set(answer.parentId, [answer]);
      else siblings.push(answer);
    },
    forgotten: (id) => void byParent.delete(id),
    clear: () => byParent.clear(),
  };
}
