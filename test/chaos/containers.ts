/**
 * `npm run containers` (Linux; Docker with Compose, or Podman with podman-compose): builds the image, starts what `deploy/compose` describes,
 * lets people of the simulator write to it, ends containers meanwhile, and looks through the vendors' record: nothing lost, doubled or
 * misplaced. Then the backup is made and restored as docs/operations.md says. Everything it made is gone afterwards, but for the images.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import type { Simulator } from '../../src/simulator/index.ts';
import { dingtalkEnv, feishuEnv, wecomAppEnv, wecomBotAndServiceEnv } from '../support/vendor-env.ts';
import { AGENT_KEY } from './answers.ts';
import { startVendors } from './bed.ts';
import { NO_LIMITS, settingsFor } from './fleet.ts';
import { judge, openRows } from './judge.ts';
import { createPeople, type People, sharesOf } from './people.ts';
import { findingsIn } from './report.ts';
import { createSurfaces } from './surfaces.ts';

const { values } = parseArgs({
  options: {
    /** `docker`, or `podman` with podman-compose. */
    engine: { type: 'string', default: 'docker' },
    /** `one-machine` or `many`; both when absent. */
    only: { type: 'string' },
    /** At least so many are written, and for as long as something happens. */
    messages: { type: 'string', default: '600' },
    seed: { type: 'string', default: '1' },
  },
});

const CONVERSATIONS = 30;
const ROOT = resolve(import.meta.dirname, '../..');
const COMPOSE = join(ROOT, 'deploy/compose');
/** The network of the try, where this machine, and so the simulator, has the first address. */
const NET = { subnet: '10.98.7.0/24', host: '10.98.7.1' };
const PORT = { proxy: 18_080, postgres: 15_432 };
const PASSWORD = randomBytes(12).toString('hex');
const QUIET_MS = 2_000;

const run = promisify(execFile);
const engine = async (...args: readonly string[]): Promise<string> =>
  (await run(values.engine, args, { maxBuffer: 1 << 26 })).stdout.trim();

/** What is tried: one of the files, and what becomes of its containers while people write. */
interface Try {
  readonly name: string;
  /** Those that are there before the gateway. */
  readonly first: readonly string[];
  readonly gateways: readonly string[];
  /** For the file over it: what else its gateways get, and what others get. */
  readonly forGateways: string;
  readonly more: string;
  strike(stack: Stack): Promise<void>;
  /** What is looked through at the end: PostgreSQL's address, or a file. */
  store(stack: Stack): Promise<string>;
  restore(stack: Stack, store: string): Promise<void>;
}

const TRIES: readonly Try[] = [
  {
    name: 'one-machine',
    first: ['proxy'],
    gateways: ['posthouse'],
    // Somebody may have it on this machine.
    forGateways: '    ports: !reset []\n',
    more: '',
    async strike(stack) {
      await stack.kill('posthouse');
      await pause(8_000);
      await stack.restart('posthouse');
    },
    store: (stack) => backUp(stack, 'copy.db'),
    async restore(stack) {
      await stack.compose('stop', 'posthouse');
      const inStore = ['run', '--rm', '--no-deps', '--entrypoint', 'sh', 'posthouse', '-c'];
      await stack.compose(
        ...inStore,
        'cd /var/lib/posthouse && rm posthouse.db && rm -f posthouse.db-wal posthouse.db-shm && mv copy.db posthouse.db',
      );
      await stack.compose('start', 'posthouse');
    },
  },
  {
    name: 'many',
    first: ['postgres', 'redis'],
    gateways: ['gateway', 'worker'],
    forGateways: '',
    more: `  postgres:\n    ports: ['127.0.0.1:${PORT.postgres}:5432']\n`,
    async strike(stack) {
      await stack.kill('worker');
      await stack.kill('gateway');
      await pause(6_000);
      await stack.restart('redis');
      await stack.restart('worker');
      // Podman starts nothing again that ends while what it depends on is down.
      await pause(15_000);
      await stack.restart('postgres');
    },
    store: async () => `postgres://posthouse:${PASSWORD}@127.0.0.1:${PORT.postgres}/posthouse`,
    async restore(stack) {
      await stack.compose('stop', 'gateway', 'worker');
      const inPostgres = ['exec', '-T', 'postgres', 'sh', '-c'];
      await stack.compose(
        ...inPostgres,
        'cd /tmp && pg_dump -U posthouse --format=custom --file=copy.dump posthouse && createdb -U posthouse --encoding=UTF8 posthouse_restored && pg_restore -U posthouse --exit-on-error --no-owner --dbname=posthouse_restored copy.dump && psql -q -U posthouse postgres -c "alter database posthouse rename to posthouse_old" -c "alter database posthouse_restored rename to posthouse"',
      );
      await stack.compose('start', 'gateway', 'worker');
    },
  },
];

