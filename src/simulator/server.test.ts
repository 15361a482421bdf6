import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createParser } from 'eventsource-parser';
import { afterEach, describe, expect, it } from 'vitest';
import { SIM_PATHS, type SimActionResult, type SimEvent, type SimSnapshot, type WireDetail } from './contract.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from './server.ts';

let sim: Simulator;
const cleanups: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  await sim.close();
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function start(options?: SimulatorOptions): Promise<Simulator> {
  sim = await startSimulator({ dify: false, ...options });
  return sim;
}

async function call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(sim.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: body instanceof Uint8Array ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}

/** Collects what the live stream tells. */
async function watch(): Promise<SimEvent[]> {
  const events: SimEvent[] = [];
  const controller = new AbortController();
  cleanups.unshift(() => controller.abort());
  const response = await fetch(sim.url + SIM_PATHS.events, { signal: controller.signal });
  const parser = createParser({ onEvent: ({ data }) => events.push(JSON.parse(data) as SimEvent) });
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const piece of response.body ?? []) parser.feed(decoder.decode(piece, { stream: true }));
  };
  read().catch(() => undefined);
  await expect.poll(() => events.length).toBeGreaterThan(0);
  return events;
}

/** A bot that takes everything. */
async function takeAll(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.end('{"toast":{"type":"info","content":"noted"}}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const act = (action: object) => call<SimActionResult>('POST', SIM_PATHS.actions, action);

describe('the control API', () => {
  it('lets a person write to a bot, and tells how the delivery went', async () => {
    await start({ feishu: { apps: [{ webhookUrl: await takeAll() }] } });
    const events = await watch();
    const app = sim.feishu.app.id;
    const { body: entered } = await act({ type: 'enter', platform: 'feishu', person: 'lin', app });
    const chat = entered.ok ? entered.chat : undefined;
    const { body: sent } = await act({ type: 'send-text', platform: 'feishu', person: 'lin', chat, text: '你好' });
    const id = sent.ok ? sent.message : undefined;
    const delivered = () =>
      events.findLast((event) => event.type === 'message-changed' && event.message.id === id) as
        | Extract<SimEvent, { type: 'message-changed' }>
        | undefined;
    await expect.poll(() => delivered()?.message.delivery?.[0]?.state).toBe('acknowledged');
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['chat-added', 'message-added', 'wire-added']),
    );
    const { body: state } = await call<SimSnapshot>('GET', SIM_PATHS.state);
    expect(state.messages).toMatchObject([{ id, chat, content: { kind: 'text', text: '你好' } }]);
    expect(state.chats).toMatchObject([{ id: chat, kind: 'direct', summary: '你好', people: ['lin'] }]);
  });

  it('tells of streamed text piece by piece', async () => {
    await start();
    const events = await watch();
    const { id: app_id, secret: app_secret } = sim.feishu.app;
    const token = await call<{ tenant_access_token: string }>(
      'POST',
      '/open-apis/auth/v3/tenant_access_token/internal',
      { app_id, app_secret },
    );
    const bearer = { authorization: `Bearer ${token.body.tenant_access_token}` };
    const card = {
      schema: '2.0',
      config: { streaming_mode: true },
      body: { elements: [{ tag: 'markdown', element_id: 'a', content: 'He' }] },
    };
    const made = await call<{ data: { card_id: string } }>(
      'POST',
      '/open-apis/cardkit/v1/cards',
      { type: 'card_json', data: JSON.stringify(card) },
      bearer,
    );
    const { card_id } = made.body.data;
    const content = JSON.stringify({ type: 'card', data: { card_id } });
    const body = { receive_id: sim.feishu.openId('lin'), msg_type: 'interactive', content };
    await call('POST', '/open-apis/im/v1/messages?receive_id_type=open_id', body, bearer);
    const path = `/open-apis/cardkit/v1/cards/${card_id}/elements/a/content`;
    await call('PUT', path, { content: 'Hello', sequence: 1 }, bearer);
    await call('PUT', path, { content: 'Goodbye', sequence: 2 }, bearer);
    const streamed = () => events.filter((event) => event.type === 'card-streamed');
    await expect.poll(() => streamed().length).toBe(2);
    expect(streamed()).toMatchObject([
      { element: 'a', kept: 2, tail: 'llo', sequence: 1 },
      { element: 'a', kept: 0, tail: 'Goodbye', sequence: 2 },
    ]);
  });

  it('explains each entry of the wire log', async () => {
    await start({ feishu: { apps: [{ webhookUrl: await takeAll(), encryptKey: 'ek' }] } });
    await sim.feishu.say({ from: 'lin', text: '秘密' }).delivered;
    const [entry] = sim.wire.list();
    expect(entry).toMatchObject({ side: 'feishu', direction: 'out', method: 'POST', status: 200 });
    const { body } = await call<WireDetail>('GET', SIM_PATHS.wireEntry(entry?.id ?? ''));
    expect(body.requestBody.text).toMatch(/^\{"encrypt":/);
    expect(body.plainBody?.text).toContain('秘密');
    expect(body.explanation.map(({ en }) => en).join(' ')).toContain('SHA-256(timestamp + nonce + Encrypt Key');
  });

  it('takes uploads, and gives them back', async () => {
    await start();
    const bytes = new Uint8Array([1, 2, 3]);
    const { body } = await call<{ key: string; bytes: number }>('POST', `${SIM_PATHS.resources}?name=a.bin`, bytes);
    expect(body).toMatchObject({ name: 'a.bin', bytes: 3 });
    const back = await fetch(sim.url + SIM_PATHS.resource(body.key));
    expect(new Uint8Array(await back.arrayBuffer())).toEqual(bytes);
  });

  it('sets faults, changes settings and starts anew', async () => {
    await start();
    const events = await watch();
    sim.feishu.say({ from: 'lin', text: 'hi' });
    expect((await call('POST', SIM_PATHS.faults, { kind: 'late', count: 2 })).body).toMatchObject({
      kind: 'late',
      left: 2,
    });
    expect((await call('PATCH', SIM_PATHS.settings, { speed: 60 })).body).toMatchObject({ speed: 60 });
    await call('POST', SIM_PATHS.reset, {});
    const last = () => events.at(-1);
    await expect.poll(() => last()?.type).toBe('snapshot');
    expect(last()).toMatchObject({ state: { messages: [], faults: [], settings: { speed: 60 } } });
  });

  it('kills a gateway only when somebody runs it', async () => {
    await start();
    expect(await call('POST', SIM_PATHS.killGateway, {})).toMatchObject({ status: 409 });
    let kills = 0;
    sim.gateway.killer = () => {
      kills += 1;
      sim.gateway.update({ state: 'restarting', kills });
    };
    expect(await call('POST', SIM_PATHS.killGateway, {})).toMatchObject({
      status: 200,
      body: { state: 'restarting', kills: 1 },
    });
  });

  it('starts anew only while the gateway that was started from here does not run', async () => {
    await start();
    sim.faults.add({ kind: 'throttle' });
    const seen: unknown[] = [];
    sim.gateway.renewer = async (between) => {
      seen.push(sim.faults.list.length);
      between();
      seen.push(sim.faults.list.length);
    };
    expect(await call('POST', SIM_PATHS.reset, {})).toMatchObject({ status: 200 });
    expect(seen).toEqual([1, 0]);
    sim.faults.add({ kind: 'throttle' });
    await call('POST', `${SIM_PATHS.reset}?gateway=keep`, {});
    expect([seen.length, sim.faults.list.length]).toEqual([2, 0]);
  });

  it('follows the gateway’s steps over its restarts, and tells each once', async () => {
    await start();
    const steps = [{ channel: 'feishu', key: 'k', message: 'om_1', step: 'received', at: 1 }];
    const gateway = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(steps.map((step) => `data: ${JSON.stringify(step)}\n\n`).join(''));
    });
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => gateway.closeAllConnections());
    cleanups.push(() => void gateway.close());
    sim.followTraces(`http://127.0.0.1:${(gateway.address() as AddressInfo).port}/`);
    await expect.poll(() => sim.snapshot().traces.length).toBe(1);
    steps.push({ channel: 'feishu', key: 'k', message: 'om_1', step: 'stored', at: 2 });
    await expect.poll(() => sim.snapshot().traces.length).toBe(2);
    const { body } = await call<unknown[]>('GET', `${SIM_PATHS.trace}?message=om_1`);
    expect(body).toMatchObject([{ step: 'received' }, { step: 'stored' }]);
  });

  it('says what is wrong with a request', async () => {
    await start();
    expect(await act({ type: 'enter', platform: 'icq', person: 'lin' })).toMatchObject({ status: 404 });
    expect(await act({ type: 'recall', platform: 'feishu', person: 'lin', message: 'om_none' })).toMatchObject({
      status: 400,
      body: { error: { code: 'impossible', text: { en: 'there is no message om_none' } } },
    });
    expect(await call('POST', SIM_PATHS.faults, { kind: 'flood' })).toMatchObject({ status: 400 });
    expect(await call('GET', '/sim/nothing')).toMatchObject({ status: 404 });
  });

  it('does nothing for a page of another site', async () => {
    await start();
    const headers = { origin: 'https://elsewhere.example' };
    expect(await call('POST', SIM_PATHS.reset, {}, headers)).toMatchObject({ status: 403 });
  });
});

