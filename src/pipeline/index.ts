import type { ApprovalPurpose } from '../core/approvals.ts';
import type { Delivery } from '../core/event.ts';
import { type ChannelName, id, type Lane } from '../core/ids.ts';
import { channelOf } from '../core/lane.ts';
import type { Ack } from '../core/platform.ts';
import type { PushPurpose } from '../core/push-question.ts';
import type { SummarizeIn } from '../core/summary.ts';
import { createLeases } from '../queue/leases.ts';
import { localFleet } from '../queue/local-fleet.ts';
import { RightOfWay } from '../queue/right-of-way.ts';
import { createScheduler, type Scheduler } from '../queue/scheduler.ts';
import { FinalGate } from '../replies/final-gate.ts';
import { FrameGate } from '../replies/frame-gate.ts';
import { currentRules } from '../rights/current-rules.ts';
import { accept } from './accept.ts';
import { accessAnswers } from './access/answer.ts';
import { accessPurpose } from './access/decide.ts';
import { type ApprovalDesk, createApprovalDesk } from './approvals/desk.ts';
import { purposesByName } from './approvals/purposes.ts';
import { startApprovalWatch } from './approvals/watch.ts';
import { startDirectorySchedule } from './directory/schedule.ts';
import { createStandings } from './directory/standings.ts';
import { directoryWatchOf } from './directory/watch.ts';
import { formAnswers } from './forms.ts';
import { hearOfHeld } from './held-lane.ts';
import { createPeople, sharedPeople } from './identify.ts';
import { createLooks } from './looks.ts';
import type { PipelineParts } from './parts.ts';
import { createPushService, type PushService } from './push.ts';
import { pushPurposesByName } from './push-purposes.ts';
import { createRecaps } from './recap.ts';
import { createRunningTurns } from './running.ts';
import { createGroupScopes } from './scopes.ts';
import { hearStops } from './stop-turn.ts';
import { summarize } from './summarize.ts';
import { workLane } from './work-lane.ts';

export type { ChannelRules, PipelineOptions, StaffedAgent } from './parts.ts';
export { createPushService, type PushRequest, type PushService } from './push.ts';
export { TELL_PURPOSE, type TellSubject } from './push-purposes.ts';

/** How much is done at once and how it is shared out. */
export interface WorkOptions {
  /** Unique among all processes that ever work on the store. */
  readonly worker: string;
  readonly maxActive: number;
  readonly leaseMs: number;
  readonly sweepEveryMs: number;
  /** Whether this process holds the long connection of a channel; absent where no other process could. */
  readonly holds?: (channel: ChannelName) => boolean;
}

export interface Pipeline {
  /** Takes a delivery in; see `accept.ts`. */
  accept(delivery: Delivery): Promise<Ack>;
  /** Begins to work, first on what was left from before; a process that only takes deliveries in never does. */
  start(): void;
  /** Something was put back to work from outside (a replayed dead letter). */
  wake(lane: Lane): void;
  /** Lets what runs finish, at most `drainMs`; the rest is given back for the next start. */
  stop(drainMs: number): Promise<void>;
  /** Asks people for approval, and looks after what was asked. */
  readonly approvals: ApprovalDesk;
  /** Messages that nobody asked for; see `push.ts`. */
  readonly pushes: PushService;
  /** Has a channel's agent sum a dialogue up; see `summarize.ts`. */
  readonly summarize: SummarizeIn;
  readonly activeLanes: number;
  readonly runningTurns: number;
}

export type PipelineInput = Omit<
  PipelineParts,
  | 'people'
  | 'watch'
  | 'scopes'
  | 'recaps'
  | 'rights'
  | 'running'
  | 'looks'
  | 'leases'
  | 'gate'
  | 'finals'
  | 'wake'
  | 'begin'
  | 'remind'
  | 'approvals'
  | 'purposes'
  | 'pushPurposes'
  | 'fleet'
> & {
  /** Absent where there is this process only. */
  readonly fleet?: PipelineParts['fleet'];
  /** What approvals may be asked for. */
  readonly purposes?: readonly ApprovalPurpose[];
  /** What pushes may ask for. */
  readonly pushPurposes?: readonly PushPurpose[];
};

/** Frames that will be replaced and are on their way at once: more than vendors take, few enough for a final one to pass. */
const FRAMES_AT_ONCE = 16;

/** Final frames of a channel that are on their way at once: twice as many as a vendor's public service takes of them in a second. */
const FINALS_AT_ONCE = 64;

