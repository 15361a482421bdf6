import { createCipheriv, createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEvent } from '../../src/agents/dify/events.ts';
import { RunState } from '../../src/agents/dify/run-state.ts';
import { readSettingsFile } from '../../src/config/settings-file.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { Delivery } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import { boundPattern } from '../../src/lib/bounded-pattern.ts';
import { asObject } from '../../src/lib/read.ts';
import { SseReader } from '../../src/lib/sse.ts';
import { parseXml, XmlError } from '../../src/lib/xml.ts';
import { parseButton } from '../../src/pipeline/button.ts';
import { parseApproval as parseApprovalOfDingtalk } from '../../src/platforms/dingtalk/approval-events.ts';
import { readButton } from '../../src/platforms/dingtalk/buttons.ts';
import { decryptEvent, encryptEvent } from '../../src/platforms/dingtalk/event-crypto.ts';
import { parseMessage, parsePress, parseRecall } from '../../src/platforms/dingtalk/events.ts';
import { readFrame } from '../../src/platforms/dingtalk/frames.ts';
import { isApprovalEvent, parseApproval } from '../../src/platforms/feishu/approval-events.ts';
import { ChunkMerger } from '../../src/platforms/feishu/chunks.ts';
import { parseEvent } from '../../src/platforms/feishu/events.ts';
import { decodeFrame, encodeFrame, headerOf } from '../../src/platforms/feishu/frame-codec.ts';
import { createIngress } from '../../src/platforms/feishu/ingress.ts';
import {
  isApprovalEvent as isWecomApproval,
  parseApproval as parseWecomApproval,
} from '../../src/platforms/wecom/app/approval-events.ts';
import { readKey } from '../../src/platforms/wecom/app/cards.ts';
import { parseEvent as parseWecomEvent } from '../../src/platforms/wecom/app/events.ts';
import { parsePayload } from '../../src/platforms/wecom/bot/events.ts';
import { parseFrame } from '../../src/platforms/wecom/bot/frames.ts';
import { parseStreamName } from '../../src/platforms/wecom/bot/streams.ts';
import { encryptedIn } from '../../src/platforms/wecom/callback.ts';
import { aesKeyOf, decrypt, encrypt } from '../../src/platforms/wecom/crypto.ts';
import { parsePage } from '../../src/platforms/wecom/kf/events.ts';
import { readMenuId } from '../../src/platforms/wecom/kf/menus.ts';
import { fixture } from '../fixtures/dingtalk/load.ts';
import type { Random } from '../support/random.ts';
import { mutateBytes, mutateJson, pick } from './mutate.ts';
import * as seeds from './seeds.ts';

/** One reader of bytes from outside. */
export interface Target {
  readonly name: string;
  make(random: Random): Buffer;
  /** Reads it; what it gives back has to be storable. */
  read(input: Buffer): unknown;
  /** Whether an error is one that the reader promises. */
  refuses?(error: unknown): boolean;
}

const NOW = 1_767_225_600_000;
const channel = id<never>('fuzz');

function delivery(body: Buffer, via: Delivery['via'], headers: Delivery['headers'] = {}): Delivery {
  return { channel, via, method: 'POST', headers, query: {}, body };
}

const bytesOf = (from: readonly Buffer[]) => (random: Random) => mutateBytes(random, from);
/** Mostly whole JSON with odd fields, sometimes text that was cut or changed. */
const jsonOf = (from: readonly unknown[]) => (random: Random) => {
  const text = Buffer.from(JSON.stringify(mutateJson(random, from)) ?? '');
  return random.chance(0.1) ? mutateBytes(random, [text]) : text;
};
function objectIn(input: Buffer): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(input.toString())) ?? {};
  } catch {
    return {};
  }
}

const feishuPayloads = seeds.recordedJson('feishu');
const APP_ID = 'cli_0123456789abcdef';
const feishuPlain = createIngress({ appId: APP_ID, verificationToken: 'vt-demo' });
const feishuSealed = createIngress({ appId: APP_ID, encryptKey: 'ek-demo' });

function readFeishu(entered: ReturnType<typeof feishuPlain.enter>): unknown {
  if (entered.kind === 'challenge') return entered;
  const context = { channel, self: { openId: 'ou_bot' }, now: NOW };
  return isApprovalEvent(entered.envelope.type)
    ? parseApproval(entered.envelope, context)
    : parseEvent(entered.envelope, context);
}

