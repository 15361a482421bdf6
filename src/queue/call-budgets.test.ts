import { describe, expect, it } from 'vitest';
import type { BudgetPlan } from '../core/budget.ts';
import { type ChannelName, id } from '../core/ids.ts';
import { noLog } from '../core/log.ts';
import type { CallStore, CountedCalls } from '../core/store.ts';
import { type BudgetReached, openCallBudgets } from './call-budgets.ts';

const DINGTALK = id<ChannelName>('dingtalk');
const LAST_EVENING_OF_MAY = Date.parse('2026-05-31T15:59:00Z');
const PLAN: BudgetPlan = { calls: 5_000, pushes: 3_000, fewUpdatesFrom: 0.5, messagesFrom: 0.8 };

/** A table that can be out of order. */
function table(rows: CountedCalls[] = []) {
  const state = { broken: false };
  const store: CallStore = {
    add: (more) => {
      if (state.broken) return Promise.reject(new Error('no disk'));
      rows.push(...more);
      return Promise.resolve();
    },
    ofMonth: (month) => Promise.resolve(rows.filter((row) => row.month === month)),
  };
  return { rows, state, store };
}

function timeAt(start: number) {
  const time = { now: start };
  return { time, clock: { now: () => time.now, sleep: () => Promise.resolve() } };
}

const used = (kind: string, number: number): CountedCalls => ({ channel: DINGTALK, month: '2026-05', kind, number });

async function open(rows: CountedCalls[] = []) {
  const { store, state } = table(rows);
  const { time, clock } = timeAt(LAST_EVENING_OF_MAY);
  const reached: BudgetReached[] = [];
  const onReached = (one: BudgetReached): void => void reached.push(one);
  const budgets = await openCallBudgets({ store, clock, log: noLog, onReached });
  return { rows, state, time, reached, budgets };
}

describe('the calls of a month', () => {
  it('are counted by kind and are there after a restart', async () => {
    const { rows, budgets: first } = await open();
    const budget = first.of(DINGTALK, PLAN);
    for (const kind of ['card.create', 'card.stream', 'card.stream']) budget.spend(kind);
    budget.push('message');
    expect([budget.spent, budget.pushed]).toEqual([3, 1]);
    const kinds = new Map([
      ['card.create', 1],
      ['card.stream', 2],
      ['push.message', 1],
    ]);
    expect(first.states).toEqual([{ channel: DINGTALK, plan: PLAN, calls: 3, pushes: 1, kinds, way: 'stream' }]);
    await first.stop();
    expect(rows).toEqual([used('card.create', 1), used('card.stream', 2), used('push.message', 1)]);
    const { budgets: second } = await open(rows);
    expect(second.of(DINGTALK)).toMatchObject({ spent: 3, pushed: 1 });
    expect(second.of(id('another')).spent).toBe(0);
    await second.stop();
  });

  it('begin anew at midnight in China', async () => {
    const { rows, time, budgets } = await open();
    const budget = budgets.of(DINGTALK);
    budget.spend('robot.oto');
    time.now += 60_000;
    expect(budget.spent).toBe(0);
    budget.spend('robot.oto');
    await budgets.stop();
    expect(rows.map(({ month }) => month)).toEqual(['2026-05', '2026-06']);
  });

  it('are not forgotten while the store is out of order', async () => {
    const { rows, state, budgets } = await open();
    state.broken = true;
    budgets.of(DINGTALK).spend('robot.oto');
    await expect(budgets.store()).rejects.toThrow('no disk');
    budgets.of(DINGTALK).spend('robot.oto');
    state.broken = false;
    await budgets.stop();
    expect(rows).toMatchObject([{ kind: 'robot.oto', number: 2 }]);
  });

  it('decide how answers are shown', async () => {
    const ways = [];
    for (const spent of [0, 2_499, 2_500, 3_999, 4_000, 5_000]) {
      const { budgets } = await open([used('card.stream', spent)]);
      ways.push(budgets.of(DINGTALK, PLAN).way);
      await budgets.stop();
    }
    expect(ways).toEqual(['stream', 'stream', 'few', 'few', 'message', 'message']);
  });

  it('decide nothing where the operator says that there are enough, nor do pushes', async () => {
    const { budgets } = await open([used('card.stream', 1_000_000), used('push.message', 1_000_000)]);
    expect(budgets.of(DINGTALK, { ...PLAN, calls: 0 }).way).toBe('stream');
    await budgets.stop();
  });
});

describe('a month that runs out', () => {
  it('is told of at 70 and at 90 percent of the calls and of the pushes, once each', async () => {
    const { budgets, reached } = await open([used('card.stream', 3_400), used('push.message', 2_090)]);
    const budget = budgets.of(DINGTALK, PLAN);
    for (let call = 0; call < 1_300; call += 1) budget.spend('card.stream');
    for (let push = 0; push < 20; push += 1) budget.push('message');
    expect(reached.map(({ unit, share, used: number }) => [unit, share, number])).toEqual([
      ['calls', 0.7, 3_500],
      ['calls', 0.9, 4_500],
      ['pushes', 0.7, 2_100],
    ]);
    expect(reached[1]).toMatchObject({ month: '2026-05', limit: 5_000, way: 'message' });
    await budgets.stop();
  });

  it('is told of anew in the next month, and by the next process', async () => {
    const { budgets, reached, time, rows } = await open([used('card.stream', 4_600)]);
    budgets.of(DINGTALK, PLAN).spend('card.stream');
    time.now += 60_000;
    const budget = budgets.of(DINGTALK, PLAN);
    for (let call = 0; call < 3_500; call += 1) budget.spend('card.stream');
    expect(reached.map(({ month, share }) => [month, share])).toEqual([
      ['2026-05', 0.9],
      ['2026-06', 0.7],
    ]);
    await budgets.stop();
    const next = await open(rows);
    next.budgets.of(DINGTALK, PLAN).spend('card.stream');
    expect(next.reached).toHaveLength(1);
    await next.budgets.stop();
  });

  it('takes over what other processes have counted', async () => {
    const { rows, store } = table([used('message', 2)]);
    const { clock } = timeAt(LAST_EVENING_OF_MAY);
    const budgets = await openCallBudgets({ store, clock, log: noLog, isShared: true });
    const mine = budgets.of(DINGTALK);
    mine.spend('card');
    rows.push(used('message', 10));
    await budgets.store();
    expect(mine.spent).toBe(13);
    await budgets.stop();
  });
});
