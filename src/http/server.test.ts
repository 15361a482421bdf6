import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../core/errors.ts';
import type { Delivery } from '../core/event.ts';
import { type ChannelName, id } from '../core/ids.ts';
import { noLog } from '../core/log.ts';
import type { Ack } from '../core/platform.ts';
import { createMetrics } from './metrics.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from './server.ts';
import { createTraceStream } from './traces.ts';
import { MAX_BODY_BYTES } from './webhooks.ts';

const TOKEN = 'an-admin-token-for-tests';
const ACK: Ack = { status: 200, contentType: 'application/json', body: '{}' };
const open: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

interface Started {
  readonly url: string;
  readonly server: HttpServer;
  readonly deliveries: Delivery[];
  readonly metrics: ReturnType<typeof createMetrics>;
}

const channels = new Map([
  ['feishu', [id<ChannelName>('feishu')]],
  ['wecom', [id<ChannelName>('wecom-hr'), id<ChannelName>('wecom-it')]],
]);

function options(change: Partial<HttpServerOptions>): HttpServerOptions {
  return {
    channels,
    deliver: async () => ACK,
    metrics: createMetrics(),
    health: { askStore: async () => undefined, connections: () => [], stopping: () => false },
    admin: {
      api: {
        status: async () => ({}) as never,
        deadLetters: async () => [],
        replay: async (_box, seq) => seq === 7,
      },
      token: TOKEN,
      traces: undefined,
      version: '0.0.0',
    },
    log: noLog,
    limits: { checkEveryMs: 50 },
    ...change,
  };
}

async function start(change: Partial<HttpServerOptions> = {}): Promise<Started> {
  const deliveries: Delivery[] = [];
  const metrics = createMetrics();
  const deliver = async (delivery: Delivery) => {
    deliveries.push(delivery);
    return ACK;
  };
  const server = createHttpServer(options({ deliver, metrics, ...change }));
  open.push(server);
  return { url: await server.listen('127.0.0.1', 0), server, deliveries, metrics };
}

/** Writes bytes to the port and answers what comes back until the line is closed. */
async function raw(url: string, ...pieces: readonly string[]): Promise<string> {
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  const { promise, resolve } = Promise.withResolvers<string>();
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString();
  });
  socket.on('error', () => {});
  socket.on('close', () => resolve(text));
  for (const piece of pieces) socket.write(piece);
  return promise;
}

