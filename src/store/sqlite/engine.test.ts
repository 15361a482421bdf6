import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Batches, type Call } from './batch.ts';
import { SqliteDatabase } from './database.ts';
import { SqliteEngine } from './engine.ts';
import { bringUpToDate } from './schema.ts';

const UNAVAILABLE = { code: 'store_unavailable' };
const NOON = 1_800_000_000_000;

let folder: string;
let file: string;
const engines: SqliteEngine[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posthouse-sqlite-'));
  file = join(folder, 'posthouse.db');
});

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
  await rm(folder, { recursive: true, force: true });
});

async function openEngine(
  more: { readOnly?: boolean; thread?: URL; busyTimeoutMs?: number } = {},
): Promise<SqliteEngine> {
  const { readOnly = false, thread, busyTimeoutMs = 50 } = more;
  const engine = await SqliteEngine.open({ file, readOnly, busyTimeoutMs }, thread);
  engines.push(engine);
  return engine;
}

function accept(engine: SqliteEngine, key: string, body = '{}') {
  return engine.call('inbox.accept', [{ channel: 'feishu', key, lane: 'lin', message: key, body }], NOON);
}

// Threads take their time on a busy machine.
describe('the thread of a SQLite store', { timeout: 30_000 }, () => {
  it('lets a call that fails not take the others of its transaction with it', async () => {
    const engine = await openEngine();
    const broken = engine.call('inbox.done', { seq: 4711, holder: 'nobody' }, NOON, []);
    const outcomes = await Promise.allSettled([accept(engine, 'a'), broken, accept(engine, 'b')]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await engine.call('upkeep.depth')).toMatchObject({ inboxWaiting: 2 });
  });

  it('answers an event before it begins with the claim behind it, and many of both at once', async () => {
    const engine = await openEngine();
    const claim = (lane: string) => engine.call('lane.claim', lane, `holder of ${lane}`, NOON + 60_000, NOON);
    const answered: string[] = [];
    const note = (name: string, call: Promise<unknown>) => call.then(() => answered.push(name));
    const few = [note('stored', accept(engine, 'a')), note('claimed', claim('lin'))];
    await few[0];
    expect(answered).toEqual(['stored']);
    await few[1];
    const many = Array.from({ length: 8 }, (_, number) => [accept(engine, `b${number}`), claim(`lane ${number}`)]);
    const [last] = many.at(-1) as [Promise<unknown>, Promise<unknown>];
    const lastClaim = note('last claim', many.at(-1)?.[1] as Promise<unknown>);
    await last;
    await Promise.resolve();
    expect(answered.at(-1)).toBe('last claim');
    await lastClaim;
  });

  it('takes back what a failed call had done before it failed', async () => {
    const engine = await openEngine();
    const rows = ['a', 'b'].map((key) => ({ channel: 'feishu', key, lane: 'lin', message: key, body: '{}' }));
    const broken = engine.call('inbox.accept', [...rows, { ...rows[0], lane: null } as never], NOON);
    await Promise.allSettled([broken, accept(engine, 'c')]);
    expect(await engine.call('upkeep.depth')).toMatchObject({ inboxWaiting: 1 });
  });

  it('says that the file is locked, and goes on when it is free', async () => {
    const engine = await openEngine();
    const other = new DatabaseSync(file);
    other.exec('begin immediate');
    const both = await Promise.allSettled([accept(engine, 'a'), accept(engine, 'b')]);
    expect(both).toMatchObject([{ reason: UNAVAILABLE }, { reason: UNAVAILABLE }]);
    other.exec('rollback');
    other.close();
    expect(await accept(engine, 'a')).toEqual([{ seq: 1, duplicate: false }]);
  });

  it('ends when the file is damaged: every call is refused from then on', async () => {
    const engine = await openEngine();
    for (let count = 0; count < 50; count += 1) await accept(engine, `before-${count}`, 'x'.repeat(10_000));
    await engine.close();
    await damage(file);
    const broken = await openEngine();
    const calls = Array.from({ length: 50 }, (_, count) => accept(broken, `after-${count}`, 'x'.repeat(10_000)));
    const outcomes = await Promise.allSettled([...calls, broken.call('upkeep.lanesWithWork', NOON, 100)]);
    expect(outcomes.every((outcome) => outcome.status === 'rejected')).toBe(true);
    await expect(accept(broken, 'later')).rejects.toMatchObject(UNAVAILABLE);
    await expect(broken.own()).rejects.toMatchObject(UNAVAILABLE);
  });

  it('does not open what is not a database', async () => {
    await writeFile(file, 'certainly not a database, but long enough to be looked at'.repeat(100));
    await expect(openEngine()).rejects.toMatchObject(UNAVAILABLE);
  });

  it('is asked at once after a pause, and once in a turn of the loop by all that follows', async () => {
    const thread = join(folder, 'counting.mjs');
    await writeFile(
      thread,
      `import { parentPort } from 'node:worker_threads';
       let heard = 0;
       parentPort.on('message', ({ kind, calls }) => {
         if (kind === 'close') return parentPort.close();
         heard += 1;
         parentPort.postMessage({ kind: 'outcomes', values: calls.map(() => heard), failures: [] });
       });
       parentPort.postMessage({ kind: 'ready' });`,
    );
    const engine = await openEngine({ thread: pathToFileURL(thread) });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await Promise.all([accept(engine, 'a'), accept(engine, 'b'), accept(engine, 'c')])).toEqual([1, 2, 2]);
  });

  it('refuses every call when it dies', async () => {
    const thread = join(folder, 'dying.mjs');
    await writeFile(
      thread,
      `import { parentPort } from 'node:worker_threads';
       parentPort.once('message', () => { throw new Error('the thread dies'); });
       parentPort.postMessage({ kind: 'ready' });`,
    );
    const engine = await openEngine({ thread: pathToFileURL(thread) });
    const outcomes = await Promise.allSettled([accept(engine, 'a'), accept(engine, 'b')]);
    expect(outcomes).toMatchObject([{ reason: UNAVAILABLE }, { reason: UNAVAILABLE }]);
    await expect(accept(engine, 'c')).rejects.toMatchObject(UNAVAILABLE);
  });

  it('only looks when it is told to', async () => {
    const engine = await openEngine();
    await engine.own();
    await accept(engine, 'a');
    const reader = await openEngine({ readOnly: true });
    expect(await reader.call('upkeep.depth')).toMatchObject({ inboxWaiting: 1 });
    await expect(accept(reader, 'b')).rejects.toMatchObject(UNAVAILABLE);
    await accept(engine, 'b');
    expect(await reader.call('upkeep.depth')).toMatchObject({ inboxWaiting: 2 });
  });

  it('does not look at a store that was never made', async () => {
    await expect(openEngine({ readOnly: true })).rejects.toMatchObject(UNAVAILABLE);
  });

  it('refuses a store that a newer version has used', async () => {
    const engine = await openEngine();
    await engine.close();
    const newer = new DatabaseSync(file);
    newer.exec(`insert into migrations (name, applied_at) values ('9999-from-the-future', 1)`);
    newer.close();
    await expect(openEngine()).rejects.toMatchObject({ code: 'config_invalid' });
  });

  it('does not put its tables among those of another program', async () => {
    const theirs = new DatabaseSync(file);
    theirs.exec('create table people (name text)');
    theirs.close();
    await expect(openEngine()).rejects.toMatchObject({ code: 'config_invalid' });
    const after = new DatabaseSync(file, { readOnly: true });
    expect(after.prepare('select name from sqlite_schema').all()).toEqual([{ name: 'people' }]);
    after.close();
  });

  it('makes a new store once, though many open it at the same time', async () => {
    const opened = await Promise.all(Array.from({ length: 5 }, () => openEngine({ busyTimeoutMs: 10_000 })));
    for (const [index, engine] of opened.entries()) await accept(engine, `from-${index}`);
    expect(await opened[0]?.call('upkeep.depth')).toMatchObject({ inboxWaiting: 5 });
  });

  it('keeps another process out, and lets it in when the owner was killed', async () => {
    await (await openEngine()).close();
    const owner = new Worker(
      `const { DatabaseSync } = require('node:sqlite');
       const db = new DatabaseSync(${JSON.stringify(`${file}.lock`)});
       db.exec('begin exclusive');
       require('node:worker_threads').parentPort.postMessage('owned');
       setInterval(() => db, 1000);`,
      { eval: true },
    );
    await once(owner, 'message');
    const engine = await openEngine();
    await expect(engine.own()).rejects.toMatchObject({ code: 'store_locked', details: { file } });
    await owner.terminate();
    await engine.own();
  });
});

