import type { MessageEvent, ReplyAddress, Sender } from '../../../src/core/event.ts';
import { type Id, id, type Lane, type SendKey } from '../../../src/core/ids.ts';
import type { OutboundMessage, Sent } from '../../../src/core/reply.ts';
import type { Claimed, InboxRow, Lease, NewInboxRow, NewOutboxRow, NewTurn, Store } from '../../../src/core/store.ts';

/** Any moment; the store is told the time and keeps none of its own. */
export const NOON = 1_800_000_000_000;
export const MINUTE = 60_000;

export const FEISHU = id<NewInboxRow['channel']>('feishu');
export const ECHO = id<NewTurn['agent']>('echo');

export const lane = (name: string): Lane => id(`["direct","feishu","${name}"]`);

export const sender = (account: string, more: Partial<Sender> = {}): Sender => ({
  account: id(account),
  ids: {},
  ...more,
});

export const addressOf = (chat: string): ReplyAddress => ({ channel: FEISHU, kind: 'direct', chat: id(chat) });

/** Somebody writes `text` into the chat that the lane is for; `text` is also the event's key and the message's id. */
export function message(text: string, chat = 'lin', more: Partial<MessageEvent> = {}): NewInboxRow {
  const event: MessageEvent = {
    kind: 'message',
    key: id(text),
    at: NOON,
    from: sender(chat),
    to: { ...addressOf(chat), message: id(text) },
    message: id(text),
    parts: [{ kind: 'text', text }],
    addressed: true,
    ...more,
  };
  return { channel: FEISHU, event, lane: lane(chat) };
}

let leases = 0;

/** A lease that nobody had before; it lasts a minute from noon. */
export function lease(until = NOON + MINUTE): Lease {
  leases += 1;
  return { holder: `worker:${leases}`, until };
}

export function notice(key: string, chat = 'lin'): NewOutboxRow {
  const text: OutboundMessage = { kind: 'notice', to: addressOf(chat), key: id(key), text: `about ${key}`, lang: 'en' };
  return { lane: lane(chat), message: text, part: 0 };
}

export function frame(turn: string, part = 0, chat = 'lin'): NewOutboxRow {
  const key: SendKey = id(`${turn}-${part}`);
  return {
    lane: lane(chat),
    turn: id(turn),
    part,
    message: {
      kind: 'frame',
      to: addressOf(chat),
      key,
      frame: {
        turn: id(turn),
        state: 'done',
        lang: 'en',
        title: 'Echo',
        answer: `part ${part}`,
        thoughts: [],
        citations: [],
        suggested: [],
        rating: 'none',
        buttons: [],
      },
    },
  };
}

export const sent = (name: string): Sent => ({ message: id(name), handle: { card: name }, minUpdateIntervalMs: 100 });

export function newTurn(name: string, row: InboxRow, more: Partial<NewTurn> = {}): NewTurn {
  return {
    id: id(name),
    seq: row.seq,
    lane: row.lane,
    channel: row.channel,
    to: row.event.to,
    person: id('p-lin'),
    asker: row.event.from,
    agent: ECHO,
    lang: 'en',
    scope: 'lane',
    idleMs: 10 * MINUTE,
    ...more,
  };
}

/** Stores a message and claims it. */
export async function claimed(store: Store, text: string, chat = 'lin', held = lease()): Promise<[InboxRow, Lease]> {
  await store.inbox.accept([message(text, chat)], NOON);
  const row = await store.inbox.claim(lane(chat), held, NOON);
  if (!row) throw new Error(`${text} could not be claimed`);
  return [row, held];
}

/** Claims the next row of the chat, or says that there is none to claim, by its text. */
export async function claimText(store: Store, chat = 'lin', now = NOON, held = lease(now + MINUTE)) {
  const row = await store.inbox.claim(lane(chat), held, now);
  return row?.event.key as string | undefined;
}

export function asId<Kind extends Id<string>>(text: string): Kind {
  return id(text);
}

/** The number of what was claimed. */
export function seqIn(claim: Claimed | undefined): number {
  if (claim === undefined || claim.box === 'held') throw new Error('nothing was claimed');
  return claim.row.seq;
}
