import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { toGatewayError } from '../../../src/core/errors.ts';
import { type ChatId, id, type Lane, type TurnId } from '../../../src/core/ids.ts';
import type { InboxRow, Lease, OutboxRow, Store } from '../../../src/core/store.ts';
import type { Ground } from '../store.contract.ts';
import { frame, lane, lease, MINUTE, message, NOON, newTurn, sent } from './samples.ts';

/** What a worker can do next; what does not fit what it holds is left out. */
const ACTS = [
  'accept',
  'claim',
  'claim-message',
  'end',
  'done',
  'retry',
  'bury',
  'release',
  'renew',
  'sent',
  'retry-message',
  'bury-message',
  'release-message',
  'wait',
] as const;

const step = fc.record({
  act: fc.constantFrom(...ACTS),
  worker: fc.nat({ max: 1 }),
  chat: fc.nat({ max: 1 }),
});
// Long ones: most faults need several claims and an expired lease.
const scripts = fc.array(fc.array(step, { minLength: 1, maxLength: 2 }), { minLength: 20, maxLength: 80, size: 'max' });
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

type Holding = { readonly lease: Lease } & (
  | { readonly box: 'inbox'; readonly row: InboxRow }
  | { readonly box: 'outbox'; readonly row: OutboxRow }
);

export function orderContract(ground: Ground): void {
  describe('two workers that do anything at any time', () => {
    let store: Store;
    let worlds = 0;
    beforeEach(async () => {
      store = await ground.fresh();
    });

    it('keep the order of each lane, and never hold one row both', { timeout: 60_000 }, async () => {
      const property = fc.asyncProperty(scripts, async (script) => {
        worlds += 1;
        const world = new World(store, `run-${worlds}`);
        // Steps of one turn are asked at the same time.
        for (const turn of script) await world.takeAtOnce(turn);
        await world.workOff();
        world.expectOrder();
      });
      await fc.assert(property, { numRuns: ground.engine.oneOwner ? 60 : 20 });
    });
  });
}

/** Two workers, two chats, and what must be true of them. */
class World {
  readonly #store: Store;
  readonly #name: string;
  #now = NOON;
  #events = 0;
  /** What each worker believes to hold; it may be wrong, when its lease has run out. */
  readonly #holdings: (Holding | undefined)[] = [undefined, undefined];
  /** Who was the last to get a row: only he may write. */
  readonly #owners = new Map<string, string>();
  readonly #finished = new Map<Lane, number[]>();
  readonly #sentOf = new Map<Lane, number[]>();
  /** What has to be so once all steps of one turn are over: answers of a server may overtake each other. */
  readonly #checks: (() => void)[] = [];

  constructor(store: Store, name: string) {
    this.#store = store;
    this.#name = name;
  }

