import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Bed, makeBed } from './bed.ts';
import { judge, openRows, type Verdict } from './judge.ts';
import { createPeople, type People, sharesOf } from './people.ts';
import { type FaultName, nameOf, strikes } from './plan.ts';
import { perform } from './strike.ts';
import { createSurfaces, type Surface } from './surfaces.ts';

export interface ChaosOptions {
  readonly programs: { readonly postgres: string; readonly redis: string };
  readonly seed: number;
  readonly messages: number;
  /** Nobody writes for longer, whether all messages were written or not. */
  readonly minutes: number;
  readonly names: readonly FaultName[];
  readonly conversations: number;
  /** Longest pause of a person before her next message, in milliseconds; default 400. */
  readonly longestPauseMs?: number;
  /** Mean time between two strikes, in milliseconds. */
  readonly everyMs: number;
  /** How long what is left may take after the last strike. */
  readonly patienceMs: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Leaves what the processes wrote also when every promise was kept. */
  readonly keep?: boolean;
  readonly tell: (line: string) => void;
  /** Ends the run before its time; what it has started ends with it. */
  readonly signal?: AbortSignal;
}

export interface ChaosRun extends Verdict {
  readonly seed: number;
  readonly faults: readonly FaultName[];
  readonly leaseSeconds: number;
  readonly conversations: number;
  readonly startedAt: string;
  /** While people wrote, and until the last answer, in seconds. */
  readonly writingSeconds: number;
  readonly answeredSeconds: number;
  /** Everything that was done, with its time in seconds. */
  readonly strikes: readonly { readonly at: number; readonly what: string; readonly done: boolean }[];
  readonly isKept: boolean;
  /** Where the processes' words stand, when a promise was broken. */
  readonly folder?: string;
}

const LEASE_SECONDS = 5;
const TELL_EVERY_MS = 5_000;
const WATCH_EVERY_MS = 50;
/** What comes too much comes a little later. */
const SETTLED_AFTER_MS = 3_000;
const LONGEST_PAUSE_MS = 400;

/** One run from the beginning to the verdict. */
export async function runChaos(options: ChaosOptions): Promise<ChaosRun> {
  const { programs, seed, names, env = {} } = options;
  const startedAt = new Date().toISOString();
  const network = names.includes('partition') || names.includes('lines');
  const kfAccounts = sharesOf(options.conversations)['wecom-kf'];
  const bed = await makeBed({ programs, seed, leaseSeconds: LEASE_SECONDS, network, kfAccounts, env });
  let isKept = true;
  const isInterrupted = new Promise<never>((_, reject) =>
    options.signal?.addEventListener('abort', () => reject(new Error('interrupted'))),
  );
  isInterrupted.catch(() => undefined);
  try {
    const surfaces = createSurfaces(bed.simulator);
    const people = createPeople(surfaces, { longestPauseMs: LONGEST_PAUSE_MS, ...options }, seed);
    const watch = watchLines(bed, surfaces);
    const ran = await Promise.race([play(bed, people, surfaces, options), isInterrupted]);
    people.close();
    const verdict = await judge(bed, surfaces, people.written, watch.stop());
    isKept = Object.values(verdict.findings).every((list) => list.length === 0);
    if (!isKept) writeEvidence(bed.folder, surfaces, people);
    return {
      seed,
      faults: names,
      leaseSeconds: LEASE_SECONDS,
      conversations: options.conversations,
      startedAt,
      ...ran,
      ...verdict,
      isKept,
      ...((!isKept || options.keep) && { folder: bed.folder }),
    };
  } catch (error) {
    isKept = false;
    throw error;
  } finally {
    await bed.close(!isKept || options.keep === true);
  }
}

/** Everything that was said, for whoever has to find out. */
function writeEvidence(folder: string, surfaces: readonly Surface[], { written }: People): void {
  const answers = surfaces.flatMap((surface) =>
    surface.answers().map((one) => ({ surface: surface.name, ...surface.look(one) })),
  );
  const lines = [...written, ...answers].map((one) => JSON.stringify(one));
  writeFileSync(join(folder, 'evidence.jsonl'), `${lines.join('\n')}\n`);
}

type Played = Pick<ChaosRun, 'writingSeconds' | 'answeredSeconds' | 'strikes'>;

