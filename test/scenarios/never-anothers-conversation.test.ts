import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentEvent, Ask } from '../../src/core/agent.ts';
import type { MessageEvent } from '../../src/core/event.ts';
import { type ChannelName, id, type MergeId, type PersonId } from '../../src/core/ids.ts';
import { message, startGateway, type TestGateway } from '../support/gateway.ts';

/** Five accounts on two platforms; two of them have the same name and are strangers all the same. */
const ACCOUNTS = [
  ['paper', 'ada'],
  ['board', 'ada'],
  ['paper', 'bob'],
  ['board', 'eve'],
  ['paper', 'ada/board'],
] as const;

type Step =
  | { readonly kind: 'ask'; readonly who: number; readonly delayMs: number }
  | { readonly kind: 'link'; readonly who: number; readonly with: number }
  | { readonly kind: 'unlink'; readonly who: number }
  | { readonly kind: 'undo'; readonly which: number }
  | { readonly kind: 'new'; readonly who: number }
  | { readonly kind: 'continue'; readonly who: number }
  | { readonly kind: 'crash' }
  | { readonly kind: 'pause'; readonly ms: number };

const who = fc.nat(ACCOUNTS.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('ask' as const), who, delayMs: fc.nat(5) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('link' as const), who, with: who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('unlink' as const), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('undo' as const), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('new' as const, 'continue' as const), who }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'crash' } as const) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pause' as const), ms: fc.nat(8) }) },
);

const ADMIN = { actor: 'admin', reason: 'administrator' } as const;

/** What happened, by a counter that only goes up: who was one person with whom, last seen when. */
class World {
  readonly gateway: TestGateway;
  readonly asked: { readonly event: MessageEvent; readonly who: number; readonly text: string; readonly at: number }[] =
    [];
  readonly merges: MergeId[] = [];
  readonly delays = new Map<string, number>();
  /** In each dialogue of the agent's: the questions it has heard, in order, and how many of them at once. */
  readonly heard = new Map<string, number[]>();
  readonly running = new Map<string, number>();
  readonly faults: string[] = [];
  #time = 0;
  /** When two accounts were last known to be one person's. */
  readonly #together = new Map<string, number>();
  #persons: readonly string[] = ACCOUNTS.map((_, index) => String(index));

  constructor(gateway: TestGateway) {
    this.gateway = gateway;
    gateway.agent.answer = (ask) => this.#answer(ask);
  }

  async *#answer(ask: Ask): AsyncGenerator<AgentEvent> {
    const asker = Number(/^q(\d+) /.exec(ask.text)?.[1]);
    const dialogue = ask.conversation ?? `new-${ask.text}-${Math.random()}`;
    this.hear(dialogue, asker);
    try {
      yield { kind: 'started', run: { user: ask.user, conversation: dialogue, message: ask.text }, forgotten: false };
      await new Promise((resolve) => setTimeout(resolve, this.delays.get(ask.text) ?? 0));
      yield { kind: 'text', delta: `for ${ask.text}` };
    } finally {
      this.running.set(dialogue, (this.running.get(dialogue) ?? 1) - 1);
    }
  }

  hear(dialogue: string, question: number): void {
    const before = this.heard.get(dialogue) ?? [];
    const running = (this.running.get(dialogue) ?? 0) + 1;
    if (running > 1) this.faults.push(`two questions at once in ${dialogue}`);
    this.running.set(dialogue, running);
    const mine = this.asked[question];
    for (const other of before) {
      const theirs = this.asked[other];
      if (mine && theirs && this.#lastTogether(mine.who, theirs.who) < mine.at) {
        this.faults.push(`${mine.text} (${ACCOUNTS[mine.who]}) went on with what ${ACCOUNTS[theirs.who]} had asked`);
      }
    }
    this.heard.set(dialogue, [...before, question]);
  }

  #lastTogether(one: number, other: number): number {
    if (one === other || this.#persons[one] === this.#persons[other]) return Number.POSITIVE_INFINITY;
    return this.#together.get([Math.min(one, other), Math.max(one, other)].join()) ?? -1;
  }

  /** Notes who is one with whom by now. */
  async look(): Promise<void> {
    this.#time += 1;
    const persons = await Promise.all(ACCOUNTS.map((_, index) => this.person(index)));
    // Until this moment those who were together may still have been.
    for (const [one, mine] of this.#persons.entries()) {
      for (const [other, theirs] of this.#persons.entries()) {
        if (one < other && mine === theirs) this.#together.set([one, other].join(), this.#time);
      }
    }
    this.#persons = persons;
  }

  person(index: number): Promise<PersonId> {
    const [channel, account] = ACCOUNTS[index] ?? ['', ''];
    const { from } = message('', { account });
    return this.gateway.store.people.identify(id<ChannelName>(channel), from, Date.now()).then((person) => person.id);
  }

  async write(index: number, words: string): Promise<MessageEvent> {
    const [channel, account] = ACCOUNTS[index] ?? ['', ''];
    const event = message(words, { account });
    const sent = { ...event, to: { ...event.to, channel: id<ChannelName>(channel) } };
    return sent;
  }

  async take(now: Step): Promise<void> {
    const { store } = this.gateway;
    if (now.kind === 'ask') {
      const text = `q${this.asked.length} `;
      const event = await this.write(now.who, text.concat('?'));
      this.delays.set(text.concat('?'), now.delayMs);
      this.#time += 1;
      this.asked.push({ event, who: now.who, text: text.concat('?'), at: this.#time });
      await this.gateway.deliver(event);
    } else if (now.kind === 'link') {
      const made = await store.people.merge(await this.person(now.who), await this.person(now.with), ADMIN, Date.now());
      if (made) this.merges.push(made.id);
      await this.look();
    } else if (now.kind === 'unlink') {
      const [channel, account] = ACCOUNTS[now.who] ?? ['', ''];
      await store.people.unlink(id(channel), id(account), ADMIN, Date.now());
      await this.look();
    } else if (now.kind === 'undo') {
      const merge = this.merges[now.which % Math.max(1, this.merges.length)];
      if (merge) await store.people.undo(merge, ADMIN, Date.now());
      await this.look();
    } else if (now.kind === 'crash') await this.gateway.crash();
    else if (now.kind === 'pause') await new Promise((resolve) => setTimeout(resolve, now.ms));
    else await this.gateway.deliver(await this.write(now.who, `/${now.kind}`));
  }
}

describe('whoever is linked with whom, parted and linked again, at any time', () => {
  it('nobody goes on with what somebody else has asked, nor gets her answer, and no dialogue hears two questions at once', {
    timeout: 300_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async (steps) => {
        const gateway = await startGateway({ options: { firstFrameMs: 2, maxAttempts: 8 } });
        try {
          const world = new World(gateway);
          await world.look();
          for (const now of steps) await world.take(now);
          await gateway.quiet();
          expect(world.faults).toEqual([]);
          // Each answer is at the address of its question, once.
          for (const { event, text } of world.asked) {
            const there = event.to.channel === gateway.board.channel ? gateway.board : gateway.platform;
            const looks = [...gateway.platform.messages, ...gateway.board.messages].map(({ looks }) => looks.at(-1));
            const answers = looks.filter((look) => look?.kind === 'frame' && look.frame.answer === `for ${text}`);
            expect(answers.map((look) => look?.to)).toEqual([event.to]);
            expect(there.texts).toContain(`for ${text}`);
          }
        } finally {
          await gateway.close();
        }
      }),
      // A failure is told before the test's own time is over, however long it takes to find the shortest.
      { numRuns: 25, interruptAfterTimeLimit: 200_000 },
    );
  });
});