  async takeAtOnce(steps: readonly Step[]): Promise<void> {
    await Promise.all(steps.map((one) => this.#take(one)));
    this.#check();
  }

  #check(): void {
    for (const check of this.#checks.splice(0)) check();
  }

  async #take({ act, worker, chat }: Step): Promise<void> {
    if (act === 'accept') return this.#accept(chat);
    if (act === 'wait') this.#now += MINUTE / 2;
    if (act === 'claim') return this.#claim(worker, chat);
    if (act === 'claim-message') return this.#claimMessage(worker, chat);
    const holding = this.#holdings[worker];
    if (holding) await this.#work(worker, holding, act);
  }

  /** Everybody else is gone: one worker finishes what is left. */
  async workOff(): Promise<void> {
    this.#holdings.fill(undefined);
    this.#now += 100 * MINUTE;
    for (const chat of [0, 1]) {
      while (await this.#workOne(chat));
    }
    expect(await this.#lanesLeft()).toEqual([]);
  }

  /** What was finished or sent never went backwards. */
  expectOrder(): void {
    for (const numbers of [...this.#finished.values(), ...this.#sentOf.values()]) {
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
  }

  async #lanesLeft(): Promise<readonly Lane[]> {
    const lanes = await this.#store.upkeep.lanesWithWork(this.#now, 1000);
    return lanes.filter((name) => name === this.#lane(0) || name === this.#lane(1));
  }

  async #workOne(chat: number): Promise<boolean> {
    await this.#claim(0, chat);
    await this.#claimMessage(0, chat);
    const holding = this.#holdings[0];
    if (!holding) return false;
    await this.#work(0, holding, holding.box === 'inbox' ? 'end' : 'sent');
    this.#check();
    return true;
  }

  async #accept(chat: number): Promise<void> {
    this.#events += 1;
    const text = `${this.#name}-${this.#events}`;
    const row = message(text, this.#chat(chat));
    await this.#store.inbox.accept([row, row], this.#now);
  }

  async #claim(worker: number, chat: number): Promise<void> {
    if (this.#holdings[worker]) return;
    const held = lease(this.#now + MINUTE);
    const row = await this.#store.inbox.claim(this.#lane(chat), held, this.#now);
    if (row) this.#hold(worker, { box: 'inbox', row, lease: held });
  }

  async #claimMessage(worker: number, chat: number): Promise<void> {
    if (this.#holdings[worker]) return;
    const held = lease(this.#now + MINUTE);
    const row = await this.#store.outbox.claim(this.#lane(chat), held, this.#now);
    if (row) this.#hold(worker, { box: 'outbox', row, lease: held });
  }

  #hold(worker: number, holding: Holding): void {
    const other = this.#holdings[1 - worker];
    const both = other && other.row.lane === holding.row.lane && this.#owns(other) && other.lease.until > this.#now;
    expect(both, 'two live leases in one lane').toBeFalsy();
    this.#owners.set(keyOf(holding), holding.lease.holder);
    this.#holdings[worker] = holding;
  }

  async #work(worker: number, holding: Holding, act: Step['act']): Promise<void> {
    const done = holding.box === 'inbox' ? this.#event(worker, holding, act) : this.#message(holding, act);
    if (!done) return;
    const mayWrite = this.#owns(holding);
    this.#holdings[worker] = act === 'renew' ? holding : undefined;
    const error = await done.then(
      () => undefined,
      (thrown: unknown) => toGatewayError(thrown),
    );
    if (!error && act !== 'renew' && this.#owns(holding)) this.#owners.delete(keyOf(holding));
    // Another step may have come between the question and the store: then either may be first, and the store decides.
    this.#checks.push(() => {
      if (mayWrite && this.#owns(holding)) expect(error).toBeUndefined();
      if (!mayWrite) expect(error?.code).toBe('lease_lost');
    });
  }

  #event(worker: number, holding: Holding & { box: 'inbox' }, act: Step['act']): Promise<unknown> | undefined {
    const { inbox } = this.#store;
    const { row, lease: held } = holding;
    if (act === 'end') return this.#end(worker, holding);
    if (act === 'done') return inbox.done(row.seq, held.holder, this.#now).then(() => this.#note(this.#finished, row));
    if (act === 'retry') return inbox.fail(row.seq, held.holder, 'agent_busy', this.#now + MINUTE, this.#now);
    if (act === 'bury') return inbox.fail(row.seq, held.holder, 'internal', undefined, this.#now);
    if (act === 'release') return inbox.release(row.seq, held.holder);
    if (act === 'renew') return inbox.renew(row.seq, held);
    return undefined;
  }

  async #end(worker: number, { row, lease: held }: Holding & { box: 'inbox' }): Promise<void> {
    const turn: TurnId = id(`t-${row.seq}`);
    await this.#store.turns.begin(newTurn(turn, row), held.holder, this.#now);
    const chat: ChatId = row.event.to.chat;
    const replies = [frame(turn, 0, chat), frame(turn, 1, chat)];
    const end = { turn, state: 'done', suggested: [], replies, seq: row.seq, lease: held } as const;
    const {
      replies: [first, second],
    } = await this.#store.turns.end(end, this.#now);
    this.#note(this.#finished, row);
    if (!first || !second) throw new Error('a reply is missing');
    await this.#store.outbox.release(second.seq, held.holder);
    this.#hold(worker, { box: 'outbox', row: first, lease: held });
  }

  #message({ row, lease: held }: Holding & { box: 'outbox' }, act: Step['act']): Promise<unknown> | undefined {
    const { outbox } = this.#store;
    if (act === 'sent') {
      return outbox
        .sent(row.seq, held.holder, sent(`m${row.seq}`), this.#now)
        .then(() => this.#note(this.#sentOf, row));
    }
    if (act === 'retry-message') {
      return outbox.fail(row.seq, held.holder, 'platform_throttled', this.#now + MINUTE, this.#now);
    }
    if (act === 'bury-message') return outbox.fail(row.seq, held.holder, 'platform_rejected', undefined, this.#now);
    if (act === 'release-message') return outbox.release(row.seq, held.holder);
    return undefined;
  }

  #note(list: Map<Lane, number[]>, { lane: name, seq }: { readonly lane: Lane; readonly seq: number }): void {
    list.set(name, [...(list.get(name) ?? []), seq]);
  }

  #owns(holding: Holding): boolean {
    return this.#owners.get(keyOf(holding)) === holding.lease.holder;
  }

  #chat(chat: number): string {
    return `${this.#name}-chat-${chat}`;
  }

  #lane(chat: number): Lane {
    return lane(this.#chat(chat));
  }
}

function keyOf(holding: Holding): string {
  return `${holding.box}-${holding.row.seq}`;
}
