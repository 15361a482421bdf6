import { Redis } from 'ioredis';
import type { Bed, Target } from '../bed.ts';
import type { Report } from '../figures.ts';
import { cpuMs, movedBytes } from '../machine.ts';
import { PostgresMeter } from '../postgres-cost.ts';
import { startServers } from '../servers.ts';
import { checkComplete } from './throughput.ts';

/** The most; fewer where a minute is over before. */
const MESSAGES = 3_000;
/** Conversations that wait, while no worker is there, for a look at Redis's memory. */
const WAITING = 2_000;

/** What one message takes of each resource on PostgreSQL and Redis, mostly by counts: the figures that `bench/scale-model.ts` and docs/scale.md go by. */
export async function costs(bed: Bed): Promise<Report> {
  const servers = await startServers();
  const env = await servers.env();
  const redis = new Redis(env['REDIS_URL'] ?? '');
  const meter = await PostgresMeter.on(env['DATABASE_URL'] ?? '');
  try {
    const gateway = await bed.startGateway({ env: { ...env, ROLE: 'gateway' } });
    const worker = await bed.startGateway({ env: { ...env, ROLE: 'worker' } });
    await answer(bed, gateway, 1_000);
    const before = await look(redis, gateway, worker);
    let answered = 0;
    const database = await meter.of(async () => (answered = await answer(bed, gateway, MESSAGES)));
    const after = await look(redis, gateway, worker);
    const { calls } = await bed.far.call('counts');
    await bed.stop(worker);
    const waiting = await memoryOfWaiting(bed, redis, gateway);
    await bed.stop(gateway);
    const each = (name: keyof Look): number => (after[name] - before[name]) / answered;
    return {
      scenario: 'costs: what a message takes, one gateway and one worker on PostgreSQL and Redis',
      figures: [
        { name: 'gateway: processor time', value: each('gatewayMs') * 1_000, unit: 'µs' },
        { name: 'worker: processor time', value: each('workerMs') * 1_000, unit: 'µs' },
        { name: 'both: read and written', value: each('ioBytes') / 1_000, unit: 'KB', note: 'network and log file' },
        { name: 'PostgreSQL: processor time of its connections', value: database.cpuMs * 1_000, unit: 'µs' },
        { name: 'PostgreSQL: transactions', value: database.transactions, unit: '' },
        { name: 'PostgreSQL: log after a checkpoint', value: database.walBytes / 1_000, unit: 'KB' },
        { name: 'PostgreSQL: disk', value: database.bytes / 1_000, unit: 'KB' },
        { name: 'Redis: commands', value: each('commands'), unit: '' },
        { name: 'Redis: processor time', value: each('redisUs'), unit: 'µs', note: 'as it says itself' },
        { name: 'Redis: in and out', value: each('redisBytes') / 1_000, unit: 'KB' },
        { name: 'Redis: memory of a conversation that waits', value: waiting / 1_000, unit: 'KB' },
        { name: 'calls to the platform', value: calls / answered, unit: '' },
      ],
    };
  } finally {
    await meter.close();
    redis.disconnect();
    await servers.close();
  }
}

async function answer(bed: Bed, gateway: Target, count: number): Promise<number> {
  const plan = { chats: 64, concurrent: 32, nextWhen: 'answered', forMs: 60_000, drainMs: 20_000 } as const;
  const ran = await bed.run(gateway, { ...plan, count });
  checkComplete(gateway, ran);
  return ran.answered;
}

/** @returns Bytes. */
async function memoryOfWaiting(bed: Bed, redis: Redis, gateway: Target): Promise<number> {
  const used = async (): Promise<number> => numberIn(await redis.info('memory'), 'used_memory');
  const before = await used();
  const plan = { chats: 1e9, concurrent: 16, nextWhen: 'acknowledged', forMs: 60_000, drainMs: 0 } as const;
  await bed.run(gateway, { ...plan, count: WAITING });
  return ((await used()) - before) / WAITING;
}

interface Look {
  readonly gatewayMs: number;
  readonly workerMs: number;
  /** By gateway and worker, from and to whatever they are connected with. */
  readonly ioBytes: number;
  readonly commands: number;
  readonly redisUs: number;
  readonly redisBytes: number;
}

async function look(redis: Redis, gateway: Target, worker: Target): Promise<Look> {
  const info = await redis.info();
  return {
    gatewayMs: cpuMs(gateway.pid) ?? Number.NaN,
    workerMs: cpuMs(worker.pid) ?? Number.NaN,
    ioBytes: movedBytes(gateway.pid) + movedBytes(worker.pid),
    commands: numberIn(info, 'total_commands_processed'),
    redisUs: (numberIn(info, 'used_cpu_user') + numberIn(info, 'used_cpu_sys')) * 1e6,
    redisBytes: numberIn(info, 'total_net_input_bytes') + numberIn(info, 'total_net_output_bytes'),
  };
}

function numberIn(info: string, name: string): number {
  return Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]);
}
