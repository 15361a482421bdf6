/**
 * What so many messages a second would need, by simulating queues with measured costs. Messages come at random and are spread over the processes of a kind at random, so one of each kind,
 * with its share, stands for all of them. What a kind costs is measured; that nothing else is in the way is an assumption, and the page says so (docs/scale.md).
 */

import { type Random, seededRandom } from '../test/support/random.ts';

/** What a message costs on PostgreSQL and Redis. */
export interface Costs {
  /** Processor time, in microseconds: of a gateway, of a worker without the pieces of its answer, of each piece, of PostgreSQL's connections, of Redis. */
  readonly gatewayUs: number;
  readonly workerUs: number;
  readonly pieceUs: number;
  readonly postgresUs: number;
  readonly redisUs: number;
  readonly transactions: number;
  /** Of the write-ahead log. */
  readonly walKb: number;
  readonly diskKb: number;
  /** Calls to one API of the vendor. */
  readonly callsAnApi: number;
}

/**
 * By `npm run bench -- costs streams-5000 streams-limited` on 2026-11-30, on two cores that others kept busy: processor time is at its worst there. Log and disk as `costs` counted them.
 */
export const MEASURED: Costs = {
  gatewayUs: 820,
  workerUs: 2_270,
  pieceUs: 150,
  postgresUs: 1_040,
  redisUs: 250,
  transactions: 1.2,
  walKb: 8.6,
  diskKb: 5.3,
  callsAnApi: 1,
};

/** What is not measured but chosen; each can be given to `bench/scale.ts`. */
export interface Setting {
  readonly pieces: number;
  /** How long an agent answers, on the average. */
  readonly agentSeconds: number;
  /** Of one PostgreSQL server. */
  readonly postgresCores: number;
  readonly commitMs: number;
  readonly retentionDays: number;
  /** Of one app at the vendor, for one API: 1,000 a minute at Feishu. */
  readonly callsAMinute: number;
}

export const CHOSEN: Setting = {
  pieces: 50,
  agentSeconds: 8,
  postgresCores: 16,
  commitMs: 1,
  retentionDays: 7,
  callsAMinute: 1_000,
};

/** What an acknowledgement may take at the 99th percentile, and what a worker and Redis may add to an answer. */
const ACK_P99_MS = 60;
const ADDED_P99_MS = 250;
/** No kind is planned fuller: a burst has to go somewhere. */
const FULLEST = 0.7;
const SAMPLES = 60_000;

export interface Needs {
  readonly perSecond: number;
  readonly gateways: number;
  readonly stores: number;
  readonly workers: number;
  readonly redises: number;
  /** Answers that grow at one moment, and so an agent's places. */
  readonly streams: number;
  readonly apps: number;
  /** Of the write-ahead log of one store, in MB a second. */
  readonly walMbPerSecond: number;
  readonly diskTb: number;
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  /** What waits for a worker and Redis, beside the agent. */
  readonly addedP99Ms: number;
}

export function needsOf(perSecond: number, costs = MEASURED, setting = CHOSEN): Needs {
  const gateways = atMost(FULLEST, perSecond * (costs.gatewayUs / 1e6));
  const stores = atMost(FULLEST, (perSecond * (costs.postgresUs / 1e6)) / setting.postgresCores);
  const workMs = (costs.workerUs + costs.pieceUs * setting.pieces) / 1_000;
  const workers = atMost(FULLEST, perSecond * (workMs / 1_000));
  const redises = atMost(FULLEST, perSecond * (costs.redisUs / 1e6));
  const acks = sumOf(
    queue({ perSecond: perSecond / gateways, serviceMs: costs.gatewayUs / 1_000, servers: 1, seed: 1 }),
    queue({
      perSecond: (perSecond / stores) * costs.transactions,
      serviceMs: costs.postgresUs / 1_000 / costs.transactions,
      servers: setting.postgresCores,
      seed: 2,
    }),
    groupCommit({ perSecond: (perSecond / stores) * costs.transactions, commitMs: setting.commitMs, seed: 3 }),
  );
  const added = sumOf(
    queue({ perSecond: perSecond / workers, serviceMs: workMs, servers: 1, seed: 4 }),
    queue({ perSecond: perSecond / redises, serviceMs: costs.redisUs / 1_000, servers: 1, seed: 5 }),
  );
  const needs: Needs = {
    perSecond,
    gateways,
    stores,
    workers,
    redises,
    streams: perSecond * setting.agentSeconds,
    apps: Math.ceil((perSecond * costs.callsAnApi * 60) / setting.callsAMinute),
    walMbPerSecond: ((perSecond / stores) * costs.walKb) / 1_000,
    diskTb: (perSecond * costs.diskKb * 86_400 * setting.retentionDays) / 1e9,
    ackP50Ms: share(acks, 0.5),
    ackP99Ms: share(acks, 0.99),
    addedP99Ms: share(added, 0.99),
  };
  if (needs.ackP99Ms > ACK_P99_MS || needs.addedP99Ms > ADDED_P99_MS) {
    throw new Error(`${FULLEST * 100} % is too full here: ${JSON.stringify(needs)}`);
  }
  return needs;
}

/** So many that none is busier than this. @param load - How many would be busy all the time. */
function atMost(busy: number, load: number): number {
  return Math.max(1, Math.ceil(load / busy));
}

interface Line {
  /** Those who come, at random (Poisson). */
  readonly perSecond: number;
  /** What one takes on the average; at random too (exponential), which is worse than our work is. */
  readonly serviceMs: number;
  /** How many are served at once. */
  readonly servers: number;
  readonly seed: number;
}

/** First come, first served. @returns How long each was there, waiting and being served, in milliseconds. */
export function queue({ perSecond, serviceMs, servers, seed }: Line): Float64Array {
  const random = seededRandom(seed);
  const free = new Float64Array(servers);
  let now = 0;
  return Float64Array.from({ length: SAMPLES }, () => {
    now += exponential(random, 1_000 / perSecond);
    const server = leastOf(free);
    const end = Math.max(now, free[server] ?? 0) + exponential(random, serviceMs);
    free[server] = end;
    return end - now;
  });
}

/** A log in which one write to the disk carries all that came while the one before it was on its way. @returns How long each waited, in milliseconds. */
export function groupCommit(log: { perSecond: number; commitMs: number; seed: number }): Float64Array {
  const random = seededRandom(log.seed);
  let now = 0;
  let begins = Number.NEGATIVE_INFINITY;
  return Float64Array.from({ length: SAMPLES }, () => {
    now += exponential(random, 1_000 / log.perSecond);
    if (now >= begins + log.commitMs) begins = now;
    // A write is on its way: the next one begins when it is over, and takes all along who come until then.
    else if (now > begins) begins += log.commitMs;
    return begins + log.commitMs - now;
  });
}

function sumOf(...parts: readonly Float64Array[]): Float64Array {
  return Float64Array.from({ length: SAMPLES }, (_, index) => parts.reduce((sum, part) => sum + (part[index] ?? 0), 0));
}

function share(values: Float64Array, part: number): number {
  return values.toSorted()[Math.ceil(values.length * part) - 1] ?? Number.NaN;
}

function leastOf(values: Float64Array): number {
  let least = 0;
  for (let index = 1; index < values.length; index += 1) if ((values[index] ?? 0) < (values[least] ?? 0)) least = index;
  return least;
}

function exponential(random: Random, mean: number): number {
  return -Math.log(1 - random.next()) * mean;
}
