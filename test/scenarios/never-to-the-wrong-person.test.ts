import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import type { MessageEvent } from '../../src/core/event.ts';
import { groupMessage, message, startGateway, type TestGateway } from '../support/gateway.ts';
import { started } from '../support/script-agent.ts';

/** What may happen, in any order and at any time. */
type Step =
  | { readonly kind: 'ask'; readonly who: string; readonly where: 'direct' | 'group'; readonly delayMs: number }
  | { readonly kind: 'again'; readonly which: number }
  | { readonly kind: 'crash' }
  | { readonly kind: 'vendor-fails'; readonly times: number }
  | { readonly kind: 'pause'; readonly ms: number };

// Names of which one is the beginning of another, or differs in nothing but case: shortened keys would mix them up.
const people = fc.constantFrom('ou_a', 'ou_ab', 'ou_A', 'ou_a"b', 'ou_a/b');

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      who: people,
      where: fc.constantFrom('direct' as const, 'group' as const),
      delayMs: fc.nat(6),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('again' as const), which: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'crash' } as const) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('vendor-fails' as const), times: fc.integer({ min: 1, max: 2 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pause' as const), ms: fc.nat(8) }) },
);

/** The agent answers with who asked in which dialogue, after a while that differs from question to question. */
function listen(gateway: TestGateway, delays: Map<string, number>): void {
  gateway.agent.answer = async function* (ask) {
    yield started(ask);
    const text = ask.text;
    await new Promise((resolve) => setTimeout(resolve, delays.get(text) ?? 0));
    yield { kind: 'text', delta: `for ${ask.user} in ${ask.conversation ?? 'new'}: ` };
    await new Promise((resolve) => setTimeout(resolve, delays.get(text) ?? 0));
    yield { kind: 'text', delta: text };
  };
}

async function play(steps: readonly Step[]): Promise<{ gateway: TestGateway; asked: MessageEvent[] }> {
  const gateway = await startGateway({ options: { firstFrameMs: 2, maxAttempts: 8 } });
  const asked: MessageEvent[] = [];
  const delays = new Map<string, number>();
  let failing = 0;
  listen(gateway, delays);
  gateway.platform.before = () => {
    failing -= 1;
    if (failing >= 0) throw new GatewayError('platform_throttled', 'not now', { retryAfterMs: 1 });
  };
  for (const now of steps) {
    if (now.kind === 'ask') {
      const text = `question ${asked.length}`;
      const event = now.where === 'direct' ? message(text, { account: now.who }) : groupMessage(text, now.who);
      delays.set(text, now.delayMs);
      asked.push(event);
      await gateway.deliver(event);
    } else if (now.kind === 'again') {
      const event = asked[now.which % Math.max(1, asked.length)];
      if (event) await gateway.deliver(event);
    } else if (now.kind === 'crash') await gateway.crash();
    else if (now.kind === 'vendor-fails') failing = now.times;
    else await new Promise((resolve) => setTimeout(resolve, now.ms));
  }
  await gateway.quiet();
  return { gateway, asked };
}

const textOf = (event: MessageEvent): string => (event.parts[0]?.kind === 'text' ? event.parts[0].text : '');

describe('whatever happens in whatever order', () => {
  it('every question is answered once, in order, to the one who asked and to nobody else', {
    timeout: 300_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
        const { gateway, asked } = await play(steps);
        try {
          const answers = gateway.platform.messages.map(({ looks }) => looks.at(-1));
          const finals = answers.map((look) => (look?.kind === 'frame' ? look : undefined));
          // Once each.
          const told = finals.map((look) => /question \d+$/.exec(look?.frame.answer ?? '')?.[0]);
          expect(new Set(told)).toEqual(new Set(asked.map(textOf)));
          expect(told).toHaveLength(asked.length);
          // At the address of its question, and finished.
          for (const event of asked) {
            const look = finals.find((one) => one?.frame.answer.endsWith(`: ${textOf(event)}`));
            expect(look?.to).toEqual(event.to);
            expect(look?.frame.state).toBe('done');
          }
          // No two people share a dialogue, and one person's direct dialogue is not her group's.
          const dialogues = new Map<string, Set<string>>();
          for (const ask of gateway.agent.asked) {
            if (ask.conversation === undefined) continue;
            const event = asked.find((one) => textOf(one) === ask.text);
            const who = `${event?.from.account} ${event?.to.kind}`;
            dialogues.set(
              ask.conversation,
              (dialogues.get(ask.conversation) ?? new Set()).add(String(event?.from.account)),
            );
            expect(who).not.toBe('undefined undefined');
          }
          for (const members of dialogues.values()) expect([...members]).toHaveLength(1);
          // In order within a conversation.
          for (const lane of new Set(asked.map((event) => `${event.to.chat} ${event.from.account}`))) {
            const mine = asked.filter((event) => `${event.to.chat} ${event.from.account}` === lane).map(textOf);
            expect(told.filter((text) => mine.includes(text ?? ''))).toEqual(mine);
          }
        } finally {
          await gateway.close();
        }
      }),
      { numRuns: 20 },
    );
  });
});
