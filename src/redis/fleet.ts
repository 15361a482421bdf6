import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Fleet, LaneWorker, Topic } from '../core/fleet.ts';
import { id, type Lane } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import { gatherWrites } from '../lib/gathered-writes.ts';
import { localFleet } from '../queue/local-fleet.ts';
import { redisLimits } from './limits.ts';
import { redisTokens } from './tokens.ts';

const QUEUE = 'lanes';
/** How long a lane stays with a process that gives no sign of life. The rows have leases of their own, so this only costs time. */
const STALLED_MS = 10_000;
/** What has no answer by then is done without Redis. */
const ANSWER_MS = 2_000;
/** A line over which nothing comes for so long after we have asked is dead: another is opened. */
const SILENT_MS = 5_000;
/** The same where somebody waits for work, who is told after five seconds that there is none. */
const SILENT_BLOCKED_MS = 15_000;

/**
 * A fleet that meets at a Redis. BullMQ hands a lane to one process at a time, and a lane that gets work while it is worked on comes round once
 * more; everything else is published. While Redis is away, a process tells itself, and the sweeps of those who work find the rest.
 *
 * @param prefix - Before every name, for a Redis may serve several gateways. */
export function redisFleet(url: string, prefix: string, log: Log): Fleet {
  const own = localFleet();
  const queueLine = connect(url, { enableOfflineQueue: false, commandTimeout: ANSWER_MS, socketTimeout: SILENT_MS });
  const hearing = connect(url, { socketTimeout: SILENT_MS });
  const working = connect(url, { socketTimeout: SILENT_BLOCKED_MS });
  let queue: Queue<LaneJob> | undefined;
  let bull: Worker<LaneJob> | undefined;
  let isAway = false;

  const trouble = (error: unknown): void => {
    if (isAway) return;
    isAway = true;
    log.error('redis away: work is found by sweeps until it is back', { error });
  };
  for (const line of [queueLine, hearing, working]) line.on('error', trouble);
  // Nothing comes over a line that the network has forgotten, and nobody says so: it has to be asked.
  const asking = setInterval(() => {
    for (const line of [queueLine, hearing]) if (line.status === 'ready') line.ping().catch(trouble);
  }, SILENT_MS);
  asking.unref();
  queueLine.on('ready', () => {
    // Not before: it asks the server for its version at once.
    queue ??= laneQueue(queueLine, prefix, trouble);
    if (isAway) log.info('redis is back');
    isAway = false;
  });

  const limits = redisLimits(queueLine, prefix, (name) => fleet.say('place', name));

  hearing.on('message', (channel: string, text: string) => own.say(channel.slice(prefix.length + 1) as Topic, text));

  const fleet: Fleet = {
    wake(lane) {
      if (queueLine.status !== 'ready' || queue === undefined) return own.wake(lane);
      const options = {
        deduplication: { id: lane, keepLastIfActive: true },
        removeOnComplete: true,
        removeOnFail: true,
      };
      queue.add('wake', { lane }, options).catch((error: unknown) => {
        trouble(error);
        own.wake(lane);
      });
    },
    work(worker) {
      own.work(worker);
      limits.join();
      fleet.hear('place', (name) => limits.freed(name));
      bull = takeLanes(worker, { connection: working, prefix }, trouble);
    },
    say(topic, text) {
      if (queueLine.status !== 'ready') return own.say(topic, text);
      queueLine.publish(`${prefix}:${topic}`, text).catch((error: unknown) => {
        trouble(error);
        own.say(topic, text);
      });
    },
    hear(topic, heard) {
      own.hear(topic, heard);
      hearing.subscribe(`${prefix}:${topic}`).catch(trouble);
    },
    alone: false,
    tokens: redisTokens(queueLine, prefix),
    limits,
    get connected() {
      return queueLine.status === 'ready';
    },
    async leave() {
      await bull?.close();
    },
    async close() {
      clearInterval(asking);
      limits.close();
      await queue?.close().catch(trouble);
      for (const line of [queueLine, hearing, working]) line.disconnect();
    },
  };
  return fleet;
}

interface LaneJob {
  readonly lane: string;
}

function laneQueue(connection: Redis, prefix: string, trouble: (error: unknown) => void): Queue<LaneJob> {
  const queue = new Queue<LaneJob>(QUEUE, { connection, prefix, skipWaitingForReady: true });
  queue.on('error', trouble);
  return queue;
}

function takeLanes(
  worker: LaneWorker,
  at: { readonly connection: Redis; readonly prefix: string },
  trouble: (error: unknown) => void,
) {
  const bull = new Worker<LaneJob>(QUEUE, ({ data }) => worker.run(id<Lane>(data.lane)), {
    ...at,
    concurrency: worker.maxActive,
    lockDuration: STALLED_MS,
    stalledInterval: STALLED_MS / 2,
    // A lane may outlive many processes.
    maxStalledCount: 1000,
  });
  bull.on('error', trouble);
  return bull;
}

interface LineOptions {
  readonly enableOfflineQueue?: boolean;
  readonly commandTimeout?: number;
  readonly socketTimeout: number;
}

/** Tries again for ever, within two seconds. */
function connect(url: string, options: LineOptions): Redis {
  const line = new Redis(url, {
    ...options,
    maxRetriesPerRequest: null,
    connectTimeout: 2_000,
    retryStrategy: (times) => Math.min(2_000, 50 * 2 ** Math.min(times, 6)),
  });
  line.on('connect', () => gatherWrites(line.stream));
  return line;
}
