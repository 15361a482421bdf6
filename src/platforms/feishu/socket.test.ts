import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { fixture } from '../../../test/fixtures/feishu/load.ts';
import { vendorConfig, vendorDeps } from '../../../test/support/feishu-vendor.ts';
import { GatewayError, toGatewayError } from '../../core/errors.ts';
import type { Delivery } from '../../core/event.ts';
import type { Ack } from '../../core/platform.ts';
import { FeishuPlatform } from './adapter.ts';
import { decodeFrame, encodeFrame, headerOf, type WireFrame } from './frame-codec.ts';

const OK: Ack = { status: 200, contentType: 'application/json', body: '{}' };
const CONFIG = { ReconnectCount: -1, ReconnectInterval: 1, ReconnectNonce: 0, PingInterval: 100 };

/** The vendor's end of the long connection. */
class Hub {
  readonly received: WireFrame[] = [];
  readonly asked: unknown[] = [];
  endpoint: unknown;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  current: WebSocket | undefined;
  connections = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      void request.toArray().then((pieces) => {
        if (request.url !== '/callback/ws/endpoint') return void response.writeHead(404).end('{}');
        this.asked.push(JSON.parse(Buffer.concat(pieces as Buffer[]).toString()));
        response.end(JSON.stringify(this.endpoint));
      });
    });
    this.#sockets = new WebSocketServer({ server: this.#server });
    this.#sockets.on('connection', (socket) => {
      this.current = socket;
      this.connections += 1;
      socket.on('message', (data: Buffer) => this.received.push(decodeFrame(data)));
    });
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo;
    const URL = `ws://127.0.0.1:${port}/ws/v2?fpid=1&aid=2&device_id=1&access_key=ak&service_id=77&ticket=t`;
    this.endpoint = { code: 0, msg: 'success', data: { URL, ClientConfig: CONFIG } };
    return `http://127.0.0.1:${port}`;
  }

  send(payload: unknown, headers: Record<string, string> = {}): void {
    const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
    const all = { type: 'event', message_id: 'm1', sum: '1', seq: '0', trace_id: 'tr', ...headers };
    this.current?.send(
      encodeFrame({ seqId: 9n, logId: 8n, service: 77, method: 1, headers: Object.entries(all), payload: bytes }),
    );
  }

  acks(): readonly { frame: WireFrame; payload: { code: number; data?: string } }[] {
    const data = this.received.filter((frame) => frame.method === 1);
    return data.map((frame) => ({
      frame,
      payload: JSON.parse(Buffer.from(frame.payload ?? []).toString()) as { code: number },
    }));
  }

  pings(): number {
    return this.received.filter((frame) => headerOf(frame, 'type') === 'ping').length;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}

let hub: Hub;
let platform: FeishuPlatform;
let ending: AbortController;
let running: Promise<void> | undefined;

beforeEach(async () => {
  hub = new Hub();
  const url = await hub.start();
  platform = new FeishuPlatform(vendorConfig(url, { mode: 'socket' }), vendorDeps({ random: () => 0 }));
  ending = new AbortController();
});
afterEach(async () => {
  ending.abort();
  await running;
  await platform.close();
  await hub.close();
});

function listen(accept: (delivery: Delivery) => Promise<Ack>): void {
  running = platform.listen?.(accept, ending.signal);
}

const soon = <T>(check: () => T): Promise<T> => vi.waitFor(check, { timeout: 4_000, interval: 10 });

