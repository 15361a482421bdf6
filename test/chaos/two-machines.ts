/**
 * `npm run two-machines` (Linux, as root; iproute2, PostgreSQL and redis-server installed): two machines, as network namespaces with a cable
 * between them. PostgreSQL, Redis, the vendors and a gateway stand on one, two workers on the other. People write; the cable is pulled, and
 * put back; the vendors' record is looked through.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startPostgres } from '../support/postgres-server.ts';
import { programOf } from '../support/programs.ts';
import { startRedis } from '../support/redis-server.ts';
import { startVendors } from './bed.ts';
import { createFleet } from './fleet.ts';
import { judge, openRows } from './judge.ts';
import { createPeople, sharesOf } from './people.ts';
import type { ProcessName } from './plan.ts';
import { findingsIn } from './report.ts';
import { createSurfaces } from './surfaces.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    messages: { type: 'string', default: '600' },
    /** How long the cable is out, in seconds. */
    cut: { type: 'string', default: '20' },
    inside: { type: 'boolean', default: false },
  },
});

const NAMES = { one: `posthouse-a-${process.ppid}`, other: `posthouse-b-${process.ppid}` };
/** Short names, for the kernel takes no longer ones. */
const CABLE = { one: 'ph-a', other: 'ph-b' };
const ADDRESS = { one: '10.99.0.1', other: '10.99.0.2', net: '10.99.0.0/24' };
const WORKERS: readonly ProcessName[] = ['worker-1', 'worker-2'];

process.exitCode = values.inside ? await demonstrate() : await withMachines();

/** Lays the cable, runs this very program on the first machine, and clears away. */
async function withMachines(): Promise<number> {
  const { one, other } = { one: `posthouse-a-${process.pid}`, other: `posthouse-b-${process.pid}` };
  const made: string[] = [];
  try {
    for (const name of [one, other]) {
      ip('netns', 'add', name);
      made.push(name);
      ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    ip('-n', one, 'link', 'add', CABLE.one, 'type', 'veth', 'peer', 'name', CABLE.other, 'netns', other);
    for (const [name, end, address] of [
      [one, CABLE.one, ADDRESS.one],
      [other, CABLE.other, ADDRESS.other],
    ] as const) {
      ip('-n', name, 'address', 'add', `${address}/24`, 'dev', end);
      ip('-n', name, 'link', 'set', end, 'up');
    }
    const args = [...process.execArgv, import.meta.filename, ...process.argv.slice(2), '--inside'];
    const child = spawn('ip', ['netns', 'exec', one, process.execPath, ...args], { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
  } finally {
    for (const name of made) ip('netns', 'delete', name);
  }
}

async function demonstrate(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'posthouse-two-'));
  const seed = Number(values.seed);
  const conversations = 40;
  const postgres = await startPostgres(programOf('PostgreSQL'), {
    network: { host: ADDRESS.one, trusted: ADDRESS.net },
  });
  const redis = await startRedis(programOf('Redis'), ADDRESS.one);
  const simulator = await startVendors({ seed, kfAccounts: sharesOf(conversations)['wecom-kf'] }, ADDRESS.one);
  const databaseUrl = await postgres.database();
  const fleet = await createFleet({
    folder,
    simulator,
    leaseSeconds: 5,
    env: {},
    names: ['gateway-1', ...WORKERS],
    within: (name) => (WORKERS.includes(name) ? ['ip', 'netns', 'exec', NAMES.other] : []),
  });
  try {
    const gateway = `http://127.0.0.1:${fleet.port('gateway-1')}`;
    simulator.feishu.app.webhookUrl = `${gateway}/webhook/feishu`;
    simulator.wecom.app.webhookUrl = `${gateway}/webhook/wecom`;
    const far = { postgres: databaseUrl, redis: redis.url, vendor: simulator.url };
    await fleet.start(new Map([...(['gateway-1', ...WORKERS] as const)].map((name) => [name, far])));
    // The bot's line is the workers' own, and customer service is pulled: both would wait for the cable like everything else there.
    const surfaces = createSurfaces(simulator).filter(({ name }) => ['feishu', 'wecom-app', 'dingtalk'].includes(name));
    const options = { messages: Number(values.messages), conversations, longestPauseMs: 4_000 };
    const people = createPeople(surfaces, options, seed);
    const writing = people.write();
    const look = () => {
      const acknowledged = people.written.filter((one) => one.acknowledged).length;
      return { acknowledged, answered: people.answered };
    };
    await pause(10_000);
    const before = look();
    tell('cable in', `${before.acknowledged} acknowledged, ${before.answered} answered in 10 s`);
    ip('link', 'set', CABLE.one, 'down');
    await pause(Number(values.cut) * 1000);
    const cut = look();
    const [stored, gone] = [cut.acknowledged - before.acknowledged, cut.answered - before.answered];
    tell('cable out', `${stored} more acknowledged, ${gone} more answered in ${values.cut} s`);
    ip('link', 'set', CABLE.one, 'up');
    const healedAt = performance.now();
    while (people.answered === cut.answered) await pause(20);
    tell('cable in again', `first answer after ${((performance.now() - healedAt) / 1000).toFixed(1)} s`);
    await writing;
    for (const until = performance.now() + 120_000; performance.now() < until && (await openRows(databaseUrl)) > 0; )
      await pause(250);
    tell('the end', `last answer ${((performance.now() - healedAt) / 1000).toFixed(1)} s after the cable was back`);
    await pause(3_000);
    people.close();
    const { findings, counts } = await judge({ simulator, databaseUrl, fleet }, surfaces, people.written, []);
    console.log(
      Object.entries(counts)
        .flatMap(([name, count]) => (count > 0 ? [`${name} ${count}`] : []))
        .join(', '),
    );
    console.log(findingsIn(findings).join('\n'));
    return Object.values(findings).every((list) => list.length === 0) ? 0 : 1;
  } finally {
    await fleet.close();
    await simulator.close();
    await redis.close();
    await postgres.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function tell(when: string, what: string): void {
  console.log(`${when.padEnd(16)}${what}`);
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
