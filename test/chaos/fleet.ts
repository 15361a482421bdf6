import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Simulator } from '../../src/simulator/index.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { type KeptPort, keepPort } from '../support/kept-port.ts';
import { dingtalkEnv, feishuEnv, wecomAppEnv, wecomBotAndServiceEnv } from '../support/vendor-env.ts';
import { AGENT_KEY } from './answers.ts';
import { type Far, GATEWAYS, PROCESSES, type ProcessName } from './plan.ts';

/** The gateway's processes, each started again when it has ended, as whatever runs them would. */
export interface Fleet {
  port(name: ProcessName): number;
  start(places: ReadonlyMap<ProcessName, Readonly<Record<Far, string>>>): Promise<void>;
  /** Ends a process at once, or in good order, and starts it again after so long. @returns How it ended: its exit code, or the signal. */
  restart(name: ProcessName, how: 'kill' | 'stop', afterMs: number): Promise<number | string | undefined>;
  /** Stops a process in the midst of everything and lets it go on after so long. */
  pause(name: ProcessName, forMs: number): Promise<void>;
  /** Sets a process's wall clock, so many milliseconds off. */
  setClock(name: ProcessName, byMs: number): void;
  /** Whether somebody does something to it already. */
  isBusy(name: ProcessName): boolean;
  /** When a process that may have held something stood still last, by `performance.now()`. */
  readonly lastPausedAt: number;
  /** Those that ended though nobody had asked them to, with how. */
  readonly endedThemselves: readonly string[];
  /** Until all of them are there. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

export interface FleetOptions {
  readonly folder: string;
  readonly simulator: Simulator;
  readonly leaseSeconds: number;
  readonly env: Readonly<Record<string, string>>;
  readonly feishuLimits?: string;
  /** Those that there are; all of them when absent. */
  readonly names?: readonly ProcessName[];
  /** A command that runs one elsewhere. */
  readonly within?: (name: ProcessName) => readonly string[];
}

const CLOCK = join(import.meta.dirname, 'skewed-clock.ts');
/** Between two tries to start a process whose store is away. */
const AGAIN_MS = 500;

export const NO_LIMITS = '{ perSecond: 100000, perMinute: 6000000, perChatPerSecond: 10000 }';

/** The settings file of a run. */
export const settingsFor = (feishuLimits: string): string => `
channels:
  # The simulator's limits are off, so are ours: the disk and the processor set the pace.
  - platform: feishu
    limits: ${feishuLimits}
  - platform: wecom
    buttons: false
    limits: { perMemberPerMinute: 100000, perMemberPerHour: 1000000 }
  - platform: wecom-bot
    limits: { perMinute: 100000, perHour: 1000000 }
  - platform: wecom-kf
    buttons: false
  - platform: dingtalk
    limits: { perSecond: 100000, perChatPerMinute: 100000 }
`;

