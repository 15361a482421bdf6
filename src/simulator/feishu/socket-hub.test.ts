import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { decodeFrame, encodeFrame, type Frame } from './frame.ts';
import { startVendor, type TestVendor } from './test-vendor.ts';

let vendor: TestVendor;
const clients: WebSocket[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate();
  await vendor.sim.close();
});

interface Endpoint {
  readonly code: number;
  readonly data: { readonly URL: string; readonly ClientConfig: { readonly PingInterval: number } };
}

async function start(chunkBytes = 1000): Promise<TestVendor> {
  vendor = await startVendor({ apps: [{ mode: 'socket' }], socket: { chunkBytes } });
  return vendor;
}

async function ask(secret = vendor.sim.feishu.app.secret): Promise<Endpoint> {
  const body = JSON.stringify({ AppID: vendor.sim.feishu.app.id, AppSecret: secret });
  const response = await fetch(`${vendor.sim.url}/callback/ws/endpoint`, { method: 'POST', body });
  return (await response.json()) as Endpoint;
}

/** A client that does with each frame what it is told. */
async function connect(onFrame: (frame: Frame, answer: (frame: Frame) => void) => void = () => undefined) {
  const client = new WebSocket((await ask()).data.URL);
  clients.push(client);
  client.on('message', (data: Buffer) => onFrame(decodeFrame(data), (frame) => client.send(encodeFrame(frame))));
  await new Promise((resolve, reject) => client.once('open', resolve).once('error', reject));
  return client;
}

const ack = (frame: Frame): Frame => ({ ...frame, payload: Buffer.from('{"code":200}') });

describe('the long connection', () => {
  it('is refused with a wrong secret, and has an address only once', async () => {
    await start();
    expect(await ask('wrong')).toMatchObject({ code: 514, data: {} });
    const { data } = await ask();
    expect(data.ClientConfig).toEqual({
      ReconnectCount: -1,
      ReconnectInterval: 120,
      ReconnectNonce: 30,
      PingInterval: 120,
    });
    const first = new WebSocket(data.URL);
    clients.push(first);
    await new Promise((resolve) => first.once('open', resolve));
    const second = new WebSocket(data.URL);
    clients.push(second);
    const status = await new Promise((resolve) =>
      second
        .once('unexpected-response', (_request, response) => resolve(response.statusCode))
        .on('error', () => undefined),
    );
    expect(status).toBe(403);
  });

  it('answers a ping with the whole configuration', async () => {
    await start();
    const { promise, resolve } = Promise.withResolvers<Frame>();
    const client = await connect(resolve);
    client.send(Buffer.from('08001000180720002a0c0a0474797065120470696e67', 'hex'));
    const pong = await promise;
    expect(pong).toMatchObject({ method: 0, headers: { type: 'pong' } });
    expect(JSON.parse(String(pong.payload))).toEqual(vendor.sim.feishu.sockets.options.clientConfig);
  });

  it('cuts long events into frames that one ack answers', async () => {
    const { sim } = await start(64);
    const frames: Frame[] = [];
    await connect((frame, answer) => {
      frames.push(frame);
      if (frames.length === Number(frame.headers['sum'])) answer(ack(frame));
    });
    const [outcome] = await sim.feishu.say({ from: 'lin', text: '你好' }).delivered;
    expect(outcome).toMatchObject({ ok: true, status: 200 });
    expect(frames.map(({ headers }) => headers['seq'])).toEqual(frames.map((_frame, index) => String(index)));
    const whole = Buffer.concat(frames.map(({ payload }) => payload ?? Buffer.alloc(0))).toString();
    expect(JSON.parse(whole)).toMatchObject({ header: { event_type: 'im.message.receive_v1' } });
  });

  it('delivers again when the ack does not come, says an error, or the line is cut', async () => {
    const { sim, clock } = await start();
    const { feishu } = sim;
    let count = 0;
    const onFrame = (frame: Frame, answer: (frame: Frame) => void): void => {
      count += 1;
      if (count === 2) answer({ ...frame, payload: Buffer.from('{"code":500}') });
      if (count === 3) feishu.sockets.drop();
      if (count === 4) answer(ack(frame));
    };
    await connect(onFrame);
    const { delivered } = feishu.say({ from: 'lin', text: 'hi' });
    const tried = (tries: number) => expect.poll(() => feishu.record.deliveries.length).toBe(tries);
    await expect.poll(() => count).toBe(1);
    await clock.advance(3000);
    await tried(1);
    await clock.advance(15_000);
    await tried(2);
    await clock.advance(300_000);
    await tried(3);
    await connect(onFrame);
    await clock.advance(3_600_000);
    expect(await delivered).toMatchObject([{ ok: true, attempts: 4 }]);
    expect(feishu.record.deliveries.map(({ status, failed }) => failed ?? status)).toEqual([
      'timeout',
      500,
      'closed',
      200,
    ]);
  });

  it('can be cut in the middle of an event', async () => {
    const { sim } = await start(64);
    const frames: Frame[] = [];
    const client = await connect((frame) => frames.push(frame));
    const closed = new Promise((resolve) => client.once('close', resolve));
    sim.feishu.sockets.options.cutAfterFrames = 2;
    sim.feishu.say({ from: 'lin', text: 'a text of more than two frames' });
    await closed;
    expect(frames.length).toBeLessThanOrEqual(2);
    await expect.poll(() => sim.feishu.record.deliveries[0]?.failed).toBe('closed');
  });

  it('gives each event to one of the connections only', async () => {
    const { sim } = await start();
    let count = 0;
    const onFrame = (frame: Frame, answer: (frame: Frame) => void): void => {
      count += 1;
      answer(ack(frame));
    };
    await Promise.all([connect(onFrame), connect(onFrame), connect(onFrame)]);
    for (let message = 0; message < 10; message += 1) await sim.feishu.say({ from: 'lin', text: 'hi' }).delivered;
    expect(count).toBe(10);
  });

  it('is refused when there are too many', async () => {
    vendor = await startVendor({ apps: [{ mode: 'socket' }], limits: { connections: 1 } });
    await connect();
    expect(await ask()).toMatchObject({ code: 1_000_040_350, data: {} });
  });
});
