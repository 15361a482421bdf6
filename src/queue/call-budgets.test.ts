import { describe, expect, it } from 'vitest';
import { type ChannelName, id } from '../core/ids.ts';
import { noLog } from '../core/log.ts';
import type { CallStore, CountedCalls } from '../core/store.ts';
import { openCallBudgets } from './call-budgets.ts';

const DINGTALK = id<ChannelName>('dingtalk');
const LAST_EVENING_OF_MAY = Date.parse('2026-05-31T15:59:00Z');

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

describe('the calls of a month', () => {
  it('are counted by kind and are there after a restart', async () => {
    const { rows, store } = table();
    const { clock } = timeAt(LAST_EVENING_OF_MAY);
    const first = await openCallBudgets(store, clock, noLog);
    const budget = first.of(DINGTALK);
    for (const kind of ['card.create', 'card.stream', 'card.stream']) budget.spend(kind);
    expect(budget.spent).toBe(3);
    expect([...first.spent]).toEqual([[DINGTALK, 3]]);
    await first.stop();
    expect(rows).toMatchObject([
      { month: '2026-05', kind: 'card.create', number: 1 },
      { month: '2026-05', kind: 'card.stream', number: 2 },
    ]);
    const second = await openCallBudgets(store, clock, noLog);
    expect(second.of(DINGTALK).spent).toBe(3);
    expect(second.of(id('another')).spent).toBe(0);
    await second.stop();
  });

  it('begin anew at midnight in China', async () => {
    const { rows, store } = table();
    const { time, clock } = timeAt(LAST_EVENING_OF_MAY);
    const budgets = await openCallBudgets(store, clock, noLog);
    const budget = budgets.of(DINGTALK);
    budget.spend('robot.oto');
    time.now += 60_000;
    expect(budget.spent).toBe(0);
    budget.spend('robot.oto');
    await budgets.stop();
    expect(rows.map(({ month }) => month)).toEqual(['2026-05', '2026-06']);
  });

  it('are not forgotten while the store is out of order', async () => {
    const { rows, state, store } = table();
    const budgets = await openCallBudgets(store, timeAt(LAST_EVENING_OF_MAY).clock, noLog);
    state.broken = true;
    budgets.of(DINGTALK).spend('robot.oto');
    await expect(budgets.store()).rejects.toThrow('no disk');
    budgets.of(DINGTALK).spend('robot.oto');
    state.broken = false;
    await budgets.stop();
    expect(rows).toMatchObject([{ kind: 'robot.oto', number: 2 }]);
  });
});
