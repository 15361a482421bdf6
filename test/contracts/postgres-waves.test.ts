import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { ask, type Named } from '../../src/store/postgres/wave.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { describeWith } from '../support/requirements.ts';

const BEGIN: Named = { name: 'begin', text: 'begin' };
const ROLLBACK: Named = { name: 'rollback', text: 'rollback' };
const PUT: Named = { name: 'put', text: 'insert into words (word, number) values ($1, $2)' };
const GIVE: Named = { name: 'give', text: 'select word, number from words order by word' };
const TWICE: Named = { name: 'twice', text: 'select 2 * $1::int as twice' };
const BROKEN: Named = { name: 'broken', text: 'select nothing from nowhere' };

describeWith('PostgreSQL', 'statements that are asked at once', (programs) => {
  let server: PostgresServer;
  let client: Client;
  beforeAll(async () => {
    server = await startPostgres(programs);
  });
  afterAll(() => server?.close());
  beforeEach(async () => {
    client = new Client({ connectionString: await server.database(), pipeline: true });
    await client.connect();
    await client.query('create table words (word text primary key, number bigint)');
  });
  afterEach(() => client.end());

  it('are answered each with its own, in their order, numbers as numbers and nothing as null', async () => {
    const [put, both, given, twice] = await Promise.all([
      ask(client, PUT, ['one', 1]),
      ask(client, PUT, ['two', null]),
      ask(client, GIVE),
      ask(client, TWICE, [21]),
    ]);
    expect([put.tag, both.tag]).toEqual(['INSERT 0 1', 'INSERT 0 1']);
    expect(given.rows).toEqual([
      { word: 'one', number: 1 },
      { word: 'two', number: null },
    ]);
    expect(twice).toEqual({ rows: [{ twice: 42 }], tag: 'SELECT 1' });
    // Now it is known which columns come.
    expect((await ask(client, GIVE)).rows).toEqual(given.rows);
    await expect(ask(client, PUT, ['zero\0', 0])).resolves.toMatchObject({ rows: [] });
  });

  it('go to the server in one message', async () => {
    let words = 0;
    const { connection } = client as unknown as { connection: { sync(): void } };
    const sync = connection.sync.bind(connection);
    connection.sync = () => {
      words += 1;
      sync();
    };
    const first = Promise.all([ask(client, PUT, ['a', 1]), ask(client, TWICE, [1])]);
    // Whoever goes on in the same turn goes with them.
    const second = Promise.resolve().then(() => ask(client, TWICE, [2]));
    await Promise.all([first, second]);
    expect(words).toBe(1);
  });

  it('fail together where one fails, leave nothing behind, and can be asked again', async () => {
    for (const round of ['first', 'second']) {
      const asked = [ask(client, PUT, [round, 1]), ask(client, BROKEN), ask(client, TWICE, [1])];
      const outcomes = await Promise.allSettled(asked);
      expect(outcomes, round).toMatchObject(asked.map(() => ({ status: 'rejected', reason: { code: '42P01' } })));
      expect((await ask(client, GIVE)).rows, round).toEqual([]);
    }
    await Promise.all([ask(client, BEGIN), ask(client, PUT, ['x', 1])]);
    const again = await Promise.allSettled([ask(client, PUT, ['x', 2]), ask(client, TWICE, [3])]);
    expect(again).toMatchObject([{ reason: { code: '23505' } }, { reason: { code: '23505' } }]);
    await ask(client, ROLLBACK);
    expect((await ask(client, TWICE, [4])).rows).toEqual([{ twice: 8 }]);
  });

  it('fail when the connection breaks off, asked before or after', async () => {
    client.on('error', () => undefined);
    const asked = ask(client, { name: 'sleep', text: 'select pg_sleep(60)' });
    const refused = expect(asked).rejects.toThrow();
    await server.restart();
    await refused;
    await expect(ask(client, TWICE, [1])).rejects.toThrow(/not queryable/);
  });
});
