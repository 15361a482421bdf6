import { describe, expect, it } from 'vitest';
import type { CallBudget } from '../../core/budget.ts';
import { id } from '../../core/ids.ts';
import { noLog } from '../../core/log.ts';
import { MonthBudget, type Way } from './budget.ts';
import { dingtalkConfigSchema } from './config.ts';

function counter(): CallBudget & { spent: number } {
  return {
    spent: 0,
    spend() {
      this.spent += 1;
    },
  };
}

function month(more: Readonly<Record<string, unknown>> = {}) {
  const budget = counter();
  const warned: unknown[] = [];
  const log = { ...noLog, warn: (_: string, fields?: unknown) => void warned.push(fields) };
  const config = dingtalkConfigSchema.parse({ clientId: 'c', clientSecret: 's', ...more });
  return { budget, warned, calls: new MonthBudget(config, { channel: id('dingtalk'), log, budget }) };
}

describe('the month’s calls', () => {
  it('are those that the vendor counts: no tokens, no answers by the address given, nothing that was throttled', () => {
    const { budget, calls } = month();
    for (const api of ['token.new', 'token.old', 'session.send', 'file.get', 'socket.open']) calls.count(api, '0', 200);
    calls.count('card.stream', 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi', 403);
    expect(budget.spent).toBe(0);
    calls.count('card.stream', '0', 200);
    calls.count('card.create', 'param.empty', 400);
    expect(budget.spent).toBe(2);
  });

  it('decide how answers are shown', () => {
    const { budget, calls } = month();
    const ways = [0, 2_499, 2_500, 3_999, 4_000, 5_000].map((spent): Way => {
      budget.spent = spent;
      return calls.way;
    });
    expect(ways).toEqual(['stream', 'stream', 'few', 'few', 'message', 'message']);
  });

  it('decide nothing where the operator says that there are enough', () => {
    const { budget, calls } = month({ callsPerMonth: '0' });
    budget.spent = 1_000_000;
    expect(calls.way).toBe('stream');
  });

  it('are told about at 70 and at 90 percent, once each', () => {
    const { budget, warned, calls } = month();
    for (const spent of [3_000, 3_500, 3_600, 4_499, 4_600]) {
      budget.spent = spent - 1;
      calls.count('robot.oto', '0', 200);
    }
    expect(warned).toHaveLength(2);
  });

  it('last a whole month of 400 questions a day: every one is answered, and cards become fewer', () => {
    const { budget, calls } = month();
    const shown: Record<Way, number> = { stream: 0, few: 0, message: 0 };
    for (let question = 0; question < 30 * 400; question += 1) {
      const { way } = calls;
      shown[way] += 1;
      // An answer of 10 s: made, told, ended in two calls, and an update for each pause.
      const updates = way === 'message' ? 0 : 4 + Math.floor(10_000 / calls.intervalMs);
      for (let call = 0; call < updates; call += 1) calls.count('card.stream', '0', 200);
    }
    expect(budget.spent).toBeLessThan(5_000);
    expect(shown.stream + shown.few + shown.message).toBe(12_000);
    expect(shown.stream).toBeGreaterThan(100);
    expect(shown.few).toBeGreaterThan(shown.stream);
    expect(shown.message).toBeGreaterThan(10_000);
  });
});
