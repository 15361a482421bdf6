import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import type { Delivery } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';

/** What closes a callback of a bot, by the vendor's published rules. */
export interface BotSecrets {
  readonly id: string;
  readonly token: string;
  readonly encodingAesKey: string;
}

let counter = 0;

/** A message in a direct chat; the object of its type is left to the caller. */
export function botMessage(msgtype: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  counter += 1;
  return {
    msgid: `CAIQ${counter}`,
    aibotid: 'aib-demo',
    chattype: 'single',
    from: { userid: 'lin.mei' },
    msgtype,
    ...more,
  };
}

/** A payload signed and encrypted, for what the simulator's people cannot cause. */
export function botDelivery(
  bot: BotSecrets,
  payload: Readonly<Record<string, unknown>>,
  seconds = Date.now() / 1000,
): Delivery {
  const plain = JSON.stringify({ ...payload, aibotid: bot.id });
  const encrypted = sealed(plain, bot.encodingAesKey, '');
  return closedDelivery(bot, encrypted, seconds);
}

export function closedDelivery(bot: BotSecrets, encrypted: string, seconds = Date.now() / 1000): Delivery {
  const [timestamp, nonce] = [String(Math.floor(seconds)), String(700_000_000 + (counter += 1))];
  const parts = [bot.token, timestamp, nonce, encrypted].sort();
  const msg_signature = createHash('sha1').update(parts.join('')).digest('hex');
  const body = Buffer.from(JSON.stringify({ encrypt: encrypted }));
  const query = { msg_signature, timestamp, nonce };
  return { channel: id('wecom-bot'), via: 'webhook', method: 'POST', headers: {}, query, body };
}

export function sealed(plain: string, encodingAesKey: string, receiveId: string): string {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const message = Buffer.from(plain);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const open = Buffer.concat([randomBytes(16), length, message, Buffer.from(receiveId)]);
  const pad = 32 - (open.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([open, Buffer.alloc(pad, pad)])), cipher.final()]).toString(
    'base64',
  );
}

/** A frame of the long connection. */
export function botFrame(cmd: string, reqId: string, body: unknown): Delivery {
  const bytes = Buffer.from(JSON.stringify({ cmd, headers: { req_id: reqId }, body }));
  return { channel: id('wecom-bot'), via: 'socket', method: 'POST', headers: {}, query: {}, body: bytes };
}
