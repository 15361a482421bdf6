import { beforeEach, describe, expect, it } from 'vitest';
import { toGatewayError } from '../../../src/core/errors.ts';
import { id, type TurnId } from '../../../src/core/ids.ts';
import type { InboxRow, Lease, Store } from '../../../src/core/store.ts';
import type { Ground } from '../store.contract.ts';
import { claimed, FEISHU, frame, lane, lease, MINUTE, message, NOON, newTurn, sent } from './samples.ts';

const CHATS = Array.from({ length: 12 }, (_, index) => `chat-${index}`);
const BAD = 5;

/** An engine may commit calls together that are made at the same time; nobody is to notice but by the time it takes. */
export function atOnceContract(ground: Ground): void {
  describe('calls that are made at once', () => {
    let store: Store;
    beforeEach(async () => {
      store = await ground.fresh();
    });

    const turnOf = (chat: string): TurnId => id(`turn-${chat}`);
    const endOf = (chat: string, turn: TurnId, seq: number, held: Lease) =>
      ({ turn, state: 'done', suggested: [], replies: [frame(turn, 0, chat)], seq, lease: held }) as const;

    /** A turn that runs in each chat. */
    async function begun(): Promise<readonly (readonly [chat: string, row: InboxRow, held: Lease])[]> {
      return Promise.all(
        CHATS.map(async (chat) => {
          const [row, held] = await claimed(store, `in-${chat}`, chat);
          await store.turns.begin(newTurn(turnOf(chat), row), held.holder, NOON);
          return [chat, row, held] as const;
        }),
      );
    }

    it('end their turns though the turn of one is over: all of that one is undone, and nothing of the others', async () => {
      const all = await begun();
      const codes = await Promise.all(
        all.map(([chat, row, held], index) =>
          codeOf(store.turns.end(endOf(chat, index === BAD ? id('turn-unknown') : turnOf(chat), row.seq, held), NOON)),
        ),
      );
      expect(codes).toEqual(CHATS.map((_, index) => (index === BAD ? 'turn_expired' : undefined)));
      for (const [index, [chat, row, held]] of all.entries()) {
        const isBad = index === BAD;
        expect((await store.turns.get(turnOf(chat)))?.state, chat).toBe(isBad ? 'running' : 'done');
        expect((await store.outbox.lastFrameOf(isBad ? id('turn-unknown') : turnOf(chat))) === undefined, chat).toBe(
          isBad,
        );
        // Its event is still held under the lease, or was done with the turn.
        expect(await codeOf(store.inbox.done(row.seq, held.holder, NOON)), chat).toBe(isBad ? undefined : 'lease_lost');
      }
    });

    it('note what was sent though one of them has lost its lease', async () => {
      const all = await begun();
      const rows = await Promise.all(
        all.map(async ([chat, row, held]) => {
          const { replies } = await store.turns.end(endOf(chat, turnOf(chat), row.seq, held), NOON);
          return [replies[0]?.seq ?? 0, held.holder] as const;
        }),
      );
      const codes = await Promise.all(
        rows.map(([seq, holder], index) =>
          codeOf(store.outbox.sent(seq, index === BAD ? 'somebody else' : holder, sent(`m${seq}`), NOON)),
        ),
      );
      expect(codes).toEqual(CHATS.map((_, index) => (index === BAD ? 'lease_lost' : undefined)));
      for (const [index, chat] of CHATS.entries()) {
        const later = await store.outbox.claim(lane(chat), lease(NOON + 9 * MINUTE), NOON + 2 * MINUTE);
        expect(later?.seq, chat).toBe(index === BAD ? rows[BAD]?.[0] : undefined);
      }
    });

    it('are done though a statement of one of them is refused', async () => {
      const all = await begun();
      const codes = await Promise.all(
        all.map(([chat, , held], index) =>
          codeOf(store.turns.saveSent(turnOf(chat), held.holder, index === BAD ? Number.NaN : 3, sent(`m-${chat}`))),
        ),
      );
      expect(codes[BAD]).toBeDefined();
      expect(codes.filter((code) => code !== undefined)).toHaveLength(1);
      for (const [index, chat] of CHATS.entries()) {
        expect((await store.turns.get(turnOf(chat)))?.part, chat).toBe(index === BAD ? 0 : 3);
      }
    });

    it('begin the turns of those who still hold their events', async () => {
      const rows = await Promise.all(CHATS.map((chat) => claimed(store, `in-${chat}`, chat)));
      const begun = await Promise.all(
        rows.map(([row, held], index) =>
          store.turns
            .begin(newTurn(turnOf(CHATS[index] ?? ''), row), index === BAD ? 'somebody else' : held.holder, NOON)
            .then(
              ({ kind }) => kind,
              (error: unknown) => toGatewayError(error).code,
            ),
        ),
      );
      expect(begun).toEqual(CHATS.map((_, index) => (index === BAD ? 'lease_lost' : 'begun')));
    });

    it('are accepted in the order in which they came, also those of one lane', async () => {
      const texts = Array.from({ length: 30 }, (_, index) => String(index));
      const answers = await Promise.all(
        texts.map((text) => store.inbox.accept([message(text, Number(text) % 2 === 0 ? 'lin' : 'wang')], NOON)),
      );
      const numbers = answers.flat().map(({ seq }) => seq);
      expect(new Set(numbers).size).toBe(texts.length);
      for (const chat of ['lin', 'wang']) {
        const mine = numbers.filter((_, index) => (index % 2 === 0) === (chat === 'lin'));
        expect(mine).toEqual(mine.toSorted((a, b) => a - b));
      }
    });

    it('store what came twice once, in whichever call', async () => {
      const answers = await Promise.all(
        CHATS.map((_, index) =>
          store.inbox.accept([message(`twice-${index % 3}`, `chat-${index % 3}`), message(`once-${index}`)], NOON),
        ),
      );
      const news = answers.flat().filter(({ duplicate }) => !duplicate);
      expect(news).toHaveLength(CHATS.length + 3);
      expect(await store.inbox.cancel(FEISHU, id('twice-1'), NOON)).toBe('canceled');
    });
  });
}

async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => toGatewayError(error).code,
  );
}
