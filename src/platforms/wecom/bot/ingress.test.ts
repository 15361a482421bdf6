import { describe, expect, it } from 'vitest';
import {
  botDelivery,
  botFrame,
  botMessage,
  closedDelivery,
  sealed,
} from '../../../../test/support/wecom-bot-payloads.ts';
import type { Delivery } from '../../../core/event.ts';
import { id } from '../../../core/ids.ts';
import { decrypt, verifySignature } from '../crypto.ts';
import { createIngress } from './ingress.ts';

const SECRETS = { token: 'gwSimToken2026', encodingAesKey: 'f2wt1XJO7LSFt4oaGYHoozeGDPd8oiF4fcD8V8KdPS8' };
const BOT = { id: 'aib-demo', ...SECRETS };
const AT = 1_767_225_600_000;
const ingress = createIngress({ botId: 'aib-demo', ...SECRETS });
const refused = (code: string): unknown => expect.objectContaining({ code });

/** The vendor's sample C: a message with an empty receiver. */
const SAMPLE: Delivery = {
  channel: id('wecom-bot'),
  via: 'webhook',
  method: 'POST',
  headers: {},
  query: { msg_signature: '760334e1a20d2c95aeb63fa4a2aa9e1015e2c707', timestamp: '1767225600', nonce: '703518842' },
  body: Buffer.from(
    JSON.stringify({
      encrypt:
        'EaFfbJ28IxaVlxqOEeN8SHNLE49ZuxoDUVNkDNfLF6qy7zSLOqekXNU+kraRLgu/meYFRojAdCZHnutxojCP+wFlZzgD7OAAdqa0KSVqhpIA/flIzOr6gn+xvdS2wrz+65Pz3JJCRW8cw2hN+jk+erKSFCh4jGyaRKy8xTdCtS1s0JkleH9OIZbq19wFvTcFpKhBjOQi56yrzDnaK2EeEg==',
    }),
  ),
};

describe('a callback of a bot', () => {
  it('is opened as the vendor closed it', () => {
    expect(ingress.enter(SAMPLE, AT)).toMatchObject({
      kind: 'payload',
      payload: { msgid: 'm-001', aibotid: 'aib-demo' },
    });
  });

  it('is answered closed and signed, with its own nonce, the same however often', () => {
    const entered = ingress.enter(SAMPLE, AT);
    if (entered.kind !== 'payload') throw new Error('no payload');
    const ack = entered.answer({ msgtype: 'stream', stream: { id: 's-1', finish: true, content: '你好' } });
    const body = JSON.parse(ack.body) as { encrypt: string; msgsignature: string; timestamp: number; nonce: string };
    expect(body).toMatchObject({ nonce: '703518842', timestamp: 1_767_225_600 });
    const parts = { token: SECRETS.token, timestamp: '1767225600', nonce: body.nonce, encrypted: body.encrypt };
    expect(verifySignature(body.msgsignature, parts)).toBe(true);
    const opened = decrypt(body.encrypt, Buffer.from(`${SECRETS.encodingAesKey}=`, 'base64'));
    expect(opened).toMatchObject({ receiveId: '', text: expect.stringContaining('你好') as string });
    expect(entered.answer({ a: 1 })).toEqual(entered.answer({ a: 1 }));
    expect(entered.answer(undefined)).toMatchObject({ status: 200, body: '' });
  });

  it('proves the address with the bare words', () => {
    const query = {
      msg_signature: '9c9d2e1b2b6c5a3b6a2e36f7c0c7f5a1e0a6d0c1',
      timestamp: '1767225600',
      nonce: '703518842',
      echostr: 'x',
    };
    expect(() => ingress.enter({ ...SAMPLE, method: 'GET', query, body: Buffer.alloc(0) }, AT)).toThrow(
      refused('signature_invalid'),
    );
    const closed = closedDelivery(BOT, sealed('8461220531947702317', BOT.encodingAesKey, ''), AT / 1000);
    const { encrypt: echostr } = JSON.parse(Buffer.from(closed.body).toString()) as { encrypt: string };
    // A `+` that nobody escaped has become a blank on its way.
    const asked = { ...closed, method: 'GET', query: { ...closed.query, echostr: echostr.replaceAll('+', ' ') } };
    expect(ingress.enter({ ...asked, body: Buffer.alloc(0) }, AT)).toEqual({
      kind: 'echo',
      text: '8461220531947702317',
    });
  });

  it.each([
    ['for another receiver', sealed('{"msgid":"m"}', BOT.encodingAesKey, 'ww5a1c0ffee0001234'), 'app_mismatch'],
    ['that holds no JSON', sealed('hello', BOT.encodingAesKey, ''), 'body_malformed'],
    ['made with another key', sealed('{}', 'A'.repeat(43), ''), 'decrypt_failed'],
    ['that is cut', sealed('{"msgid":"m"}', BOT.encodingAesKey, '').slice(0, 40), 'decrypt_failed'],
    ['that is no base64', '%%%%', 'decrypt_failed'],
  ])('%s is refused', (_, encrypted, code) => {
    expect(() => ingress.enter(closedDelivery(BOT, encrypted, AT / 1000), AT)).toThrow(refused(code));
  });

  it('of another bot is refused', () => {
    const other = botDelivery({ ...BOT, id: 'aib-other' }, botMessage('text', { text: { content: 'hi' } }), AT / 1000);
    expect(() => ingress.enter(other, AT)).toThrow(refused('app_mismatch'));
    expect(createIngress(SECRETS).enter(other, AT)).toMatchObject({ payload: { aibotid: 'aib-other' } });
  });

  it('of which one byte was changed, or that is five minutes old, is refused', () => {
    const body = Buffer.from(SAMPLE.body);
    body[40] = (body[40] ?? 0) ^ 1;
    expect(() => ingress.enter({ ...SAMPLE, body }, AT)).toThrow(refused('signature_invalid'));
    expect(() => ingress.enter(SAMPLE, AT + 301_000)).toThrow(refused('timestamp_stale'));
  });
});

describe('a frame of the long connection', () => {
  it('is believed, for the connection is ours', () => {
    const entered = ingress.enter(botFrame('aibot_msg_callback', 'q-9', botMessage('text')), AT);
    expect(entered).toMatchObject({ kind: 'payload', reqId: 'q-9', at: AT, payload: { msgtype: 'text' } });
  });

  it.each(['', 'null', '[]', '{', '{"cmd":"x"}', '{"headers":{"req_id":7}}'])('that says %j is refused', (text) => {
    const delivery = { ...botFrame('', '', {}), body: Buffer.from(text) };
    expect(() => ingress.enter(delivery, AT)).toThrow(refused('body_malformed'));
  });
});
