import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EchoServer } from './echo-server.ts';
import type { FarSide } from './far-side.ts';
import type { FloorBot } from './floor-bot.ts';
import { type Gateway, type GatewayOptions, startGateway } from './gateway.ts';
import type { Load, Ran, Run } from './load.ts';
import { newFolder, removeFolder } from './machine.ts';
import { type Program, startProgram } from './program.ts';
import type { SdkBot } from './sdk-bot.ts';

/** A webhook that can be measured. */
export interface Target {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
}

/** Everything around what is measured: the far side and the load, each in a process of its own. */
export interface Bed {
  readonly far: Program<FarSide>;
  readonly farUrl: string;
  startFloor(): Promise<Target>;
  /** The floor with a store: what keeping questions and answers costs at least. */
  startDurableFloor(): Promise<Target>;
  /** The durable floor, answering nobody: what an acknowledgement costs at least. */
  startMuteFloor(): Promise<Target>;
  startEcho(): Promise<Target>;
  /** A bot of the vendor's own SDK. */
  startSdk(): Promise<Target>;
  /** A gateway with a store of its own; `folder` names one that is filled already. */
  startGateway(options?: Partial<Omit<GatewayOptions, 'farUrl' | 'linesUrl'>>): Promise<Target & Gateway>;
  /** Signs what is to be sent, then sends it; numbers the messages. */
  run(target: Target, plan: Omit<Run, 'url' | 'first'>): Promise<Ran>;
  /** Ends one of the targets before the others. */
  stop(target: Target): Promise<void>;
  close(): Promise<void>;
}

/** What is taken down of a gateway, and where. */
export interface Profiling {
  readonly kind: 'time' | 'allocations';
  readonly folder: string;
}

function profiledBy({ kind, folder }: Profiling): Pick<GatewayOptions, 'nodeOptions' | 'env'> {
  mkdirSync(folder, { recursive: true });
  if (kind === 'time') return { nodeOptions: ['--cpu-prof', `--cpu-prof-dir=${folder}`] };
  return {
    nodeOptions: ['--import', join(import.meta.dirname, 'allocating.ts')],
    env: { BENCH_ALLOCATIONS: folder },
  };
}

/**
 * @param packageFolder - Of a built package; without one the clone's own program is measured.
 * @param profiling - What a gateway leaves behind of each of its threads when it ends; nothing without it.
 */
export async function makeBed(packageFolder?: string, profiling?: Profiling): Promise<Bed> {
  const program = packageFolder === undefined ? {} : { program: join(packageFolder, 'bin/posthouse.mjs') };
  const profiled = profiling === undefined ? {} : profiledBy(profiling);
  let answered = 0;
  const far = await startProgram<FarSide>('far-side.ts');
  const load = await startProgram<Load>('load.ts');
  const linesUrl = await load.call('serveLines');
  const { url: farUrl, newsPort } = await far.call('start', linesUrl);
  await load.call('listen', newsPort);
  const stops = new Map<number, () => Promise<void>>();
  let first = 1;

  /** @param folder - Where it keeps what it is given, if it is to keep it. */
  async function startFloor(name: string, folder?: string, mute = false): Promise<Target> {
    const floor = await startProgram<FloorBot>('floor-bot.ts');
    stops.set(floor.pid, async () => {
      await floor.stop();
      if (folder !== undefined) removeFolder(folder);
    });
    const file = folder === undefined ? {} : { file: join(folder, 'floor.db') };
    return { name, url: await floor.call('start', { farUrl, ...file, mute }), pid: floor.pid };
  }

  return {
    far,
    farUrl,
    startFloor: () => startFloor('floor'),
    startDurableFloor: () => startFloor('durable floor', newFolder()),
    startMuteFloor: () => startFloor('mute durable floor', newFolder(), true),
    async startEcho() {
      const echo = await startProgram<EchoServer>('echo-server.ts');
      stops.set(echo.pid, () => echo.stop());
      return { name: 'echo', url: await echo.call('start'), pid: echo.pid };
    },
    async startSdk() {
      const bot = await startProgram<SdkBot>('sdk-bot.ts');
      stops.set(bot.pid, () => bot.stop());
      return { name: 'sdk', url: await bot.call('start', farUrl), pid: bot.pid };
    },
    async startGateway(options = {}) {
      const folder = options.folder ?? newFolder();
      const gateway = await startGateway({ ...program, ...profiled, ...options, folder, farUrl, linesUrl });
      stops.set(gateway.pid, async () => {
        await gateway.stop();
        if (options.folder === undefined) removeFolder(folder);
      });
      return { ...gateway, name: 'gateway', url: gateway.webhookUrl };
    },
    async run(target, plan) {
      const numbered = { ...plan, url: target.url, first };
      first += plan.count;
      await far.call('clear');
      await load.call('prepare', numbered);
      const ran = await load.call('run', numbered);
      if (target.name === 'gateway') answered += ran.answered;
      return ran;
    },
    async stop(target) {
      await stops.get(target.pid)?.();
      stops.delete(target.pid);
    },
    async close() {
      for (const stop of stops.values()) await stop();
      if (profiling !== undefined) writeFileSync(join(profiling.folder, 'answered'), String(answered));
      await load.stop();
      await far.stop();
    },
  };
}