/** A stack of containers by one of the files. */
interface Stack {
  readonly folder: string;
  compose(...args: readonly string[]): Promise<string>;
  /** Ends the first container's program at once, as a crash would; the engine starts it again. */
  kill(service: string): Promise<void>;
  /** Stops the first container in good order, and starts it. */
  restart(service: string): Promise<void>;
  containers(service: string): Promise<readonly string[]>;
}

const tries = TRIES.filter(({ name }) => values.only === undefined || name === values.only);
// In its own format Podman leaves the health check out.
const format = values.engine === 'podman' ? ['--format', 'docker'] : [];
const dockerfile = join(ROOT, 'deploy/docker/Dockerfile');
await engine('build', '--quiet', ...format, '--file', dockerfile, '--tag', 'posthouse', ROOT);
let isKept = true;
for (const one of tries) isKept = (await attempt(one)) && isKept;
process.exitCode = isKept && tries.length > 0 ? 0 : 1;

async function attempt(one: Try): Promise<boolean> {
  const stack = stackOf(one);
  let simulator: Simulator | undefined;
  try {
    // With them the network, and on it the address that the simulator listens at.
    await stack.compose('up', '--detach', '--no-build', '--no-deps', ...one.first);
    simulator = await startVendors(
      { seed: Number(values.seed), kfAccounts: sharesOf(CONVERSATIONS)['wecom-kf'] },
      NET.host,
    );
    writeFileSync(join(stack.folder, 'posthouse.env'), settings(simulator));
    const startedAt = performance.now();
    await stack.compose('up', '--detach', '--no-build');
    tell(one, 'up', `after ${seconds(startedAt)} s, ${await imageOf(stack, one)}`);
    const isKept = await underUse(one, stack, simulator);
    const codes = await stopped(stack, one);
    tell(one, 'stopped', `exit codes ${codes.join(', ')}`);
    return isKept && codes.every((code) => code === '0');
  } finally {
    await simulator?.close();
    await stack.compose('down', '--volumes', '--timeout', '30');
    rmSync(stack.folder, { recursive: true, force: true });
  }
}

async function underUse(one: Try, stack: Stack, simulator: Simulator): Promise<boolean> {
  const proxy = `http://127.0.0.1:${PORT.proxy}`;
  simulator.feishu.app.webhookUrl = `${proxy}/webhook/feishu`;
  simulator.wecom.app.webhookUrl = `${proxy}/webhook/wecom`;
  simulator.wecom.kfReceiver.webhookUrl = `${proxy}/webhook/wecom-kf`;
  for (const path of ['/metrics', '/readyz', '/api/v1/dead-letters'])
    if ((await fetch(`${proxy}${path}`)).status !== 404) throw new Error(`the proxy lets ${path} through`);
  const surfaces = createSurfaces(simulator);
  const options = { conversations: CONVERSATIONS, longestPauseMs: 3_000 };
  // Until the last strike is over, too.
  const people = createPeople(surfaces, { ...options, messages: Number.POSITIVE_INFINITY }, Number(values.seed));
  const writing = people.write();
  await answers(people, CONVERSATIONS);
  await one.strike(stack);
  while (people.written.length < Number(values.messages)) await pause(100);
  people.stop();
  await writing;
  const store = await settled(one, stack, people);
  const before = people.answered;
  const { findings, counts } = await judge(
    { simulator, databaseUrl: store, fleet: { endedThemselves: [] } },
    surfaces,
    people.written,
    [],
  );
  tell(
    one,
    'used',
    Object.entries(counts)
      .flatMap(([name, count]) => (count > 0 ? [`${name} ${count}`] : []))
      .join(', '),
  );
  for (const line of findingsIn(findings)) tell(one, 'found', line);

  await one.restore(stack, store);
  const after = createPeople(surfaces, { ...options, messages: 20 }, 2);
  await after.write();
  for (const until = performance.now() + 60_000; after.open > 0 && performance.now() < until; ) await pause(100);
  tell(
    one,
    'restored',
    `${after.written.length} more written, ${after.answered} answered, ${people.answered - before} old ones again`,
  );
  people.close();
  after.close();
  return Object.values(findings).every((list) => list.length === 0) && after.open === 0;
}

async function answers(people: People, count: number): Promise<void> {
  for (const until = performance.now() + 60_000; people.answered < count; await pause(50))
    if (performance.now() > until) throw new Error(`only ${people.answered} answers within a minute`);
}

/** Until nothing is left to do; the store then. */
async function settled(one: Try, stack: Stack, people: People): Promise<string> {
  for (const until = performance.now() + 120_000; ; await pause(QUIET_MS)) {
    const isLate = performance.now() > until;
    if (people.open > 0 && !isLate) continue;
    const store = await one.store(stack);
    if (isLate || (await openRows(store).catch(orAway)) === 0) return store;
  }
}

/** PostgreSQL, just restarted, is asked again. */
function orAway(error: unknown): number {
  if (error instanceof Error && 'code' in error && ['ECONNRESET', 'ECONNREFUSED', '57P03'].includes(String(error.code)))
    return Number.POSITIVE_INFINITY;
  throw error;
}

