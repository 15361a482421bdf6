import type { Clock } from '../core/clock.ts';
import type { Lane } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { Claimed, Lease } from '../core/store.ts';
import type { RightOfWay } from './right-of-way.ts';

/** What a lane begins with that is begun while this is being stored. */
export interface First {
  readonly lease: Lease;
  /** Undefined where it was not taken: the lane is to be looked through. */
  readonly claimed: Promise<Claimed | undefined>;
}

/**
 * A lane, as the scheduler sees it, is in one of these states.
 * - idle: not known here. Left by a wake-up.
 * - pending: has work, waits for room, or for deliveries that have the right of way. Left when there is room, one a turn of the loop, the
 *   longest waiting first; where deliveries never end, after a second, one for some of them.
 * - active: its work is being done. A wake-up in the meantime makes it go round once more. Left when nothing is left to do.
 */
export interface Scheduler {
  /** Something was stored for this lane. Never throws, never waits; a lost wake-up costs a sweep. */
  wake(lane: Lane): void;
  /** Something is being stored for this lane: begins it with that, if it can be begun at once. @returns What was made for it; undefined where it has not begun. */
  begin<Made extends First>(lane: Lane, make: () => Made): Made | undefined;
  /** Whether another lane could be begun at once. */
  readonly hasRoom: boolean;
  /** Resolves when there is room for a lane that comes from elsewhere, or when the scheduler stops. */
  room(): Promise<void>;
  /** Something becomes due then (epoch milliseconds); looks for it in time. */
  remind(at: number): void;
  /** Looks for lanes with work in the store; called at start and from time to time. */
  sweep(): Promise<void>;
  start(): void;
  /** Starts nothing new, waits for what runs, at most `drainMs`; then aborts it and waits for it to give back what it holds. */
  stop(drainMs: number): Promise<void>;
  readonly active: number;
  readonly pending: number;
}