describe('batches of calls', () => {
  let db: SqliteDatabase;
  let batches: Batches;
  beforeEach(() => {
    db = new SqliteDatabase({ file, readOnly: false, busyTimeoutMs: 50 });
    bringUpToDate(db);
    batches = new Batches(db);
  });
  afterEach(() => db.close());

  const row = (key: string, body = '{}') => ({ channel: 'feishu', key, lane: key, message: key, body });
  const acceptCall = (...rows: readonly unknown[]): Call => ['inbox.accept', [rows, NOON]];
  const claimCall = (key: string): Call => ['inbox.claim', [key, `worker-${key}`, NOON + 60_000, NOON]];
  const doneCall = (seq: number, key: string): Call => ['inbox.done', [{ seq, holder: `worker-${key}` }, NOON, []]];
  const fillDisk = () => db.exec(`pragma max_page_count = ${Number(db.peek('pragma page_count')) + 2}`);

  it('are refused whole when the disk is full, and the next is tried again', async () => {
    fillDisk();
    const outcomes = await batches.run([acceptCall(row('small')), acceptCall(row('large', 'x'.repeat(100_000)))]);
    expect(outcomes).toMatchObject([UNAVAILABLE, UNAVAILABLE]);
    expect(String(outcomes[0])).toContain('the disk is full');
    expect(await batches.run([acceptCall(row('small'))])).toEqual([[{ seq: 1, duplicate: false }]]);
  });

  it('answer claims before they are on the disk, and write them with what follows', async () => {
    await batches.run([acceptCall(row('a'), row('b'))]);
    const other = new SqliteDatabase({ file, readOnly: true, busyTimeoutMs: 50 });
    const states = () => other.peek(`select group_concat(state order by seq) from inbox`);

    expect(await batches.run([claimCall('a')])).toMatchObject([{ seq: 1 }]);
    expect([batches.open, states()]).toEqual([true, 'waiting,waiting']);
    await batches.run([doneCall(1, 'a')]);
    expect([batches.open, states()]).toEqual([false, 'done,waiting']);

    await batches.run([claimCall('b')]);
    batches.settle();
    expect([batches.open, states()]).toEqual([false, 'done,claimed']);
    other.close();
  });

  it('take a failed call back and leave the claims that were answered before it', async () => {
    await batches.run([acceptCall(row('a'))]);
    await batches.run([claimCall('a')]);
    const broken = acceptCall(row('b'), { ...row('c'), lane: null });
    const outcomes = await batches.run([acceptCall(row('d')), broken, doneCall(1, 'a')]);
    expect(outcomes).toMatchObject([[{ duplicate: false }], { code: 'internal' }, undefined]);
    expect(db.peek(`select group_concat(event_key order by seq) from inbox`)).toBe('a,d');
  });

  it.runIf(process.platform === 'linux')('need no file of their own to be taken back', async () => {
    const openFiles = () => readdirSync('/proc/self/fd').flatMap((number) => linkOf(`/proc/self/fd/${number}`));
    const before = await batches.run(
      Array.from({ length: 40 }, (_, index) => acceptCall(row(`a${index}`, 'x'.repeat(4000)))),
    );
    expect(before).toHaveLength(40);
    db.begin();
    db.beginPart();
    db.exec('update inbox set attempts = attempts + 1');
    expect(openFiles().filter((name) => name.includes('etilqs'))).toEqual([]);
    db.takePartBack();
    db.rollback();
    expect(db.peek('select sum(attempts) from inbox')).toBe(0);
  });

  it('fence off who goes by a claim that a full disk has taken back', async () => {
    await batches.run([acceptCall(row('a'))]);
    await batches.run([claimCall('a')]);
    fillDisk();
    expect(await batches.run([acceptCall(row('large', 'x'.repeat(100_000)))])).toMatchObject([UNAVAILABLE]);
    expect(await batches.run([doneCall(1, 'a')])).toMatchObject([{ code: 'lease_lost' }]);
    expect(await batches.run([claimCall('a')])).toMatchObject([{ seq: 1, attempts: 1 }]);
  });
});

/** Where a link leads; nothing when it has gone meanwhile. */
function linkOf(path: string): string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    return [];
  }
}

/** Overwrites the later half: the newest rows, and none of what is read when the store is opened. */
async function damage(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  const { size } = await handle.stat();
  const from = Math.floor(size / 2 / 4096) * 4096;
  await handle.write(Buffer.alloc(size - from, 0xa5), 0, size - from, from);
  await handle.close();
}
