import { getSignature, encrypt as vendorEncrypt } from '@wecom/crypto';
import type { Delivery, ReplyAddress } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import { readKey } from '../../src/platforms/wecom/app/cards.ts';
import { wecom } from '../../src/platforms/wecom/app/index.ts';
import type { PlatformCase } from '../contracts/platform.contract.ts';
import { startWecomApp, type WecomAppBed, wecomConfig, wecomDeps } from './wecom-app.ts';

/** The app at the simulator, for the suite that every platform passes. */
export async function wecomAppCase(): Promise<PlatformCase> {
  const bed = await startWecomApp();
  const { sim, app, platform, deliveries } = bed;
  const config = wecom.configSchema.parse(wecomConfig(sim, app));
  const unconfigured = wecom.create({ ...config, token: '', encodingAesKey: '' }, wecomDeps());
  const sealed = (event: Readonly<Record<string, string | number>>): Delivery => wecomDelivery(bed, event);
  return {
    platform,
    unconfigured,
    now: () => Date.now(),
    async write(text) {
      const { messageId, delivered } = sim.wecom.say({ from: 'lin', text });
      await delivered;
      const newest = (): Delivery => deliveries.at(-1) as Delivery;
      const again = async (): Promise<Delivery> => {
        await sim.wecom.redeliver(messageId);
        return newest();
      };
      return { delivery: newest(), again };
    },
    ownMessage: () => sealed({ FromUserName: 'sys', MsgType: 'event', Event: 'inactive_alert' }),
    unknownEvent: () => sealed({ FromUserName: 'lin.mei', MsgType: 'event', Event: 'something_of_tomorrow' }),
    // An app’s answer is whole when it comes, and its buttons come on a card of their own.
    seen: (to: ReplyAddress) =>
      sim.wecom.record.answersTo(to.message ?? '').map((answer) => ({
        text: answer.text,
        settled: true,
        values: answer.buttons.map(({ key }) => readKey(key)),
      })),
    async close() {
      await unconfigured.close?.();
      await bed.close();
    },
  };
}

/** A callback closed by the vendor's own package, for events that the simulator's people cannot cause. */
function wecomDelivery({ sim, app }: WecomAppBed, fields: Readonly<Record<string, string | number>>): Delivery {
  const time = Math.floor(Date.now() / 1000);
  const all = { ToUserName: sim.wecom.corpId, CreateTime: time, AgentID: app.agentId, ...fields };
  const xml = `<xml>${Object.entries(all)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('')}</xml>`;
  const encrypted = vendorEncrypt(app.encodingAesKey, xml, sim.wecom.corpId);
  const query = {
    timestamp: String(time),
    nonce: '4711',
    msg_signature: getSignature(app.token, time, '4711', encrypted),
  };
  const body = Buffer.from(`<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`);
  return { channel: id('wecom'), via: 'webhook', method: 'POST', headers: {}, query, body };
}