export interface SchedulerParts {
  /** Works a lane off until nothing is left to do now, and does not leave `first` behind. Must not throw. */
  readonly work: (lane: Lane, signal: AbortSignal, first?: First) => Promise<void>;
  readonly lanesWithWork: (limit: number) => Promise<readonly Lane[]>;
  /** When the next retry is due, in epoch milliseconds. */
  readonly nextDueAt: () => Promise<number | undefined>;
  /** Most lanes worked on at once; what one more costs is memory. */
  readonly maxActive: number;
  readonly sweepEveryMs: number;
  /** Takes over what is stored for a lane and is not worked off here any more, for this process ends. Default: the next start finds it. */
  readonly handOn?: (lane: Lane) => void;
  /** What comes in and goes before what is new to do. Default: nothing does. */
  readonly rightOfWay?: Pick<RightOfWay, 'isTaken'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Since when, in epoch milliseconds. */
type Waiting = number;

const ACTIVE = false;
const AGAIN = true;

/** How long a lane lets deliveries go first, in milliseconds; in a storm that lasts longer it has a share. */
const PATIENCE_MS = 1000;

/**
 * That share: of the lanes that have waited so long one is begun for so many that are woken. An answer takes some six times the work of an
 * acknowledgement, so in a storm of any length answers have a sixth of the loop, and what the storm leaves idle (`RightOfWay`).
 */
const WOKEN_FOR_A_SHARE = 32;

/** How long it takes to see that the way is free again, in milliseconds. */
const LOOK_AGAIN_MS = 5;

export function createScheduler(parts: SchedulerParts): Scheduler {
  const lanes = new Map<Lane, boolean>();
  // Bounded: a lane that finds no room here is found again by the sweep, for the truth is the inbox.
  const pending = new Map<Lane, Waiting>();
  const maxPending = parts.maxActive * 4;
  /** Who waits for room. */
  const newcomers: (() => void)[] = [];
  // A signal for each lane: Node looks through all listeners of a signal to add one, and a common signal would have thousands.
  const running = new Map<Lane, { readonly task: Promise<void>; readonly ended: AbortController }>();
  let stopping = false;
  let soon: NodeJS.Immediate | NodeJS.Timeout | undefined;
  let woken = 0;
  // Some lane found no room: once the others are begun it is looked for at once.
  let turnedAway = false;
  let timer: NodeJS.Timeout | undefined;
  let plannedFor = 0;

  const mustYield = () => parts.rightOfWay?.isTaken === true;

  function wake(lane: Lane): void {
    if (mustYield() && !stopping) beginOneInTurn();
    admit(lane);
  }

  function admit(lane: Lane): void {
    if (lanes.has(lane)) return void lanes.set(lane, AGAIN);
    if (stopping) return parts.handOn?.(lane);
    if (canBegin()) return begin(lane);
    if (pending.size < maxPending || pending.has(lane)) pending.set(lane, pending.get(lane) ?? parts.clock.now());
    else turnedAway = true;
    startSoon();
  }

  const canBegin = (): boolean => pending.size === 0 && lanes.size < parts.maxActive && !mustYield();

  function beginWith<Made extends First>(lane: Lane, make: () => Made): Made | undefined {
    if (lanes.has(lane) || stopping || !canBegin()) return undefined;
    const first = make();
    begin(lane, first);
    return first;
  }

  /** However long deliveries have the right of way, lanes that have waited long enough have their share. */
  function beginOneInTurn(): void {
    woken += 1;
    if (woken % WOKEN_FOR_A_SHARE !== 0 || lanes.size >= parts.maxActive) return;
    const [longest] = pending;
    if (longest !== undefined && parts.clock.now() - longest[1] >= PATIENCE_MS) beginPending(longest[0]);
  }

  function begin(lane: Lane, first?: First): void {
    lanes.set(lane, ACTIVE);
    const ended = new AbortController();
    const task = round(lane, ended.signal, first).finally(() => {
      running.delete(lane);
      startSoon();
      tellRoom();
      if (turnedAway && pending.size === 0) lookForMore();
    });
    running.set(lane, { task, ended });
  }

  const hasRoom = (): boolean => lanes.size + pending.size < parts.maxActive;

  function room(): Promise<void> {
    return hasRoom() || stopping ? Promise.resolve() : new Promise((resolve) => newcomers.push(resolve));
  }

  function tellRoom(): void {
    if (hasRoom()) newcomers.shift()?.();
  }

  async function round(lane: Lane, signal: AbortSignal, first?: First): Promise<void> {
    let begunWith = first;
    do {
      lanes.set(lane, ACTIVE);
      await parts.work(lane, signal, begunWith);
      begunWith = undefined;
    } while (lanes.get(lane) === AGAIN && !stopping);
    // Before the task is over: whoever waits for it closes the door behind it.
    if (stopping && (signal.aborted || lanes.get(lane) === AGAIN)) parts.handOn?.(lane);
    lanes.delete(lane);
  }

  function startSoon(): void {
    if (pending.size === 0 || stopping || lanes.size >= parts.maxActive || soon !== undefined) return;
    soon = mustYield() ? setTimeout(startPending, LOOK_AGAIN_MS) : setImmediate(startPending);
  }

  // One a turn of the loop, so that what has come in is heard, stored and acknowledged in between.
  function startPending(): void {
    soon = undefined;
    const [longest] = pending;
    if (longest !== undefined && !stopping && lanes.size < parts.maxActive && !mustYield()) beginPending(longest[0]);
    startSoon();
  }

  function beginPending(lane: Lane): void {
    pending.delete(lane);
    if (lanes.has(lane)) lanes.set(lane, AGAIN);
    else begin(lane);
  }

  function lookForMore(): void {
    turnedAway = false;
    remind(parts.clock.now());
  }

  async function sweep(): Promise<void> {
    const found = await parts.lanesWithWork(parts.maxActive);
    for (const lane of found) if (!lanes.has(lane) && !stopping) admit(lane);
  }

  function plan(ms: number): void {
    clearTimeout(timer);
    plannedFor = parts.clock.now() + ms;
    timer = setTimeout(() => void tick(), ms);
    timer.unref();
  }

  async function tick(): Promise<void> {
    if (stopping) return;
    let next = parts.sweepEveryMs;
    try {
      await sweep();
      const due = await parts.nextDueAt();
      if (due !== undefined) next = Math.min(next, Math.max(20, due - parts.clock.now()));
    } catch (error) {
      parts.log.error('sweep failed', { error });
    }
    if (!stopping) plan(next);
  }

  function remind(at: number): void {
    if (stopping || at >= plannedFor) return;
    plan(Math.max(20, at - parts.clock.now()));
  }

  return {
    wake,
    begin: beginWith,
    get hasRoom() {
      return hasRoom();
    },
    room,
    remind,
    sweep,
    start: () => void tick(),
    async stop(drainMs) {
      stopping = true;
      clearTimeout(timer);
      for (const lane of pending.keys()) parts.handOn?.(lane);
      pending.clear();
      for (const resolve of newcomers.splice(0)) resolve();
      const all = Promise.allSettled([...running.values()].map(({ task }) => task));
      const limit = new AbortController();
      await Promise.race([all, parts.clock.sleep(drainMs, limit.signal).catch(() => undefined)]);
      limit.abort();
      if (running.size === 0) return;
      const reason = new Error('the gateway is stopping');
      for (const { ended } of running.values()) ended.abort(reason);
      await all;
    },
    get active() {
      return lanes.size;
    },
    get pending() {
      return pending.size;
    },
  };
}
