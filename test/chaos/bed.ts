import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Program, startProgram } from '../../bench/program.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { AGENT_KEY, answerTo, isStreamed } from './answers.ts';
import { createFleet, type Fleet } from './fleet.ts';
import { FAR, type Far, GATEWAYS, PROCESSES, type ProcessName } from './plan.ts';
import type { Relays } from './relays-program.ts';

/** Everything that a run needs: the far side in this process, all else in processes of their own. */
export interface Bed {
  readonly folder: string;
  readonly simulator: Simulator;
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  readonly relays: Program<Relays>;
  readonly fleet: Fleet;
  /** The store, past all relays. */
  readonly databaseUrl: string;
  /** @param keep - Leaves what the processes wrote. */
  close(keep: boolean): Promise<void>;
}

export interface BedOptions {
  readonly programs: { readonly postgres: string; readonly redis: string };
  readonly seed: number;
  readonly leaseSeconds: number;
  /** Whether there are relays between the processes; without them the network cannot be broken, and is faster. */
  readonly network: boolean;
  readonly kfAccounts: number;
  /** What the gateway keeps to at Feishu, as YAML; absent: nothing. */
  readonly feishuLimits?: string;
  /** Settings of the processes beside those that the run needs. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The relay of all long connections, whose address the vendors give out themselves. */
export const LINES = 'lines';
const BALANCER = 'balancer';
const AGAIN_MS = [250, 500, 500, 1_000, 1_000, ...Array.from({ length: 120 }, () => 2_000)];

export async function makeBed(options: BedOptions): Promise<Bed> {
  const folder = mkdtempSync(join(tmpdir(), 'posthouse-chaos-'));
  const postgres = await startPostgres(options.programs.postgres);
  const redis = await startRedis(options.programs.redis);
  const simulator = await startVendors(options);
  const relays = await startProgram<Relays>('../test/chaos/relays-program.ts');
  const databaseUrl = await postgres.database();
  const fleet = await createFleet({
    folder,
    simulator,
    leaseSeconds: options.leaseSeconds,
    env: options.env ?? {},
    ...(options.feishuLimits !== undefined && { feishuLimits: options.feishuLimits }),
  });
  const targets = GATEWAYS.map((name) => fleet.port(name));
  const balancer = `http://127.0.0.1:${await relays.call('open', { name: BALANCER, targets })}`;
  const { feishu, wecom, dingtalk } = simulator;
  feishu.app.webhookUrl = `${balancer}/webhook/feishu`;
  wecom.app.webhookUrl = `${balancer}/webhook/wecom`;
  wecom.kfReceiver.webhookUrl = `${balancer}/webhook/wecom-kf`;

  const places = new Map<ProcessName, Record<Far, string>>();
  const direct = { postgres: databaseUrl, redis: redis.url, vendor: simulator.url };
  for (const name of PROCESSES)
    places.set(name, options.network ? await relayed(name, direct, { folder, relays }) : direct);
  if (options.network) {
    const port = Number(new URL(simulator.url).port);
    const lines = `http://127.0.0.1:${await relays.call('open', { name: LINES, targets: [port] })}`;
    wecom.listensAt(lines);
    dingtalk.listensAt(lines);
  }
  await fleet.start(places);
  return {
    folder,
    simulator,
    postgres,
    redis,
    relays,
    fleet,
    databaseUrl,
    async close(keep) {
      await fleet.close();
      await simulator.close();
      await relays.stop();
      await redis.close();
      await postgres.close();
      if (!keep) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One process's own ways to what it needs. */
async function relayed(
  name: ProcessName,
  direct: Record<Far, string>,
  { folder, relays }: Pick<Bed, 'folder' | 'relays'>,
): Promise<Record<Far, string>> {
  const sockets = join(folder, `${name}-pg`);
  mkdirSync(sockets);
  const real = new URL(direct.postgres);
  const server = join(real.searchParams.get('host') ?? '', '.s.PGSQL.5432');
  const open = (far: Far, more: { readonly path?: string; readonly targets: readonly (number | string)[] }) =>
    relays.call('open', { name: relayOf(name, far), ...more });
  await open('postgres', { path: join(sockets, '.s.PGSQL.5432'), targets: [server] });
  real.searchParams.set('host', sockets);
  const ports = await Promise.all(
    FAR.slice(1).map((far) => open(far, { targets: [Number(new URL(direct[far]).port)] })),
  );
  return {
    postgres: real.href,
    redis: `redis://127.0.0.1:${ports[0]}`,
    vendor: `http://127.0.0.1:${ports[1]}`,
  };
}

export function relayOf(name: ProcessName, far: Far): string {
  return `${name} ${far}`;
}

/** The far side of a run. */
export function startVendors(
  { seed, kfAccounts }: Pick<BedOptions, 'seed' | 'kfAccounts'>,
  host?: string,
): Promise<Simulator> {
  const accounts = Array.from({ length: kfAccounts }, (_, index) => ({ openKfId: `wk_${index}` }));
  return startSimulator({
    wire: false,
    ...(host !== undefined && { host }),
    feishu: { rateLimits: false, keepHistory: false, limits: { redeliverAfterMs: AGAIN_MS } },
    wecom: {
      apps: [{}, { kf: true }],
      bots: [{}],
      kf: { accounts },
      limits: { redeliverAfterMs: AGAIN_MS },
      rateLimits: false,
      keepHistory: false,
    },
    dingtalk: {
      apps: [{}],
      rules: { offline: 'redeliver' },
      limits: { redeliverAfterMs: AGAIN_MS.map((ms) => Math.max(ms, 2_000)) },
      rateLimits: false,
      keepHistory: false,
    },
    dify: {
      seed,
      // Suggested questions would be further messages, without a mark.
      apps: [{ key: AGENT_KEY, mode: 'chat', suggests: false }],
      words: false,
      maxRecorded: 0,
      pace: { firstMs: 60, chunkMs: 40, chunks: 8 },
      scenario: ({ query }) => (isStreamed(query) ? 'normal' : 'instant'),
      answer: ({ query }) => answerTo(query),
    },
  });
}
