import type { Step } from './steps.ts';
import { inNodes, pause, pick, say, type Talk } from './talk.ts';

/** The names and addresses in it belong into a log, not into a chat. */
const MODEL_ERROR = '[demo-provider] Error: 401 Incorrect API key provided (https://models.internal.example/v1)';
const WORKER_ERROR = 'Internal Server Error, please contact support. worker=celery-1';

/** Says a little, then fails while the stream is open. */
export function failing(talk: Talk, code: string | undefined): Step[] {
  const error: Step =
    code === undefined
      ? { kind: 'error', status: 500, message: WORKER_ERROR }
      : { kind: 'error', status: 400, code, message: MODEL_ERROR };
  return [...say(talk, pick(talk, '让我查一下，', 'Let me look it up, ')), ...pause(talk.pace.firstMs), error];
}

/** Half of an answer, then what breaks it off, then the other half for those who still listen. */
export function breakOff(talk: Talk, breaks: readonly Step[]): Step[] {
  const whole = inNodes(talk, say(talk, talk.text));
  const middle = Math.floor(whole.length / 2);
  return [...whole.slice(0, middle), ...breaks, ...whole.slice(middle)];
}

/** The line is cut half way; the run ends a moment later and can be read then, or is lost with it. */
export function drop(talk: Talk, keeps: boolean): Step[] {
  return breakOff(talk, [
    { kind: 'wait', ms: talk.pace.chunkMs },
    { kind: 'drop', keeps },
  ]);
}

/** Answered by a short cut of the graph: `message_end`, and a relay that waits for more. */
export function halfEnd(talk: Talk): Step[] {
  return [...say(talk, talk.text), { kind: 'half-end' }];
}
