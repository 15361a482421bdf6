import type { ApprovalPurpose } from '../core/approvals.ts';
import type { Delivery } from '../core/event.ts';
import type { Lane } from '../core/ids.ts';
import type { Ack } from '../core/platform.ts';
import { createLeases } from '../queue/leases.ts';
import { createScheduler, type Scheduler } from '../queue/scheduler.ts';
import { FrameGate } from '../replies/frame-gate.ts';
import { accept } from './accept.ts';
import { type ApprovalDesk, createApprovalDesk } from './approvals/desk.ts';
import { purposesByName } from './approvals/purposes.ts';
import { createPeople } from './identify.ts';
import type { PipelineParts } from './parts.ts';
import { createPushService, type PushService } from './push.ts';
import { createRunningTurns } from './running.ts';
import { workLane } from './work-lane.ts';

export type { ChannelRules, PipelineOptions, StaffedAgent } from './parts.ts';
export type { PushRequest, PushService } from './push.ts';

/** How much is done at once and how it is shared out. */
export interface WorkOptions {
  /** Unique among all processes that ever work on the store. */
  readonly worker: string;
  readonly maxActive: number;
  readonly leaseMs: number;
  readonly sweepEveryMs: number;
}

export interface Pipeline {
  /** Takes a delivery in; see `accept.ts`. */
  accept(delivery: Delivery): Promise<Ack>;
  /** Begins to work, first on what was left from before. */
  start(): void;
  /** Something was put back to work from outside (a replayed dead letter). */
  wake(lane: Lane): void;
  /** Lets what runs finish, at most `drainMs`; the rest is given back for the next start. */
  stop(drainMs: number): Promise<void>;
  /** Asks people for approval, and looks after what was asked. */
  readonly approvals: ApprovalDesk;
  /** Messages that nobody asked for; see `push.ts`. */
  readonly pushes: PushService;
  readonly activeLanes: number;
  readonly runningTurns: number;
}

export type PipelineInput = Omit<
  PipelineParts,
  'people' | 'running' | 'leases' | 'gate' | 'wake' | 'remind' | 'approvals' | 'purposes'
> & {
  /** What approvals may be asked for. */
  readonly purposes?: readonly ApprovalPurpose[];
};

/** Frames that will be replaced and are on their way at once: more than vendors take, few enough for a final one to pass. */
const FRAMES_AT_ONCE = 16;

/** The way of a message, from a delivery's bytes to the answer at the vendor. */
export function createPipeline(input: PipelineInput, work: WorkOptions): Pipeline {
  const leases = createLeases(work.worker, work.leaseMs, input.clock);
  const scheduler: Scheduler = createScheduler({
    work: (lane, signal) => workLane(lane, parts, signal),
    lanesWithWork: (limit) => input.store.upkeep.lanesWithWork(input.clock.now(), limit),
    nextDueAt: () => input.store.upkeep.nextDueAt(input.clock.now()),
    maxActive: work.maxActive,
    sweepEveryMs: work.sweepEveryMs,
    clock: input.clock,
    log: input.log,
  });
  const parts: PipelineParts = {
    ...input,
    people: createPeople(input.store.people),
    approvals: createApprovalDesk(input),
    purposes: purposesByName(input.purposes ?? [], input.log),
    running: createRunningTurns(),
    leases,
    gate: new FrameGate(FRAMES_AT_ONCE),
    wake: (lane) => scheduler.wake(lane),
    remind: (at) => scheduler.remind(at),
  };
  return {
    accept: (delivery) => accept(delivery, parts),
    pushes: createPushService(parts),
    start: () => scheduler.start(),
    wake: (lane) => scheduler.wake(lane),
    async stop(drainMs) {
      await scheduler.stop(drainMs);
      leases.stop();
    },
    approvals: parts.approvals,
    get activeLanes() {
      return scheduler.active;
    },
    get runningTurns() {
      return parts.running.size;
    },
  };
}
