import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { GatewayError, toGatewayError } from '../../src/core/errors.ts';
import type { CardActionEvent, Delivery, InboundEvent, MessageEvent } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import { noLog } from '../../src/core/log.ts';
import type { Platform, SendOptions } from '../../src/core/platform.ts';
import type { PlatformDeps } from '../../src/core/platform-definition.ts';
import type { Frame, OutboundMessage, Sent } from '../../src/core/reply.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { wecom } from '../../src/platforms/wecom/app/index.ts';
import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
  type WecomApp,
  type WecomOptions,
} from '../../src/simulator/index.ts';

/** The app's adapter at the simulator, with as little of a gateway around it as there can be. */
export interface WecomAppBed {
  readonly sim: Simulator;
  readonly app: WecomApp;
  readonly platform: Platform;
  /** Everything that came, exactly as it came, and what it was read as. */
  readonly deliveries: Delivery[];
  readonly events: InboundEvent[];
  /** The newest message, or press, that came. */
  message(): MessageEvent;
  pressed(): CardActionEvent;
  close(): Promise<void>;
}

export interface WecomAppBedOptions {
  readonly simulator?: SimulatorOptions;
  readonly wecom?: WecomOptions;
  readonly deps?: Partial<PlatformDeps>;
  readonly config?: Readonly<Record<string, unknown>>;
}

export function wecomDeps(more: Partial<PlatformDeps> = {}): PlatformDeps {
  return {
    channel: id('wecom'),
    clock: systemClock,
    log: noLog,
    fetchUrl: () => Promise.reject(new GatewayError('url_forbidden', 'no files in this test')),
    random: () => 0.5,
    ...more,
  };
}

/** Settings by which the adapter is that app. */
export function wecomConfig({ url, wecom: side }: Simulator, app: WecomApp) {
  const { agentId, secret, token, encodingAesKey } = app;
  return { corpId: side.corpId, agentId, secret, token, encodingAesKey, baseUrl: url };
}

export async function startWecomApp(options: WecomAppBedOptions = {}): Promise<WecomAppBed> {
  const sim = await startSimulator({
    dify: false,
    ...options.simulator,
    wecom: { bots: [], kf: false, ...options.wecom },
  });
  const { app } = sim.wecom;
  const config = wecom.configSchema.parse({ ...wecomConfig(sim, app), ...options.config });
  const platform = wecom.create(config, wecomDeps(options.deps));
  const deliveries: Delivery[] = [];
  const events: InboundEvent[] = [];
  const server = await callbackServer(platform, deliveries, events);
  app.webhookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook/wecom`;

  const newest = <Kind extends InboundEvent['kind']>(kind: Kind): InboundEvent & { kind: Kind } => {
    const found = events.findLast((event) => event.kind === kind);
    if (!found) throw new Error(`no ${kind} has come`);
    return found as InboundEvent & { kind: Kind };
  };
  return {
    sim,
    app,
    platform,
    deliveries,
    events,
    message: () => newest('message'),
    pressed: () => newest('card-action'),
    async close() {
      await platform.close?.();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await sim.close();
    },
  };
}

async function callbackServer(platform: Platform, deliveries: Delivery[], events: InboundEvent[]): Promise<Server> {
  const server = createServer((request, response) => void take(request, response));
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const delivery = await deliveryOf(request);
    deliveries.push(delivery);
    try {
      const receipt = platform.receive(delivery, Date.now());
      if (receipt.kind === 'events') events.push(...receipt.events);
      if (receipt.kind === 'ignored') events.push(receipt.event);
      if (receipt.kind === 'poll' || receipt.kind === 'question') throw new Error(`an app gets no ${receipt.kind}`);
      response.writeHead(receipt.ack.status, { 'content-type': receipt.ack.contentType }).end(receipt.ack.body);
    } catch (error) {
      response.writeHead(toGatewayError(error).failure.status).end(toGatewayError(error).code);
    }
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function deliveryOf(request: IncomingMessage): Promise<Delivery> {
  const { searchParams } = new URL(request.url ?? '/', 'http://gateway.example');
  return {
    channel: id('wecom'),
    via: 'webhook',
    method: request.method ?? '',
    headers: request.headers as Delivery['headers'],
    query: Object.fromEntries(searchParams),
    body: await buffer(request),
  };
}

export const FRAME: Frame = {
  turn: id('t1'),
  state: 'done',
  lang: 'zh',
  title: '驿站助手',
  answer: '五天。',
  thoughts: [],
  citations: [],
  suggested: [],
  rating: 'none',
  buttons: [],
};

/** Sends messages in answer to one, and keeps what was noted on the way. */
export class Sender {
  readonly notes: Sent[] = [];
  readonly #platform: Platform;
  readonly #to: MessageEvent['to'];

  constructor(bed: WecomAppBed) {
    this.#platform = bed.platform;
    this.#to = bed.message().to;
  }

  frame(frame: Partial<Frame>, key = 't1-0', prior?: Sent): Promise<Sent> {
    return this.send({ kind: 'frame', to: this.#to, key: id(key), frame: { ...FRAME, ...frame } }, prior);
  }

  notice(text: string, key = 'n1-0', more: { readonly suggested?: readonly string[] } = {}): Promise<Sent> {
    const turn = more.suggested ? { turn: FRAME.turn } : {};
    return this.send({ kind: 'notice', to: this.#to, key: id(key), lang: 'zh', text, ...turn, ...more });
  }

  file(name: string, kind: 'image' | 'file' | 'audio' | 'video', key = 't1-f0', prior?: Sent): Promise<Sent> {
    const file = { kind, name, url: `http://files.example/${name}` };
    return this.send({ kind: 'file', to: this.#to, key: id(key), lang: 'zh', file }, prior);
  }

  send(message: OutboundMessage, prior?: Sent): Promise<Sent> {
    const options: SendOptions = {
      signal: AbortSignal.timeout(10_000),
      save: async (sent) => void this.notes.push(sent),
      ...(prior && { prior }),
    };
    return this.#platform.send(message, options);
  }
}
