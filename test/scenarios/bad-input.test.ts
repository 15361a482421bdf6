import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/core/event.ts';
import { fixture as dingtalkFixture } from '../fixtures/dingtalk/load.ts';
import { fixture as feishuFixture } from '../fixtures/feishu/load.ts';
import { fixtureXml } from '../fixtures/wecom/load.ts';
import { signedDelivery } from '../support/dingtalk-vendor.ts';
import { startThreePlatforms, type ThreePlatforms } from '../support/three-platforms.ts';
import { botDelivery, botMessage, closedDelivery, sealed } from '../support/wecom-bot-payloads.ts';

/** What somebody, or a broken vendor, may send to a running gateway: the status and the code of each, and that it leaves nothing. */
let gateway: ThreePlatforms;
beforeAll(async () => {
  gateway = await startThreePlatforms();
});
afterAll(() => gateway.close());

const setting = (name: string): string => gateway.env[name] ?? '';
const seconds = (): number => Math.floor(Date.now() / 1000);

type Request = Pick<Delivery, 'headers' | 'query' | 'body'> & { readonly method?: string };

/** @returns The status, and the code of a refusal or else the body. */
async function send(path: string, { headers, query, body, method = 'POST' }: Request): Promise<unknown[]> {
  const search = new URLSearchParams(query as Record<string, string>).toString();
  const response = await fetch(`${gateway.url}/webhook/${path}?${search}`, {
    method,
    headers: headers as Record<string, string>,
    body: Buffer.from(body),
  });
  const text = await response.text();
  const code = /^\{"code":"(\w+)"\}$/.exec(text)?.[1];
  return [response.status, code ?? text];
}

interface FeishuForgery {
  readonly key?: string;
  readonly signingKey?: string;
  readonly timestamp?: number;
  readonly nonce?: string;
  readonly appId?: string;
}

function feishu(payload: unknown, forgery: FeishuForgery = {}): Request {
  const {
    key = setting('FEISHU_ENCRYPT_KEY'),
    timestamp = seconds(),
    nonce = randomBytes(8).toString('hex'),
  } = forgery;
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(key).digest(), iv);
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const body = JSON.stringify({ encrypt: Buffer.concat([iv, cipher.update(text), cipher.final()]).toString('base64') });
  const signature = createHash('sha256')
    .update(`${timestamp}${nonce}${forgery.signingKey ?? setting('FEISHU_ENCRYPT_KEY')}${body}`)
    .digest('hex');
  const headers = {
    'x-lark-request-timestamp': String(timestamp),
    'x-lark-request-nonce': nonce,
    'x-lark-signature': signature,
  };
  return { headers, query: {}, body: Buffer.from(body) };
}

function feishuEvent(
  name: string,
  appId = setting('FEISHU_APP_ID'),
): { header: Record<string, unknown>; event: Record<string, unknown> } {
  const { header, event, ...rest } = feishuFixture(name) as { header: object; event: Record<string, unknown> };
  const own = { app_id: appId, token: setting('FEISHU_VERIFICATION_TOKEN'), event_id: randomBytes(8).toString('hex') };
  return { ...rest, header: { ...header, ...own }, event };
}

function pressed(value: unknown): object {
  const payload = feishuEvent('card-action');
  return { ...payload, event: { ...payload.event, action: { tag: 'button', value } } };
}

const press = (value: unknown): Request => feishu(pressed(value));

function wecom(
  xml: string,
  more: { readonly receiveId?: string; readonly at?: number; readonly change?: (text: string) => string } = {},
): Request {
  const keys = { id: '', token: setting('WECOM_TOKEN'), encodingAesKey: setting('WECOM_ENCODING_AES_KEY') };
  const encrypted = sealed(xml, keys.encodingAesKey, more.receiveId ?? setting('WECOM_CORP_ID'));
  const { query } = closedDelivery(keys, encrypted, more.at);
  const body = `<xml><ToUserName>x</ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`;
  return { headers: {}, query, body: Buffer.from(more.change?.(body) ?? body) };
}

const ofOurs = (name: string): string => fixtureXml(name).replaceAll('ww5a1c0ffee0001234', setting('WECOM_CORP_ID'));
/** Signed rightly over a text that was not closed rightly. */
function wecomText(encrypted: string): Request {
  const keys = { id: '', token: setting('WECOM_TOKEN'), encodingAesKey: '' };
  const { query } = closedDelivery(keys, encrypted);
  return { headers: {}, query, body: Buffer.from(`<xml><Encrypt>${encrypted}</Encrypt></xml>`) };
}

