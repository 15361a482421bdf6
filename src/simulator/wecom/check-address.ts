import { randomInt } from 'node:crypto';
import type { AddressCheck } from '../contract.ts';
import type { Receiver } from './apps.ts';
import { encrypt } from './crypto.ts';
import { sign, signedUrl } from './line.ts';
import type { WecomWorld } from './world.ts';

/** What the back office does when a callback URL is saved: one GET that must come back decrypted, within a second. */
export async function checkAddress(world: WecomWorld, receiver: Receiver): Promise<AddressCheck> {
  const { clock, limits } = world;
  const startedAt = clock.now();
  const echo = Array.from({ length: 19 }, () => randomInt(1, 10)).join('');
  const encrypted = encrypt(echo, receiver.aesKey, receiver.receiveId);
  const sealed = sign(receiver, encrypted, { now: startedAt });
  const url = signedUrl(receiver.webhookUrl ?? '', sealed, `&echostr=${encodeURIComponent(encrypted)}`);
  const entry = world.shared.wire.begin(() => ({
    side: 'wecom',
    app: receiver.id,
    direction: 'out',
    transport: 'http',
    method: 'GET',
    path: url,
    title: { zh: '验证回调 URL', en: 'check of the callback URL' },
    plain: echo,
  }));
  const answer = await world.line.get(url, limits.checkMs);
  entry?.end(answer.ok ? { status: answer.status, body: answer.body } : { status: -1 });
  const ms = clock.now() - startedAt;
  if (!answer.ok) {
    const text = { zh: `一秒内没有应答（${answer.failed}）。`, en: `No answer within a second (${answer.failed}).` };
    return { ok: false, ms, text };
  }
  const { status, body } = answer;
  if (status !== 200) {
    return { ok: false, ms, status, text: { zh: `应答了 ${status}，应为 200。`, en: `Answered ${status}, not 200.` } };
  }
  // Not even a newline more.
  if (body !== echo) {
    return {
      ok: false,
      ms,
      status,
      text: { zh: '没有返回解密后的 echostr。', en: 'The decrypted echostr did not come back.' },
    };
  }
  return { ok: true, ms, status, text: { zh: '验证通过。', en: 'The address is good.' } };
}
