import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { type GatewayProcess, lastOutput, startGatewayProcess } from '../support/gateway-process.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { describeWith } from '../support/requirements.ts';
import { wecomAppEnv } from '../support/vendor-env.ts';

/** The shortest that there is: another process has what the stopped one holds after so long, and a look into the store. */
const LEASE_SECONDS = '5';
const SETTINGS = `
channels:
  - platform: wecom
    buttons: false
`;

describeWith('PostgreSQL', 'a process that is stopped with an answer in its hands', (programs) => {
  const folder = mkdtempSync(join(tmpdir(), 'posthouse-paused-'));
  let postgres: PostgresServer;
  let simulator: Simulator;
  let slowToken: SlowToken;
  let stopped: GatewayProcess;
  let other: GatewayProcess;

  beforeAll(async () => {
    postgres = await startPostgres(programs);
    simulator = await startSimulator({ wire: false, dify: false, wecom: { bots: [], kf: false, rateLimits: false } });
    slowToken = await SlowToken.before(simulator.url);
    const databaseUrl = await postgres.database();
    stopped = await start('stopped', databaseUrl, slowToken.url);
    other = await start('other', databaseUrl, simulator.url);
    simulator.wecom.app.webhookUrl = `${stopped.url}/webhook/wecom`;
  }, 120_000);

  afterAll(async () => {
    await stopped?.stop();
    await other?.stop();
    await slowToken?.close();
    await simulator?.close();
    await postgres?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(name: string, databaseUrl: string, vendorUrl: string): Promise<GatewayProcess> {
    const place = join(folder, name);
    mkdirSync(place);
    const config = join(place, 'posthouse.yaml');
    writeFileSync(config, SETTINGS);
    return startGatewayProcess({
      folder: place,
      env: {
        POSTHOUSE_CONFIG: config,
        DATABASE_URL: databaseUrl,
        WORK_LEASE_SECONDS: LEASE_SECONDS,
        ...wecomAppEnv(simulator, vendorUrl),
      },
    });
  }

  const answers = (): readonly string[] => simulator.wecom.record.answers().map(({ text }) => text);

  it('sends it no more when it wakes up and another has, and works on', { timeout: 120_000 }, async () => {
    await simulator.wecom.say({ from: 'lin', text: 'how many days off?' }).delivered;
    await expect.poll(() => slowToken.waiting, { timeout: 20_000 }).toBe(1);
    process.kill(stopped.pid, 'SIGSTOP');
    await expect.poll(answers, { timeout: 60_000 }).toHaveLength(1);
    // What it waited for lies ready when it wakes up, before any timer of its own and any word of the store's.
    await slowToken.release();
    process.kill(stopped.pid, 'SIGCONT');
    const log = () => lastOutput(join(folder, 'stopped'), 100_000);
    await expect.poll(log, { timeout: 30_000 }).toContain('lease_lost');
    await simulator.wecom.say({ from: 'chen', text: 'and I?' }).delivered;
    await expect.poll(answers, { timeout: 30_000 }).toHaveLength(2);
    expect(answers()).toEqual([expect.stringContaining('how many days off?'), expect.stringContaining('and I?')]);
    expect(slowToken.sent).toBe(1);
  });
});

/** Stands between a process and the vendor, and keeps it waiting for its token. */
class SlowToken {
  /** Who waits. */
  waiting = 0;
  /** How many messages came through here. */
  sent = 0;
  readonly #server: Server;
  readonly #vendor: string;
  readonly #released = Promise.withResolvers<void>();
  readonly #answered = Promise.withResolvers<void>();

  private constructor(vendor: string) {
    this.#vendor = vendor;
    this.#server = createServer((request, response) => void this.#pass(request, response));
  }

  static async before(vendor: string): Promise<SlowToken> {
    const one = new SlowToken(vendor);
    one.#server.listen(0, '127.0.0.1');
    await once(one.#server, 'listening');
    return one;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Hands the token out; resolves when it is on its way. */
  async release(): Promise<void> {
    this.#released.resolve();
    await this.#answered.promise;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '', method = '' } = request;
    const body = await buffer(request);
    const isForToken = url.includes('/gettoken');
    if (isForToken) {
      this.waiting += 1;
      await this.#released.promise;
    }
    if (url.includes('/message/send')) this.sent += 1;
    const answer = await fetch(this.#vendor + url, { method, ...(body.length > 0 && { body }) });
    const content = { 'content-type': answer.headers.get('content-type') ?? 'application/json' };
    response.writeHead(answer.status, content).end(await answer.text());
    if (isForToken) this.#answered.resolve();
  }
}
