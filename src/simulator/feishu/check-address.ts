import { randomUUID } from 'node:crypto';
import type { AddressCheck } from '../contract.ts';
import { endPush } from '../outgoing.ts';
import type { FeishuApp } from './apps.ts';
import { record } from './card-check.ts';
import { encrypt } from './crypto.ts';
import { beginPush, PUSH_FAILURES } from './try-delivery.ts';
import type { FeishuWorld } from './world.ts';

/** What "save" does in the back office: a challenge, encrypted but unsigned, to be given back within a second. */
export async function checkAddress(world: FeishuWorld, app: FeishuApp): Promise<AddressCheck> {
  const challenge = randomUUID();
  const plain = JSON.stringify({ challenge, token: app.verificationToken, type: 'url_verification' });
  const body = app.encryptKey === '' ? plain : JSON.stringify({ encrypt: encrypt(plain, app.aesKey) });
  const request = { headers: { 'content-type': 'application/json; charset=utf-8' }, body };
  const title = { zh: '验证请求地址', en: 'check of the request address' };
  const entry = beginPush(world.line.wire, app, request, { title, plain });
  const startedAt = world.clock.now();
  const answer = await world.line.webhooks.post(app.webhookUrl, request, world.limits.challengeMs);
  endPush(entry, answer, PUSH_FAILURES);
  const ms = world.clock.now() - startedAt;
  if (!answer.ok) {
    return {
      ok: false,
      ms,
      text: { zh: `一秒内没有应答（${answer.failed}）。`, en: `No answer within a second (${answer.failed}).` },
    };
  }
  const { status } = answer;
  if (status !== 200) {
    return {
      ok: false,
      ms,
      status,
      text: { zh: `应答了 ${status}，应为 200。`, en: `Answered ${status} instead of 200.` },
    };
  }
  if (challengeIn(answer.body) !== challenge) {
    return { ok: false, ms, status, text: { zh: '没有原样返回 challenge。', en: 'The challenge did not come back.' } };
  }
  return { ok: true, ms, status, text: { zh: '验证通过。', en: 'The address is good.' } };
}

function challengeIn(body: string): unknown {
  try {
    return record(JSON.parse(body))?.['challenge'];
  } catch {
    return undefined;
  }
}