describe('the page', () => {
  it('is served from its folder, and nothing beside it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'simulator-page-'));
    cleanups.push(() => rm(folder, { recursive: true }));
    await mkdir(join(folder, 'page', 'assets'), { recursive: true });
    await writeFile(join(folder, 'page', 'index.html'), '<title>demo</title>');
    await writeFile(join(folder, 'page', 'assets', 'a.js'), '1');
    await writeFile(join(folder, 'secret.txt'), 'secret');
    await start({ page: join(folder, 'page') });
    expect(await (await fetch(sim.url)).text()).toContain('demo');
    const script = await fetch(`${sim.url}/assets/a.js`);
    expect(script.headers.get('cache-control')).toContain('immutable');
    for (const path of ['/..%2fsecret.txt', '/%2e%2e/secret.txt', '/missing']) {
      expect((await fetch(sim.url + path)).status).toBe(404);
    }
  });
});

describe('the stand-in of Dify beside it', () => {
  it('is reached under /dify, obeys faults and stands in the wire log', async () => {
    await start({ dify: {} });
    const key = sim.dify?.apps[0]?.key ?? '';
    const info = () => fetch(`${sim.difyUrl}/info`, { headers: { authorization: `Bearer ${key}` } });
    expect((await info()).status).toBe(200);
    sim.faults.add({ kind: 'throttle', side: 'dify', count: 1 });
    expect((await info()).status).toBe(429);
    expect(sim.wire.list()).toMatchObject([{ side: 'dify', path: '/dify/v1/info', status: 200 }]);
  });
});
