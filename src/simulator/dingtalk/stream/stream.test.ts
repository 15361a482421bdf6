import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startDingtalk, type TestDingtalk } from '../test-vendor.ts';
import { TOPIC_CARD, TOPIC_ROBOT } from './frames.ts';

const MINUTE = 60_000;
const OPEN = '/v1.0/gateway/connections/open';

let vendor: TestDingtalk;

beforeEach(async () => {
  vendor = await startDingtalk();
});

afterEach(() => vendor.close());

async function refusedUpgrade(url: string): Promise<string> {
  const socket = new WebSocket(url);
  const [error] = (await once(socket, 'error')) as [Error];
  return error.message;
}

describe('opening a long connection', () => {
  it('takes a ticket once', async () => {
    const { endpoint, ticket } = await vendor.ticket();
    const url = `${endpoint}?ticket=${ticket}`;
    const socket = new WebSocket(url);
    await once(socket, 'open');
    expect(await refusedUpgrade(url)).toContain('401');
    socket.terminate();
  });

  it('takes a ticket for ninety seconds', async () => {
    const { endpoint, ticket } = await vendor.ticket();
    await vendor.clock.advance(90_000);
    expect(await refusedUpgrade(`${endpoint}?ticket=${ticket}`)).toContain('401');
  });

  it('refuses wrong secrets, and topics that are none', async () => {
    const headers = { accept: 'application/json' };
    const wrong = { ...vendor.opening(), clientSecret: 'wrong' };
    expect(await vendor.bare('POST', OPEN, wrong, headers)).toMatchObject({
      status: 401,
      body: { code: 'authFailed' },
    });
    const topics = { ...vendor.opening(), subscriptions: [{ type: 'EVENT', topic: 'chat_quit' }] };
    expect(await vendor.bare('POST', OPEN, topics, headers)).toMatchObject({ status: 400 });
  });

  it('answers XML to whoever does not ask for JSON', async () => {
    const response = await fetch(`${vendor.sim.url}${OPEN}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/html' },
      body: JSON.stringify(vendor.opening()),
    });
    expect(await response.text()).toContain('<ticket>');
  });

  it('keeps the rate of every API', async () => {
    const headers = { accept: 'application/json' };
    const tries = Array.from({ length: 21 }, () => vendor.bare('POST', OPEN, vendor.opening(), headers));
    const refused = (await Promise.all(tries)).filter(({ status }) => status === 403);
    expect(refused).toMatchObject([{ body: { code: 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi' } }]);
  });
});

describe('a push', () => {
  it('comes again each minute in a new frame until it is acknowledged', async () => {
    const line = await vendor.connect();
    const asked = vendor.dingtalk.say({ from: 'lin', text: 'hi' });
    const first = await line.next();
    await vendor.clock.advance(MINUTE - 1);
    expect(line.frames).toHaveLength(1);
    await vendor.clock.advance(1);
    const second = await line.next();
    expect(second.headers['messageId']).not.toBe(first.headers['messageId']);
    expect(JSON.parse(second.data)).toMatchObject({ msgId: asked.messageId });
    line.ack(second);
    expect(await asked.delivered).toMatchObject([{ ok: true, attempts: 2 }]);
    expect(vendor.dingtalk.record.acknowledged.has(asked.messageId)).toBe(true);
    await vendor.clock.advance(10 * MINUTE);
    expect(line.frames).toHaveLength(2);
  });

  it('is done when the ack of an earlier frame comes late', async () => {
    const line = await vendor.connect();
    const asked = vendor.dingtalk.say({ from: 'lin', text: 'hi' });
    const first = await line.next();
    await vendor.clock.advance(MINUTE);
    await line.next();
    line.ack(first);
    expect(await asked.delivered).toMatchObject([{ ok: true }]);
  });

  it('comes again after an ack that says no', async () => {
    const line = await vendor.connect();
    const asked = vendor.dingtalk.say({ from: 'lin', text: 'hi' });
    line.ack(await line.next(), {}, 500);
    await vendor.dingtalk.record.until(() => vendor.dingtalk.record.deliveries.length > 0);
    await vendor.clock.advance(MINUTE);
    line.ack(await line.next());
    expect(await asked.delivered).toMatchObject([{ ok: true, attempts: 2 }]);
  });

  it('is lost where no connection wants it', async () => {
    await vendor.connect([TOPIC_CARD]);
    const asked = vendor.dingtalk.say({ from: 'lin', text: 'hi' });
    expect(await asked.delivered).toMatchObject([{ ok: false, status: 0 }]);
    expect(vendor.dingtalk.record.deliveries).toMatchObject([{ failed: 'no-connection' }]);
  });

  it('goes to one of the connections', async () => {
    const lines = [await vendor.connect(), await vendor.connect()];
    for (let count = 0; count < 40; count += 1) vendor.dingtalk.say({ from: 'lin', text: `${count}` });
    await expect.poll(() => lines.reduce((sum, { frames }) => sum + frames.length, 0)).toBe(40);
    for (const { frames } of lines) expect(frames.length).toBeGreaterThan(2);
  });

  it('comes to a new connection when the old one only looks alive', async () => {
    await vendor.connect();
    vendor.dingtalk.stream.rules.halfOpen = true;
    const asked = vendor.dingtalk.say({ from: 'lin', text: 'hi' });
    vendor.dingtalk.stream.drop();
    vendor.dingtalk.stream.rules.halfOpen = false;
    const line = await vendor.connect();
    await vendor.clock.advance(MINUTE);
    line.ack(await line.next());
    expect(await asked.delivered).toMatchObject([{ ok: true, attempts: 2 }]);
  });

  it('of an event comes again when it is put off', async () => {
    const line = await vendor.connect();
    const told = vendor.dingtalk.event('user_leave_org', { timeStamp: '1', userId: ['lin.xiao'] });
    const first = await line.next();
    expect(first).toMatchObject({ type: 'EVENT', headers: { topic: '*', eventType: 'user_leave_org' } });
    line.ack(first, { status: 'LATER' });
    await vendor.dingtalk.record.until(() => vendor.dingtalk.record.deliveries.length > 0);
    await vendor.clock.advance(10_000);
    line.ack(await line.next(), { status: 'SUCCESS' });
    expect(await told).toMatchObject({ ok: true, attempts: 2 });
  });
});

describe('a connection', () => {
  it('is asked for signs of life', async () => {
    const line = await vendor.connect();
    await vendor.clock.advance(30_000);
    await expect.poll(() => line.pings).toMatchObject([{ type: 'SYSTEM', headers: { topic: 'ping' } }]);
  });

  it('that was told to go gets nothing more, may still acknowledge, and is closed after ten seconds of silence', async () => {
    const line = await vendor.connect();
    const asked = vendor.dingtalk.say({ from: 'lin', text: 'hi' });
    const frame = await line.next();
    vendor.dingtalk.stream.disconnect();
    expect(await line.next()).toMatchObject({ type: 'SYSTEM', headers: { topic: 'disconnect' } });
    expect(vendor.dingtalk.stream.count(vendor.dingtalk.app.id)).toBe(0);
    line.ack(frame);
    expect(await asked.delivered).toMatchObject([{ ok: true }]);
    const closed = once(line.socket, 'close');
    await vendor.clock.advance(10_000);
    await closed;
    expect(await vendor.dingtalk.say({ from: 'lin', text: 'hi' }).delivered).toMatchObject([{ ok: false }]);
  });

  it('tells of acks nobody waits for', async () => {
    const line = await vendor.connect();
    line.ack({ type: 'CALLBACK', headers: { messageId: 'never-sent', topic: TOPIC_ROBOT }, data: '' });
    const { record } = vendor.dingtalk;
    expect(await record.until(() => record.strayAcks[0])).toMatchObject({ frameId: 'never-sent' });
  });
});