const POST = (path: string, ...headers: string[]) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`;

describe('a webhook', () => {
  it('hands on the raw bytes, the headers in lower case and the query', async () => {
    const { url, deliveries } = await start();
    const body = Buffer.from([0x7b, 0x00, 0xff, 0xe4, 0xbd, 0x7d]);
    const answer = await fetch(`${url}/webhook/feishu?a=1&b=%E4%BD%A0&c=x%2By`, {
      method: 'POST',
      headers: { 'X-Lark-Signature': 'abc' },
      body,
    });
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'application/json',
      '{}',
    ]);
    expect(deliveries).toHaveLength(1);
    expect(deliveries[0]).toMatchObject({ channel: 'feishu', via: 'webhook', method: 'POST' });
    expect(Buffer.from(deliveries[0]!.body).equals(body)).toBe(true);
    expect(deliveries[0]!.headers['x-lark-signature']).toBe('abc');
    expect({ ...deliveries[0]!.query }).toEqual({ a: '1', b: '你', c: 'x+y' });
  });

  it('reaches one of several apps by its name', async () => {
    const { url, deliveries } = await start();
    await fetch(`${url}/webhook/wecom/wecom-it`, { method: 'POST', body: 'x' });
    await fetch(`${url}/webhook/feishu/feishu`, { method: 'POST', body: 'x' });
    expect(deliveries.map(({ channel }) => channel)).toEqual(['wecom-it', 'feishu']);
  });

  it('takes a GET, as vendors check an address', async () => {
    const { url, deliveries } = await start();
    expect((await fetch(`${url}/webhook/wecom/wecom-hr/?echostr=e`)).status).toBe(200);
    expect(deliveries[0]).toMatchObject({ method: 'GET', channel: 'wecom-hr' });
    expect(deliveries[0]?.body).toHaveLength(0);
  });

  it('takes a body in pieces and of any content type, even a broken one', async () => {
    const { url, deliveries } = await start();
    for (const type of ['text/xml', ';;;=', 'multipart/form-data']) {
      const head = POST('/webhook/feishu', `Content-Type: ${type}`, 'Content-Length: 6', 'Connection: close');
      expect(await raw(url, head, 'abc', 'def')).toMatch(/^HTTP\/1\.1 200/);
    }
    expect(deliveries.map(({ body }) => Buffer.from(body).toString())).toEqual(['abcdef', 'abcdef', 'abcdef']);
  });

  it('unpacks no body, whatever its sender says of it, so that a small one stays small', async () => {
    const { url, deliveries } = await start();
    const body = gzipSync(Buffer.alloc(8 * MAX_BODY_BYTES));
    await fetch(`${url}/webhook/feishu`, { method: 'POST', headers: { 'content-encoding': 'gzip' }, body });
    expect(Buffer.from(deliveries[0]?.body ?? []).equals(body)).toBe(true);
  });

  it('takes a body of exactly 1 MiB', async () => {
    const { url, deliveries } = await start();
    const answer = await fetch(`${url}/webhook/feishu`, { method: 'POST', body: Buffer.alloc(MAX_BODY_BYTES) });
    expect([answer.status, deliveries[0]?.body.length]).toEqual([200, MAX_BODY_BYTES]);
  });

  it('turns away what is more than memory holds at once, and takes it again when there is room', async () => {
    const { promise: room, resolve: makeRoom } = Promise.withResolvers<Ack>();
    let held = 0;
    const deliver = async () => {
      held += 1;
      return room;
    };
    const { url, metrics } = await start({ deliver });
    const post = (body: Uint8Array<ArrayBuffer> | string) => fetch(`${url}/webhook/feishu`, { method: 'POST', body });
    const full = Buffer.alloc(MAX_BODY_BYTES);
    const first = Array.from({ length: 64 }, () => post(full));
    await expect.poll(() => held, { timeout: 20_000 }).toBe(64);
    const refused = await post('one more');
    expect([refused.status, await refused.json()]).toEqual([503, { code: 'overloaded' }]);
    expect(held).toBe(64);
    expect(await metrics.render()).toContain('posthouse_deliveries_total{channel="feishu",outcome="overloaded"} 1');
    makeRoom(ACK);
    expect(new Set((await Promise.all(first)).map(({ status }) => status))).toEqual(new Set([200]));
    await expect.poll(async () => (await post('one more')).status, { timeout: 20_000 }).toBe(200);
  });

  it('answers with what the platform wants said', async () => {
    const { url } = await start({ deliver: async () => ({ status: 201, contentType: 'text/plain', body: '回声' }) });
    const answer = await fetch(`${url}/webhook/feishu`, { method: 'POST' });
    expect([answer.status, await answer.text()]).toEqual([201, '回声']);
  });
});

describe('a delivery that is refused', () => {
  async function refusal(answer: Response): Promise<[number, unknown]> {
    return [answer.status, await answer.json()];
  }

  it('gets 413 and body_too_large above 1 MiB, and reaches nobody', async () => {
    const { url, deliveries, metrics } = await start();
    const answer = await fetch(`${url}/webhook/feishu`, { method: 'POST', body: Buffer.alloc(MAX_BODY_BYTES + 1) });
    expect(await refusal(answer)).toEqual([413, { code: 'body_too_large' }]);
    expect(deliveries).toEqual([]);
    expect(await metrics.render()).toContain('posthouse_deliveries_total{channel="feishu",outcome="body_too_large"} 1');
  });

  it('is cut off when it never ends', async () => {
    const { url, deliveries } = await start();
    const head = POST('/webhook/feishu', 'Transfer-Encoding: chunked');
    const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
    const text = await raw(url, head, ...Array.from({ length: 12 }, () => chunk));
    expect(text === '' || text.startsWith('HTTP/1.1 413')).toBe(true);
    expect(deliveries).toEqual([]);
  });

  it('gets 404 and channel_unknown for a platform or a channel that is not there', async () => {
    const { url, metrics } = await start();
    for (const path of [
      '/webhook/owl',
      '/webhook/feishu/none',
      '/webhook/',
      '/webhook/feishu/feishu/more',
      '/webhook/__proto__',
    ]) {
      expect(await refusal(await fetch(`${url}${path}`, { method: 'POST', body: 'x' }))).toEqual([
        404,
        { code: 'channel_unknown' },
      ]);
    }
    expect(await metrics.render()).toContain(
      'posthouse_deliveries_total{channel="unknown",outcome="channel_unknown"} 5',
    );
  });

  it('gets 404 when there are several apps and it names none', async () => {
    const { url } = await start();
    expect((await fetch(`${url}/webhook/wecom`, { method: 'POST', body: 'x' })).status).toBe(404);
  });

  it('gets 405 for another method, HEAD without a body', async () => {
    const { url, deliveries } = await start();
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const answer = await fetch(`${url}/webhook/feishu`, { method });
      expect(answer.headers.get('allow')).toBe('GET, POST');
      expect(await refusal(answer)).toEqual([405, { code: 'method_not_allowed' }]);
    }
    const head = await fetch(`${url}/webhook/feishu`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([405, '']);
    expect(deliveries).toEqual([]);
  });

  it('gets the status and the code of its fault, and nothing else', async () => {
    const { url } = await start({
      deliver: async () => {
        throw new GatewayError('signature_invalid', 'the signature of channel feishu does not fit');
      },
    });
    expect(await refusal(await fetch(`${url}/webhook/feishu`, { method: 'POST' }))).toEqual([
      401,
      { code: 'signature_invalid' },
    ]);
  });

  it('gets 503 and when to come again while the store is away', async () => {
    const { url } = await start({ deliver: () => Promise.reject(new GatewayError('store_unavailable', 'disk full')) });
    const answer = await fetch(`${url}/webhook/feishu`, { method: 'POST' });
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await refusal(answer)).toEqual([503, { code: 'store_unavailable' }]);
  });

  it('gets 500 and internal for what nobody foresaw, without its text', async () => {
    const { url } = await start({ deliver: () => Promise.reject(new TypeError('secret place')) });
    expect(await refusal(await fetch(`${url}/webhook/feishu`, { method: 'POST' }))).toEqual([
      500,
      { code: 'internal' },
    ]);
  });

  it('has doubled headers and parameters joined, so that no signature fits', async () => {
    const { url, deliveries } = await start();
    const head = POST(
      '/webhook/feishu?s=1&s=2',
      'X-Lark-Signature: a',
      'X-Lark-Signature: b',
      'Content-Length: 0',
      'Connection: close',
    );
    await raw(url, head);
    expect(deliveries[0]?.headers['x-lark-signature']).toBe('a, b');
    expect(deliveries[0]?.query['s']).toBe('1, 2');
  });

  it('gets 400 when it is no HTTP, or has two lengths', async () => {
    const { url, deliveries } = await start();
    expect(await raw(url, 'hello\r\n\r\n')).toContain('400 request_malformed');
    expect(await raw(url, POST('/webhook/feishu', 'Content-Length: 3', 'Content-Length: 4'), 'abcd')).toContain(
      '400 request_malformed',
    );
    expect(await raw(url, POST('/webhook/feishu', 'Content-Length: 3', 'Transfer-Encoding: chunked'), 'abc')).toContain(
      '400 request_malformed',
    );
    expect(deliveries).toEqual([]);
  });

  it('gets 431 for endless headers', async () => {
    const { url } = await start();
    expect(await raw(url, POST('/webhook/feishu', `X-Long: ${'x'.repeat(20_000)}`))).toContain('431 headers_too_large');
  });

  it('gets 408 when its headers come too slowly', async () => {
    const { url } = await start({ limits: { headersTimeoutMs: 100, requestTimeoutMs: 200, checkEveryMs: 20 } });
    expect(await raw(url, 'POST /webhook/feishu HTTP/1.1\r\nHost:')).toContain('408 request_timeout');
  });

  it('is hung up on when it says nothing at all', async () => {
    const { url } = await start({ limits: { headersTimeoutMs: 100, requestTimeoutMs: 200, checkEveryMs: 20 } });
    expect(await raw(url)).toContain('408 request_timeout');
  });

  it('gets 408 when its body comes too slowly, and leaves nothing behind', async () => {
    const { url, deliveries } = await start({
      limits: { headersTimeoutMs: 100, requestTimeoutMs: 200, checkEveryMs: 20 },
    });
    expect(await raw(url, POST('/webhook/feishu', 'Content-Length: 10'), 'abc')).toContain('408 request_timeout');
    expect(deliveries).toEqual([]);
  });

  it('is answered while hundreds of others say nothing, or say it letter by letter', async () => {
    const { url, deliveries } = await start();
    const { port } = new URL(url);
    const slow = Array.from({ length: 300 }, () => connect(Number(port), '127.0.0.1'));
    for (const [at, socket] of slow.entries()) {
      socket.on('error', () => {});
      if (at % 2 === 0) socket.write('POST /webhook/feishu HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na');
    }
    expect((await fetch(`${url}/webhook/feishu`, { method: 'POST', body: 'quick' })).status).toBe(200);
    expect(deliveries.map(({ body }) => Buffer.from(body).toString())).toEqual(['quick']);
    for (const socket of slow) socket.destroy();
  });

  it('is one of many in a line that does not wait for answers: each gets its own, in order', async () => {
    const { url, deliveries } = await start();
    const one = (at: number): string => `${POST('/webhook/feishu', 'Content-Length: 3')}${String(at).padStart(3, '0')}`;
    const last = `${POST('/webhook/feishu', 'Content-Length: 3', 'Connection: close')}end`;
    const answers = await raw(url, Array.from({ length: 100 }, (_, at) => one(at)).join('') + last);
    expect(answers.match(/HTTP\/1\.1 200/g)).toHaveLength(101);
    expect(deliveries.map(({ body }) => Buffer.from(body).toString()).at(-1)).toBe('end');
    expect(deliveries).toHaveLength(101);
  });

  it('gets 400 for a second request that hides in the body of the first', async () => {
    const { url, deliveries } = await start();
    const smuggled =
      'POST /webhook/feishu HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n';
    expect(await raw(url, `${smuggled}${POST('/webhook/feishu', 'Content-Length: 0')}`)).toContain(
      '400 request_malformed',
    );
    expect(deliveries).toEqual([]);
  });

  it('reaches nobody when its sender hangs up in the middle', async () => {
    const { url, deliveries } = await start();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(POST('/webhook/feishu', 'Content-Length: 10'));
    socket.write('abc', () => socket.destroy());
    await new Promise((resolve) => socket.once('close', resolve));
    expect((await fetch(`${url}/webhook/feishu`, { method: 'POST', body: 'next' })).status).toBe(200);
    expect(deliveries.map(({ body }) => Buffer.from(body).toString())).toEqual(['next']);
  });

  it('does not fill the log', async () => {
    const lines: string[] = [];
    const log = { ...noLog, warn: (event: string) => lines.push(event), error: (event: string) => lines.push(event) };
    const deliver = () => Promise.reject(new GatewayError('store_unavailable', 'disk full'));
    const { url } = await start({ log, deliver });
    for (let times = 0; times < 20; times += 1) await fetch(`${url}/webhook/feishu`, { method: 'POST' });
    for (let times = 0; times < 20; times += 1) await fetch(`${url}/webhook/owl`, { method: 'POST' });
    expect(lines).toEqual(['delivery failed', 'delivery refused']);
  });
});

describe('health', () => {
  it('says that the process lives', async () => {
    const { url } = await start();
    const answer = await fetch(`${url}/healthz`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('says what is not ready, and why', async () => {
    const { url } = await start({
      health: {
        askStore: () => Promise.reject(new Error('no')),
        connections: () => [{ channel: id('feishu'), connection: { state: 'connecting', attempts: 3 } }],
        stopping: () => false,
      },
    });
    const answer = await fetch(`${url}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({
      ready: false,
      parts: [
        { name: 'process', ok: true },
        { name: 'store', ok: false, reason: 'The store does not answer; the log has the reason.' },
        {
          name: 'channel feishu',
          ok: false,
          reason: 'The long connection of feishu is connecting (attempt 3).',
          connection: { state: 'connecting', attempts: 3 },
        },
      ],
    });
  });
});

