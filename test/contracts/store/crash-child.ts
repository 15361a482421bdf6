import { id, type TurnId } from '../../../src/core/ids.ts';
import type { Store } from '../../../src/core/store.ts';
import { openStore } from '../../../src/store/open.ts';
import { claimed, frame, NOON, newTurn, sent } from './samples.ts';

/*
 * A gateway in small, to be killed: eight chats in which message after message is stored, answered and sent. It tells its
 * parent of every message that was acknowledged.
 */

const CHATS = 8;
const [url = '', round = ''] = process.argv.slice(2);

const store = await openStore(url);
await store.upkeep.open(`round-${round}`, NOON);
await Promise.all(Array.from({ length: CHATS }, (_, chat) => chatter(store, chat)));

async function chatter(into: Store, chat: number): Promise<void> {
  const name = `round-${round}-chat-${chat}`;
  for (let count = 0; ; count += 1) {
    const text = `${name}-${count}`;
    const [row, held] = await claimed(into, text, name);
    process.send?.(text);
    const turn: TurnId = id(`turn-${text}`);
    await into.turns.begin(newTurn(turn, row), held.holder, NOON);
    const replies = [frame(turn, 0, name), frame(turn, 1, name)];
    const end = { turn, state: 'done', suggested: [], replies, seq: row.seq, lease: held } as const;
    for (const reply of (await into.turns.end(end, NOON)).replies) {
      await into.outbox.sent(reply.seq, held.holder, sent(`m-${reply.seq}`), NOON);
    }
  }
}
