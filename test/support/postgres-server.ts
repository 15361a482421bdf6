import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** A PostgreSQL server of a test's own, in a temporary folder, reached over a socket in that folder. */
export interface PostgresServer {
  /** The `DATABASE_URL` of a new, empty database. */
  database(): Promise<string>;
  /** Ends it as the loss of its machine would, and starts it again on what it had. */
  restart(): Promise<void>;
  /** Ends it as the loss of its machine would. */
  kill(): Promise<void>;
  /** Shuts it down as an operator would who does not wait for anybody (`pg_ctl stop -m fast`). */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;
/** The server refuses to run as root. */
const USERS = ['postgres', 'nobody'];

/** The folder of `initdb` and `postgres`; undefined where none is installed. */
export function postgresPrograms(): string | undefined {
  const installed = '/usr/lib/postgresql';
  const versions = existsSync(installed) ? readdirSync(installed) : [];
  const newest = versions.toSorted((a, b) => Number(b) - Number(a)).map((version) => join(installed, version, 'bin'));
  const onPath = (process.env['PATH'] ?? '').split(':');
  const folders = [process.env['POSTGRES_BIN'] ?? '', ...newest, ...onPath, '/opt/homebrew/bin'];
  return folders.find(
    (folder) => folder !== '' && ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))),
  );
}

export interface PostgresOptions {
  /** Whether what is committed is on the disk; off by default, since tests kill processes, not machines: what the system has is safe. */
  readonly fsync?: boolean;
  /** An address at which others reach it too, and whom it trusts there (`10.0.0.0/24`). */
  readonly network?: { readonly host: string; readonly trusted: string };
}

export async function startPostgres(
  programs: string,
  { fsync = false, network }: PostgresOptions = {},
): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'posthouse-pg-'));
  const data = join(folder, 'data');
  const user = ownerOf(folder);
  execFileSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'posthouse', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'],
    {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      ...user,
    },
  );
  if (network) appendFileSync(join(data, 'pg_hba.conf'), `host all all ${network.trusted} trust\n`);
  const url = (name: string) =>
    network
      ? `postgres://posthouse@${network.host}/${name}`
      : `postgres://posthouse@localhost/${name}?host=${encodeURIComponent(folder)}`;
  let child: ChildProcess | undefined;
  let databases = 0;

  async function start(): Promise<void> {
    const options = {
      fsync: fsync ? 'on' : 'off',
      listen_addresses: network?.host ?? '',
      unix_socket_directories: folder,
      max_connections: '200',
    };
    const args = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    child = spawn(join(programs, 'postgres'), ['-D', data, ...args], { cwd: folder, stdio: 'ignore', ...user });
    await answers(url('postgres'));
  }

  async function end(signal: 'SIGQUIT' | 'SIGINT'): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
  // At once and without a word to anybody, yet with all its children: SIGKILL would leave those behind.
  const kill = () => end('SIGQUIT');

  await start();
  return {
    start,
    kill,
    stop: () => end('SIGINT'),
    async restart() {
      await kill();
      await start();
    },
    async database() {
      databases += 1;
      const name = `store_${databases}`;
      await run(url('postgres'), `create database ${name}`);
      return url(name);
    },
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Takes away what the tables hold, and leaves them. */
export async function emptyDatabase(url: string): Promise<void> {
  await run(
    url,
    `do $$ declare names text; begin
       select string_agg(quote_ident(tablename), ', ') into names from pg_tables
         where schemaname = 'public' and tablename <> 'migrations';
       if names is not null then execute 'truncate ' || names; end if;
     end $$`,
  );
}

/** Runs one statement on a connection of its own. */
export async function run(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function answers(url: string): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      return await run(url, 'select 1');
    } catch (error) {
      if (Date.now() > until) throw error;
      await sleep(20);
    }
  }
}

/** Somebody else than root, who then owns the folder. */
function ownerOf(folder: string): { readonly uid: number; readonly gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {};
  const user = USERS.find((name) => idOf('-u', name) !== undefined);
  if (user === undefined)
    throw new Error(`PostgreSQL does not run as root, and there is no user ${USERS.join(' or ')}`);
  const owner = { uid: idOf('-u', user) ?? 0, gid: idOf('-g', user) ?? 0 };
  chownSync(folder, owner.uid, owner.gid);
  chmodSync(folder, 0o755);
  return owner;
}

function idOf(which: '-u' | '-g', user: string): number | undefined {
  try {
    return Number(execFileSync('id', [which, user], { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' }));
  } catch {
    return undefined;
  }
}
