import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { toGatewayError } from '../../src/core/errors.ts';
import type { Delivery, InboundEvent, MessageEvent } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import type { Ack, Platform } from '../../src/core/platform.ts';
import type { PlatformDeps } from '../../src/core/platform-definition.ts';
import { wecomKf } from '../../src/platforms/wecom/kf/index.ts';
import { type Simulator, startSimulator, type WecomOptions } from '../../src/simulator/index.ts';
import { wecomDeps } from './wecom-app.ts';

/** Customer service's adapter at the simulator, with as little of a gateway around it as there can be. */
export interface WecomKfBed {
  readonly sim: Simulator;
  readonly platform: Platform;
  /** What came to the callback address, and what was pulled. */
  readonly signals: Delivery[];
  readonly pages: Delivery[];
  readonly events: InboundEvent[];
  /** As the store would keep them. */
  readonly places: Map<string, string>;
  /** Writes as the customer, and waits until the message was pulled. */
  write(text: string, menuId?: string): Promise<MessageEvent>;
  close(): Promise<void>;
}

export interface WecomKfBedOptions {
  readonly kf?: Exclude<WecomOptions['kf'], false>;
  readonly deps?: Partial<PlatformDeps>;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Settings by which the adapter is that customer service, with the secret of the app that may call it. */
export function kfConfig({ url, wecom }: Simulator) {
  const { token, encodingAesKey } = wecom.kfReceiver;
  return { corpId: wecom.corpId, secret: wecom.app.secret, token, encodingAesKey, baseUrl: url };
}

export async function startWecomKf({ kf, deps, config }: WecomKfBedOptions = {}): Promise<WecomKfBed> {
  const sim = await startSimulator({ dify: false, wecom: { apps: [{ kf: true }], bots: [], kf: kf ?? {} } });
  const platform = wecomKf.create(
    wecomKf.configSchema.parse({ ...kfConfig(sim), ...config }),
    wecomDeps({ channel: id('wecom-kf'), ...deps }),
  );
  const [signals, pages, events] = [[] as Delivery[], [] as Delivery[], [] as InboundEvent[]];
  const places = new Map<string, string>();
  const take = async (delivery: Delivery): Promise<Ack> => {
    (delivery.via === 'pull' ? pages : signals).push(delivery);
    const receipt = platform.receive(delivery, Date.now());
    if (receipt.kind === 'poll' || receipt.kind === 'question') throw new Error(`no ${receipt.kind} here`);
    if (receipt.kind === 'events') events.push(...receipt.events);
    if (receipt.kind === 'events' && receipt.place) places.set(receipt.place.source, receipt.place.place);
    return receipt.ack;
  };
  const server = createServer(async (request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://gateway.example');
    try {
      const ack = await take({
        channel: id('wecom-kf'),
        via: 'webhook',
        method: request.method ?? '',
        headers: request.headers as Delivery['headers'],
        query: Object.fromEntries(searchParams),
        body: await buffer(request),
      });
      response.writeHead(ack.status).end(ack.body);
    } catch (error) {
      response.writeHead(toGatewayError(error).failure.status).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  sim.wecom.kfReceiver.webhookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const ended = new AbortController();
  const listening = platform.listen?.(take, ended.signal, async (source) => places.get(source));
  return {
    sim,
    platform,
    signals,
    pages,
    events,
    places,
    async write(text, menuId) {
      const { messageId, delivered } = sim.wecom.say({ from: 'zhao', text, ...(menuId !== undefined && { menuId }) });
      await delivered;
      const found = await soon(() => events.find((event) => event.kind !== 'ignored' && event.key === messageId));
      return found as MessageEvent;
    },
    async close() {
      ended.abort();
      await listening;
      await platform.close?.();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await sim.close();
    },
  };
}

/** Waits for something that another part does on its own time. */
export async function soon<T>(find: () => T | undefined | false, withinMs = 15_000): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const found = find();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > until) throw new Error('it did not come in time');
    await new Promise((done) => setTimeout(done, 10));
  }
}
