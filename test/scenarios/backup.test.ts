import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../../src/cli/program.ts';
import { createTerminal } from '../../src/cli/terminal.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { backUp } from '../../src/store/backup.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { describeWith } from '../support/requirements.ts';

const WITHIN_MS = 40_000;

let folder: string;
let simulator: Simulator;
let gateway: GatewayProcess | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'posthouse-backup-'));
  simulator = await startSimulator({ dify: {}, feishu: { apps: [{ name: 'helper' }] } });
});

afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
  await simulator.close();
  rmSync(folder, { recursive: true, force: true });
});

async function startOn(databaseUrl: string): Promise<void> {
  const [app] = simulator.feishu.apps;
  if (!app) throw new Error('the simulator has no app');
  gateway = await startGatewayProcess({
    folder,
    env: {
      DATABASE_URL: databaseUrl,
      DIFY_BASE_URL: simulator.difyUrl,
      DIFY_API_KEY: 'app-demo-chatflow',
      FEISHU_APP_ID: app.id,
      FEISHU_APP_SECRET: app.secret,
      FEISHU_VERIFICATION_TOKEN: app.verificationToken,
      FEISHU_BASE_URL: simulator.url,
      ...(app.encryptKey !== '' && { FEISHU_ENCRYPT_KEY: app.encryptKey }),
    },
  });
  simulator.feishu.changeApp(app.id, { webhookUrl: `${gateway.url}/webhook/feishu` });
}

async function ask(text: string): Promise<string> {
  const said = simulator.feishu.say({ from: 'lin', text });
  await said.delivered;
  const answer = await simulator.feishu.record.answered(said.messageId, {
    done: ({ isSettled, buttons }) => isSettled && !buttons.some(({ text }) => text.includes('⏹')),
    timeoutMs: WITHIN_MS,
  });
  return answer.text;
}

/** What was known at the time of the backup is known again, and what came later is not. */
async function expectOldMemory(): Promise<void> {
  expect(await ask('what did I ask before? #memory')).toContain('the turnip');
}

async function type(line: string[], env: Record<string, string>): Promise<{ code: number; text: string }> {
  const argv = ['node', 'posthouse', ...line];
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  const code = await runCommand(argv, { ...createTerminal(argv, env), out: print, err: print });
  return { code, text: printed.join('\n') };
}

const SETTINGS = { FEISHU_APP_ID: 'cli_0123456789abcdef', FEISHU_APP_SECRET: 's', FEISHU_ENCRYPT_KEY: 'k' };

describe('a SQLite store', () => {
  it('is backed up while it is worked on, and answers go on from the restored file', async () => {
    const store = join(folder, 'posthouse.db');
    const copy = join(folder, 'backup', 'monday.db');
    await startOn(store);
    await ask('the turnip #instant');
    const later = ask('and the pumpkin, at length');
    const done = await type(['backup', copy], { ...SETTINGS, DATABASE_URL: store });
    expect(done).toMatchObject({ code: 0, text: expect.stringContaining('monday.db') });
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'backup')).mode & 0o777).toBe(0o700);
    await later;
    await gateway?.kill();

    for (const suffix of ['', '-wal', '-shm']) rmSync(`${store}${suffix}`, { force: true });
    copyFileSync(copy, store);
    await startOn(store);
    await expectOldMemory();
  });

  it('is never copied over something, and nothing half done stays behind', async () => {
    const store = join(folder, 'posthouse.db');
    const taken = join(folder, 'taken.db');
    writeFileSync(taken, 'something of value');
    await expect(backUp(store, join(folder, 'copy.db'))).rejects.toMatchObject({ code: 'store_unavailable' });
    writeFileSync(store, 'this is no database, whatever its name says, and long enough to be read as one. '.repeat(9));
    await expect(backUp(store, taken)).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(backUp(store, join(folder, 'copy.db'))).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(statSync(taken).size).toBe('something of value'.length);
    expect(['copy.db', 'copy.db.part'].filter((name) => existsSync(join(folder, name)))).toEqual([]);
  });
});

describeWith('PostgreSQL', 'a store in PostgreSQL', (programs) => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres(programs);
  });
  afterAll(async () => postgres?.close());

  it('is dumped by pg_dump while it is worked on, and answers go on from where pg_restore put it', async () => {
    const url = await postgres.database();
    const dump = join(folder, 'monday.dump');
    await startOn(url);
    await ask('the turnip #instant');
    execFileSync(join(programs, 'pg_dump'), ['--format=custom', `--file=${dump}`, url]);
    await ask('the pumpkin #instant');
    await gateway?.kill();

    const restored = await postgres.database();
    execFileSync(join(programs, 'pg_restore'), ['--exit-on-error', '--no-owner', `--dbname=${restored}`, dump]);
    await startOn(restored);
    await expectOldMemory();
  });

  it('is left to pg_dump by posthouse backup, which says so', async () => {
    const told = await type(['backup', 'x.db'], { ...SETTINGS, DATABASE_URL: 'postgres://posthouse@db/posthouse' });
    expect(told).toMatchObject({ code: 1, text: expect.stringContaining('pg_dump --format=custom --file=x.db') });
  });
});
