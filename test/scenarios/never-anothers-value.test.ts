import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentEvent, Ask } from '../../src/core/agent.ts';
import { type ChannelName, id, type MergeId, type PersonId } from '../../src/core/ids.ts';
import { groupMessage, message, startGateway, type TestGateway } from '../support/gateway.ts';
import type { PaperMessage } from '../support/paper-platform.ts';

const ACCOUNTS = [
  ['paper', 'ada'],
  ['board', 'ada'],
  ['paper', 'bob'],
  ['board', 'eve'],
] as const;
const ADMIN = { actor: 'admin', reason: 'administrator' } as const;
/** An agent that says every placeholder there could be, to whoever asks. */
const EVERYTHING = Array.from({ length: 12 }, (_, index) => `[手机号${index + 1}]`).join(' ');

type Step =
  | { readonly kind: 'tell' | 'group' | 'forge' | 'unlink' | 'new' | 'continue'; readonly who: number }
  | { readonly kind: 'link'; readonly who: number; readonly with: number }
  | { readonly kind: 'undo'; readonly which: number }
  | { readonly kind: 'crash' };

const who = fc.nat(ACCOUNTS.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('tell' as const), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('group' as const, 'forge' as const), who }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('link' as const), who, with: who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('unlink' as const), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('undo' as const), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('new' as const, 'continue' as const), who }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'crash' } as const) },
);

class World {
  readonly #gateway: TestGateway;
  readonly #merges: MergeId[] = [];
  /** Who told each value. */
  readonly tellers: number[] = [];
  readonly faults: string[] = [];

  constructor(gateway: TestGateway) {
    this.#gateway = gateway;
    gateway.agent.answer = async function* (ask: Ask): AsyncGenerator<AgentEvent> {
      yield { kind: 'started', run: { user: ask.user, conversation: ask.conversation ?? ask.user }, forgotten: false };
      yield { kind: 'text', delta: `${ask.text} ${EVERYTHING}` };
      yield { kind: 'done', stopped: false };
    };
  }

  #person(index: number): Promise<PersonId> {
    const [channel, account] = ACCOUNTS[index] ?? ['', ''];
    const { from } = message('', { account });
    return this.#gateway.store.people.identify(id<ChannelName>(channel), from, Date.now()).then((person) => person.id);
  }

  #written(index: number, words: string) {
    const [channel, account] = ACCOUNTS[index] ?? ['', ''];
    const event = message(words, { account });
    return { ...event, to: { ...event.to, channel: id<ChannelName>(channel) } };
  }

  #newValue(teller: number): string {
    this.tellers.push(teller);
    return valueOf(this.tellers.length - 1);
  }

  async take(now: Step): Promise<void> {
    const { store } = this.#gateway;
    switch (now.kind) {
      case 'tell':
        return this.#ask(now.who, `我是 ${this.#newValue(now.who)}`);
      case 'forge':
        return this.#ask(now.who, EVERYTHING);
      case 'new':
      case 'continue':
        return this.#ask(now.who, `/${now.kind}`);
      case 'group':
        await this.#gateway.deliver(groupMessage(`我是 ${this.#newValue(now.who)}`, ACCOUNTS[now.who]?.[1] ?? ''));
        return this.#gateway.quiet();
      case 'link': {
        const merged = await store.people.merge(
          await this.#person(now.who),
          await this.#person(now.with),
          ADMIN,
          Date.now(),
        );
        if (merged) this.#merges.push(merged.id);
        return;
      }
      case 'unlink': {
        const [channel, account] = ACCOUNTS[now.who] ?? ['', ''];
        await store.people.unlink(id(channel), id(account), ADMIN, Date.now());
        return;
      }
      case 'undo': {
        const merge = this.#merges[now.which % Math.max(1, this.#merges.length)];
        if (merge) await store.people.undo(merge, ADMIN, Date.now());
        return;
      }
      case 'crash':
        return this.#gateway.crash();
    }
  }

  /** Asks and looks at the answer: what it says in full was told by an account that is the same person's now. */
  async #ask(asker: number, words: string): Promise<void> {
    const before = new Set(this.#messages());
    await this.#gateway.deliver(this.#written(asker, words));
    await this.#gateway.quiet();
    const persons = await Promise.all(ACCOUNTS.map((_, index) => this.#person(index)));
    const answers = this.#messages().filter((one) => !before.has(one));
    for (const text of answers.map(({ looks }) => JSON.stringify(looks))) {
      for (const [value, teller] of this.tellers.entries()) {
        const isHers = teller === asker || persons[teller] === persons[asker];
        if (text.includes(valueOf(value)) && !isHers)
          this.faults.push(`${ACCOUNTS[asker]} read what ${ACCOUNTS[teller]} had told`);
      }
    }
  }

  #messages(): readonly PaperMessage[] {
    return [...this.#gateway.platform.messages, ...this.#gateway.board.messages];
  }

  /** Values in a group, where others read along. */
  inGroups(): readonly string[] {
    const looks = this.#gateway.platform.messages.flatMap(({ looks }) => looks);
    const texts = looks.filter(({ to }) => to.kind === 'group').map((look) => JSON.stringify(look));
    return this.tellers.map((_, value) => valueOf(value)).filter((value) => texts.some((text) => text.includes(value)));
  }

  restored(): number {
    const shown = JSON.stringify(this.#messages());
    return this.tellers.filter((_, value) => shown.includes(valueOf(value))).length;
  }
}

function valueOf(index: number): string {
  return `139${String(10_007_919 + index * 7919).padStart(8, '0')}`;
}

describe('whoever is linked with whom, parted and linked again, in whatever order', () => {
  it('nobody reads a value that somebody else has told, and nobody reads one in a group', {
    timeout: 300_000,
  }, async () => {
    let restored = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 16 }), async (steps) => {
        const gateway = await startGateway({ privacy: { in: 'placeholder' }, options: { firstFrameMs: 1_000 } });
        try {
          const world = new World(gateway);
          for (const now of steps) await world.take(now);
          expect(world.faults).toEqual([]);
          expect(world.inGroups()).toEqual([]);
          restored += world.restored();
        } finally {
          await gateway.close();
        }
      }),
      { numRuns: 8 },
    );
    // Else the above would hold of a gateway that restores nothing.
    expect(restored).toBeGreaterThan(0);
  });
});
