import { writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { AgentEvent, Ask } from '../../src/core/agent.ts';
import type { ReplyWay } from '../../src/core/budget.ts';
import type { Clock } from '../../src/core/clock.ts';
import { id } from '../../src/core/ids.ts';
import { noLog } from '../../src/core/log.ts';
import type { CallStore, CountedCalls } from '../../src/core/store.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { type BudgetReached, openCallBudgets } from '../../src/queue/call-budgets.ts';
import { type DingtalkGateway, startDingtalkGateway } from '../support/dingtalk-gateway.ts';
import { started } from '../support/script-agent.ts';

/**
 * A month of a standard organisation, on the real pipeline and the simulator's quota. `MONTH_SCALE=1` runs all of it (5,000 calls, 3,000
 * pushes, 400 questions a day) and `MONTH_REPORT` names a file for its days; a twentieth of each keeps the same borders.
 */
const SCALE = Number(process.env['MONTH_SCALE'] ?? 0.05);
const CALLS = 5_000 * SCALE;
const PUSHES = 3_000 * SCALE;
const A_DAY = 400 * SCALE;
const DAYS = 30;
const DAY_MS = 24 * 60 * 60_000;
const SPEED = 100;
const PEOPLE = ['lin', 'chen', 'wang'] as const;

let gateway: DingtalkGateway;
afterEach(() => gateway.close());

/** Runs fast while people wait, and over the time between at once. */
function jumpingClock(start: number): Clock & { jumpTo(time: number): void } {
  const begun = Date.now();
  let ahead = start - begun;
  const now = (): number => Math.round(begun + (Date.now() - begun) * SPEED + ahead);
  return {
    now,
    sleep: (ms, signal) => systemClock.sleep(ms / SPEED, signal),
    jumpTo(time) {
      ahead += Math.max(0, time - now());
    },
  };
}

function table(): CallStore {
  const rows: CountedCalls[] = [];
  return {
    add: async (more) => void rows.push(...more),
    ofMonth: async (month) => rows.filter((row) => row.month === month),
  };
}

interface Day {
  answered: number;
  told: number;
  calls: number;
  readonly ways: Record<ReplyWay, number>;
}

describe('a month of 400 questions a day on 5,000 calls and 3,000 pushes', () => {
  it('answers everybody until the pushes are gone, and then tells them', {
    timeout: 900_000,
  }, async () => {
    const start = Date.parse('2026-10-31T16:00:00Z');
    const clock = jumpingClock(start);
    const reached: BudgetReached[] = [];
    const budgets = await openCallBudgets({
      store: table(),
      clock,
      log: noLog,
      onReached: (one) => void reached.push(one),
    });
    const plan = { calls: CALLS, pushes: PUSHES, fewUpdatesFrom: 0.5, messagesFrom: 0.8, pace: 'month' } as const;
    const budget = budgets.of(id('dingtalk'), plan);
    gateway = await startDingtalkGateway({
      mode: 'webhook',
      clock,
      deps: { budget },
      // A busy machine answers late at this speed; that a push may wait is shown elsewhere.
      dingtalk: { limits: { httpAckMs: 10 * 60_000, callsPerMonth: CALLS, pushesPerMonth: PUSHES } },
    });
    const { dingtalk } = gateway.sim;
    gateway.agent.answer = (ask) => slowAnswer(ask, clock);

    const days: Day[] = [];
    for (let day = 0; day < DAYS; day += 1) {
      const seen: Day = { answered: 0, told: 0, calls: 0, ways: { stream: 0, few: 0, message: 0 } };
      const before = dingtalk.quota.calls;
      for (let asked = 0; asked < A_DAY; asked += PEOPLE.length) {
        clock.jumpTo(start + day * DAY_MS + (asked / A_DAY) * DAY_MS * 0.9);
        const people = PEOPLE.slice(0, Math.min(PEOPLE.length, A_DAY - asked));
        const { way } = budget;
        const answers = await Promise.all(people.map((from, n) => ask(from, `question ${day}.${asked + n}`)));
        const given = answers.filter((text) => text.includes('question')).length;
        seen.answered += given;
        seen.ways[way] += given;
        seen.told += answers.length - given;
      }
      seen.calls = dingtalk.quota.calls - before;
      days.push(seen);
    }
    await budgets.stop();
    await report(days);

    const answered = days.reduce((sum, day) => sum + day.answered, 0);
    const told = days.reduce((sum, day) => sum + day.told, 0);
    // Nobody goes without a word, and the agent is asked for as long as the vendor passes on what people write.
    expect(answered + told).toBe(DAYS * A_DAY);
    expect(answered).toBe(PUSHES);
    expect(gateway.agent.asked).toHaveLength(PUSHES);
    // The calls last for the whole month. What is counted here is what the vendor has counted, and the calls whose token had run out.
    expect(dingtalk.quota.refused).toBe(0);
    const stale = [...dingtalk.record.calls].filter(([name]) => name.endsWith(' InvalidAuthentication'));
    expect(budget.spent).toBe(dingtalk.quota.calls + stale.reduce((sum, [, number]) => sum + number, 0));
    expect(budget.pushed).toBe(dingtalk.quota.pushes);
    expect(dingtalk.quota.calls).toBeLessThan(CALLS);
    const ways = (way: ReplyWay): number => days.reduce((sum, day) => sum + day.ways[way], 0);
    expect(ways('message')).toBeGreaterThan(ways('stream') + ways('few'));
    expect(ways('stream')).toBeGreaterThan(0);
    // The first days leave the later ones their share: whoever asks just before the pushes are gone may still see a card grow. In a small
    // month one round of questions, which is begun together, can cost more than a day's share; `reply-way.test.ts` has the pace itself.
    const lastWithCards = days.findLastIndex(({ ways: { stream } }) => stream > 0);
    if (SCALE === 1) expect(lastWithCards).toBeGreaterThanOrEqual(5);
    expect(reached.map(({ unit, share }) => [unit, share])).toEqual([
      ['pushes', 0.7],
      ['pushes', 0.9],
    ]);
  });
});

/** Asks, and waits for the whole answer. */
async function ask(from: string, text: string): Promise<string> {
  const { messageId } = gateway.sim.dingtalk.say({ from, text });
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    const found = gateway.sim.dingtalk.record.answersTo(messageId).find(({ isSettled }) => isSettled);
    if (found) return found.text;
    await systemClock.sleep(2);
  }
  throw new Error(`nobody answered; logged: ${gateway.log.slice(-8).join(' | ')}`);
}

/** Ten seconds of an agent, a word a second. */
async function* slowAnswer(question: Ask, clock: Clock): AsyncGenerator<AgentEvent> {
  yield started(question);
  for (let word = 0; word < 10; word += 1) {
    await clock.sleep(1_000);
    yield { kind: 'text', delta: `${word === 0 ? question.text : ' and so on'}` };
  }
  yield { kind: 'done', stopped: false };
}

async function report(days: readonly Day[]): Promise<void> {
  const file = process.env['MONTH_REPORT'];
  if (file === undefined) return;
  const lines = days.map(
    ({ answered, told, calls, ways }, day) =>
      `| ${day + 1} | ${ways.stream} | ${ways.few} | ${ways.message} | ${answered} | ${told} | ${calls} |`,
  );
  const head =
    '| day | streamed | few updates | one message | answered | told | calls |\n| --- | --- | --- | --- | --- | --- | --- |';
  await writeFile(file, `${head}\n${lines.join('\n')}\n`);
}
