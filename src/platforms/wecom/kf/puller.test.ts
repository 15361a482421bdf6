import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../../../core/errors.ts';
import type { Delivery } from '../../../core/event.ts';
import { type ChannelName, id } from '../../../core/ids.ts';
import { noLog } from '../../../core/log.ts';
import type { PulledPlace } from '../../../core/platform.ts';
import { systemClock } from '../../../lib/clock.ts';
import { createCallbacks } from '../callback.ts';
import { WecomKfPlatform } from './adapter.ts';
import { wecomKfConfigSchema } from './config.ts';

const KEYS = { token: 'kfToken', encodingAesKey: 'f2wt1XJO7LSFt4oaGYHoozeGDPd8oiF4fcD8V8KdPS8' };

interface Asked {
  readonly cursor?: string;
  readonly token?: string;
}

/** A far side that answers `sync_msg` with the next of these pages, and then with an empty one. */
let pages: object[];
let asked: Asked[];
const server = createServer(async (request, response) => {
  const body = JSON.parse((await text(request)) || '{}') as Asked;
  response.end(JSON.stringify({ errcode: 0, ...answerTo(request.url ?? '', body) }));
});

function answerTo(url: string, body: Asked): object {
  if (url.includes('gettoken')) return { access_token: 't', expires_in: 7200 };
  if (url.includes('account/list')) return { account_list: [{ open_kfid: 'wk_1', name: 'One' }] };
  if (!url.includes('sync_msg')) return { service_state: 0 };
  asked.push(body);
  return pages.shift() ?? { next_cursor: body.cursor ?? 'c0', has_more: 0, msg_list: [] };
}

const said = (msgid: string, agoMs = 0) => ({
  msgid,
  external_userid: 'wm_1',
  send_time: Math.floor((Date.now() - agoMs) / 1000),
  origin: 3,
  msgtype: 'text',
  text: { content: msgid },
});

function signal(account: string, token: string): Delivery {
  const event = { MsgType: 'event', Event: 'kf_msg_or_event', Token: token, OpenKfId: account };
  const xml = Object.entries({ ToUserName: 'ww1', ...event }).map(([name, value]) => `<${name}>${value}</${name}>`);
  const callbacks = createCallbacks({ ...KEYS, receiveId: 'ww1' });
  const sealed = callbacks.seal(`<xml>${xml.join('')}</xml>`, '4711', Date.now());
  const { encrypt, signature, timestamp, nonce } = sealed;
  return {
    channel: id('wecom-kf'),
    via: 'webhook',
    method: 'POST',
    headers: {},
    query: { msg_signature: signature, timestamp: String(timestamp), nonce },
    body: Buffer.from(`<xml><Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`),
  };
}

let platform: WecomKfPlatform;
let ended: AbortController;
let listening: Promise<void> | undefined;
let taken: string[];
let places: PulledPlace[];
/** Fails the next so many times, as a store without a disk. */
let trouble: number;

function create(): WecomKfPlatform {
  const config = wecomKfConfigSchema.parse({
    corpId: 'ww1',
    secret: 's',
    ...KEYS,
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  const fetchUrl = () => Promise.reject(new GatewayError('url_forbidden', 'no files in this test'));
  const deps = { channel: id<ChannelName>('wecom-kf'), clock: systemClock, log: noLog, fetchUrl, random: () => 0 };
  return new WecomKfPlatform(config, deps);
}

beforeEach(async () => {
  [pages, asked, taken, places, trouble] = [[], [], [], [], 0];
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  platform = create();
  ended = new AbortController();
});
afterEach(async () => {
  ended.abort();
  await listening;
  await platform.close();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

async function take(delivery: Delivery) {
  if (trouble-- > 0) throw new GatewayError('store_unavailable', 'no disk');
  const receipt = platform.receive(delivery, Date.now());
  if (receipt.kind !== 'events') throw new Error(`no ${receipt.kind} is pulled`);
  for (const event of receipt.events) if (event.kind !== 'ignored') taken.push(event.key);
  if (receipt.place) places.push(receipt.place);
  return receipt.ack;
}

function listen(stored?: string): void {
  listening = platform.listen(take, ended.signal, () => Promise.resolve(stored));
}

describe('pulling', () => {
  it('goes on where it had come to', async () => {
    listen('c7');
    await expect.poll(() => asked).toMatchObject([{ cursor: 'c7' }]);
    expect(places).toEqual([]);
  });

  it('goes on past an empty page that has others behind it', async () => {
    pages = [
      { next_cursor: 'c1', has_more: 1, msg_list: [said('m1')] },
      { next_cursor: 'c2', has_more: 1, msg_list: [] },
      { next_cursor: 'c3', has_more: 0, msg_list: [said('m2')] },
    ];
    listen('c0');
    await expect.poll(() => taken).toEqual(['m1', 'm2']);
    expect(asked.map(({ cursor }) => cursor)).toEqual(['c0', 'c1', 'c2']);
    expect(places.map(({ source, place }) => `${source} ${place}`)).toEqual(['wk_1 c1', 'wk_1 c2', 'wk_1 c3']);
  });

  it('ends at a page that leads nowhere', async () => {
    pages = [{ next_cursor: 'c0', has_more: 1, msg_list: [] }];
    listen('c0');
    await expect.poll(() => asked).toHaveLength(1);
    await new Promise((done) => setTimeout(done, 100));
    expect(asked).toHaveLength(1);
  });

  it('leaves history alone until it has come to its end, also when it is interrupted there', async () => {
    const hour = 3_600_000;
    pages = [
      { next_cursor: 'c1', has_more: 1, msg_list: [said('old', hour)] },
      { next_cursor: 'c2', has_more: 0, msg_list: [said('older', 2 * hour), said('new')] },
    ];
    listen();
    await expect.poll(() => taken).toEqual(['new']);
    expect(places.map(({ place }) => place)).toEqual(['first c1', 'c2']);
    ended.abort();
    await listening;
    ended = new AbortController();
    pages = [{ next_cursor: 'c2', has_more: 0, msg_list: [said('older', 2 * hour), said('newest')] }];
    const again = create();
    listening = again.listen(take, ended.signal, () => Promise.resolve('first c1'));
    await expect.poll(() => taken).toEqual(['new', 'newest']);
    ended.abort();
    await listening;
    await again.close();
  });

  it('asks for the same page again when it could not be stored', async () => {
    trouble = 1;
    pages = Array.from({ length: 2 }, () => ({ next_cursor: 'c1', has_more: 0, msg_list: [said('m1')] }));
    listen('c0');
    await expect.poll(() => taken, { timeout: 5_000 }).toEqual(['m1']);
    expect(asked.map(({ cursor }) => cursor)).toEqual(['c0', 'c0']);
  });

  it('asks without the token of a signal that has ended', async () => {
    listen('c0');
    await expect.poll(() => asked).toHaveLength(1);
    pages = [{ errcode: 95007 }, { next_cursor: 'c1', has_more: 0, msg_list: [said('m1')] }];
    platform.receive(signal('wk_1', 'ENC1'), Date.now());
    await expect.poll(() => taken).toEqual(['m1']);
    expect(asked.slice(1).map(({ token }) => token)).toEqual(['ENC1', undefined]);
  });

  it('leaves to a person what she has answered meanwhile', async () => {
    const person = { ...said('p1'), origin: 5, servicer_userid: 'wang' };
    pages = [{ next_cursor: 'c1', has_more: 0, msg_list: [said('m1'), person, said('m2')] }];
    listen('c0');
    await expect.poll(() => taken).toEqual(['m2']);
  });
});
