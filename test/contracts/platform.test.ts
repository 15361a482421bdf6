import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { GatewayError } from '../../src/core/errors.ts';
import type { Delivery, ReplyAddress } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import { feishu } from '../../src/platforms/feishu/index.ts';
import type { PlatformName } from '../../src/platforms/registry.ts';
import { fixture } from '../fixtures/feishu/load.ts';
import { type FeishuBot, startFeishuBot } from '../support/feishu-bot.ts';
import { vendorDeps } from '../support/feishu-vendor.ts';
import { type PlatformCase, platformContract } from './platform.contract.ts';

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

// A platform that is forgotten here does not compile.
const CASES = { feishu: feishuCase } satisfies Record<PlatformName, () => Promise<PlatformCase>>;

for (const [name, start] of Object.entries(CASES)) platformContract(name, start);
