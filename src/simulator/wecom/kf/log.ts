import { type Json } from '../../../lib/read.ts';
import { randomHex } from '../../ids.ts';
import { newMsgId } from '../chats.ts';
import type { CallbackOutcome } from '../deliver.ts';
import type { WecomMessage } from '../model.ts';
import type { WecomWorld } from '../world.ts';
import { toXml } from '../xml.ts';
import type { KfAccount, KfSession } from './accounts.ts';
import type { KfWorld } from './kf-world.ts';

/** @throws {Error} When customer service was switched off. */
export function kfOf(world: WecomWorld): KfWorld {
  if (world.kf === undefined) throw new Error('there is no customer service here');
  return world.kf;
}

/** The customer's chat with an account. */
export function kfChat(world: WecomWorld, { account, person }: Pick<KfSession, 'account' | 'person'>) {
  return world.chats.direct('kf', account.id, person, account.name);
}

/** Writes something into an account's log and signals it; what was sent by API is not signalled. */
export function append(
  world: WecomWorld,
  account: KfAccount,
  entry: { readonly msgId: string; readonly shown: Json | undefined },
  message?: WecomMessage,
): Promise<CallbackOutcome> {
  const at = world.clock.now();
  account.log.push({ seq: account.nextSeq, at, ...entry });
  account.nextSeq += 1;
  forgetOld(world, account, at);
  if (entry.shown === undefined) return Promise.resolve({ ok: true, attempts: 0, status: 0, ackMs: 0 });
  return signal(world, account, message);
}

function forgetOld(world: WecomWorld, account: KfAccount, now: number): void {
  const first = account.log.findIndex(({ at }) => now - at < world.limits.kfHistoryMs);
  if (first > 0) account.log.splice(0, first);
}

/** "Something happened": no sender and no content. */
export function signal(world: WecomWorld, account: KfAccount, message?: WecomMessage): Promise<CallbackOutcome> {
  const { receiver, tokens } = kfOf(world);
  const now = world.clock.now();
  for (const [token, until] of tokens) {
    if (until > now) break;
    tokens.delete(token);
  }
  const token = `ENC${randomHex()}`;
  tokens.set(token, now + world.limits.kfTokenMs);
  const plain = toXml({
    ToUserName: world.corpId,
    CreateTime: Math.floor(now / 1000),
    MsgType: 'event',
    Event: 'kf_msg_or_event',
    Token: token,
    OpenKfId: account.id,
  });
  return world.deliverer.deliver({ receiver, event: 'kf_msg_or_event', plain, packing: { as: 'xml' }, message });
}

/** An event of the account's log; ids stand inside. */
export function appendEvent(
  world: WecomWorld,
  account: KfAccount,
  eventType: string,
  details: Json,
): Promise<CallbackOutcome> {
  const msgId = newMsgId();
  const shown: Json = {
    msgid: msgId,
    send_time: Math.floor(world.clock.now() / 1000),
    origin: 4,
    msgtype: 'event',
    event: { event_type: eventType, open_kfid: account.id, ...details },
  };
  return append(world, account, { msgId, shown });
}
