import type { AddressCheck } from '../contract.ts';
import type { DingtalkApp } from './apps.ts';
import type { DingtalkWorld } from './world.ts';

/** The vendor's console tests a long connection by whether there is one; of a robot's address it only wants that it is one. */
export async function checkAddress(world: DingtalkWorld, app: DingtalkApp): Promise<AddressCheck> {
  if (app.mode === 'stream') {
    const ok = world.hub.count(app.id) > 0;
    const text = ok
      ? { zh: '长连接已建立。', en: 'Connected.' }
      : { zh: '没有长连接。', en: 'There is no connection.' };
    return { ok, ms: 0, text };
  }
  const ok = URL.canParse(app.webhookUrl ?? '');
  const text = ok
    ? { zh: '地址已保存。', en: 'The address is saved.' }
    : { zh: '地址无效。', en: 'That is no address.' };
  return { ok, ms: 0, text };
}
