import type { TraceEvent } from '../../../src/simulator/contract.ts';

/** One step of the way, several frames taken together. */
export interface WayStep {
  readonly name: string;
  /** Since the step before; undefined on the first. */
  readonly ms: number | undefined;
  readonly count: number;
}

/** A message's way through the gateway, as far as it has come. */
export interface Way {
  readonly key: string;
  /** The vendor's id of the message, once the gateway has told it. */
  readonly message: string | undefined;
  readonly act: string | undefined;
  readonly steps: readonly WayStep[];
  readonly startedAt: number;
  readonly totalMs: number;
  readonly state: 'running' | 'done' | 'failed';
}

/** Steps with which the work on a message ends; a redelivery may be noted after them. */
const ENDS: ReadonlySet<string> = new Set(['done', 'delivered', 'failed', 'refused']);

export function wayOf(key: string, events: readonly TraceEvent[]): Way {
  const first = events[0]?.at ?? 0;
  const ended = events.findLast((event) => ENDS.has(event.step));
  // Taken up again after an end: it runs once more.
  const again = ended !== undefined && events.some((event) => event.step === 'claimed' && event.at > ended.at);
  const last = ended === undefined || again ? events.at(-1) : ended;
  return {
    key,
    message: events.find((event) => event.message !== undefined)?.message,
    act: actOf(events),
    steps: stepsOf(events),
    startedAt: first,
    totalMs: (last?.at ?? first) - first,
    state: last !== ended ? 'running' : failedLast(events) ? 'failed' : 'done',
  };
}

/** The step before `done` may have been the failure. */
function failedLast(events: readonly TraceEvent[]): boolean {
  const outcome = events.findLast((event) => event.step === 'failed' || event.step === 'delivered');
  return outcome?.step === 'failed';
}

/** The button that was pressed, where that is what happened. */
function actOf(events: readonly TraceEvent[]): string | undefined {
  const act = events.find((event) => event.detail?.['act'] !== undefined)?.detail?.['act'];
  return typeof act === 'string' ? act : undefined;
}

/** Frames become one step where they began; every other step stands where it happened. */
function stepsOf(events: readonly TraceEvent[]): WayStep[] {
  const steps: WayStep[] = [];
  let before: number | undefined;
  for (const event of events) {
    // The platform's own pause before it delivers again is none of the gateway's time.
    const isPause = event.step === 'received' && before !== undefined;
    const ms = isPause ? undefined : (event.ms ?? (before === undefined ? undefined : event.at - before));
    before = event.at;
    const same = steps.at(-1);
    if (event.step === 'frame' && same?.name === 'frame') {
      steps[steps.length - 1] = { name: 'frame', ms: (same.ms ?? 0) + (ms ?? 0), count: same.count + 1 };
    } else steps.push({ name: event.step, ms, count: 1 });
  }
  return steps;
}

/** From the first step to the first text; undefined when there was none yet. */
export function firstTextMs(events: readonly TraceEvent[]): number | undefined {
  const first = events[0];
  const text = events.find((event) => event.step === 'first-text') ?? events.find((event) => event.step === 'final');
  return first === undefined || text === undefined ? undefined : text.at - first.at;
}