/** The bytes of `text` as the vendor would close and sign them, so that what is behind the signature is reached. */
function sealedForFeishu(body: Buffer): Delivery {
  const iv = Buffer.alloc(16, 7);
  const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update('ek-demo').digest(), iv);
  const encrypt = Buffer.concat([iv, cipher.update(body), cipher.final()]).toString('base64');
  const sealed = Buffer.from(JSON.stringify({ encrypt }));
  const [timestamp, nonce] = [String(NOW / 1000), createHash('sha256').update(body).digest('hex')];
  const signature = createHash('sha256').update(`${timestamp}${nonce}ek-demo`).update(sealed).digest('hex');
  return delivery(sealed, 'webhook', {
    'x-lark-request-timestamp': timestamp,
    'x-lark-request-nonce': nonce,
    'x-lark-signature': signature,
  });
}

const FEISHU_FRAMES = [
  encodeFrame({
    seqId: 1n,
    logId: 2n,
    service: 3,
    method: 1,
    headers: [
      ['type', 'event'],
      ['message_id', 'm1'],
      ['sum', '2'],
      ['seq', '1'],
    ],
    payload: Buffer.from('{"schema":"2.0"}'),
    payloadEncoding: 'gzip',
    logIdNew: 'x',
  }),
  encodeFrame({
    seqId: 0n,
    logId: 0n,
    service: 1,
    method: 0,
    headers: [['type', 'pong']],
    payload: Buffer.from('{"PingInterval":120}'),
  }),
];
const chunks = new ChunkMerger(() => Date.now());

function readFeishuFrame(input: Buffer): unknown {
  const frame = decodeFrame(input);
  const whole = chunks.add(
    headerOf(frame, 'message_id') ?? '',
    Number(headerOf(frame, 'sum') ?? 1),
    Number(headerOf(frame, 'seq') ?? 0),
    frame.payload ?? Buffer.alloc(0),
  );
  return { headers: frame.headers, whole: whole?.length };
}

const KEY = 'f2wt1XJO7LSFt4oaGYHoozeGDPd8oiF4fcD8V8KdPS8';
const CORP = 'ww5a1c0ffee0001234';
const wecomXml = seeds.recorded('wecom', '.xml');
const wecomContext = { channel, corpId: CORP, agentId: 1_000_007, now: NOW };
const closed = wecomXml.slice(0, 4).map((xml) => Buffer.from(encrypt(xml.toString(), aesKeyOf(KEY), CORP), 'base64'));
const envelopes = closed.map((text) =>
  Buffer.from(
    `<xml><ToUserName><![CDATA[x]]></ToUserName><Encrypt><![CDATA[${text.toString('base64')}]]></Encrypt></xml>`,
  ),
);
const botPayloads = seeds.recordedJson('wecom-bot');
const dingtalkPayloads = seeds.recordedJson('dingtalk');
const robot = { channel, robotCodes: ['dingsimapp0000000001'], isOurs: (url: string) => URL.canParse(url), now: NOW };
const dingtalkClosed = seeds.APPROVALS.map((event) =>
  Buffer.from(
    encryptEvent(JSON.stringify(event), { eventToken: 't', eventAesKey: KEY, owner: 'o' }, Buffer.alloc(16, 1)),
    'base64',
  ),
);
const BUTTONS = [
  { act: 'up', turn: 't42' },
  { act: 'ask', turn: 't42', index: 1 },
  'up:t42:1',
  'ask.group.t42.1',
  '7075',
];
const settingsPath = join(mkdtempSync(join(tmpdir(), 'posthouse-fuzz-')), 'posthouse.yaml');
const xmlError = (error: unknown): boolean => error instanceof XmlError;

