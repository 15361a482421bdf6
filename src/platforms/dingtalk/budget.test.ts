import { describe, expect, it } from 'vitest';
import { type CallBudget, noBudget } from '../../core/budget.ts';
import { budgetPlanOf, MonthBudget } from './budget.ts';
import { dingtalkConfigSchema } from './config.ts';

function month(more: Partial<CallBudget> = {}) {
  const counted: string[] = [];
  const budget: CallBudget = {
    ...noBudget,
    spend: (kind) => void counted.push(kind),
    push: (kind) => void counted.push(`push ${kind}`),
    ...more,
  };
  return { counted, calls: new MonthBudget({ budget }) };
}

describe('the month’s calls', () => {
  it('are those that the vendor counts: no tokens, no look-ups, no answers by the address given, nothing that was throttled', () => {
    const { counted, calls } = month();
    const free = [
      'token.new',
      'token.old',
      'contact.user',
      'contact.users',
      'contact.department',
      'contact.departments',
      'session.send',
      'file.get',
      'socket.open',
    ];
    for (const api of free) calls.count(api, '0', 200);
    calls.count('card.stream', 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi', 403);
    expect(counted).toEqual([]);
    calls.count('card.stream', '0', 200);
    calls.count('card.create', 'param.empty', 400);
    expect(counted).toEqual(['card.stream', 'card.create']);
  });

  it('have pushes beside them: messages, presses and events, but for those of the directory', () => {
    const { counted, calls } = month();
    calls.countPush('message');
    calls.countPush('press');
    for (const event of ['bpms_task_change', 'user_leave_org', 'org_dept_create']) calls.countPush('event', event);
    expect(counted).toEqual(['push message', 'push press', 'push event']);
  });

  it('slow cards down when they get few', () => {
    expect(month().calls.intervalMs).toBe(1_000);
    expect(month({ way: 'few' }).calls.intervalMs).toBe(5_000);
  });

  it('are 5,000 and 3,000 in the standard edition, and what the operator says else', () => {
    const plan = (more: object = {}) =>
      budgetPlanOf(dingtalkConfigSchema.parse({ clientId: 'c', clientSecret: 's', ...more }));
    expect(plan()).toEqual({ calls: 5_000, pushes: 3_000, fewUpdatesFrom: 0.5, messagesFrom: 0.8, pace: 'month' });
    expect(plan({ callsPerMonth: '0', pushesPerMonth: '50000' })).toMatchObject({ calls: 0, pushes: 50_000 });
  });
});