function unpadded(): string {
  const key = Buffer.from(`${setting('WECOM_ENCODING_AES_KEY')}=`, 'base64');
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.alloc(64, 0x41)), cipher.final()]).toString('base64');
}

const bot = () => ({
  id: setting('WECOM_BOT_ID'),
  token: setting('WECOM_BOT_TOKEN'),
  encodingAesKey: setting('WECOM_BOT_ENCODING_AES_KEY'),
});
const dingtalk = (payload: unknown, at = Date.now(), secret = setting('DINGTALK_CLIENT_SECRET')): Request =>
  signedDelivery(payload, at, secret);
const plain = (body: string | Buffer, headers: Record<string, string> = {}): Request => ({
  headers,
  query: {},
  body: Buffer.from(body),
});

/** Path, request, status and code. */
type Case = readonly [string, () => Request, number, unknown];
/** Parsers take it; whoever walks through it, or writes it as JSON, runs out of stack. */
const DEEP = `${'['.repeat(250_000)}${']'.repeat(250_000)}`;
const BIG = Buffer.alloc(1024 * 1024 + 1, 0x20);

const REFUSED: Readonly<Record<string, Case>> = {
  'Feishu: no signature': [
    'feishu',
    () => ({ ...feishu(feishuEvent('message-direct-text')), headers: {} }),
    401,
    'signature_missing',
  ],
  'Feishu: wrong signature': [
    'feishu',
    () => feishu(feishuEvent('message-direct-text'), { signingKey: 'x' }),
    401,
    'signature_invalid',
  ],
  'Feishu: stale timestamp': [
    'feishu',
    () => feishu(feishuEvent('message-direct-text'), { timestamp: seconds() - 400 }),
    401,
    'timestamp_stale',
  ],
  'Feishu: undecryptable body': [
    'feishu',
    () => feishu(feishuEvent('message-direct-text'), { key: 'other' }),
    400,
    'decrypt_failed',
  ],
  'Feishu: wrong app id': [
    'feishu',
    () => feishu(feishuEvent('message-direct-text', 'cli_0000000000000000')),
    403,
    'app_mismatch',
  ],
  'Feishu: over-long body': ['feishu', () => plain(BIG), 413, 'body_too_large'],
  'Feishu: malformed JSON': ['feishu', () => plain('{"encrypt":'), 400, 'body_malformed'],
  'Feishu: malformed JSON within': ['feishu', () => feishu('{"schema":"2.0"'), 400, 'body_malformed'],
  'a platform that is not set up': ['slack', () => plain('{}'), 404, 'channel_unknown'],
  'a channel that is not set up': ['feishu/other', () => plain('{}'), 404, 'channel_unknown'],
  'WeCom: document type outside': [
    'wecom',
    () => wecom(ofOurs('message-text'), { change: (body) => `<!DOCTYPE x>${body}` }),
    400,
    'body_malformed',
  ],
  'WeCom: document type within': [
    'wecom',
    () => wecom(`<!DOCTYPE x [<!ENTITY a "b">]>${ofOurs('message-text')}`),
    400,
    'body_malformed',
  ],
  'WeCom: entity within': [
    'wecom',
    () => wecom(ofOurs('message-text').replace('</xml>', '<A>&a;</A></xml>')),
    400,
    'body_malformed',
  ],
  'WeCom: wrong receiveid': [
    'wecom',
    () => wecom(ofOurs('message-text'), { receiveId: 'ww0000000000000000' }),
    403,
    'app_mismatch',
  ],
  'WeCom: replay after its window': [
    'wecom',
    () => wecom(ofOurs('message-text'), { at: seconds() - 400 }),
    401,
    'timestamp_stale',
  ],
  'WeCom: tampered ciphertext': [
    'wecom',
    () => wecom(ofOurs('message-text'), { change: (body) => body.replace('CDATA[', 'CDATA[A') }),
    401,
    'signature_invalid',
  ],
  'WeCom: bad padding': ['wecom', () => wecomText(unpadded()), 400, 'decrypt_failed'],
  'WeCom: truncated ciphertext': ['wecom', () => wecomText('AAAA'), 400, 'decrypt_failed'],
  'WeCom bot: no JSON within': [
    'wecom-bot',
    () => closedDelivery(bot(), sealed('hello', bot().encodingAesKey, '')),
    400,
    'body_malformed',
  ],
  'WeCom bot: wrong receiver': [
    'wecom-bot',
    () => closedDelivery(bot(), sealed('{}', bot().encodingAesKey, 'ww1')),
    403,
    'app_mismatch',
  ],
  'WeCom customer service: no signature': [
    'wecom-kf',
    () => ({ ...wecom(fixtureXml('kf-signal')), query: {} }),
    401,
    'signature_missing',
  ],
  'DingTalk: forged sign': [
    'dingtalk',
    () => dingtalk(dingtalkFixture('message-direct-text'), Date.now(), 'guess'),
    401,
    'signature_invalid',
  ],
  'DingTalk: stale timestamp': [
    'dingtalk',
    () => dingtalk(dingtalkFixture('message-direct-text'), Date.now() - 3_700_000),
    401,
    'timestamp_stale',
  ],
  'DingTalk: no JSON': ['dingtalk', () => dingtalk('hello'), 400, 'body_malformed'],
  'DingTalk: another robot': ['dingtalk', () => dingtalk(dingtalkFixture('message-direct-text')), 403, 'app_mismatch'],
  'DingTalk: a quarter million brackets': [
    'dingtalk',
    () => dingtalk(`{"msgId":"m","robotCode":"x","text":${DEEP}}`),
    403,
    'app_mismatch',
  ],
  'DingTalk: a pressed card without a secret for it': [
    'dingtalk',
    () => plain('{}', { 'x-ddpaas-signature': 'x', 'x-ddpaas-signature-timestamp': '1' }),
    403,
    'channel_unconfigured',
  ],
  'DingTalk: an event without a token for it': [
    'dingtalk',
    () => ({ ...plain('{}'), query: { msg_signature: 'x' } }),
    403,
    'channel_unconfigured',
  ],
};

