import { getSignature, encrypt as vendorEncrypt } from '@wecom/crypto';
import { describe, expect, it } from 'vitest';
import { fixtureXml } from '../../../../test/fixtures/wecom/load.ts';
import type { Delivery } from '../../../core/event.ts';
import { id } from '../../../core/ids.ts';
import { createIngress } from './ingress.ts';

const CORP = 'ww5a1c0ffee0001234';
const SECRETS = {
  corpId: CORP,
  token: 'gwSimToken2026',
  encodingAesKey: 'f2wt1XJO7LSFt4oaGYHoozeGDPd8oiF4fcD8V8KdPS8',
};
const NOW = 1_767_225_600_000;
const TIMESTAMP = '1767225600';

interface Made {
  readonly xml?: string;
  readonly receiveId?: string;
  readonly token?: string;
  readonly key?: string;
  readonly timestamp?: string;
  readonly envelope?: (encrypted: string) => string;
}

/** Closed and signed by the vendor's own package. */
function delivery(made: Made = {}): Delivery {
  const { xml = fixtureXml('message-text'), receiveId = CORP, token = SECRETS.token } = made;
  const encrypted = vendorEncrypt(made.key ?? SECRETS.encodingAesKey, xml, receiveId);
  const { timestamp = TIMESTAMP } = made;
  const query = {
    timestamp,
    nonce: '703518842',
    msg_signature: getSignature(token, timestamp, '703518842', encrypted),
  };
  const envelope = made.envelope ?? ((text: string) => envelopeOf(text));
  return {
    channel: id('wecom'),
    via: 'webhook',
    method: 'POST',
    headers: {},
    query,
    body: Buffer.from(envelope(encrypted)),
  };
}

function envelopeOf(encrypted: string, before = ''): string {
  return `<xml><ToUserName><![CDATA[${CORP}]]></ToUserName>${before}<AgentID><![CDATA[1000007]]></AgentID><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`;
}

const ingress = createIngress(SECRETS);
const enter = (given: Delivery, now = NOW) => ingress.enter(given, now);
const refused = (code: string) => expect.objectContaining({ code }) as Error;

describe('letting in', () => {
  it('takes what the vendor closed and signed', () => {
    expect(enter(delivery())).toMatchObject({ kind: 'event', event: { MsgId: '7459035031717794801' } });
  });

  it('takes an envelope without an agent, in another order, with line breaks', () => {
    const envelope = (text: string) =>
      `<xml>\n<Encrypt><![CDATA[${text}]]></Encrypt>\n<AgentID></AgentID><ToUserName><![CDATA[${CORP}]]></ToUserName>\n</xml>\n`;
    expect(enter(delivery({ envelope })).kind).toBe('event');
  });

  it('takes the same bytes again, as the vendor sends them when it is in doubt', () => {
    const again = delivery();
    expect(enter(again)).toEqual(enter(again));
  });

  it('answers the check of the address with the bare text, also when a plus became a blank', () => {
    const encrypted = 'EaFfbJ28IxaVlxqOEeN8SI6Uy6b2CEpm9OWiOtdwE6Nc7wiPUYJ74HbnjQf/x08J+T/tjwKsoGjPbsbzOYBpJg==';
    const signed = {
      timestamp: TIMESTAMP,
      nonce: '703518842',
      msg_signature: 'aa306c024529012dfb66875495a8764573737a81',
    };
    for (const echostr of [encrypted, encrypted.replaceAll('+', ' ')]) {
      const check: Delivery = { ...delivery(), method: 'GET', query: { ...signed, echostr }, body: Buffer.alloc(0) };
      expect(enter(check)).toEqual({ kind: 'echo', text: '8461220531947702317' });
    }
  });
});

describe('refusing', () => {
  it.each([
    ['another Token', { token: 'otherToken' }, 'signature_invalid'],
    ['another EncodingAESKey', { key: 'b3RoZXJrZXlvdGhlcmtleW90aGVya2V5b3RoZXJrZXk' }, 'decrypt_failed'],
    ['another company behind the message', { receiveId: 'ww0000000000000000' }, 'app_mismatch'],
    ['an empty receiver', { receiveId: '' }, 'app_mismatch'],
    [
      'a message to another company',
      { xml: fixtureXml('message-text').replace(CORP, 'ww0000000000000000') },
      'app_mismatch',
    ],
    ['a timestamp of long ago', { timestamp: '1767225000' }, 'timestamp_stale'],
    ['a timestamp of tomorrow', { timestamp: '1767312000' }, 'timestamp_stale'],
    ['a timestamp that is none', { timestamp: 'now' }, 'timestamp_stale'],
    [
      'a document type inside',
      { xml: `<!DOCTYPE x [<!ENTITY a "b">]>${fixtureXml('message-text')}` },
      'body_malformed',
    ],
    ['an entity inside', { xml: fixtureXml('message-text').replace('1000007', '&a;') }, 'body_malformed'],
    ['JSON inside', { xml: '{"ToUserName":"ww5a1c0ffee0001234"}' }, 'body_malformed'],
    ['nothing inside', { xml: '' }, 'body_malformed'],
    ['a document type outside', { envelope: (text: string) => `<!DOCTYPE x>${envelopeOf(text)}` }, 'body_malformed'],
    ['an entity outside', { envelope: (text: string) => envelopeOf(text, '<A>&a;</A>') }, 'body_malformed'],
    [
      'two messages in one',
      { envelope: (text: string) => envelopeOf(text, `<Encrypt>${text}</Encrypt>`) },
      'body_malformed',
    ],
    ['an envelope that was cut', { envelope: (text: string) => envelopeOf(text).slice(0, -8) }, 'body_malformed'],
    ['JSON as the envelope', { envelope: (encrypt: string) => JSON.stringify({ encrypt }) }, 'body_malformed'],
  ] as const)('%s', (_, made, code) => {
    expect(() => enter(delivery(made))).toThrow(refused(code));
  });

  it('changed ciphertext, even by one letter', () => {
    const envelope = (text: string) => envelopeOf(text.replace(/.$/, (last) => (last === '=' ? 'A' : '=')));
    expect(() => enter(delivery({ envelope }))).toThrow(refused('signature_invalid'));
  });

  it.each(['msg_signature', 'timestamp', 'nonce'])('a delivery without its %s', (name) => {
    const { query, ...rest } = delivery();
    expect(() => enter({ ...rest, query: { ...query, [name]: undefined } })).toThrow(refused('signature_missing'));
  });

  it('bytes that are no UTF-8, and bodies over 1 MiB', () => {
    expect(() => enter({ ...delivery(), body: Buffer.from([0x3c, 0xff, 0xfe]) })).toThrow(refused('body_malformed'));
    expect(() => enter({ ...delivery(), body: Buffer.alloc(1024 * 1024 + 1, 0x20) })).toThrow(
      refused('body_too_large'),
    );
  });

  it('everything while no secret is set', () => {
    const open = createIngress({ ...SECRETS, token: '', encodingAesKey: '' });
    expect(() => open.enter(delivery(), NOW)).toThrow(refused('channel_unconfigured'));
  });

  it('an envelope of a million brackets in no time', () => {
    const startedAt = performance.now();
    for (const piece of ['<xml><a>', '<a></a>', '<a><![CDATA[', ']]>', '<xml>', '\n']) {
      const body = Buffer.from(`<xml>${piece.repeat(Math.floor(1_000_000 / piece.length))}`);
      expect(() => enter({ ...delivery(), body })).toThrow(refused('body_malformed'));
    }
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
