import { describe, expect, it } from 'vitest';
import { aesKeyOf, decrypt, encrypt, encryptFile, signature } from './crypto.ts';

// Made-up keys and ids; the values were computed with the vendor's own package.
const KEY = aesKeyOf('f2wt1XJO7LSFt4oaGYHoozeGDPd8oiF4fcD8V8KdPS8');
const TOKEN = 'gwSimToken2026';
const NONCE = '703518842';
const CORP = 'ww5a1c0ffee0001234';
const RANDOM = Buffer.from('0123456789abcdef');

const MESSAGE =
  '<xml><ToUserName><![CDATA[ww5a1c0ffee0001234]]></ToUserName><FromUserName><![CDATA[lin.mei]]></FromUserName><CreateTime>1767225600</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[查一下库存]]></Content><MsgId>7459035031717794801</MsgId><AgentID>1000007</AgentID></xml>';
const MESSAGE_SEALED =
  'EaFfbJ28IxaVlxqOEeN8SKfePBrVbL++vLDyWwpE5ZaN5YKNCam+NBnK6msP64H5xxHEgWVc5J69huzoH62BG8YxlUNkpNdA2qf+GPGWgtkM3Jwjn7WnNVgKN0/GbQp9muImAQO1o+Ec1bPcti+4pegKFiiqoMt5ZB9I4BM6vzsYjGyMNKTymBB2YvD6VuTVNFlHOuW7vBT78jA9MlMcSHxQLdmNkmGVPHSh3hBdF50wqLX+/TIYjz2D7MsqhvOHWfsZTC1+8Bj2Az7m/VDnxGgdHw5+md9EnJlMTW0/0upgZSTMJDRPOJXlHLsgKjqXtW5aBZ1gINXE1WNP/J647T+6WriwZNyFrlUb5awHFC9Ewtb1m3wMo+LsbdN5eKCH8h4X9cY25XkKSBDz4bjH+Z6HHPoksdG5Kfzmfo5sSpWv0IB6gpxK7FTnSmFmyG8t4tEMlB3oaPijF0kmNZ8BfA==';
const BOT_MESSAGE =
  '{"msgid":"m-001","aibotid":"aib-demo","chattype":"single","from":{"userid":"lin.mei"},"msgtype":"text","text":{"content":"hi"}}';
const BOT_MESSAGE_SEALED =
  'EaFfbJ28IxaVlxqOEeN8SHNLE49ZuxoDUVNkDNfLF6qy7zSLOqekXNU+kraRLgu/meYFRojAdCZHnutxojCP+wFlZzgD7OAAdqa0KSVqhpIA/flIzOr6gn+xvdS2wrz+65Pz3JJCRW8cw2hN+jk+erKSFCh4jGyaRKy8xTdCtS1s0JkleH9OIZbq19wFvTcFpKhBjOQi56yrzDnaK2EeEg==';
const BOT_REPLY = '{"msgtype":"stream","stream":{"id":"s-1","finish":true,"content":"你好"}}';
const BOT_REPLY_SEALED =
  'EaFfbJ28IxaVlxqOEeN8SEStKy3RA41kQNA6BOSIb79yc8+9Ddl38hvi1HGgugUUBbvjGTA56lRfcMq3R5Y+p58ApDqjeax8IjKg7H9V9kWg/lP6NNS8w3jztAnO5Sli';

describe('sealing as WeCom does', () => {
  it('makes the AES key of 32 bytes out of the 43 characters', () =>
    expect(KEY.toString('hex')).toBe('7f6c2dd5724eecb485b78a1a1981e8a337860cf77ca221787dc0fc57c29d3d2f'));

  it.each([
    ['an app’s message', MESSAGE, CORP, '1767225600', MESSAGE_SEALED, 'a0ad54d12cdbf80c4d93705973f53e86f0663bb5'],
    [
      'the echo of a check',
      '8461220531947702317',
      CORP,
      '1767225600',
      'EaFfbJ28IxaVlxqOEeN8SI6Uy6b2CEpm9OWiOtdwE6Nc7wiPUYJ74HbnjQf/x08J+T/tjwKsoGjPbsbzOYBpJg==',
      'aa306c024529012dfb66875495a8764573737a81',
    ],
    ['a bot’s message', BOT_MESSAGE, '', '1767225600', BOT_MESSAGE_SEALED, '760334e1a20d2c95aeb63fa4a2aa9e1015e2c707'],
    ['a bot’s reply', BOT_REPLY, '', '1767225601', BOT_REPLY_SEALED, 'efebcbb609d2b421e465b96188522180edd7b83f'],
  ])('seals and signs %s', (_what, plain, receiver, timestamp, sealed, signed) => {
    expect(encrypt(plain, KEY, receiver, RANDOM)).toBe(sealed);
    expect(decrypt(sealed, KEY, receiver)).toBe(plain);
    expect(signature(TOKEN, timestamp, NONCE, sealed)).toBe(signed);
  });

  it('signs the ciphertext too: three parts give another signature', () =>
    expect(signature(TOKEN, '1767225600', NONCE, '')).toBe('7eb25e165fe6b2bee7811d5bc589a65048360106'));

  it('pads a message that fills its blocks with a whole block of 32', () => {
    const sealed = encrypt('0123456789ab', KEY, '', RANDOM);
    expect(sealed).toBe('EaFfbJ28IxaVlxqOEeN8SITbP0rkpYd0nbkMkCuoJiWvUSLdTGRVH2qrFbsvSMUyrSr7gyIarWbZc65YdMVNiw==');
    expect(decrypt(sealed, KEY)).toBe('0123456789ab');
  });

  it('encrypts a bot’s file without head and receiver', () =>
    expect(encryptFile(Buffer.from('PNGDATA-demo'), KEY).toString('hex')).toBe(
      '0cf1d46656ce8cafb27d7d0d73e4c29c1e93fdbea61ace69f0d4abfd3621f04f',
    ));

  it.each([
    ['somebody else’s message', encrypt('hi', KEY, 'ww0000000000000000'), 'receiveid'],
    ['half a ciphertext', MESSAGE_SEALED.slice(0, 41), 'whole blocks'],
    ['a ciphertext of another key', encrypt('hi', Buffer.alloc(32, 7), CORP), 'padding'],
    ['nothing', '', 'whole blocks'],
  ])('does not open %s', (_what, sealed, why) => expect(() => decrypt(sealed, KEY, CORP)).toThrow(why));
});