const PASSED_OVER: Readonly<Record<string, Case>> = {
  'Feishu: unknown event': [
    'feishu',
    () => {
      const payload = feishuEvent('message-direct-text');
      return feishu({ ...payload, header: { ...payload.header, event_type: 'im.of.tomorrow_v9' } });
    },
    200,
    expect.any(String),
  ],
  'Feishu: unknown card action': [
    'feishu',
    () => press({ act: 'explode', turn: 't42' }),
    200,
    expect.stringContaining('无法识别这个操作'),
  ],
  'Feishu: card action that is no object': [
    'feishu',
    () => press([['x'], null]),
    200,
    expect.stringContaining('toast'),
  ],
  'Feishu: card action of a quarter million brackets': [
    'feishu',
    () => feishu(JSON.stringify(pressed('DEEP')).replace('"DEEP"', DEEP)),
    200,
    expect.stringContaining('无法识别这个操作'),
  ],
  'Feishu: card action on a message that is gone': [
    'feishu',
    () => press({ act: 'up', turn: 't42' }),
    200,
    expect.stringContaining('已经过期'),
  ],
  'WeCom: unknown event': ['wecom', () => wecom(ofOurs('enter-agent').replace('enter_agent', 'of_tomorrow')), 200, ''],
  'WeCom bot: unknown event': [
    'wecom-bot',
    () => botDelivery(bot(), { ...botMessage('event'), event: { eventtype: 'of_tomorrow' } }),
    200,
    '',
  ],
};

const run = async (name: string, table: Readonly<Record<string, Case>>): Promise<void> => {
  const [path, make, status, code] = table[name] as Case;
  const before = gateway.stored();
  expect(await send(path, make())).toEqual([status, code]);
  expect(gateway.stored()).toBe(before);
};

describe('what is refused with its status and code, and stored nowhere', () => {
  it.each(Object.keys(REFUSED))('%s', (name) => run(name, REFUSED));

  it('Feishu: a nonce that comes again with other bytes', async () => {
    const nonce = randomBytes(8).toString('hex');
    const payload = feishuEvent('message-read');
    expect((await send('feishu', feishu(payload, { nonce })))[0]).toBe(200);
    expect(await send('feishu', feishu(feishuEvent('message-direct-text'), { nonce }))).toEqual([
      401,
      'nonce_replayed',
    ]);
  });
});

describe('what is answered without doing anything', () => {
  it.each(Object.keys(PASSED_OVER))('%s', (name) => run(name, PASSED_OVER));
});

describe('after all of that', () => {
  it('a genuine message is answered, and nobody else was asked anything', async () => {
    expect(gateway.sim.dify?.record.asked()).toEqual([]);
    const { messageId, delivered } = gateway.sim.feishu.say({ from: 'lin', text: 'still there? #instant' });
    await delivered;
    await gateway.sim.feishu.record.answered(messageId, { done: ({ isSettled }) => isSettled, timeoutMs: 30_000 });
    expect(gateway.sim.dify?.record.asked()).toHaveLength(1);
  });
});
