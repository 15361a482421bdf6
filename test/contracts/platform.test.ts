import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { GatewayError } from '../../src/core/errors.ts';
import type { Delivery, InboundEvent, ReplyAddress } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import type { Platform } from '../../src/core/platform.ts';
import { feishu } from '../../src/platforms/feishu/index.ts';
import type { PlatformName } from '../../src/platforms/registry.ts';
import { wecomBot } from '../../src/platforms/wecom/bot/index.ts';
import type { RecordedWecomAnswer, Simulator } from '../../src/simulator/index.ts';
import { fixture } from '../fixtures/feishu/load.ts';
import { DINGTALK_SKIPS, dingtalkCase } from '../support/dingtalk-case.ts';
import { type FeishuBot, startFeishuBot } from '../support/feishu-bot.ts';
import { vendorDeps } from '../support/feishu-vendor.ts';
import { wecomAppCase } from '../support/wecom-app-case.ts';
import { botDeps, startWecomBot } from '../support/wecom-bot.ts';
import { botDelivery, botFrame, botMessage } from '../support/wecom-bot-payloads.ts';
import { KF_SKIPS, wecomKfCase } from '../support/wecom-kf-case.ts';
import { type PlatformCase, platformContract, type Skips } from './platform.contract.ts';

const fetchUrl = (): Promise<never> => Promise.reject(new GatewayError('url_forbidden', 'no files in this test'));

async function feishuCase(): Promise<PlatformCase> {
  const bot = await startFeishuBot({ encryptKey: 'ek-contract', deps: { fetchUrl } });
  const { sim, app, platform, deliveries } = bot;
  const open = { appId: app.id, appSecret: app.secret, mode: 'socket', baseUrl: sim.url } as const;
  const unconfigured = feishu.create(feishu.configSchema.parse(open), vendorDeps());
  return {
    platform,
    unconfigured,
    now: () => Date.now(),
    async write(text) {
      const { messageId, delivered } = sim.feishu.say({ from: 'lin', text });
      await delivered;
      const newest = (): Delivery => deliveries.at(-1) as Delivery;
      const again = async (): Promise<Delivery> => {
        await sim.feishu.redeliver(messageId);
        return newest();
      };
      return { delivery: newest(), again };
    },
    ownMessage: () => feishuDelivery(bot, fixture('message-own')),
    unknownEvent: () => {
      const payload = fixture('message-direct-text') as { header: Record<string, unknown> };
      payload.header['event_type'] = 'im.something.of.tomorrow_v9';
      return feishuDelivery(bot, payload);
    },
    seen: (to: ReplyAddress) =>
      sim.feishu.record.answersTo(to.message ?? '').map((answer) => ({
        text: answer.text,
        settled: !answer.isLeftOpen,
        values: answer.buttons.map(({ value }) => value),
      })),
    async close() {
      await unconfigured.close?.();
      await bot.close();
    },
  };
}

/** A payload signed and encrypted by the published rules, for events that the simulator's people cannot cause. */
function feishuDelivery({ app }: FeishuBot, payload: Record<string, unknown>): Delivery {
  const header = { ...(payload['header'] as object), app_id: app.id, token: app.verificationToken };
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(app.encryptKey).digest(), iv);
  const sealed = Buffer.concat([iv, cipher.update(JSON.stringify({ ...payload, header })), cipher.final()]);
  const body = JSON.stringify({ encrypt: sealed.toString('base64') });
  const [timestamp, nonce] = [String(Math.floor(Date.now() / 1000)), randomBytes(8).toString('hex')];
  const headers = {
    'x-lark-request-timestamp': timestamp,
    'x-lark-request-nonce': nonce,
    'x-lark-signature': createHash('sha256')
      .update(timestamp + nonce + app.encryptKey + body)
      .digest('hex'),
  };
  return { channel: id('feishu'), via: 'webhook', method: 'POST', headers, query: {}, body: Buffer.from(body) };
}

