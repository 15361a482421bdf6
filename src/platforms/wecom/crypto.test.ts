import { createCipheriv } from 'node:crypto';
import { getSignature, decrypt as vendorDecrypt, encrypt as vendorEncrypt } from '@wecom/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../core/errors.ts';
import { aesKeyOf, decrypt, decryptFile, encrypt, signature, verifySignature } from './crypto.ts';

// Made with the vendor's own package; see docs/platforms/wecom.md.
const ENCODING_KEY = 'f2wt1XJO7LSFt4oaGYHoozeGDPd8oiF4fcD8V8KdPS8';
const KEY = aesKeyOf(ENCODING_KEY);
const TOKEN = 'gwSimToken2026';
const TIMESTAMP = '1767225600';
const NONCE = '703518842';
const RANDOM = Buffer.from('0123456789abcdef');
const CORP = 'ww5a1c0ffee0001234';

const APP_MESSAGE =
  '<xml><ToUserName><![CDATA[ww5a1c0ffee0001234]]></ToUserName><FromUserName><![CDATA[lin.mei]]></FromUserName><CreateTime>1767225600</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[查一下库存]]></Content><MsgId>7459035031717794801</MsgId><AgentID>1000007</AgentID></xml>';
const BOT_MESSAGE =
  '{"msgid":"m-001","aibotid":"aib-demo","chattype":"single","from":{"userid":"lin.mei"},"msgtype":"text","text":{"content":"hi"}}';
const BOT_REPLY = '{"msgtype":"stream","stream":{"id":"s-1","finish":true,"content":"你好"}}';

const VECTORS = [
  {
    name: 'a message to an app',
    text: APP_MESSAGE,
    receiveId: CORP,
    timestamp: TIMESTAMP,
    encrypted:
      'EaFfbJ28IxaVlxqOEeN8SKfePBrVbL++vLDyWwpE5ZaN5YKNCam+NBnK6msP64H5xxHEgWVc5J69huzoH62BG8YxlUNkpNdA2qf+GPGWgtkM3Jwjn7WnNVgKN0/GbQp9muImAQO1o+Ec1bPcti+4pegKFiiqoMt5ZB9I4BM6vzsYjGyMNKTymBB2YvD6VuTVNFlHOuW7vBT78jA9MlMcSHxQLdmNkmGVPHSh3hBdF50wqLX+/TIYjz2D7MsqhvOHWfsZTC1+8Bj2Az7m/VDnxGgdHw5+md9EnJlMTW0/0upgZSTMJDRPOJXlHLsgKjqXtW5aBZ1gINXE1WNP/J647T+6WriwZNyFrlUb5awHFC9Ewtb1m3wMo+LsbdN5eKCH8h4X9cY25XkKSBDz4bjH+Z6HHPoksdG5Kfzmfo5sSpWv0IB6gpxK7FTnSmFmyG8t4tEMlB3oaPijF0kmNZ8BfA==',
    signed: 'a0ad54d12cdbf80c4d93705973f53e86f0663bb5',
  },
  {
    name: 'the check of an address',
    text: '8461220531947702317',
    receiveId: CORP,
    timestamp: TIMESTAMP,
    encrypted: 'EaFfbJ28IxaVlxqOEeN8SI6Uy6b2CEpm9OWiOtdwE6Nc7wiPUYJ74HbnjQf/x08J+T/tjwKsoGjPbsbzOYBpJg==',
    signed: 'aa306c024529012dfb66875495a8764573737a81',
  },
  {
    name: 'a message to an AI bot',
    text: BOT_MESSAGE,
    receiveId: '',
    timestamp: TIMESTAMP,
    encrypted:
      'EaFfbJ28IxaVlxqOEeN8SHNLE49ZuxoDUVNkDNfLF6qy7zSLOqekXNU+kraRLgu/meYFRojAdCZHnutxojCP+wFlZzgD7OAAdqa0KSVqhpIA/flIzOr6gn+xvdS2wrz+65Pz3JJCRW8cw2hN+jk+erKSFCh4jGyaRKy8xTdCtS1s0JkleH9OIZbq19wFvTcFpKhBjOQi56yrzDnaK2EeEg==',
    signed: '760334e1a20d2c95aeb63fa4a2aa9e1015e2c707',
  },
  {
    name: 'the reply of an AI bot',
    text: BOT_REPLY,
    receiveId: '',
    timestamp: '1767225601',
    encrypted:
      'EaFfbJ28IxaVlxqOEeN8SEStKy3RA41kQNA6BOSIb79yc8+9Ddl38hvi1HGgugUUBbvjGTA56lRfcMq3R5Y+p58ApDqjeax8IjKg7H9V9kWg/lP6NNS8w3jztAnO5Sli',
    signed: 'efebcbb609d2b421e465b96188522180edd7b83f',
  },
] as const;

