import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { GatewayError, toGatewayError } from '../../src/core/errors.ts';
import type { Delivery, InboundEvent, MessageEvent } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import { noLog } from '../../src/core/log.ts';
import type { Ack, Platform, PolledLook, Receipt } from '../../src/core/platform.ts';
import type { PlatformDeps } from '../../src/core/platform-definition.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { wecomBot } from '../../src/platforms/wecom/bot/index.ts';
import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
  type WecomBot,
  type WecomOptions,
} from '../../src/simulator/index.ts';

/** A key as the vendor makes them: letters and digits. */
export const BOT_AES_KEY = 'f2wt1XJO7LSFt4oaGYHoozeGDPd8oiF4fcD8V8KdPS8';

/** The AI bot's adapter at the simulator, with as little of a gateway around it as there can be. */
export interface WecomBotBed {
  readonly sim: Simulator;
  readonly bot: WecomBot;
  readonly platform: Platform;
  /** Everything that came, exactly as it came. */
  readonly deliveries: Delivery[];
  readonly receipts: Receipt[];
  /** How answers look to whoever polls; by default they are still to come. */
  look: PolledLook;
  /** Says what a delivery is answered with; by default what the platform says. */
  answer: (receipt: Receipt) => Ack | Promise<Ack>;
  /** The newest message that came. */
  message(): MessageEvent;
  close(): Promise<void>;
}

export interface WecomBotBedOptions {
  readonly mode?: 'webhook' | 'socket';
  readonly simulator?: SimulatorOptions;
  readonly wecom?: WecomOptions;
  readonly deps?: Partial<PlatformDeps>;
  readonly config?: Readonly<Record<string, unknown>>;
}

export function botDeps(more: Partial<PlatformDeps> = {}): PlatformDeps {
  return {
    channel: id('wecom-bot'),
    clock: systemClock,
    log: noLog,
    fetchUrl: () => Promise.reject(new GatewayError('url_forbidden', 'no files in this test')),
    random: () => 0.5,
    ...more,
  };
}

/** Settings by which the adapter is that bot. */
export function botConfig(sim: Simulator, bot: WecomBot, more: Readonly<Record<string, unknown>> = {}) {
  const socket = { mode: 'socket', secret: bot.secret, wsUrl: sim.wecom.socketUrl };
  const webhook = { mode: 'webhook', token: bot.token, encodingAesKey: bot.encodingAesKey };
  return wecomBot.configSchema.parse({ botId: bot.id, ...(bot.mode === 'socket' ? socket : webhook), ...more });
}

export async function startWecomBot(options: WecomBotBedOptions = {}): Promise<WecomBotBed> {
  const mode = options.mode ?? 'socket';
  const sim = await startSimulator({
    dify: false,
    ...options.simulator,
    wecom: {
      apps: [],
      kf: false,
      bots: [{ mode, name: 'Helper', encodingAesKey: BOT_AES_KEY }],
      ...options.wecom,
    },
  });
  const { bot } = sim.wecom;
  const platform = wecomBot.create(botConfig(sim, bot, options.config), botDeps(options.deps));
  const ending = new AbortController();
  const bed: WecomBotBed = {
    sim,
    bot,
    platform,
    deliveries: [],
    receipts: [],
    look: { kind: 'waiting' },
    answer: (receipt) => ackOf(receipt, bed.look),
    message() {
      const [event] = bed.receipts
        .flatMap((receipt): readonly InboundEvent[] =>
          receipt.kind === 'events' ? receipt.events.filter(({ kind }) => kind === 'message') : [],
        )
        .slice(-1);
      if (event?.kind !== 'message') throw new Error('no message has come');
      return event;
    },
    async close() {
      ending.abort();
      await listening;
      await platform.close?.();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await sim.close();
    },
  };
  const accept = async (delivery: Delivery): Promise<Ack> => {
    bed.deliveries.push(delivery);
    const receipt = platform.receive(delivery, (options.deps?.clock ?? systemClock).now());
    bed.receipts.push(receipt);
    return bed.answer(receipt);
  };
  const server = await webhookServer(accept);
  if (mode === 'webhook')
    bot.webhookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook/wecom-bot`;
  const listening = platform.listen?.(accept, ending.signal);
  if (mode === 'socket') await untilOpen(platform);
  return bed;
}

/** What the vendor is told; whoever polls sees `look`. */
export async function ackOf(receipt: Receipt, look: PolledLook): Promise<Ack> {
  switch (receipt.kind) {
    case 'question':
      return receipt.answer({});
    case 'poll':
      return receipt.answer(look);
    case 'events':
      return (await receipt.late?.()) ?? receipt.ack;
    default:
      return receipt.ack;
  }
}

async function webhookServer(accept: (delivery: Delivery) => Promise<Ack>): Promise<Server> {
  const server = createServer((request, response) => void take(request, response));
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const headers = request.headers as Delivery['headers'];
    const query = Object.fromEntries(new URL(request.url ?? '', 'http://x').searchParams);
    const method = request.method ?? '';
    try {
      const ack = await accept({ channel: id('wecom-bot'), via: 'webhook', method, headers, query, body });
      response.writeHead(ack.status, { 'content-type': ack.contentType }).end(ack.body);
    } catch (error) {
      response.writeHead(toGatewayError(error).failure.status).end(toGatewayError(error).code);
    }
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

export async function untilOpen(platform: Platform, state = 'open'): Promise<void> {
  for (let tries = 0; tries < 500 && platform.connection?.().state !== state; tries += 1) {
    await new Promise((done) => setTimeout(done, 10));
  }
}
