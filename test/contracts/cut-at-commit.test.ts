import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { CutAtCommit } from '../support/cut-at-commit.ts';
import { message, startGateway, type TestGateway } from '../support/gateway.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { describeWith } from '../support/requirements.ts';

/** An event is taken in the step that stores it; of that the process that has it then hears nothing. */
describeWith('PostgreSQL', 'a connection that breaks when an acceptance is committed', (programs) => {
  let server: PostgresServer;
  let cut: CutAtCommit;
  let gateway: TestGateway;
  beforeAll(async () => {
    server = await startPostgres(programs);
  });
  beforeEach(async () => {
    const through = await CutAtCommit.before(await server.database());
    cut = through.cut;
    // Leases of a minute, and nobody looks through the store.
    gateway = await startGateway({ database: through.url, sweepEveryMs: 3_600_000 });
  });
  afterEach(async () => {
    await gateway.close();
    await cut.close();
  });
  afterAll(() => server?.close());

  const asked = () => gateway.agent.asked.map(({ text }) => text);

  it('leaves an event that nobody has acknowledged and nobody works on: it is let go of at once, and answered once', async () => {
    cut.next.add('inbox.insertTaken');
    const question = message('hello');
    await expect(gateway.deliver(question)).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect.poll(asked, { timeout: 10_000 }).toEqual(['hello']);
    await gateway.deliver(question);
    await gateway.quiet();
    expect([asked(), gateway.platform.texts]).toEqual([['hello'], ['you said: hello']]);
  });

  it('leaves it until the vendor tries again where the store is away for longer', async () => {
    const question = message('hello');
    cut.next.add('inbox.insertTaken');
    cut.atCut = () => cut.goAway();
    await expect(gateway.deliver(question)).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect.poll(() => gateway.pipeline.activeLanes, { timeout: 20_000 }).toBe(0);
    expect(asked()).toEqual([]);
    cut.away = false;
    await gateway.deliver(question);
    await expect.poll(asked, { timeout: 10_000 }).toEqual(['hello']);
    await gateway.quiet();
    expect(gateway.platform.texts).toEqual(['you said: hello']);
  });
});
