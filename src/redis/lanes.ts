import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { LaneWorker } from '../core/fleet.ts';
import { id, type Lane } from '../core/ids.ts';

const QUEUE = 'lanes';
/** How long a lane stays with a process that has taken it and dies before it begins. The rows have leases of their own, so this only costs time. */
const STALLED_MS = 10_000;
/** Lanes that a process asks for at once, and so the most that wait for room in it while another may have some. */
const TAKEN_AT_ONCE = 4;
const LOOK_EVERY_MS = 100;

export interface SharedLanes {
  /** Whether this process takes a lane of its own accord, rather than hand it to whoever has time. */
  takesItself(): boolean;
  /** Hands a lane to one of those who work. @returns False while nothing can be handed over. */
  handOver(lane: Lane): boolean;
  work(worker: LaneWorker): void;
  /** Takes no more from the others. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

export interface SharedLanesParts {
  readonly prefix: string;
  /** For what is handed over. */
  readonly handing: Redis;
  /** For what is taken. */
  readonly taking: Redis;
  readonly trouble: (error: unknown) => void;
  /** A lane that could not be handed over after all. */
  readonly refused: (lane: Lane) => void;
  /** Whether this process has much to do, while another one has not. */
  readonly othersAreFreer: () => boolean;
}

interface LaneJob {
  readonly lane: string;
}

/**
 * Lanes that go from process to process by BullMQ, which hands each to one of those who work. It costs some fifty commands a lane, so a process
 * that has time keeps what it has stored itself. A lane is off BullMQ's list as soon as somebody begins with it: what comes later for it is handed
 * over anew, and whoever has it then tells the one that works in it (`pipeline/held-lane.ts`).
 *
 * A process that works is in one of these states.
 * - keeping: takes its own lanes itself. Left when it has no room for one.
 * - sharing: hands over all it has, so that nobody who waits is overtaken. Left when no lane waits for room here.
 */
export class BullLanes implements SharedLanes {
  readonly #parts: SharedLanesParts;
  readonly #handing = new Set<Promise<unknown>>();
  #queue: Queue<LaneJob> | undefined;
  #bull: Worker<LaneJob> | undefined;
  #worker: LaneWorker | undefined;
  #waiting = 0;
  #isSharing = false;
  #looking: NodeJS.Timeout | undefined;

  constructor(parts: SharedLanesParts) {
    this.#parts = parts;
    const { handing, prefix, trouble } = parts;
    handing.on('ready', () => {
      // Not before: it asks the server for its version at once.
      this.#queue ??= new Queue<LaneJob>(QUEUE, { connection: handing, prefix, skipWaitingForReady: true }).on(
        'error',
        trouble,
      );
    });
  }

  takesItself(): boolean {
    const worker = this.#worker;
    if (!worker || this.#isSharing || this.#parts.othersAreFreer()) return false;
    this.#isSharing = !worker.hasRoom;
    return worker.hasRoom;
  }

  handOver(lane: Lane): boolean {
    const { handing, trouble, refused } = this.#parts;
    if (handing.status !== 'ready' || !this.#queue) return false;
    const options = {
      deduplication: { id: lane, keepLastIfActive: true },
      removeOnComplete: true,
      removeOnFail: true,
    };
    const added = this.#queue.add('wake', { lane }, options).catch((error: unknown) => {
      trouble(error);
      refused(lane);
    });
    this.#handing.add(added);
    void added.finally(() => this.#handing.delete(added));
    return true;
  }

  work(worker: LaneWorker): void {
    const { taking, prefix, trouble } = this.#parts;
    this.#worker = worker;
    this.#bull = new Worker<LaneJob>(QUEUE, ({ data }) => this.#begin(id<Lane>(data.lane), worker), {
      connection: taking,
      prefix,
      concurrency: TAKEN_AT_ONCE,
      lockDuration: STALLED_MS,
      stalledInterval: STALLED_MS / 2,
      // A lane may outlive many processes.
      maxStalledCount: 1000,
    });
    this.#bull.on('error', trouble);
    this.#looking = setInterval(() => {
      if (this.#waiting === 0) this.#isSharing = false;
    }, LOOK_EVERY_MS);
    this.#looking.unref();
  }

  async leave(): Promise<void> {
    this.#worker = undefined;
    clearInterval(this.#looking);
    await this.#bull?.close();
  }

  async close(): Promise<void> {
    await Promise.all(this.#handing);
    await this.#queue?.close().catch(this.#parts.trouble);
  }

  async #begin(lane: Lane, worker: LaneWorker): Promise<void> {
    this.#waiting += 1;
    await worker.room();
    this.#waiting -= 1;
    worker.wake(lane);
  }
}