describe('the long connection', () => {
  it('is opened with the app’s credentials and greets with a ping', async () => {
    listen(() => Promise.resolve(OK));
    await soon(() => expect(hub.pings()).toBe(1));
    expect(hub.asked[0]).toEqual({ AppID: 'cli_0123456789abcdef', AppSecret: 's' });
    expect(hub.received[0]).toMatchObject({ service: 77, method: 0, seqId: 0n, logId: 0n });
    expect(platform.connection?.()).toMatchObject({ state: 'open', attempts: 1 });
  });

  it('acknowledges an event after it has been accepted, with the frame it came in', async () => {
    let accepted: (ack: Ack) => void = () => undefined;
    const deliveries: Delivery[] = [];
    listen((delivery) => {
      deliveries.push(delivery);
      return new Promise((resolve) => {
        accepted = resolve;
      });
    });
    await soon(() => expect(hub.connections).toBe(1));
    hub.send(fixture('message-direct-text'));
    await soon(() => expect(deliveries).toHaveLength(1));
    expect(hub.acks()).toEqual([]);
    accepted(OK);
    const [ack] = await soon(() => (expect(hub.acks()).toHaveLength(1), hub.acks()));
    expect(ack?.payload).toEqual({ code: 200 });
    expect(ack?.frame).toMatchObject({ seqId: 9n, logId: 8n, service: 77 });
    expect(ack && headerOf(ack.frame, 'message_id')).toBe('m1');
    expect(ack && headerOf(ack.frame, 'biz_rt')).toMatch(/^\d+$/);
    const [delivery] = deliveries;
    expect(delivery && platform.receive(delivery, Date.now())).toMatchObject({ kind: 'events' });
  });

  it('says so when an event was not accepted, so that it comes again', async () => {
    listen(() => Promise.reject(new GatewayError('store_unavailable', 'no disk')));
    await soon(() => expect(hub.connections).toBe(1));
    hub.send(fixture('message-direct-text'));
    await soon(() => expect(hub.acks()[0]?.payload).toEqual({ code: 500 }));
  });

  it('puts parts together, and a pressed card’s answer travels in the acknowledgement', async () => {
    listen((delivery) => {
      const receipt = platform.receive(delivery, Date.now());
      const toast = { toast: { kind: 'success', text: '谢谢', lang: 'zh' } } as const;
      return Promise.resolve(receipt.kind === 'question' ? receipt.answer(toast) : OK);
    });
    await soon(() => expect(hub.connections).toBe(1));
    const whole = Buffer.from(JSON.stringify(fixture('card-action')));
    const half = Math.floor(whole.length / 2);
    hub.send(whole.subarray(half), { sum: '2', seq: '1', type: 'card' });
    hub.send(whole.subarray(0, half), { sum: '2', seq: '0', type: 'card' });
    const [ack] = await soon(() => (expect(hub.acks()).toHaveLength(1), hub.acks()));
    const answer = JSON.parse(Buffer.from(ack?.payload.data ?? '', 'base64').toString()) as unknown;
    expect(answer).toEqual({ toast: { type: 'success', content: '谢谢', i18n: { zh_cn: '谢谢' } } });
  });

  it('survives everything that is no frame', async () => {
    const deliveries: Delivery[] = [];
    listen((delivery) => {
      deliveries.push(delivery);
      return Promise.resolve(OK);
    });
    await soon(() => expect(hub.connections).toBe(1));
    for (const junk of [Buffer.from('ffff', 'hex'), Buffer.alloc(0), 'text', Buffer.alloc(200, 0xff)])
      hub.current?.send(junk);
    hub.current?.send(
      encodeFrame({
        seqId: 0n,
        logId: 0n,
        service: 1,
        method: 0,
        headers: [['type', 'pong']],
        payload: Buffer.from('{'),
      }),
    );
    hub.current?.send(encodeFrame({ seqId: 0n, logId: 0n, service: 1, method: 7, headers: [] }));
    hub.send(fixture('message-direct-text'));
    await soon(() => expect(deliveries).toHaveLength(1));
    expect(hub.connections).toBe(1);
  });

  it('opens again after it was closed', async () => {
    listen(() => Promise.resolve(OK));
    await soon(() => expect(hub.connections).toBe(1));
    hub.current?.close();
    await soon(() => expect(hub.connections).toBe(2));
    expect(platform.connection?.().attempts).toBe(2);
  });

  it('takes its rhythm from the vendor, and is given up when nothing is heard', async () => {
    listen(() => Promise.resolve(OK));
    await soon(() => expect(hub.connections).toBe(1));
    const payload = Buffer.from(JSON.stringify({ ...CONFIG, PingInterval: 0.05 }));
    hub.current?.send(
      encodeFrame({ seqId: 0n, logId: 0n, service: 77, method: 0, headers: [['type', 'pong']], payload }),
    );
    await soon(() => expect(hub.connections).toBe(2));
  });

  it.each([
    [514, 'platform_misconfigured'],
    [403, 'platform_forbidden'],
    [1000040350, 'platform_throttled'],
    [1000040343, 'platform_unavailable'],
    [1, 'platform_unavailable'],
  ])('that the vendor refuses (%i) is tried again, and the reason is in the log', async (code, expected) => {
    const good = hub.endpoint;
    hub.endpoint = { code, msg: 'no', data: {} };
    const reasons: unknown[] = [];
    const note = (_: string, fields?: Readonly<Record<string, unknown>>): void =>
      void reasons.push(toGatewayError(fields?.['error']).code);
    const log = { debug: () => undefined, info: () => undefined, warn: note, error: note };
    const quick = { now: () => Date.now(), sleep: () => new Promise<void>((done) => setTimeout(done, 5)) };
    const url = new URL((good as { data: { URL: string } }).data.URL);
    await platform.close();
    platform = new FeishuPlatform(
      vendorConfig(`http://${url.host}`, { mode: 'socket', botName: 'x' }),
      vendorDeps({ clock: quick, log }),
    );
    listen(() => Promise.resolve(OK));
    await soon(() => expect(reasons).toContain(expected));
    hub.endpoint = good;
    await soon(() => expect(platform.connection?.().state).toBe('open'));
  });

  it('ends when it is told to, also while it waits', async () => {
    hub.endpoint = { code: 514, data: {} };
    listen(() => Promise.resolve(OK));
    await soon(() => expect(hub.asked.length).toBeGreaterThan(0));
    ending.abort();
    await running;
    expect(platform.connection?.().state).toBe('closed');
  });
});

describe('an app in webhook mode', () => {
  it('has no long connection', () => {
    const webhook = new FeishuPlatform(vendorConfig('http://127.0.0.1:1'), vendorDeps());
    expect(webhook.listen).toBeUndefined();
    expect(webhook.connection).toBeUndefined();
  });
});
