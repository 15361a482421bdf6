import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { toGatewayError } from '../../src/core/errors.ts';
import type { Delivery } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import type { Ack, Platform, Receipt } from '../../src/core/platform.ts';
import type { PlatformDeps } from '../../src/core/platform-definition.ts';
import type { ActionAnswer } from '../../src/core/reply.ts';
import { feishu } from '../../src/platforms/feishu/index.ts';
import { type FeishuApp, type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/index.ts';
import { vendorDeps } from './feishu-vendor.ts';

/** The Feishu adapter at the simulator, with as little of a gateway around it as there can be. */
export interface FeishuBot {
  readonly sim: Simulator;
  readonly app: FeishuApp;
  readonly platform: Platform;
  /** Everything that came, exactly as it came. */
  readonly deliveries: Delivery[];
  readonly receipts: Receipt[];
  /** Says what a delivery is answered with; by default what the platform says. */
  answer: (receipt: Receipt) => Ack;
  close(): Promise<void>;
}

export interface FeishuBotOptions {
  readonly mode?: 'webhook' | 'socket';
  readonly encryptKey?: string;
  readonly simulator?: SimulatorOptions;
  readonly deps?: Partial<PlatformDeps>;
}

export async function startFeishuBot(options: FeishuBotOptions = {}): Promise<FeishuBot> {
  const mode = options.mode ?? 'webhook';
  const appOptions = {
    mode,
    name: 'Helper',
    ...(options.encryptKey !== undefined && { encryptKey: options.encryptKey }),
  };
  const sim = await startSimulator({
    dify: false,
    ...options.simulator,
    feishu: { apps: [appOptions], socket: { chunkBytes: 100 }, ...options.simulator?.feishu },
  });
  const { app } = sim.feishu;
  const config = feishu.configSchema.parse({
    appId: app.id,
    appSecret: app.secret,
    ...(app.encryptKey !== '' && { encryptKey: app.encryptKey }),
    verificationToken: app.verificationToken,
    mode,
    baseUrl: sim.url,
  });
  const platform = feishu.create(config, vendorDeps(options.deps));
  const ending = new AbortController();
  const bot: FeishuBot = {
    sim,
    app,
    platform,
    deliveries: [],
    receipts: [],
    answer: (receipt) => ackOf(receipt),
    async close() {
      ending.abort();
      await listening;
      await platform.close?.();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await sim.close();
    },
  };
  const accept = (delivery: Delivery): Ack => {
    bot.deliveries.push(delivery);
    const receipt = platform.receive(delivery, Date.now());
    bot.receipts.push(receipt);
    return bot.answer(receipt);
  };
  const server = await webhookServer(accept);
  app.webhookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook/feishu`;
  const listening = platform.listen?.((delivery) => Promise.resolve().then(() => accept(delivery)), ending.signal);
  if (mode === 'socket') await untilOpen(platform);
  return bot;
}

/** What the vendor is told; a pressed button shows `shown`. */
export function ackOf(receipt: Receipt, shown: ActionAnswer = {}): Ack {
  if (receipt.kind === 'poll') throw new Error('Feishu does not poll');
  return receipt.kind === 'question' ? receipt.answer(shown) : receipt.ack;
}

async function webhookServer(accept: (delivery: Delivery) => Ack): Promise<Server> {
  const server = createServer((request, response) => void take(request, response));
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const headers = request.headers as Delivery['headers'];
    try {
      const ack = accept({ channel: id('feishu'), via: 'webhook', method: 'POST', headers, query: {}, body });
      response.writeHead(ack.status, { 'content-type': ack.contentType }).end(ack.body);
    } catch (error) {
      response.writeHead(toGatewayError(error).failure.status).end(toGatewayError(error).code);
    }
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function untilOpen(platform: Platform): Promise<void> {
  for (let tries = 0; tries < 500 && platform.connection?.().state !== 'open'; tries += 1) {
    await new Promise((done) => setTimeout(done, 10));
  }
}
