import { createCipheriv, createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import type { Delivery } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import { sealSignature } from '../../src/lib/sealed-callback.ts';
import { cardSignature } from '../../src/platforms/dingtalk/crypto.ts';
import { encryptEvent } from '../../src/platforms/dingtalk/event-crypto.ts';
import { enter as enterDingtalk } from '../../src/platforms/dingtalk/ingress.ts';
import { createIngress as createFeishuIngress } from '../../src/platforms/feishu/ingress.ts';
import { createIngress as createWecomIngress } from '../../src/platforms/wecom/app/ingress.ts';
import { createIngress as createBotIngress } from '../../src/platforms/wecom/bot/ingress.ts';
import { fixture as dingtalkFixture } from '../fixtures/dingtalk/load.ts';
import { fixture as feishuFixture } from '../fixtures/feishu/load.ts';
import { fixtureXml } from '../fixtures/wecom/load.ts';
import { APP, signedDelivery } from '../support/dingtalk-vendor.ts';
import { botMessage, closedDelivery, sealed } from '../support/wecom-bot-payloads.ts';

const NOW = 1_767_225_600_000;
const KEY = 'f2wt1XJO7LSFt4oaGYHoozeGDPd8oiF4fcD8V8KdPS8';
const TOKEN = 'gwSimToken2026';
const CORP = 'ww5a1c0ffee0001234';
const FEISHU = { appId: 'cli_0123456789abcdef', encryptKey: 'ek-demo', verificationToken: 'vt-demo' };
const EVENTS = { eventToken: TOKEN, eventAesKey: KEY, owner: APP.clientId };
const ROBOT = {
  mode: 'webhook',
  ...APP,
  cardSecret: 'sim-card-api-secret',
  eventToken: TOKEN,
  eventAesKey: KEY,
} as const;

type Place = 'headers' | 'query';

/** One way in, with what proves a delivery there. */
interface Surface {
  readonly name: string;
  readonly place: Place;
  /** The names of what proves a delivery; the last one is the signature. */
  readonly proofs: readonly string[];
  /** A delivery as the vendor makes it, another one for each `n`. */
  make(n: number): Delivery;
  /** Lets a delivery in, into a gateway that has seen nothing before. */
  enter(delivery: Delivery): unknown;
  /** Why a body may be exchanged under a signature, where the vendor does not sign it. */
  readonly bodyUnsigned?: string;
}

function feishuDelivery(n: number): Delivery {
  const iv = Buffer.alloc(16, n);
  const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(FEISHU.encryptKey).digest(), iv);
  const text = JSON.stringify({ ...feishuFixture('message-direct-text'), n });
  const body = JSON.stringify({ encrypt: Buffer.concat([iv, cipher.update(text), cipher.final()]).toString('base64') });
  const [timestamp, nonce] = [String(NOW / 1000 + n), `7035188${n}a`];
  const signature = createHash('sha256')
    .update(timestamp + nonce + FEISHU.encryptKey + body)
    .digest('hex');
  const headers = {
    'x-lark-request-timestamp': timestamp,
    'x-lark-request-nonce': nonce,
    'x-lark-signature': signature,
  };
  return { channel: id('feishu'), via: 'webhook', method: 'POST', headers, query: {}, body: Buffer.from(body) };
}

const wecomKeys = { id: 'aib-demo', token: TOKEN, encodingAesKey: KEY };

function wecomDelivery(n: number): Delivery {
  const encrypted = sealed(fixtureXml('message-text'), KEY, CORP);
  const closed = closedDelivery(wecomKeys, encrypted, NOW / 1000 + n);
  return { ...closed, body: Buffer.from(`<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`) };
}

function wecomEcho(n: number): Delivery {
  const echostr = sealed(`846122053194770231${n}`, KEY, CORP);
  const closed = closedDelivery(wecomKeys, echostr, NOW / 1000 + n);
  return { ...closed, method: 'GET', query: { ...closed.query, echostr }, body: Buffer.alloc(0) };
}

function cardPress(n: number): Delivery {
  const timestamp = String(NOW + n);
  const headers = {
    'x-ddpaas-signature-timestamp': timestamp,
    'x-ddpaas-signature': cardSignature(timestamp, ROBOT.cardSecret).toString('base64'),
  };
  return { ...signedDelivery(dingtalkFixture('card-pressed'), NOW), headers };
}

function dingtalkEvent(n: number): Delivery {
  const [timestamp, nonce] = [String(NOW + n), `n0nce-${n}`];
  const encrypt = encryptEvent(JSON.stringify({ EventType: 'check_url', n }), EVENTS, Buffer.alloc(16, n));
  const query = { msg_signature: sealSignature(TOKEN, timestamp, nonce, encrypt), timestamp, nonce };
  return { ...signedDelivery({ encrypt }, NOW), headers: {}, query };
}