describe('opening and closing callbacks', () => {
  it('makes the AES key of an EncodingAESKey', () => {
    expect(KEY.toString('hex')).toBe('7f6c2dd5724eecb485b78a1a1981e8a337860cf77ca221787dc0fc57c29d3d2f');
  });

  it.each(VECTORS)('opens $name, closes it the same and signs all four parts', (vector) => {
    const { text, receiveId, encrypted, timestamp, signed } = vector;
    expect(decrypt(encrypted, KEY)).toEqual({ text, receiveId });
    expect(encrypt(text, KEY, receiveId, RANDOM)).toBe(encrypted);
    expect(signature({ token: TOKEN, timestamp, nonce: NONCE, encrypted })).toBe(signed);
    expect(verifySignature(signed, { token: TOKEN, timestamp, nonce: NONCE, encrypted })).toBe(true);
  });

  it('fills a whole block where the text ends with one', () => {
    const encrypted = 'EaFfbJ28IxaVlxqOEeN8SITbP0rkpYd0nbkMkCuoJiWvUSLdTGRVH2qrFbsvSMUyrSr7gyIarWbZc65YdMVNiw==';
    expect(encrypt('0123456789ab', KEY, '', RANDOM)).toBe(encrypted);
    expect(decrypt(encrypted, KEY)).toEqual({ text: '0123456789ab', receiveId: '' });
  });

  it('opens a file of an AI bot, which has no head', () => {
    const bytes = Buffer.from('0cf1d46656ce8cafb27d7d0d73e4c29c1e93fdbea61ace69f0d4abfd3621f04f', 'hex');
    expect(decryptFile(bytes, KEY).toString()).toBe('PNGDATA-demo');
  });

  it('does not take the signature over three parts that tutorials show', () => {
    const [{ encrypted }] = VECTORS;
    const parts = { token: TOKEN, timestamp: TIMESTAMP, nonce: NONCE, encrypted };
    expect(verifySignature('7eb25e165fe6b2bee7811d5bc589a65048360106', parts)).toBe(false);
    expect(verifySignature('', parts)).toBe(false);
  });
});

describe('against the vendor’s own package', () => {
  const texts = fc.string({ unit: 'grapheme', maxLength: 300 });
  const ids = fc.constantFrom(CORP, '', 'suite-demo');

  it('opens whatever it closes', () => {
    fc.assert(
      fc.property(texts, ids, (text, receiveId) => {
        expect(decrypt(vendorEncrypt(ENCODING_KEY, text, receiveId), KEY)).toEqual({ text, receiveId });
      }),
    );
  });

  it('closes what it can open', () => {
    fc.assert(
      fc.property(texts, ids, (text, receiveId) => {
        expect(vendorDecrypt(ENCODING_KEY, encrypt(text, KEY, receiveId))).toMatchObject({
          message: text,
          id: receiveId,
        });
      }),
    );
  });

  it('signs alike', () => {
    const part = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(part, part, part, part, (token, timestamp, nonce, encrypted) => {
        // The vendor sorts by UTF-16 units, we by bytes: the same for what a token and a nonce can hold.
        const [a, b, c, d] = [token, timestamp, nonce, encrypted].map((text) => text.replace(/[^ -~]/g, ''));
        const parts = { token: a ?? '', timestamp: b ?? '', nonce: c ?? '', encrypted: d ?? '' };
        const theirs = getSignature(parts.token, parts.timestamp, parts.nonce, parts.encrypted);
        expect(signature(parts)).toBe(theirs);
      }),
    );
  });
});

describe('refusing what was changed on its way', () => {
  const [{ encrypted }] = VECTORS;
  const bytes = Buffer.from(encrypted, 'base64');
  const refused = expect.objectContaining({ code: 'decrypt_failed' }) as GatewayError;

  it('refuses another key', () => {
    expect(() => decrypt(encrypted, aesKeyOf('b3RoZXJrZXlvdGhlcmtleW90aGVya2V5b3RoZXJrZXk'))).toThrow(refused);
  });

  it('refuses a text that was cut, in a block or between two', () => {
    for (const length of [0, 1, 16, 31, 32, bytes.length - 1, bytes.length - 32]) {
      expect(() => decrypt(bytes.subarray(0, length).toString('base64'), KEY)).toThrow(refused);
    }
  });

  it('refuses a length that is longer than the message', () => {
    const head = Buffer.alloc(20);
    head.writeUInt32BE(0xffffffff, 16);
    const closed = encryptRaw(Buffer.concat([head, Buffer.from('hello'), Buffer.alloc(7, 7)]));
    expect(() => decrypt(closed, KEY)).toThrow(refused);
  });

  it('refuses padding that is too long, empty or uneven', () => {
    const head = Buffer.alloc(20);
    for (const tail of [
      Buffer.alloc(12, 33),
      Buffer.alloc(12, 0),
      Buffer.from([12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 11, 12]),
    ]) {
      expect(() => decrypt(encryptRaw(Buffer.concat([head, tail])), KEY)).toThrow(refused);
    }
  });

  it('never crashes, whatever byte was changed', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ by;
        const result = attempt(() => decrypt(changed.toString('base64'), KEY));
        expect(
          result instanceof GatewayError || JSON.stringify(result) !== JSON.stringify(decrypt(encrypted, KEY)),
        ).toBe(true);
      }),
    );
  });
});

function encryptRaw(plain: Buffer): string {
  const cipher = createCipheriv('aes-256-cbc', KEY, KEY.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
}

function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
