import { type Json } from '../../../lib/read.ts';
import { randomHex } from '../../ids.ts';
import { type Call, type Endpoint, json, jsonBody, type Reply } from '../call.ts';
import { WecomRefusal } from '../errors.ts';
import { text } from '../json.ts';
import { perMinute } from '../rates.ts';
import type { WecomWorld } from '../world.ts';
import type { KfAccount, KfSession } from './accounts.ts';
import { checkKfContent, type KfContent } from './content.ts';
import { append, appendEvent, kfChat, kfOf } from './log.ts';

/** What customer service says and hears. */
export const KF_MESSAGE_ENDPOINTS: readonly Endpoint[] = [
  { method: 'POST', path: 'kf/sync_msg', token: 'kf', run: syncMessages },
  { method: 'POST', path: 'kf/send_msg', token: 'kf', run: sendMessage },
  { method: 'POST', path: 'kf/send_msg_on_event', token: 'kf', run: sendOnEvent },
];

const MSG_ID = /^[0-9a-zA-Z_-]{1,32}$/;
const CURSOR = /^4gw7MepFLfgF2VC5np([0-9a-z]+)$/;

/** @throws {WecomRefusal} 40058 or 95000. */
export function accountOf(world: WecomWorld, body: Json): KfAccount {
  const id = text(body['open_kfid']);
  if (id === '') throw new WecomRefusal(40058, 'open_kfid');
  const account = kfOf(world).accounts.get(id);
  if (account === undefined) throw new WecomRefusal(95000);
  if (!account.isManaged) throw new WecomRefusal(95017);
  return account;
}

/** @throws {WecomRefusal} 40096. */
export function sessionOf(world: WecomWorld, account: KfAccount, externalId: unknown): KfSession {
  const person = world.accounts.customer(text(externalId));
  if (person === undefined) throw new WecomRefusal(40096);
  return kfOf(world).session(account, person.id);
}

function syncMessages(call: Call): Reply {
  const { world } = call;
  const body = jsonBody(call);
  const account = accountOf(world, body);
  checkToken(world, account, body['token']);
  const { limits, clock, recorder } = world;
  const after = readCursor(body['cursor'], limits.kfCursorBytes);
  const limit = typeof body['limit'] === 'number' ? body['limit'] : limits.kfPage;
  if (limit < 1 || limit > limits.kfPage) throw new WecomRefusal(40058, 'limit');

  const oldest = clock.now() - limits.kfHistoryMs;
  const first = account.log.findIndex(({ seq, at }) => seq > after && at >= oldest);
  // What was sent by API takes room in a page and is not shown: a page can be empty and not the last.
  const page = first < 0 ? [] : account.log.slice(first, first + limit);
  const last = page.at(-1)?.seq ?? after;
  for (const { msgId, shown } of page) if (shown !== undefined) recorder.gaveOut(msgId);
  return json({
    next_cursor: cursorOf(last),
    has_more: first >= 0 && first + page.length < account.log.length ? 1 : 0,
    msg_list: page.flatMap(({ shown }) => (shown === undefined ? [] : [shown])),
  });
}

function checkToken(world: WecomWorld, account: KfAccount, token: unknown): void {
  if (token === undefined) {
    const windows = [perMinute(world.limits.kfUntokenedPerMinute)];
    if (!world.rates.take(`kf ${account.id}`, windows)) throw new WecomRefusal(45009);
    return;
  }
  const until = kfOf(world).tokens.get(text(token));
  if (until === undefined || until <= world.clock.now()) throw new WecomRefusal(95007);
}

function cursorOf(seq: number): string {
  return `4gw7MepFLfgF2VC5np${seq.toString(36)}`;
}

function readCursor(value: unknown, maxBytes: number): number {
  if (value === undefined) return 0;
  const found = CURSOR.exec(text(value));
  if (found === null || Buffer.byteLength(text(value)) > maxBytes) throw new WecomRefusal(40058, 'cursor');
  return Number.parseInt(found[1] ?? '0', 36);
}

function sendMessage(call: Call): Reply {
  const { world } = call;
  const body = jsonBody(call);
  const account = accountOf(world, body);
  const session = sessionOf(world, account, body['touser']);
  const msgId = ownMsgId(session, body['msgid']);
  const content = checkKfContent(world, body, world.limits.kfMenuItems);
  checkWindow(world, session);
  session.sent += 1;
  deliver(world, session, content, msgId);
  return json({ msgid: msgId });
}

/** @throws {WecomRefusal} 40058 or 95033. */
function ownMsgId(session: KfSession, value: unknown): string {
  if (value === undefined || value === '') return randomHex();
  const msgId = text(value);
  if (!MSG_ID.test(msgId)) throw new WecomRefusal(40058, 'msgid');
  if (session.sentIds.has(msgId)) throw new WecomRefusal(95033);
  return msgId;
}

/** Only to a customer who wrote, only five times, and only while no person serves. */
function checkWindow(world: WecomWorld, session: KfSession): void {
  const { kfWindowMs, kfMessages } = world.limits;
  if (session.wroteAt === undefined) throw new WecomRefusal(95018);
  if (world.clock.now() - session.wroteAt >= kfWindowMs) throw new WecomRefusal(95002);
  if (session.state !== 0 && session.state !== 1) throw new WecomRefusal(95018);
  if (session.sent >= kfMessages && world.rates.on) throw new WecomRefusal(95001);
}

function deliver(world: WecomWorld, session: KfSession, content: KfContent, msgId: string): void {
  const { account, person } = session;
  session.sentIds.add(msgId);
  session.activeAt = world.clock.now();
  void append(world, account, { msgId, shown: undefined });
  const failure = session.rejects ? { failType: 10 } : kfOf(world).failures.shift();
  if (failure === undefined) {
    world.messages.add({
      chat: kfChat(world, session),
      from: { kind: 'bot', bot: account.id },
      type: content.type,
      body: content.body,
      id: `kf_${randomHex()}`,
      sendId: msgId,
    });
    return;
  }
  world.recorder.drop({ from: account.id, to: person, why: 'send-failed' });
  void appendEvent(world, account, 'msg_send_fail', {
    external_userid: world.accounts.externalId(person),
    fail_msgid: msgId,
    fail_type: failure.failType,
  });
}

/** What may be said with a code, and in which state the session must still be. */
const ON_EVENT = {
  welcome: { types: ['text', 'msgmenu'], state: undefined },
  pool: { types: ['text'], state: 2 },
  picked: { types: ['text'], state: 3 },
  ended: { types: ['text', 'msgmenu'], state: 4 },
} as const;

function sendOnEvent(call: Call): Reply {
  const { world } = call;
  const { codes } = kfOf(world);
  const body = jsonBody(call);
  const code = codes.look(text(body['code']));
  if (code === undefined) throw new WecomRefusal(41050);
  const { session, kind } = code;
  const { types, state } = ON_EVENT[kind];
  if (!(types as readonly string[]).includes(text(body['msgtype']))) throw new WecomRefusal(40008);
  if (state !== undefined && session.state !== state) throw new WecomRefusal(95018);
  const msgId = ownMsgId(session, body['msgid']);
  const content = checkKfContent(world, body, world.limits.kfMenuItemsOnEvent);
  codes.take(text(body['code']));
  if (kind === 'welcome') session.welcomedAt = world.clock.now();
  deliver(world, session, content, msgId);
  return json({ msgid: msgId });
}