/** By the command of docs/deployment.md, and out of the container. */
async function backUp(stack: Stack, name: string): Promise<string> {
  const [container = ''] = await stack.containers('posthouse');
  const path = `/var/lib/posthouse/${name}`;
  await engine('exec', container, 'rm', '-f', path);
  await engine('exec', container, 'posthouse', 'backup', path);
  const copy = join(stack.folder, name);
  rmSync(copy, { force: true });
  await engine('cp', `${container}:${path}`, copy);
  return copy;
}

function stackOf({ name, gateways, forGateways, more }: Try): Stack {
  const folder = mkdtempSync(join(tmpdir(), 'posthouse-containers-'));
  const project = `posthouse-try-${name}`;
  const over = join(folder, 'over.yaml');
  const env = join(folder, 'posthouse.env');
  writeFileSync(env, '');
  const config = join(folder, 'posthouse.yaml');
  writeFileSync(config, settingsFor(NO_LIMITS));
  // Read by whoever the program runs as there.
  chmodSync(config, 0o644);
  const inTry = gateways
    .map(
      (one) =>
        `  ${one}:\n    env_file: !override [${env}]\n    volumes: ['${config}:/etc/posthouse.yaml:ro']\n${forGateways}`,
    )
    .join('');
  const proxy = `  proxy:\n    ports: !override ['127.0.0.1:${PORT.proxy}:80']\n`;
  const network = `networks:\n  default:\n    ipam:\n      config: [{ subnet: ${NET.subnet}, gateway: ${NET.host} }]\n`;
  writeFileSync(over, `services:\n${inTry}${proxy}${more}${network}`);
  const [command, ...begin] = values.engine === 'podman' ? ['podman-compose'] : ['docker', 'compose'];
  const files = ['-p', project, '-f', join(COMPOSE, `${name}.yaml`), '-f', over];
  // Without a name that is public, the proxy asks nobody for a certificate.
  const variables = { ...process.env, SITE: 'http://127.0.0.1', POSTGRES_PASSWORD: PASSWORD };
  const first = async (service: string): Promise<string> => (await stack.containers(service))[0] ?? '';
  const stack: Stack = {
    folder,
    async compose(...args) {
      const { stdout } = await run(command, [...begin, ...files, ...args], {
        env: variables,
        maxBuffer: 1 << 26,
      });
      return stdout.trim();
    },
    async containers(service) {
      const labels = { project, service };
      const filters = Object.entries(labels).flatMap(([label, value]) => [
        '--filter',
        `label=com.docker.compose.${label}=${value}`,
      ]);
      return (await engine('ps', '--all', '--quiet', ...filters)).split('\n').filter((id) => id !== '');
    },
    async kill(service) {
      const id = await first(service);
      const startedAt = () => engine('inspect', '--format', '{{.State.StartedAt}}', id);
      const before = await startedAt();
      // All but the first process, which is the engine's own little one; and so the shell, too.
      await engine('exec', id, 'sh', '-c', 'kill -9 -1').catch(() => '');
      for (const until = performance.now() + 30_000; (await startedAt()) === before; await pause(100))
        if (performance.now() > until) throw new Error(`the engine did not start ${service} again`);
    },
    async restart(service) {
      await engine('restart', await first(service));
    },
  };
  return stack;
}

function settings(simulator: Simulator): string {
  const env = {
    POSTHOUSE_CONFIG: '/etc/posthouse.yaml',
    ...feishuEnv(simulator),
    ...wecomAppEnv(simulator),
    ...wecomBotAndServiceEnv(simulator),
    ...dingtalkEnv(simulator),
    DIFY_BASE_URL: simulator.difyUrl,
    DIFY_API_KEY: AGENT_KEY,
    DIFY_MAX_CONCURRENT: '50',
    ADMIN_TOKEN: PASSWORD,
    STORE_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    // So that a killed worker's part is done within the patience of the try.
    WORK_LEASE_SECONDS: '10',
  };
  return Object.entries(env)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Its size, and as whom the program runs there, on what. */
async function imageOf(stack: Stack, { gateways: [service = ''] }: Try): Promise<string> {
  const [container = ''] = await stack.containers(service);
  const size = Number(await engine('image', 'inspect', '--format', '{{.Size}}', 'posthouse'));
  const inside = await engine('exec', container, 'sh', '-c', 'id -un; touch /opt/posthouse/x 2>&1 || true');
  return `image ${Math.round(size / 1e6)} MB, ${inside.replaceAll(/\s+/g, ' ')}`;
}

async function stopped(stack: Stack, { gateways }: Try): Promise<readonly string[]> {
  await stack.compose('stop', ...gateways);
  const ids = (await Promise.all(gateways.map((service) => stack.containers(service)))).flat();
  return Promise.all(ids.map((id) => engine('inspect', '--format', '{{.State.ExitCode}}', id)));
}

function tell({ name }: Try, when: string, what: string): void {
  console.log(`${name.padEnd(13)}${when.padEnd(10)}${what}`);
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}