/** A bot by callback, or by the long connection, where nothing is signed: the line itself is trusted. */
async function wecomBotCase(mode: 'webhook' | 'socket'): Promise<PlatformCase> {
  const bed = await startWecomBot({ mode });
  const { sim, bot, platform, deliveries } = bed;
  const open = { botId: bot.id, secret: bot.secret, wsUrl: sim.wecom.socketUrl };
  const unconfigured = wecomBot.create(wecomBot.configSchema.parse(open), botDeps());
  const isMessage = (delivery: Delivery): boolean => messagesIn(platform, delivery).length > 0;
  const deliver = (payload: Record<string, unknown>): Delivery =>
    mode === 'socket' ? botFrame('aibot_event_callback', 'r-1', payload) : botDelivery(bot, payload);
  // One moment for all looks at one delivery.
  const startedAt = Date.now();
  return {
    platform: mode === 'webhook' ? seenAtOnce(platform, sim) : platform,
    unconfigured,
    now: () => startedAt,
    async write(text) {
      const { messageId, delivered } = sim.wecom.say({ from: 'lin', to: bot.id, text });
      await delivered;
      await soon(() => deliveries.some(isMessage));
      const again = async (): Promise<Delivery> => {
        const before = deliveries.length;
        await sim.wecom.redeliver(messageId);
        await soon(() => deliveries.slice(before).some(isMessage));
        return deliveries.findLast(isMessage) as Delivery;
      };
      return { delivery: deliveries.find(isMessage) as Delivery, again };
    },
    ownMessage: () => deliver({ ...botMessage('text'), aibotid: bot.id, from: { userid: bot.id } }),
    unknownEvent: () => {
      const event = { eventtype: 'something_of_tomorrow', something_of_tomorrow: {} };
      return deliver({ ...botMessage('event'), aibotid: bot.id, event });
    },
    seen: (to: ReplyAddress) =>
      sim.wecom.record
        .answersTo(to.message ?? '')
        .filter(({ card }) => card === undefined)
        .map((answer) => ({ text: answer.text, settled: answer.isSettled, values: botValues(sim, to, answer) })),
    async close() {
      await unconfigured.close?.();
      await bed.close();
    },
  };
}

/** A frame is on its way to the screen when the poll for it is answered; the contract looks at the screen at once. */
function seenAtOnce(platform: Platform, { wecom }: Simulator): Platform {
  return {
    name: platform.name,
    title: platform.title,
    channel: platform.channel,
    can: platform.can,
    receive: (delivery, now) => platform.receive(delivery, now),
    async send(message, options) {
      const sent = await platform.send(message, options);
      await soon(() => wecom.record.answers().every(({ isStreaming }) => !isStreaming));
      return sent;
    },
    fetchFile: (file, maxBytes, signal) => platform.fetchFile(file, maxBytes, signal),
  };
}

function messagesIn(platform: Platform, delivery: Delivery): readonly InboundEvent[] {
  if (delivery.method !== 'POST') return [];
  const receipt = platform.receive(delivery, Date.now());
  return receipt.kind === 'events' ? receipt.events.filter(({ kind }) => kind === 'message') : [];
}

async function soon(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !holds(); tries += 1) await new Promise((done) => setTimeout(done, 5));
}

/** What one can press at an answer: the vendor's own thumbs, and the card that stands below it. */
function botValues(sim: Simulator, to: ReplyAddress, answer: RecordedWecomAnswer): unknown[] {
  const thumbs = answer.feedbackId === undefined ? [] : [{ act: 'up', turn: answer.feedbackId }];
  const below = sim.wecom.record.answersTo(to.message ?? '').flatMap(({ buttons }) => buttons);
  return [...thumbs, ...below.map(({ key }) => JSON.parse(key) as unknown)];
}

const FETCHED = 'a frame is fetched by the vendor, from whichever process it asks';
const BY_CALLBACK: Skips = {
  'nothing of what is perhaps no longer ours to send, and is certain that it has not': FETCHED,
  'a body with something behind it': 'the signature covers the encrypted text, not the JSON around it',
  'buttons that bring back what we put into them':
    'the thumbs are the vendor’s own, and questions come in a card of their own after the answer',
};
const UNSIGNED = 'frames are not signed, the connection is';
const BY_SOCKET: Skips = {
  'a body of which one byte was changed': UNSIGNED,
  'a body with something behind it': UNSIGNED,
  'a delivery without its headers': UNSIGNED,
  'a delivery of long ago': UNSIGNED,
  'everything, when it has nothing to know the vendor by': UNSIGNED,
};

// A platform that is forgotten here does not compile.
const CASES = {
  feishu: feishuCase,
  wecom: wecomAppCase,
  'wecom-bot': () => wecomBotCase('webhook'),
  'wecom-kf': wecomKfCase,
  dingtalk: dingtalkCase,
} satisfies Record<PlatformName, () => Promise<PlatformCase>>;
const SKIPS: Partial<Record<string, Skips>> = {
  'wecom-bot': BY_CALLBACK,
  'wecom-kf': KF_SKIPS,
  dingtalk: DINGTALK_SKIPS,
};

for (const [name, start] of Object.entries(CASES)) platformContract(name, start, SKIPS[name]);
platformContract('wecom-bot by long connection', () => wecomBotCase('socket'), BY_SOCKET);