async function play(bed: Bed, people: People, surfaces: readonly Surface[], options: ChaosOptions): Promise<Played> {
  const begunAt = performance.now();
  const since = () => (performance.now() - begunAt) / 1000;
  const dealt: { at: number; what: string; done: boolean }[] = [];
  const progress = setInterval(() => options.tell(progressOf(people, since(), dealt.length)), TELL_EVERY_MS);
  const ended = new AbortController();
  const timeUp = setTimeout(() => people.stop(), options.minutes * 60_000);
  const dealing = deal(bed, options, { begunAt, signal: ended.signal, dealt });
  await people.write();
  clearTimeout(timeUp);
  const writingSeconds = since();
  ended.abort();
  await dealing;
  bed.simulator.faults.clear();
  await bed.fleet.ready();
  await untilAnswered(bed, people, surfaces, options.patienceMs);
  const answeredSeconds = since();
  await pause(SETTLED_AFTER_MS);
  clearInterval(progress);
  return { writingSeconds, answeredSeconds, strikes: dealt };
}

interface Dealing {
  readonly begunAt: number;
  readonly signal: AbortSignal;
  readonly dealt: { at: number; what: string; done: boolean }[];
}

async function deal(bed: Bed, options: ChaosOptions, { begunAt, signal, dealt }: Dealing): Promise<void> {
  const running: Promise<unknown>[] = [];
  const plan = { names: options.names, leaseMs: LEASE_SECONDS * 1000, everyMs: options.everyMs };
  for (const strike of options.names.length > 0 ? strikes(options.seed, plan) : []) {
    await pause(Math.max(0, begunAt + strike.at - performance.now()), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    const entry = { at: strike.at / 1000, what: nameOf(strike), done: true };
    if (strike.name === 'lines' && strike.how !== 'reset')
      linesLost.at = performance.now() + strike.forMs + LOST_LINE_MS;
    dealt.push(entry);
    options.tell(`${entry.at.toFixed(1)} s: ${entry.what}`);
    running.push(perform(bed, strike).then((done) => void (entry.done = done)));
  }
  await Promise.all(running);
}

/** Until nobody has anything left to do; customer service is asked for what it holds, and answers at its own pace. */
async function untilAnswered(
  { databaseUrl, simulator }: Bed,
  { written }: People,
  surfaces: readonly Surface[],
  patienceMs: number,
): Promise<void> {
  const { feishu, wecom, dingtalk } = simulator;
  const service = surfaces.find(({ name }) => name === 'wecom-kf');
  const toService = written.filter(({ surface }) => surface === 'wecom-kf').length;
  const until = performance.now() + patienceMs;
  for (let quiet = 0; quiet < 4 && performance.now() < until; ) {
    const pending = feishu.pendingDeliveries + wecom.pendingDeliveries + dingtalk.pendingDeliveries;
    const unanswered = Math.max(0, toService - (service?.answers().length ?? toService));
    const left = pending + unanswered + (await openRows(databaseUrl));
    quiet = left === 0 ? quiet + 1 : 0;
    await pause(500);
  }
}

function progressOf(people: People, seconds: number, strikes: number): string {
  const rate = seconds > 0 ? people.answered / seconds : 0;
  return `${seconds.toFixed(0)} s: ${people.written.length} written, ${people.answered} answered (${rate.toFixed(1)}/s), ${people.open} open, ${strikes} strikes`;
}

/** The vendor takes a line that the network has lost for open until then. */
const linesLost = { at: Number.NEGATIVE_INFINITY };
const LOST_LINE_MS = 35_000;

/** A long connection is one process's: looked at all the time, but while one of them stands still or a line is lost on its way. */
function watchLines({ fleet }: Bed, surfaces: readonly Surface[]): { stop(): readonly string[] } {
  const begunAt = performance.now();
  const found: string[] = [];
  const twiceSince = new Map<string, number>();
  const timer = setInterval(() => {
    const now = performance.now();
    for (const { name, connections } of surfaces) {
      const isExcused = now - fleet.lastPausedAt < EXCUSED_MS || now < linesLost.at || connections() < 2;
      if (isExcused) twiceSince.delete(name);
      const since = twiceSince.get(name) ?? now;
      if (!isExcused) twiceSince.set(name, since);
      if (now - since < MOST_TWICE_MS || isExcused) continue;
      found.push(`${name}: ${connections()} connections at ${((now - begunAt) / 1000).toFixed(1)} s`);
      twiceSince.set(name, Number.POSITIVE_INFINITY);
    }
  }, WATCH_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return found;
    },
  };
}

const EXCUSED_MS = 3_000;
const MOST_TWICE_MS = 500;
