import { type Json, numberAt, parseObject, textAt } from '../../lib/read.ts';
import { randomHex } from '../ids.ts';
import type { DingtalkApp, EventSubscription } from './apps.ts';
import { decryptEvent, type EventKeys, encryptEvent, signEvent } from './crypto.ts';
import type { Push } from './push.ts';
import type { DingtalkWorld } from './world.ts';

/** An event as it goes over HTTP: flat, encrypted, its signature in the address. */
export function eventOverHttp(
  { clock, corpId }: Pick<DingtalkWorld, 'clock' | 'corpId'>,
  app: DingtalkApp,
  { url, token, aesKey }: EventSubscription,
  event: { readonly type: string; readonly id: string; readonly data: Json },
): NonNullable<Push['http']> & { readonly body: string } {
  const keys: EventKeys = { token, aesKey, owner: app.id };
  const now = clock.now();
  const plain = { EventType: event.type, EventTime: now, CorpId: corpId, eventId: event.id, ...event.data };
  const encrypted = encryptEvent(JSON.stringify(plain), keys);
  const [timestamp, nonce] = [String(now), randomHex().slice(0, 8)];
  const signed = signEvent(keys, timestamp, nonce, encrypted);
  const mark = url.includes('?') ? '&' : '?';
  return {
    url: `${url}${mark}msg_signature=${signed}&signature=${signed}&timestamp=${timestamp}&nonce=${nonce}`,
    headers: () => ({}),
    body: JSON.stringify({ encrypt: encrypted }),
    accepts: (answer) => isSuccess(answer, keys),
  };
}

/** The answer is the word `success`, encrypted and signed like what it answers. */
function isSuccess(answer: string, keys: EventKeys): boolean {
  const body = parseObject(answer) ?? {};
  const [encrypted, nonce] = [textAt(body, 'encrypt'), textAt(body, 'nonce')];
  const timestamp = textAt(body, 'timeStamp') || String(numberAt(body, 'timeStamp'));
  try {
    const isSigned = signEvent(keys, timestamp, nonce, encrypted) === textAt(body, 'msg_signature');
    return isSigned && decryptEvent(encrypted, keys) === 'success';
  } catch {
    return false;
  }
}