/** The way of a message, from a delivery's bytes to the answer at the vendor. */
export function createPipeline(input: PipelineInput, work: WorkOptions): Pipeline {
  const rightOfWay = new RightOfWay(input.clock);
  const leases = createLeases(work.worker, work.leaseMs, input.clock);
  const scheduler: Scheduler = createScheduler({
    // What can be sent by another process only is left to it.
    work: async (lane, signal, first) => (isForOthers(lane) ? undefined : workLane(lane, parts, signal, first)),
    lanesWithWork: (limit) => input.store.upkeep.lanesWithWork(input.clock.now(), limit),
    nextDueAt: () => input.store.upkeep.nextDueAt(input.clock.now()),
    maxActive: work.maxActive,
    handOn: (lane) => (isBound(lane) ? fleet.say('lane', lane) : fleet.handOn(lane)),
    rightOfWay,
    // Asked anew each time.
    get sweepEveryMs() {
      return work.sweepEveryMs;
    },
    clock: input.clock,
    log: input.log,
  });
  const { fleet = localFleet(), platforms } = input;
  const running = createRunningTurns();
  const isBound = (lane: Lane) => platforms.get(channelOf(lane))?.sendsByConnection === true;
  const isForOthers = (lane: Lane) => isBound(lane) && work.holds?.(channelOf(lane)) === false;
  const wake = (lane: Lane) => (isBound(lane) ? fleet.say('lane', lane) : fleet.wake(lane));
  const purposes = purposesByName([accessPurpose(() => parts), ...(input.purposes ?? [])], input.log);
  const watch = startApprovalWatch(() => parts);
  const who = whoIsWho(input, fleet);
  const parts: PipelineParts = {
    ...input,
    fleet,
    ...who.parts,
    scopes: createGroupScopes({ ...input, fleet }),
    recaps: createRecaps(input),
    approvals: createApprovalDesk({ ...input, isPurpose: (name) => purposes.has(name) }),
    purposes,
    pushPurposes: pushPurposesByName(
      [accessAnswers(() => parts), formAnswers(() => parts), ...(input.pushPurposes ?? [])],
      () => parts,
    ),
    running,
    looks: createLooks(fleet, running),
    leases,
    gate: new FrameGate(FRAMES_AT_ONCE),
    finals: new FinalGate(FINALS_AT_ONCE),
    wake,
    begin: (lane, make) => (!isBound(lane) && fleet.keepsLanes() ? scheduler.begin(lane, make) : undefined),
    remind: (at) => scheduler.remind(at),
  };
  hearStops(parts);
  return {
    async accept(delivery) {
      rightOfWay.enter();
      try {
        return await accept(delivery, parts);
      } finally {
        rightOfWay.leave();
      }
    },
    pushes: createPushService(parts),
    summarize: (channel, dialogue) => summarize(channel, dialogue, parts),
    start() {
      fleet.hear('lane', (lane) => scheduler.wake(id(lane)));
      hearOfHeld(parts, (lane) => scheduler.wake(lane));
      fleet.work({
        wake: (lane) => scheduler.wake(lane),
        room: () => scheduler.room(),
        get hasRoom() {
          return scheduler.hasRoom;
        },
      });
      scheduler.start();
      watch.start();
      who.schedule.start();
    },
    wake,
    async stop(drainMs) {
      await watch.stop();
      await who.schedule.stop();
      const left = fleet.leave();
      await scheduler.stop(drainMs);
      await left;
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

/** Who somebody is, where she stands and what she may; with what keeps all of it up to date. */
function whoIsWho(input: PipelineInput, fleet: PipelineParts['fleet']) {
  const rules = input.options.directory;
  const watch = directoryWatchOf(input, rules);
  const standings = createStandings(input.store.directory);
  const forgetAll = () => {
    own.forgetAll();
    standings.forgetAll();
  };
  const rights = currentRules(input.store.rights, input.clock, forgetAll);
  const own = createPeople(input.store.people, watch, () => rights.book());
  const people = sharedPeople(own, standings, fleet);
  const sync = { ...input, watch, trust: rules?.trust ?? [], changed: () => people.forgetAll() };
  return {
    parts: {
      rights,
      watch,
      people,
      ...(rules && { directory: standings }),
      ...(input.directory && { directory: input.directory }),
    },
    schedule: startDirectorySchedule({ watch, sync, syncMs: rules?.syncMs ?? 0, log: input.log }),
  };
}
