import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { id } from '../../src/core/ids.ts';
import { moveStore } from '../../src/store/move.ts';
import { openStore } from '../../src/store/open.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { describeWith } from '../support/requirements.ts';
import { claimed, claimText, FEISHU, frame, lease, message, NOON, newTurn, notice, sender } from './store/samples.ts';

describeWith('PostgreSQL', 'moving a SQLite store to PostgreSQL', (programs) => {
  let server: PostgresServer;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    server = await startPostgres(programs);
    folder = await mkdtemp(join(tmpdir(), 'posthouse-move-'));
    file = join(folder, 'posthouse.db');
    const store = await openStore(file);
    await store.people.identify(FEISHU, sender('lin', { name: '林\u0000' }), NOON);
    const [row, held] = await claimed(store, 'done');
    await store.turns.begin(newTurn('t1', row), held.holder, NOON);
    const end = {
      turn: id<ReturnType<typeof newTurn>['id']>('t1'),
      state: 'done',
      suggested: [],
      seq: row.seq,
    } as const;
    await store.turns.end({ ...end, replies: [frame('t1')], lease: held }, NOON);
    await store.outbox.put([notice('n', 'wang')], NOON);
    const many = Array.from({ length: 1_200 }, (_, index) => message(`waits-${index}`, 'zhao'));
    await store.inbox.accept([...many, message('last', 'zhao')], NOON);
    await store.close();
  });
  afterAll(async () => {
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('only counts in a dry run', async () => {
    const url = await server.database();
    const tables = await moveStore(file, url, true);
    expect(tables.find(({ table }) => table === 'inbox')).toEqual({ table: 'inbox', from: 1_202, to: 0 });
    await expect(openStore(url, { readOnly: true })).rejects.toMatchObject({ code: 'config_invalid' });
  });

  it('takes everything along, and goes on where the file was', async () => {
    const url = await server.database();
    const tables = await moveStore(file, url, false);
    expect(tables.filter(({ from, to }) => from !== to)).toEqual([]);
    const [old, moved] = [await openStore(file), await openStore(url)];
    expect(await moved.upkeep.depth()).toEqual(await old.upkeep.depth());
    expect(await moved.turns.get(id('t1'))).toEqual(await old.turns.get(id('t1')));
    expect(await moved.outbox.lastFrameOf(id('t1'))).toEqual(await old.outbox.lastFrameOf(id('t1')));
    expect(await moved.inbox.accept([message('done')], NOON)).toMatchObject([{ duplicate: true }]);
    const [next] = await moved.inbox.accept([message('new')], NOON);
    expect(next?.duplicate).toBe(false);
    // A number of its own: none of those that the file had given.
    expect(next?.seq).toBeGreaterThan(1_202);
    expect(await claimText(moved, 'zhao', NOON, lease())).toBe('waits-0');
    await Promise.all([old.close(), moved.close()]);
  });

  it('leaves a database alone that holds something', async () => {
    const url = await server.database();
    const store = await openStore(url);
    await store.inbox.accept([message('theirs')], NOON);
    await expect(moveStore(file, url, false)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('not empty'),
    });
    expect(await store.upkeep.depth()).toMatchObject({ inboxWaiting: 1 });
    await store.close();
  });

  it('takes no misspelt name for an empty store, and no database of another program for one', async () => {
    const url = await server.database();
    const theirs = join(folder, 'theirs.db');
    const database = new DatabaseSync(theirs);
    database.exec('create table invoices (number text)');
    database.close();
    for (const dryRun of [true, false]) {
      await expect(moveStore(join(folder, 'postouse.db'), url, dryRun)).rejects.toMatchObject({
        code: 'config_invalid',
        message: expect.stringMatching(/there is no file .*postouse\.db; check --from/),
      });
      await expect(moveStore(theirs, url, dryRun)).rejects.toMatchObject({ code: 'config_invalid' });
    }
    expect((await readdir(folder)).filter((name) => name.startsWith('postouse'))).toEqual([]);
    const after = new DatabaseSync(theirs, { readOnly: true });
    expect(after.prepare(`select name from sqlite_schema`).all()).toEqual([{ name: 'invoices' }]);
    after.close();
  });

  it('does not copy what a gateway is working on', async () => {
    const url = await server.database();
    const running = await openStore(file);
    await running.upkeep.open('gateway', NOON);
    await expect(moveStore(file, url, false)).rejects.toMatchObject({ code: 'store_locked' });
    await running.close();
  });
});