describe('metrics', () => {
  it('tell what was counted, timed and is waiting', async () => {
    const { url, metrics } = await start();
    metrics.delivery(id('feishu'), 'stored');
    metrics.acked(id('feishu'), 1.5);
    metrics.event(id('feishu'), 'message', true);
    metrics.vendorCall(id('feishu'), 'message.reply', '0', 80);
    metrics.turn(id('hr'), 'done', 1200);
    metrics.watch({
      depth: async () => ({
        inboxWaiting: 4,
        inboxClaimed: 2,
        inboxDead: 1,
        outboxWaiting: 3,
        outboxDead: 0,
        oldestInboxAt: Date.now() - 5000,
      }),
      activeLanes: () => 2,
      connections: () => [
        { channel: id('feishu'), connection: { state: 'open', attempts: 1, lastFrameAt: 1_700_000_000_000 } },
      ],
    });
    const answer = await fetch(`${url}/metrics`);
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    for (const line of [
      'posthouse_deliveries_total{channel="feishu",outcome="stored"} 1',
      'posthouse_ack_seconds_bucket{le="0.002",channel="feishu"} 1',
      'posthouse_duplicates_total{channel="feishu"} 1',
      'posthouse_vendor_calls_total{channel="feishu",api="message.reply",code="0"} 1',
      'posthouse_turns_total{agent="hr",state="done"} 1',
      'posthouse_inbox_rows{state="waiting"} 4',
      'posthouse_outbox_rows{state="waiting"} 3',
      'posthouse_active_lanes 2',
      'posthouse_connection_open{channel="feishu"} 1',
      'posthouse_connection_last_frame_seconds{channel="feishu"} 1700000000',
    ]) {
      expect(text).toContain(line);
    }
    expect(text).toMatch(/posthouse_inbox_oldest_seconds (4\.9|5)/);
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
  });

  it('leave out a connection that has gone to another process', async () => {
    const { url, metrics } = await start();
    const open = { state: 'open', attempts: 1, lastFrameAt: 1_700_000_000_000 } as const;
    const others = { depth: () => Promise.reject(new Error('no')), activeLanes: () => 0 };
    metrics.watch({ ...others, connections: () => [{ channel: id('feishu'), connection: open }] });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('posthouse_connection_open{channel="feishu"} 1');
    metrics.watch({ ...others, connections: () => [{ channel: id('feishu') }] });
    expect(await (await fetch(`${url}/metrics`)).text()).not.toContain('posthouse_connection_open{');
  });

  it('leave the depth out when the store does not tell it', async () => {
    const { url, metrics } = await start();
    metrics.watch({ depth: () => Promise.reject(new Error('no')), activeLanes: () => 0, connections: () => [] });
    expect(await (await fetch(`${url}/metrics`)).text()).not.toContain('posthouse_inbox_rows{');
  });
});

