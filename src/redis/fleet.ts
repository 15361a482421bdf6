import { Redis } from 'ioredis';
import type { Fleet, Topic } from '../core/fleet.ts';
import type { Log } from '../core/log.ts';
import { gatherWrites } from '../lib/gathered-writes.ts';
import { watchLoop } from '../lib/loop-load.ts';
import { localFleet } from '../queue/local-fleet.ts';
import { BullLanes } from './lanes.ts';
import { redisLimits } from './limits.ts';
import { redisTokens } from './tokens.ts';
import { workersIn } from './workers.ts';

/** What has no answer by then is done without Redis. */
const ANSWER_MS = 2_000;
/** A line over which nothing comes for so long after we have asked is dead: another is opened. */
const SILENT_MS = 5_000;
/** The same where somebody waits for work, who is told after five seconds that there is none. */
const SILENT_BLOCKED_MS = 15_000;

/**
 * A fleet that meets at a Redis. A process that works and has time takes what it has stored itself; else BullMQ hands the lane to one of those who
 * work. Everything else is published. While Redis is away, a process tells itself, and the sweeps of those who work find the rest.
 *
 * @param prefix - Before every name, for a Redis may serve several gateways. */
export function redisFleet(url: string, prefix: string, log: Log): Fleet {
  const own = localFleet();
  const queueLine = connect(url, { enableOfflineQueue: false, commandTimeout: ANSWER_MS, socketTimeout: SILENT_MS });
  const hearing = connect(url, { socketTimeout: SILENT_MS });
  const working = connect(url, { socketTimeout: SILENT_BLOCKED_MS });
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
    if (isAway) log.info('redis is back');
    isAway = false;
  });

  const load = watchLoop();
  const workers = workersIn(queueLine, prefix, load);
  const limits = redisLimits(queueLine, prefix, workers, {
    freed: (name) => fleet.say('place', name),
    wanted: (name) => fleet.say('wanted', name),
  });
  const lanes = new BullLanes({
    prefix,
    handing: queueLine,
    taking: working,
    trouble,
    refused: (lane) => own.wake(lane),
    othersAreFreer: () => load.isBusy && workers.othersAreFree,
  });

  hearing.on('message', (channel: string, text: string) => own.say(channel.slice(prefix.length + 1) as Topic, text));

  const fleet: Fleet = {
    wake(lane) {
      if (lanes.takesItself() || !lanes.handOver(lane)) own.wake(lane);
    },
    keepsLanes: () => lanes.takesItself(),
    handOn: (lane) => void lanes.handOver(lane),
    work(worker) {
      own.work(worker);
      workers.join();
      fleet.hear('place', (name) => limits.news.freed(name));
      fleet.hear('wanted', (name) => limits.news.wanted(name));
      lanes.work(worker);
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
    leave: () => lanes.leave(),
    async close() {
      clearInterval(asking);
      load.stop();
      workers.close();
      limits.close();
      await lanes.close();
      for (const line of [queueLine, hearing, working]) line.disconnect();
    },
  };
  return fleet;
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