const SURFACES: readonly Surface[] = [
  {
    name: 'Feishu',
    place: 'headers',
    proofs: ['x-lark-request-timestamp', 'x-lark-request-nonce', 'x-lark-signature'],
    make: feishuDelivery,
    enter: (delivery) => createFeishuIngress(FEISHU).enter(delivery, NOW),
  },
  {
    name: 'WeCom, app and customer service',
    place: 'query',
    proofs: ['timestamp', 'nonce', 'msg_signature'],
    make: wecomDelivery,
    enter: (delivery) => createWecomIngress({ corpId: CORP, token: TOKEN, encodingAesKey: KEY }).enter(delivery, NOW),
  },
  {
    name: 'WeCom, the check of an address',
    place: 'query',
    proofs: ['timestamp', 'nonce', 'echostr', 'msg_signature'],
    make: wecomEcho,
    enter: (delivery) => createWecomIngress({ corpId: CORP, token: TOKEN, encodingAesKey: KEY }).enter(delivery, NOW),
  },
  {
    name: 'WeCom, AI bot',
    place: 'query',
    proofs: ['timestamp', 'nonce', 'msg_signature'],
    make: (n) =>
      closedDelivery(
        wecomKeys,
        sealed(JSON.stringify(botMessage('text', { text: { content: 'hi' } })), KEY, ''),
        NOW / 1000 + n,
      ),
    enter: (delivery) =>
      createBotIngress({ botId: wecomKeys.id, token: TOKEN, encodingAesKey: KEY }).enter(delivery, NOW),
  },
  {
    name: 'DingTalk, robot',
    place: 'headers',
    proofs: ['timestamp', 'sign'],
    make: (n) => signedDelivery(dingtalkFixture('message-direct-text'), NOW + n),
    enter: (delivery) => enterDingtalk(delivery, ROBOT, NOW),
    bodyUnsigned: 'the vendor signs the time only',
  },
  {
    name: 'DingTalk, pressed cards',
    place: 'headers',
    proofs: ['x-ddpaas-signature-timestamp', 'x-ddpaas-signature'],
    make: cardPress,
    enter: (delivery) => enterDingtalk(delivery, ROBOT, NOW),
    bodyUnsigned: 'the vendor signs the time only',
  },
  {
    name: 'DingTalk, events',
    place: 'query',
    proofs: ['timestamp', 'nonce', 'msg_signature'],
    make: dingtalkEvent,
    enter: (delivery) => enterDingtalk(delivery, ROBOT, NOW),
  },
];