describe('the admin API', () => {
  const authorization = `Bearer ${TOKEN}`;

  it('lets nobody in without the token', async () => {
    const { url } = await start();
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: TOKEN },
      { authorization: 'Bearer ' },
    ] as Record<string, string>[]) {
      const answer = await fetch(`${url}/api/v1/dead-letters`, { headers });
      expect([answer.status, await answer.json()]).toEqual([401, { code: 'not_authorized' }]);
    }
  });

  it('is closed altogether while no token is set', async () => {
    const { url } = await start({
      admin: { api: {} as never, token: undefined, traces: undefined, version: '0' },
    });
    const answer = await fetch(`${url}/api/v1/openapi.json`, { headers: { authorization: 'Bearer undefined' } });
    expect([answer.status, await answer.json()]).toEqual([403, { code: 'admin_disabled' }]);
  });

  it('lists dead letters and puts them back to work', async () => {
    const { url } = await start();
    const headers = { authorization };
    expect(await (await fetch(`${url}/api/v1/dead-letters?limit=5`, { headers })).json()).toEqual({ items: [] });
    const replayed = await fetch(`${url}/api/v1/dead-letters/inbox/7/replay`, { method: 'POST', headers });
    expect([replayed.status, await replayed.json()]).toEqual([200, { box: 'inbox', seq: 7, replayed: true }]);
    const gone = await fetch(`${url}/api/v1/dead-letters/inbox/8/replay`, { method: 'POST', headers });
    expect([gone.status, await gone.json()]).toEqual([404, { code: 'not_found' }]);
    const wrong = await fetch(`${url}/api/v1/dead-letters/attic/8/replay`, { method: 'POST', headers });
    expect([wrong.status, await wrong.json()]).toEqual([400, { code: 'body_malformed' }]);
  });

  it('describes itself', async () => {
    const { url } = await start();
    const document = await (await fetch(`${url}/api/v1/openapi.json`, { headers: { authorization } })).json();
    expect(document).toMatchObject({ openapi: '3.1.0', security: [{ adminToken: [] }] });
    expect(Object.keys((document as { paths: object }).paths)).toContain('/api/v1/dead-letters/{box}/{seq}/replay');
  });

  it('streams traces as they happen, beginning with the last ones', async () => {
    const traces = createTraceStream();
    const message = { channel: id<ChannelName>('feishu'), key: id<never>('om_1') };
    traces.step(message, 'stored');
    const { url, server } = await start({ admin: { api: {} as never, token: TOKEN, traces, version: '0' } });
    const answer = await fetch(`${url}/api/v1/traces`, { headers: { authorization } });
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader.read()).value ?? '';
    expect(text).toContain('"step":"stored"');
    traces.step(message, 'asked', { agent: 'hr' });
    text = (await reader.read()).value ?? '';
    const record = JSON.parse(text.replace('data: ', '')) as Record<string, unknown>;
    expect(record).toMatchObject({ channel: 'feishu', key: 'om_1', step: 'asked', detail: { agent: 'hr' } });
    expect(record['ms']).toBeGreaterThanOrEqual(0);
    await server.close();
    expect((await reader.read()).done).toBe(true);
  });

  it('has no traces while they are off', async () => {
    const { url } = await start();
    expect((await fetch(`${url}/api/v1/traces`, { headers: { authorization } })).status).toBe(404);
  });
});

