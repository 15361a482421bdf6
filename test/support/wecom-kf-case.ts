import { getSignature, encrypt as vendorEncrypt } from '@wecom/crypto';
import type { Delivery, ReplyAddress } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import { asObject, type Json, listAt, objectAt, textAt } from '../../src/lib/read.ts';
import { wecomKf } from '../../src/platforms/wecom/kf/index.ts';
import { readMenuId } from '../../src/platforms/wecom/kf/menus.ts';
import type { PlatformCase, Skips } from '../contracts/platform.contract.ts';
import { wecomDeps } from './wecom-app.ts';
import { kfConfig, soon, startWecomKf, type WecomKfBed } from './wecom-kf.ts';

const PULLED = 'a page is pulled by ourselves over TLS; what is signed is the signal, see wecom-kf-simulator.test.ts';

export const KF_SKIPS: Skips = {
  'a body of which one byte was changed': PULLED,
  'a delivery without its headers': PULLED,
  'a delivery of long ago': PULLED,
  'everything, when it has nothing to know the vendor by': PULLED,
  'a body that is too long': PULLED,
  'anything else in words of ours, never with a crash': PULLED,
};

/** Customer service at the simulator, for the suite that every platform passes. */
export async function wecomKfCase(): Promise<PlatformCase> {
  const bed = await startWecomKf();
  const { sim, platform, pages } = bed;
  const config = wecomKf.configSchema.parse(kfConfig(sim));
  const unconfigured = wecomKf.create({ ...config, token: '', encodingAesKey: '' }, wecomDeps());
  const now = Date.now();
  return {
    platform,
    unconfigured,
    now: () => now,
    async write(text) {
      const { key } = await bed.write(text);
      const delivery = (): Delivery => pages.findLast(({ body }) => Buffer.from(body).includes(key)) as Delivery;
      const again = async (): Promise<Delivery> => {
        await sim.wecom.kf.signal();
        return delivery();
      };
      return { delivery: await soon(delivery), again };
    },
    ownMessage: () => kfDelivery(bed, { FromUserName: 'sys', Event: 'kf_account_auth_change' }),
    unknownEvent: () => kfDelivery(bed, { Event: 'something_of_tomorrow' }),
    seen: (to: ReplyAddress) =>
      sim.wecom.record.answersTo(to.message ?? '').map((answer) => ({
        text: answer.text,
        settled: true,
        values: idsIn(answer.body).map((key) => readMenuId(key)),
      })),
    async close() {
      await unconfigured.close?.();
      await bed.close();
    },
  };
}

/** The ids of what one can press in a menu. */
function idsIn(body: Json): readonly string[] {
  return listAt(body, 'list').map((entry) => textAt(objectAt(asObject(entry) ?? {}, 'click'), 'id'));
}

/** A callback closed by the vendor's own package, for events that the simulator's people cannot cause. */
export function kfDelivery({ sim }: WecomKfBed, fields: Readonly<Record<string, string>>, at = Date.now()): Delivery {
  const { token, encodingAesKey } = sim.wecom.kfReceiver;
  const time = Math.floor(at / 1000);
  const all = { ToUserName: sim.wecom.corpId, CreateTime: String(time), MsgType: 'event', ...fields };
  const xml = `<xml>${Object.entries(all)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('')}</xml>`;
  const encrypted = vendorEncrypt(encodingAesKey, xml, sim.wecom.corpId);
  const signature = getSignature(token, time, '4711', encrypted);
  const query = { timestamp: String(time), nonce: '4711', msg_signature: signature };
  const body = Buffer.from(`<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`);
  return { channel: id('wecom-kf'), via: 'webhook', method: 'POST', headers: {}, query, body };
}