/** What is done to one value; `other` is the same of another delivery that is as genuine. Node joins what comes twice by `, `. */
const CHANGES: Readonly<Record<string, (value: string, other: string) => string | undefined>> = {
  missing: () => undefined,
  empty: () => '',
  blank: () => ' ',
  doubled: (value) => `${value}, ${value}`,
  'doubled, another first': (value, other) => `${other}, ${value}`,
  'doubled, an empty one first': (value) => `, ${value}`,
  'in upper case': (value) => value.toUpperCase(),
  'in lower case': (value) => value.toLowerCase(),
  'as wide characters': (value) =>
    value.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  'percent-encoded': (value) => value.replace(/./g, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  'in base64': (value) => Buffer.from(value).toString('base64'),
  'in hex': (value) => Buffer.from(value).toString('hex'),
  'from base64 into hex': (value) => Buffer.from(value, 'base64').toString('hex'),
  'from hex into base64': (value) => Buffer.from(value, 'hex').toString('base64'),
  'of the other base64 alphabet': (value) => value.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
  'in quotation marks': (value) => `"${value}"`,
  'of another delivery': (_, other) => other,
  'cut by its first character': (value) => value.slice(1),
  'cut by its last character': (value) => value.slice(0, -1),
  'cut to half': (value) => value.slice(0, value.length / 2),
  'with a character behind it': (value) => `${value}0`,
  'with a mark behind it that base64 skips': (value) => `${value}!`,
  'with padding behind it': (value) => `${value}=`,
  'with a blank behind it': (value) => `${value} `,
  'with a line end behind it': (value) => `${value}\n`,
  'with a NUL behind it': (value) => `${value}\0`,
  'with a zero before it': (value) => `0${value}`,
  'with a plus before it': (value) => `+${value}`,
  'as __proto__': () => '__proto__',
};

describe.each(SURFACES)('a delivery of $name', ({ place, proofs, make, enter, bodyUnsigned }) => {
  const genuine = make(1);
  const another = make(2);
  const refusalOf = (delivery: Delivery): string => {
    try {
      enter(delivery);
      return 'let in';
    } catch (error) {
      return error instanceof GatewayError ? error.code : `crashed: ${String(error)}`;
    }
  };
  const withValue = (name: string, value: string | undefined): Delivery => ({
    ...genuine,
    [place]: { ...genuine[place], [name]: value },
  });

  it('is let in as the vendor made it', () => {
    expect(() => enter(genuine)).not.toThrow();
    expect(() => enter(another)).not.toThrow();
  });

  it.each(proofs.flatMap((proof) => Object.keys(CHANGES).map((change) => [proof, change] as const)))(
    'is refused with its %s %s',
    (proof, change) => {
      const value = String(genuine[place][proof]);
      const changed = CHANGES[change]?.(value, String(another[place][proof]));
      // A number has no case; what is the same is no attack.
      if (changed === value) return;
      expect(refusalOf(withValue(proof, changed))).toMatch(
        /^(?:signature_missing|signature_invalid|timestamp_stale|decrypt_failed)$/,
      );
    },
  );

  it('is refused when its proofs stand under names in another case', () => {
    const shouting = Object.fromEntries(proofs.map((name) => [name.toUpperCase(), genuine[place][name]]));
    expect(refusalOf({ ...genuine, [place]: shouting })).toBe('signature_missing');
  });

  it('is refused when its proofs stand in the other place', () => {
    const elsewhere = place === 'headers' ? 'query' : 'headers';
    expect(refusalOf({ ...genuine, [place]: {}, [elsewhere]: genuine[place] })).toMatch(
      /^signature_(missing|invalid)$/,
    );
  });

  it('is refused when the border between its time and what follows is moved', () => {
    const [time = '', next = ''] = proofs;
    const [a, b] = [String(genuine[place][time]), String(genuine[place][next])];
    for (const [first, second] of [
      [a.slice(0, -1), a.slice(-1) + b],
      [a + b.slice(0, 1), b.slice(1)],
      [`${a}${b}`, ''],
    ]) {
      const moved = { ...genuine, [place]: { ...genuine[place], [time]: first, [next]: second } };
      expect(refusalOf(moved)).toMatch(/^(?:signature_missing|signature_invalid|timestamp_stale)$/);
    }
  });

  if (bodyUnsigned !== undefined) {
    it(`is let in with any body, as long as its hour lasts: ${bodyUnsigned}`, () => {
      expect(refusalOf({ ...genuine, body: Buffer.from('{"msgId":"forged"}') })).toBe('let in');
    });
    return;
  }

  it('is refused with the proofs of another delivery', () => {
    const echo = genuine.method === 'GET' ? { echostr: genuine.query['echostr'] } : {};
    expect(refusalOf({ ...genuine, [place]: { ...another[place], ...echo } })).toBe('signature_invalid');
  });

  it('is refused with any byte of what is signed changed', () => {
    const isEcho = genuine.method === 'GET';
    const signed = Buffer.from(isEcho ? String(genuine.query['echostr']) : genuine.body);
    const codes = signed.map((_, at) => {
      const bytes = Buffer.from(signed);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      const changed = isEcho ? withValue('echostr', bytes.toString('latin1')) : { ...genuine, body: bytes };
      return /^(?:signature_invalid|decrypt_failed|body_malformed)$/.test(refusalOf(changed)) ? 1 : 0;
    });
    expect(codes.indexOf(0)).toBe(-1);
  });
});

describe('a callback of WeCom whose first blocks are moved into its nonce', () => {
  it('carries a signature that fits, and does not open', () => {
    // The vendor joins the four sorted parts without a mark between them. That only helps where the two stand side by side.
    const candidates = Array.from({ length: 200 }, (_, n) => wecomDelivery(n % 100));
    const between = candidates.find(({ body }) =>
      /^<xml><Encrypt><!\[CDATA\[[A-Za-f]/.test(Buffer.from(body).toString()),
    );
    if (!between) throw new Error('no such ciphertext in two hundred');
    const encrypted = /CDATA\[([^\]]*)/.exec(Buffer.from(between.body).toString())?.[1] ?? '';
    const [moved, rest] = [encrypted.slice(0, 64), encrypted.slice(64)];
    const query = { ...between.query, nonce: `${between.query['nonce']}${moved}` };
    const ingress = createWecomIngress({ corpId: CORP, token: TOKEN, encodingAesKey: KEY });
    const delivery = { ...between, query, body: Buffer.from(`<xml><Encrypt><![CDATA[${rest}]]></Encrypt></xml>`) };
    expect(() => ingress.enter(delivery, NOW)).toThrow(GatewayError);
  });
});