describe('the server', () => {
  it('answers 404 and not_found to any other path', async () => {
    const { url } = await start();
    const answer = await fetch(`${url}/wp-login.php`);
    expect([answer.status, await answer.json()]).toEqual([404, { code: 'not_found' }]);
    expect((await fetch(`${url}/%E0%A4%A`)).status).toBe(400);
  });

  it('finishes the answers on their way before it closes', async () => {
    const gate = Promise.withResolvers<Ack>();
    const begun = Promise.withResolvers<void>();
    const { url, server } = await start({
      deliver: () => {
        begun.resolve();
        return gate.promise;
      },
    });
    const answer = fetch(`${url}/webhook/feishu`, { method: 'POST', body: 'x' });
    await begun.promise;
    const closed = server.close();
    gate.resolve(ACK);
    expect((await answer).status).toBe(200);
    await closed;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  it('does not wait for ever for an answer that never comes', async () => {
    const { url, server } = await start({ deliver: () => new Promise(() => {}), limits: { closeMs: 100 } });
    const answer = fetch(`${url}/webhook/feishu`, { method: 'POST', body: 'x' }).catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.close();
    expect(await answer).toBe('cut');
  });

  it('says when its port is taken', async () => {
    const first = await start();
    const second = createHttpServer(options({}));
    await expect(second.listen('127.0.0.1', Number(new URL(first.url).port))).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});