export const TARGETS: readonly Target[] = [
  {
    name: 'feishu-webhook',
    make: jsonOf(feishuPayloads),
    read: (input) => readFeishu(feishuPlain.enter(delivery(input, 'webhook'), NOW)),
  },
  {
    name: 'feishu-sealed',
    make: jsonOf(feishuPayloads),
    read: (input) => readFeishu(feishuSealed.enter(sealedForFeishu(input), NOW)),
  },
  {
    name: 'feishu-socket',
    make: jsonOf(feishuPayloads),
    read: (input) => readFeishu(feishuPlain.enter(delivery(input, 'socket'), NOW)),
  },
  {
    name: 'feishu-frame',
    make: bytesOf(FEISHU_FRAMES),
    read: readFeishuFrame,
    refuses: (error) => error instanceof RangeError,
  },
  { name: 'wecom-envelope', make: bytesOf(envelopes), read: (input) => encryptedIn(input.toString()) },
  {
    name: 'wecom-ciphertext',
    make: bytesOf(closed),
    read: (input) => decrypt(input.toString('base64'), aesKeyOf(KEY)),
  },
  { name: 'xml', make: bytesOf(wecomXml), read: (input) => parseXml(input.toString()), refuses: xmlError },
  {
    name: 'wecom-app',
    make: bytesOf(wecomXml),
    read: (input) => parseWecomEvent(parseXml(input.toString()), wecomContext),
    refuses: xmlError,
  },
  {
    name: 'wecom-app-event',
    make: jsonOf(wecomXml.map((xml) => parseXml(xml.toString()))),
    read: (input) => {
      const event = objectIn(input);
      return isWecomApproval(event) ? parseWecomApproval(event, wecomContext) : parseWecomEvent(event, wecomContext);
    },
  },
  {
    name: 'wecom-bot',
    make: jsonOf(botPayloads),
    read: (input) => parsePayload(objectIn(input), { channel, botName: '助理', at: NOW, reqId: undefined }),
  },
  {
    name: 'wecom-bot-frame',
    make: jsonOf(
      botPayloads.map((body) => ({ cmd: 'aibot_msg_callback', headers: { req_id: 'r' }, body, errcode: 0 })),
    ),
    read: (input) => {
      const frame = parseFrame(input);
      return frame && parsePayload(frame.body, { channel, botName: undefined, at: NOW, reqId: frame.reqId });
    },
  },
  {
    name: 'wecom-kf',
    make: jsonOf(seeds.KF_PAGES),
    read: (input) =>
      parsePage(objectIn(input), {
        channel,
        corpId: CORP,
        account: 'wk_1',
        now: NOW,
        historyMs: 300_000,
        isFirst: false,
        served: new Set(),
      }),
  },
  { name: 'dingtalk-robot', make: jsonOf(dingtalkPayloads), read: (input) => parseMessage(objectIn(input), robot) },
  {
    name: 'dingtalk-card',
    make: jsonOf([fixture('card-pressed')]),
    read: (input) => parsePress(objectIn(input), 'f', robot),
  },
  {
    name: 'dingtalk-approval',
    make: jsonOf(seeds.APPROVALS),
    read: (input) =>
      parseApprovalOfDingtalk(
        input.length % 2 === 0 ? 'bpms_instance_change' : 'bpms_task_change',
        objectIn(input),
        robot,
      ),
  },
  { name: 'dingtalk-recall', make: jsonOf(seeds.RECALLS), read: (input) => parseRecall(objectIn(input), robot) },
  { name: 'dingtalk-frame', make: jsonOf(seeds.STREAM_FRAMES), read: (input) => readFrame(input.toString()) },
  {
    name: 'dingtalk-ciphertext',
    make: bytesOf(dingtalkClosed),
    read: (input) => decryptEvent(input.toString('base64'), KEY),
  },
  {
    name: 'buttons',
    make: jsonOf(BUTTONS),
    read: (input) => {
      const text = input.toString();
      const params = objectIn(input);
      return [
        parseButton(params),
        readButton([text, params], params),
        readKey(text),
        readMenuId(text),
        parseStreamName(text),
      ];
    },
  },
  { name: 'sse', make: bytesOf(seeds.SSE_STREAMS), read: readStream },
  { name: 'dify', make: difyStream, read: readRun },
  {
    name: 'settings',
    make: bytesOf(seeds.SETTINGS),
    read: (input) => {
      writeFileSync(settingsPath, input);
      const { value, faults } = readSettingsFile(settingsPath, {});
      return { value, faults };
    },
  },
  {
    name: 'pattern',
    make: bytesOf(seeds.PATTERNS),
    read: (input) => {
      const bound = boundPattern(input.toString());
      return bound.ok && [...'aA0b-EMP-000000abcdx@corp'.repeat(20).matchAll(bound.regex)].length;
    },
  },
];

function readStream(input: Buffer): unknown {
  const events: string[] = [];
  const reader = new SseReader((data) => void events.push(data));
  const cut = (input[0] ?? 0) % (input.length + 1);
  reader.feed(input.subarray(0, cut));
  reader.feed(input.subarray(cut));
  reader.end();
  return events;
}

function difyStream(random: Random): Buffer {
  const events = Array.from({ length: random.between(1, 5) }, () =>
    random.chance(0.6) ? mutateJson(random, seeds.DIFY_EVENTS) : pick(random, seeds.DIFY_EVENTS),
  );
  return Buffer.from(events.map((event) => JSON.stringify(event) ?? '').join('\n'));
}

function readRun(input: Buffer): unknown {
  const state = new RunState({
    user: 'u_1',
    lang: 'zh',
    host: 'https://dify.example',
    forgotten: false,
    isWorkflow: input.length % 2 === 0,
  });
  for (const data of input.toString().split('\n')) readEvent(state, data);
  try {
    return [...state.take(), ...state.finish()];
  } catch (error) {
    // A run may end in an error of ours.
    if (error instanceof GatewayError) return error.code;
    throw error;
  }
}
