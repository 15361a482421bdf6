import { createCipheriv, createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fixture } from '../../../test/fixtures/feishu/load.ts';
import type { Delivery } from '../../core/event.ts';
import { id } from '../../core/ids.ts';
import { createIngress } from './ingress.ts';

const NOW = 1_700_000_000_000;
const APP = 'cli_0123456789abcdef';
const SECRETS = { appId: APP, encryptKey: 'ek-demo', verificationToken: 'vt-demo' };
const EVENT = fixture('message-direct-text');
const CHALLENGE = { challenge: 'abc-123', token: 'vt-demo', type: 'url_verification' };

function encrypted(payload: unknown, key = 'ek-demo'): string {
  const iv = Buffer.alloc(16, 7);
  const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(key).digest(), iv);
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return JSON.stringify({
    encrypt: Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]).toString('base64'),
  });
}

function plain(body: string | Uint8Array, headers: Delivery['headers'] = {}): Delivery {
  return { channel: id('feishu'), via: 'webhook', method: 'POST', headers, query: {}, body: Buffer.from(body) };
}

interface Signing {
  readonly timestamp?: string;
  readonly nonce?: string;
  readonly key?: string;
}

function signed(body: string, signing: Signing = {}): Delivery {
  const { timestamp = String(NOW / 1000), nonce = 'nonce-1', key = 'ek-demo' } = signing;
  return plain(body, {
    'x-lark-request-timestamp': timestamp,
    'x-lark-request-nonce': nonce,
    'x-lark-signature': createHash('sha256')
      .update(timestamp + nonce + key + body)
      .digest('hex'),
  });
}

function refused(code: string) {
  return expect.objectContaining({ code });
}

describe('a signed and encrypted delivery', () => {
  const ingress = createIngress(SECRETS);

  it('comes in', () => {
    const entered = ingress.enter(signed(encrypted(EVENT)), NOW);
    expect(entered).toMatchObject({ kind: 'event', envelope: { type: 'im.message.receive_v1' } });
  });

  it('comes in again with the very same bytes: the inbox knows it', () => {
    const delivery = signed(encrypted(EVENT), { nonce: 'again' });
    expect(ingress.enter(delivery, NOW)).toEqual(ingress.enter(delivery, NOW));
  });

  it.each([
    [
      'changed body',
      'signature_invalid',
      { ...signed(encrypted(EVENT)), body: Buffer.from(encrypted({ ...EVENT, x: 1 })) },
    ],
    ['signature with the Verification Token', 'signature_invalid', signed(encrypted(EVENT), { key: 'vt-demo' })],
    ['missing headers', 'signature_missing', plain(encrypted(EVENT))],
    [
      'timestamp of six minutes ago',
      'timestamp_stale',
      signed(encrypted(EVENT), { timestamp: String(NOW / 1000 - 360) }),
    ],
    ['timestamp of the future', 'timestamp_stale', signed(encrypted(EVENT), { timestamp: String(NOW / 1000 + 360) })],
    ['timestamp that is no number', 'timestamp_stale', signed(encrypted(EVENT), { timestamp: 'soon' })],
    ['plain body', 'decrypt_failed', signed(JSON.stringify(EVENT))],
    ['body of another key', 'decrypt_failed', signed(encrypted(EVENT, 'other'))],
    ['body that is no JSON', 'body_malformed', signed('{"encrypt":')],
    ['body that is a JSON list', 'body_malformed', signed('[]')],
    ['plaintext that is no JSON', 'body_malformed', signed(encrypted('hello'))],
    ['body of over 1 MiB', 'body_too_large', signed('x'.repeat(1024 * 1024 + 1))],
    ['body that is not UTF-8', 'body_malformed', plain(Uint8Array.of(0xff, 0xfe))],
    [
      'Verification Token of another',
      'token_mismatch',
      signed(encrypted({ ...EVENT, header: { ...(EVENT['header'] as object), token: 'vt-x' } }), { nonce: 't' }),
    ],
    [
      'app id of another',
      'app_mismatch',
      signed(encrypted({ ...EVENT, header: { ...(EVENT['header'] as object), app_id: 'cli_x' } }), { nonce: 'a' }),
    ],
  ])('with a %s is refused', (_, code, delivery) => {
    expect(() => createIngress(SECRETS).enter(delivery, NOW)).toThrow(refused(code));
  });

  it('whose nonce came before with other bytes is refused', () => {
    ingress.enter(signed(encrypted(EVENT), { nonce: 'once' }), NOW);
    const other = signed(encrypted(fixture('menu')), { nonce: 'once' });
    expect(() => ingress.enter(other, NOW)).toThrow(refused('nonce_replayed'));
  });
});

describe('the vendor’s first call', () => {
  it('is answered encrypted and unsigned', () => {
    expect(createIngress(SECRETS).enter(plain(encrypted(CHALLENGE)), NOW)).toEqual({
      kind: 'challenge',
      challenge: 'abc-123',
    });
  });

  it('is answered in plain where no Encrypt Key is set', () => {
    const ingress = createIngress({ appId: APP, verificationToken: 'vt-demo' });
    expect(ingress.enter(plain(JSON.stringify(CHALLENGE)), NOW)).toMatchObject({ challenge: 'abc-123' });
  });

  it('is refused with another token', () => {
    const body = encrypted({ ...CHALLENGE, token: 'vt-x' });
    expect(() => createIngress(SECRETS).enter(plain(body), NOW)).toThrow(refused('token_mismatch'));
  });
});

describe('without an Encrypt Key', () => {
  const ingress = createIngress({ appId: APP, verificationToken: 'vt-demo' });

  it('a plain delivery comes in by its Verification Token', () => {
    expect(ingress.enter(plain(JSON.stringify(EVENT)), NOW)).toMatchObject({ kind: 'event' });
  });

  it('an encrypted one cannot be read', () => {
    expect(() => ingress.enter(plain(encrypted(EVENT)), NOW)).toThrow(refused('decrypt_failed'));
  });

  it('and without a Verification Token nothing comes in at all', () => {
    const open = createIngress({ appId: APP });
    expect(() => open.enter(plain(JSON.stringify(EVENT)), NOW)).toThrow(refused('channel_unconfigured'));
    expect(() => open.enter(signed(encrypted(EVENT)), NOW)).toThrow(refused('channel_unconfigured'));
  });
});

describe('a delivery of the long connection', () => {
  const ingress = createIngress({ appId: APP });

  it('needs no signature', () => {
    expect(ingress.enter({ ...plain(JSON.stringify(EVENT)), via: 'socket' }, NOW)).toMatchObject({ kind: 'event' });
  });

  it('of another app is refused', () => {
    const other = { ...EVENT, header: { ...(EVENT['header'] as object), app_id: 'cli_x' } };
    expect(() => ingress.enter({ ...plain(JSON.stringify(other)), via: 'socket' }, NOW)).toThrow(
      refused('app_mismatch'),
    );
  });
});