export async function createFleet(options: FleetOptions): Promise<Fleet> {
  const { names = PROCESSES } = options;
  const ports = new Map<ProcessName, KeptPort>();
  for (const name of names) ports.set(name, await keepPort());
  const running = new Map<ProcessName, GatewayProcess>();
  const busy = new Set<ProcessName>();
  const endedThemselves: string[] = [];
  let places: ReadonlyMap<ProcessName, Readonly<Record<Far, string>>> = new Map();
  let lastPausedAt = Number.NEGATIVE_INFINITY;
  /** How many stand still now: one pause may begin within another. */
  let standing = 0;
  let hasBegun = false;
  let isClosed = false;

  async function begin(name: ProcessName): Promise<void> {
    const folder = join(options.folder, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'posthouse.yaml'), settingsFor(options.feishuLimits ?? NO_LIMITS));
    while (!isClosed) {
      const started = await startGatewayProcess({
        folder,
        port: ports.get(name)?.port ?? 0,
        nodeOptions: ['--import', CLOCK],
        within: options.within?.(name) ?? [],
        env: environment(name, folder),
      }).catch((error: Error) => error);
      if (started instanceof Error) {
        if (!hasBegun) throw started;
        if (!isAwayError(started)) endedThemselves.push(`${name} at its start: ${started.message.slice(0, 500)}`);
        await pause(AGAIN_MS);
        continue;
      }
      if (isClosed) return started.kill();
      running.set(name, started);
      void started.ended.then((how) => ended(name, started, how));
      return;
    }
  }

  /** One that ends by itself is started again, and is remembered. */
  async function ended(name: ProcessName, one: GatewayProcess, how: number | string): Promise<void> {
    if (isClosed || running.get(name) !== one) return;
    running.delete(name);
    endedThemselves.push(`${name}: ${how}`);
    await begin(name);
  }

  function environment(name: ProcessName, folder: string): Record<string, string> {
    const far = places.get(name) as Record<Far, string>;
    return {
      POSTHOUSE_CONFIG: join(folder, 'posthouse.yaml'),
      ROLE: (GATEWAYS as readonly string[]).includes(name) ? 'gateway' : 'worker',
      CHAOS_CLOCK: join(folder, 'clock'),
      LOG_LEVEL: 'warn',
      DATABASE_URL: far.postgres,
      REDIS_URL: far.redis,
      WORK_LEASE_SECONDS: String(options.leaseSeconds),
      WORK_DRAIN_SECONDS: '5',
      WORK_MAX_ATTEMPTS: '20',
      DIFY_BASE_URL: options.simulator.difyUrl.replace(options.simulator.url, far.vendor),
      DIFY_API_KEY: AGENT_KEY,
      DIFY_MAX_CONCURRENT: '200',
      // A lease of seconds wants its renewals soon, also on a machine that has no time for them.
      WORK_MAX_ACTIVE: '100',
      // A line to the agent that the network has forgotten is noticed within the run.
      DIFY_IDLE_TIMEOUT_MS: '20000',
      DINGTALK_CALLS_PER_MONTH: '0',
      ...vendors(options.simulator, far.vendor),
      ...options.env,
    };
  }

  return {
    port: (name) => ports.get(name)?.port ?? 0,
    async start(at) {
      places = at;
      // One after the other: each makes the schema where it is missing, and the machine is small.
      for (const name of names) await begin(name);
      hasBegun = true;
    },
    async restart(name, how, afterMs) {
      const one = running.get(name);
      busy.add(name);
      running.delete(name);
      await one?.[how]();
      await pause(afterMs);
      await begin(name);
      busy.delete(name);
      return one?.ended;
    },
    async pause(name, forMs) {
      const pid = running.get(name)?.pid;
      if (pid === undefined) return;
      busy.add(name);
      process.kill(pid, 'SIGSTOP');
      lastPausedAt = Number.POSITIVE_INFINITY;
      standing += 1;
      await pause(forMs);
      if (running.get(name)?.pid === pid) process.kill(pid, 'SIGCONT');
      standing -= 1;
      if (standing === 0) lastPausedAt = performance.now();
      busy.delete(name);
    },
    setClock(name, byMs) {
      const one = running.get(name);
      if (!one) return;
      writeFileSync(join(options.folder, name, 'clock'), String(byMs));
      process.kill(one.pid, 'SIGUSR2');
    },
    isBusy: (name) => busy.has(name) || !running.has(name),
    get lastPausedAt() {
      return lastPausedAt;
    },
    endedThemselves,
    async ready() {
      while (running.size < names.length) await pause(50);
    },
    async close() {
      isClosed = true;
      const all = [...running.values()];
      running.clear();
      await Promise.all(all.map((one) => one.stop()));
      await Promise.all([...ports.values()].map((one) => one.release()));
    },
  };
}

function vendors(simulator: Simulator, url: string): Record<string, string> {
  return {
    ...feishuEnv(simulator, url),
    ...wecomAppEnv(simulator, url),
    ...wecomBotAndServiceEnv(simulator),
    ...dingtalkEnv(simulator, url),
  };
}

/** A start without a store ends with a word about it; whoever runs it tries again. */
function isAwayError({ message }: Error): boolean {
  return message.includes('store_unavailable') || message.includes('not ready in time');
}
