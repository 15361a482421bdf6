import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../test/support/postgres-server.ts';
import { type RedisServer, startRedis } from '../../test/support/redis-server.ts';
import { describeWith } from '../../test/support/requirements.ts';
import { runCommand } from './program.ts';
import { createTerminal } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'posthouse-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What `posthouse check` says line by line, and its exit code. */
async function check(words: string, env: Record<string, string>) {
  const lines: string[] = [];
  const argv = ['node', 'posthouse', 'check', ...words.split(' ').filter(Boolean)];
  // Nobody answers there, which costs no time.
  const settings = { FEISHU_APP_ID: 'cli_0123456789abcdef', FEISHU_APP_SECRET: 's', FEISHU_MODE: 'socket' };
  const nowhere = { FEISHU_BASE_URL: 'http://127.0.0.1:1' };
  const terminal = createTerminal(argv, { ...settings, ...nowhere, ...env });
  const code = await runCommand(argv, { ...terminal, out: (line) => void lines.push(line) });
  return { code, lines };
}

describe('posthouse check of a SQLite file', () => {
  const faults = async (databaseUrl: string, words = '') => {
    const { code, lines } = await check(words, { DATABASE_URL: databaseUrl });
    return { code, store: lines.find((line) => /store|存储/.test(line)) };
  };

  it('has nothing against one that is still to be made, in a folder that is still to be made', async () => {
    const file = join(folder, 'data', 'posthouse.db');
    expect(await faults(file)).toEqual({ code: 0, store: `✔ store ${file}` });
  });

  it('finds what is no database', async () => {
    const file = join(folder, 'letter.txt');
    writeFileSync(file, 'Dear Ada, this is no database. '.repeat(200));
    expect(await faults(file)).toEqual({ code: 1, store: expect.stringMatching(/^✘ store .*is not a database/) });
  });

  it('finds a database of another program', async () => {
    const file = join(folder, 'theirs.db');
    const theirs = new DatabaseSync(file);
    theirs.exec('create table invoices (number text)');
    theirs.close();
    const store = expect.stringMatching(/another program \(it has a table invoices\); name a file of its own/);
    expect(await faults(file)).toEqual({ code: 1, store });
    expect(await faults(file, '--lang zh')).toEqual({ code: 1, store: expect.stringContaining('其他程序的数据库') });
  });

  it('finds a folder that is a file', async () => {
    const file = join(folder, 'letter.txt', 'posthouse.db');
    expect(await faults(file)).toEqual({
      code: 1,
      store: expect.stringContaining('letter.txt is a file, not a folder'),
    });
  });

  it('finds a folder where the file should be', async () => {
    mkdirSync(join(folder, 'posthouse.db'));
    const store = expect.stringMatching(/^✘ store .*cannot be opened/);
    expect(await faults(join(folder, 'posthouse.db'))).toEqual({ code: 1, store });
  });
});

describeWith('PostgreSQL', 'posthouse check --online of a database', (programs) => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(programs);
  });
  afterAll(() => server?.close());

  const store = async (databaseUrl: string, words = '--online') => {
    const { lines } = await check(words, { DATABASE_URL: databaseUrl });
    return lines.filter((line) => /^. (?:store|存储)(?: works|:|：)/.test(line)).join('\n');
  };
  const asked = async (url: string, ...statements: string[]) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };

  it('has nothing against an empty one', async () => {
    expect(await store(await server.database())).toBe('✔ store: works online');
  });

  it('finds one that is not there, and a server that does not answer', async () => {
    const url = await server.database();
    expect(await store(url.replace(/store_\d+/, 'nobodys'))).toMatch(/it has no such database; create it first/);
    expect(await store(url.replace(/store_\d+/, 'nobodys'), '--online --lang zh')).toMatch(/没有这个数据库，请先创建/);
    expect(await store('postgres://somebody@127.0.0.1:1/store')).toMatch(
      /^✘ store: .*no connection \(ECONNREFUSED\); check the address, that it runs/,
    );
  });

  it('finds a user who may not make the tables', async () => {
    const url = await server.database();
    await asked(url, 'create role guest login', 'revoke create on schema public from public');
    expect(await store(url.replace('posthouse@', 'guest@'))).toMatch(
      /may not make tables in the database; make it the owner/,
    );
  });

  it('finds one that does not keep what it has committed', async () => {
    const url = await server.database();
    const name = new URL(url).pathname.slice(1);
    await asked(url, `alter database ${name} set synchronous_commit = off`);
    expect(await store(url)).toMatch(/^✘ store: .*synchronous_commit is off/);
  });

  it('finds another encoding than UTF-8', async () => {
    const url = await server.database();
    await asked(url, `create database narrow encoding 'SQL_ASCII' template template0`);
    expect(await store(url.replace(/store_\d+/, 'narrow'))).toMatch(/encoded in SQL_ASCII; create one in UTF8/);
  });
});

describeWith('Redis', 'posthouse check --online of Redis', (program) => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis(program);
  });
  afterAll(() => server?.close());

  const redis = async (url: string) => {
    // The database is not there, either: each is told by itself.
    const { lines } = await check('--online', { DATABASE_URL: 'postgres://somebody@127.0.0.1:1/x', REDIS_URL: url });
    return lines.filter((line) => line.includes(' Redis: ')).join('\n');
  };
  const set = async (name: string, value: string) => {
    const line = new Redis(server.url);
    await line.config('SET', name, value);
    line.disconnect();
  };

  it('has nothing against one that keeps what it is given', async () => {
    expect(await redis(server.url)).toBe('✔ Redis: works online');
  });

  it('finds one that throws work away', async () => {
    await set('maxmemory-policy', 'allkeys-lru');
    expect(await redis(server.url)).toMatch(/^✘ Redis: maxmemory-policy is allkeys-lru, .* set it to noeviction/);
    await set('maxmemory-policy', 'noeviction');
  });

  it('finds a wrong password, and one that does not answer', async () => {
    await set('requirepass', 'secret');
    expect(await redis(server.url)).toMatch(/^✘ Redis: it does not take this user or password/);
    expect(await redis(server.url.replace('redis://', 'redis://:guess@'))).toMatch(
      /does not take this user or password/,
    );
    expect(await redis('redis://127.0.0.1:1')).toMatch(/^✘ Redis: cannot be reached \(ECONNREFUSED\)/);
  });
});
