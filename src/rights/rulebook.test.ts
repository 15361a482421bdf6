import { describe, expect, it } from 'vitest';
import { id } from '../core/ids.ts';
import type { Asker, Grant, RightsRules, Role } from '../core/rights.ts';
import { openRulebook } from './rulebook.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-05-10T08:00:00+08:00');

const role = (name: string, given: Partial<Role> = {}): Role => ({ name, allow: [], deny: [], quotas: [], ...given });
const to = (target: Grant['to'], name: string, times: Pick<Grant, 'from' | 'until'> = {}): Grant => ({
  role: name,
  to: target,
  ...times,
});

const ROLES: readonly Role[] = [
  role('everyone', { allow: ['agent:helpdesk', 'command:*'] }),
  role('hr', { allow: ['agent:hr', 'feature:files'] }),
  role('sales', { allow: ['agent:crm', 'agent:pricing'] }),
  role('admins', { allow: ['agent:*', 'feature:*'] }),
  role('trainee', { deny: ['agent:pricing', 'feature:files', 'command:link'] }),
  role('blocked', { deny: ['agent:*', 'command:*', 'feature:*'] }),
  role('payroll', { allow: ['agent:payroll'], onRequestDays: 7 }),
  role('files', { allow: ['feature:files'], onRequestDays: 30 }),
];

const GRANTS: readonly Grant[] = [
  to('department:feishu/hr', 'hr'),
  to('department:feishu/sales', 'sales'),
  to('department:feishu/trainees', 'trainee'),
  to('person:p-boss', 'admins'),
  to('person:p-blocked', 'blocked'),
  to('person:p-blocked', 'admins'),
  to('group:feishu/oc_sales', 'sales'),
  to('channel:dingtalk-lab', 'files'),
  to('platform:wecom', 'hr'),
  to('person:p-soon', 'sales', { from: NOW + DAY }),
  to('person:p-past', 'sales', { until: NOW - DAY }),
  to('person:p-during', 'sales', { from: NOW - DAY, until: NOW + DAY }),
  to('person:p-begins', 'sales', { from: NOW }),
  to('person:p-ends', 'sales', { until: NOW }),
  to('person:p-twice', 'sales', { until: NOW - DAY }),
  to('person:p-twice', 'sales', { from: NOW }),
  to('person:p-grounded', 'sales'),
  to('person:p-grounded', 'trainee', { until: NOW + DAY }),
  to('person:p-lost', 'nobody-wrote-this-role'),
];

const who = (person: string, given: Partial<Asker> = {}): Asker => ({
  person: id(person),
  channel: id('feishu'),
  platform: 'feishu',
  departments: [],
  ownDepartments: given.departments ?? [],
  left: false,
  ...given,
});
const ada = who('p-ada');
const hr = who('p-hana', { departments: ['feishu/hr'] });
const sales = who('p-sam', { departments: ['feishu/sales'] });
const trainee = who('p-tim', { departments: ['feishu/sales', 'feishu/trainees'] });
const boss = who('p-boss');
const blocked = who('p-blocked');
const inSalesGroup = who('p-ada', { group: id('oc_sales') });
const inLab = who('p-ada', { channel: id('dingtalk-lab'), platform: 'dingtalk' });
const inWecom = who('p-ada', { channel: id('wecom-app'), platform: 'wecom' });
const gone = who('p-boss', { left: true });

type Row = readonly [asker: Asker, right: string, expected: string, at?: number];

/** Everybody who is no more than an employee, and what she may not have. */
const TABLE: Readonly<Record<string, readonly Row[]>> = {
  'what everybody may': [
    [ada, 'agent:helpdesk', 'role everyone'],
    [hr, 'agent:helpdesk', 'role everyone'],
    [sales, 'agent:helpdesk', 'role everyone'],
    [trainee, 'agent:helpdesk', 'role everyone'],
    [inSalesGroup, 'agent:helpdesk', 'role everyone'],
    [ada, 'command:link', 'role everyone'],
    [ada, 'command:sessions', 'role everyone'],
    [ada, 'command:anything-new', 'role everyone'],
    [hr, 'command:new', 'role everyone'],
    [boss, 'command:new', 'role everyone'],
    [who('p-never-seen'), 'agent:helpdesk', 'role everyone'],
    [who('p-never-seen'), 'agent:hr', 'missing'],
  ],
  'what nobody has given her': [
    [ada, 'agent:hr', 'missing'],
    [ada, 'agent:crm', 'missing'],
    [ada, 'agent:pricing', 'missing'],
    [ada, 'agent:not-in-any-role', 'missing'],
    [ada, 'feature:regenerate', 'missing'],
    [ada, 'agent:payroll', 'missing: payroll'],
    [ada, 'feature:files', 'missing: files'],
    [hr, 'agent:payroll', 'missing: payroll'],
    [sales, 'feature:files', 'missing: files'],
    [ada, 'agent:HR', 'missing'],
    [ada, 'agent:help', 'missing'],
    [ada, 'agent:helpdesk2', 'missing'],
    [ada, 'agent:all', 'missing'],
  ],
  departments: [
    [hr, 'agent:hr', 'role hr'],
    [hr, 'feature:files', 'role hr'],
    [hr, 'feature:regenerate', 'missing'],
    [hr, 'agent:crm', 'missing'],
    [sales, 'agent:crm', 'role sales'],
    [sales, 'agent:pricing', 'role sales'],
    [sales, 'agent:hr', 'missing'],
    [who('p-both', { departments: ['feishu/hr', 'feishu/sales'] }), 'agent:hr', 'role hr'],
    [who('p-both', { departments: ['feishu/hr', 'feishu/sales'] }), 'agent:crm', 'role sales'],
    [who('p-other', { departments: ['feishu/finance'] }), 'agent:crm', 'missing'],
    [who('p-other', { departments: ['feishu/Sales'] }), 'agent:crm', 'missing'],
    [who('p-other', { departments: ['feishu/sales-2'] }), 'agent:crm', 'missing'],
    [who('p-other', { departments: [''] }), 'agent:crm', 'missing'],
  ],
  persons: [
    [boss, 'agent:hr', 'role admins'],
    [boss, 'agent:payroll', 'role admins'],
    [boss, 'agent:not-in-any-role', 'role admins'],
    [boss, 'feature:files', 'role admins'],
    [boss, 'feature:regenerate', 'role admins'],
    [who('p-bos'), 'agent:hr', 'missing'],
    [who('p-boss2'), 'agent:hr', 'missing'],
    [who('p-lost'), 'agent:helpdesk', 'role everyone'],
    [who('p-lost'), 'agent:crm', 'missing'],
  ],
  'groups, channels and platforms': [
    [inSalesGroup, 'agent:crm', 'role sales'],
    [inSalesGroup, 'agent:hr', 'missing'],
    [who('p-ada', { group: id('oc_other') }), 'agent:crm', 'missing'],
    [who('p-ada', { group: id('oc_sales'), channel: id('lark') }), 'agent:crm', 'missing'],
    [who('p-tim', { group: id('oc_sales'), departments: ['feishu/trainees'] }), 'agent:pricing', 'denied trainee'],
    [who('p-tim', { group: id('oc_sales'), departments: ['feishu/trainees'] }), 'agent:crm', 'role sales'],
    [inLab, 'feature:files', 'role files'],
    [inLab, 'agent:hr', 'missing'],
    [ada, 'feature:files', 'missing: files'],
    [who('p-ada', { channel: id('dingtalk'), platform: 'dingtalk' }), 'feature:files', 'missing: files'],
    [inWecom, 'agent:hr', 'role hr'],
    [inWecom, 'feature:files', 'role hr'],
    [inWecom, 'agent:crm', 'missing'],
    [who('p-tim', { platform: 'wecom', departments: ['feishu/trainees'] }), 'feature:files', 'denied trainee'],
  ],
  'denials, which win': [
    [trainee, 'agent:crm', 'role sales'],
    [trainee, 'agent:pricing', 'denied trainee'],
    [trainee, 'feature:files', 'denied trainee'],
    [trainee, 'command:link', 'denied trainee'],
    [trainee, 'command:new', 'role everyone'],
    [trainee, 'command:unlink', 'role everyone'],
    [blocked, 'agent:helpdesk', 'denied blocked'],
    [blocked, 'agent:hr', 'denied blocked'],
    [blocked, 'agent:not-in-any-role', 'denied blocked'],
    [blocked, 'command:new', 'denied blocked'],
    [blocked, 'feature:files', 'denied blocked'],
    [blocked, 'feature:regenerate', 'denied blocked'],
    [who('p-boss', { departments: ['feishu/trainees'] }), 'agent:pricing', 'denied trainee'],
    [who('p-boss', { departments: ['feishu/trainees'] }), 'agent:hr', 'role admins'],
    [who('p-hana', { departments: ['feishu/hr', 'feishu/trainees'] }), 'feature:files', 'denied trainee'],
    [who('p-tim', { departments: ['feishu/trainees', 'feishu/sales'] }), 'agent:pricing', 'denied trainee'],
  ],
  'time limits': [
    [who('p-soon'), 'agent:crm', 'missing'],
    [who('p-soon'), 'agent:crm', 'missing', NOW + DAY - 1],
    [who('p-soon'), 'agent:crm', 'role sales', NOW + DAY],
    [who('p-soon'), 'agent:crm', 'role sales', NOW + 365 * DAY],
    [who('p-past'), 'agent:crm', 'missing'],
    [who('p-past'), 'agent:crm', 'role sales', NOW - 2 * DAY],
    [who('p-past'), 'agent:crm', 'role sales', NOW - DAY - 1],
    [who('p-past'), 'agent:crm', 'missing', NOW - DAY],
    [who('p-during'), 'agent:crm', 'role sales'],
    [who('p-during'), 'agent:crm', 'missing', NOW - DAY - 1],
    [who('p-during'), 'agent:crm', 'role sales', NOW - DAY],
    [who('p-during'), 'agent:crm', 'role sales', NOW + DAY - 1],
    [who('p-during'), 'agent:crm', 'missing', NOW + DAY],
    [who('p-begins'), 'agent:crm', 'role sales'],
    [who('p-begins'), 'agent:crm', 'missing', NOW - 1],
    [who('p-ends'), 'agent:crm', 'missing'],
    [who('p-ends'), 'agent:crm', 'role sales', NOW - 1],
    [who('p-twice'), 'agent:crm', 'role sales'],
    [who('p-twice'), 'agent:crm', 'missing', NOW - 1],
    [who('p-twice'), 'agent:crm', 'role sales', NOW - 2 * DAY],
    [who('p-grounded'), 'agent:pricing', 'denied trainee'],
    [who('p-grounded'), 'agent:crm', 'role sales'],
    [who('p-grounded'), 'agent:pricing', 'role sales', NOW + DAY],
  ],
  'moves from one department to another': [
    [who('p-mo', { departments: ['feishu/hr'] }), 'agent:hr', 'role hr'],
    [who('p-mo', { departments: ['feishu/sales'] }), 'agent:hr', 'missing'],
    [who('p-mo', { departments: ['feishu/sales'] }), 'agent:crm', 'role sales'],
    [who('p-mo', { departments: [] }), 'agent:crm', 'missing'],
    [who('p-mo', { departments: ['feishu/trainees'] }), 'command:link', 'denied trainee'],
    [who('p-mo', { departments: [] }), 'command:link', 'role everyone'],
  ],
  'those who have left': [
    [gone, 'agent:hr', 'left'],
    [gone, 'agent:helpdesk', 'left'],
    [gone, 'command:new', 'left'],
    [gone, 'feature:files', 'left'],
    [who('p-hana', { departments: ['feishu/hr'], left: true }), 'agent:hr', 'left'],
    [who('p-ada', { group: id('oc_sales'), left: true }), 'agent:crm', 'left'],
    [who('p-ada', { platform: 'wecom', left: true }), 'agent:hr', 'left'],
    [who('p-during', { left: true }), 'agent:crm', 'left'],
  ],
};

describe('rights', () => {
  it('are more than a hundred decisions', () => {
    expect(Object.values(TABLE).flat().length).toBeGreaterThanOrEqual(100);
  });

  describe.each(Object.entries(TABLE))('%s', (_, rows) => {
    it.each(rows.map(([asker, right, expected, at = NOW]) => [asker.person, right, expected, asker, at] as const))(
      '%s, %s: %s',
      async (_person, right, expected, asker, at) => {
        const book = await openRulebook({ roles: ROLES, grants: GRANTS });
        expect(shown(book.decide(asker, ...split(right), at))).toBe(expected);
      },
    );
  });

  it('say the same whatever the order of roles and grants', async () => {
    const turned = await openRulebook({ roles: ROLES.toReversed(), grants: GRANTS.toReversed() });
    for (const [asker, right, expected, at = NOW] of Object.values(TABLE).flat()) {
      const found = shown(turned.decide(asker, ...split(right), at));
      expect([asker.person, right, found.split(' ')[0]]).toEqual([asker.person, right, expected.split(' ')[0]]);
    }
  });

  it('let everybody do everything where there are no rules', async () => {
    const book = await openRulebook({ roles: [], grants: [] });
    expect(shown(book.decide(ada, 'agent', 'hr', NOW))).toBe('open');
    expect(shown(book.decide(blocked, 'command', 'link', NOW))).toBe('open');
    expect(shown(book.decide(gone, 'agent', 'hr', NOW))).toBe('left');
    expect(book.quotasOf(ada, NOW)).toEqual([]);
  });

  it('leave open what no role speaks of', async () => {
    const book = await openRulebook({ roles: [role('hr', { allow: ['agent:hr'] })], grants: [] });
    expect(shown(book.decide(ada, 'agent', 'it', NOW))).toBe('missing');
    expect(shown(book.decide(ada, 'command', 'link', NOW))).toBe('open');
    expect(shown(book.decide(ada, 'feature', 'files', NOW))).toBe('open');
  });

  it('leave open what roles only forbid, but for those who have them', async () => {
    const rules: RightsRules = {
      roles: [role('quiet', { deny: ['agent:hr'] })],
      grants: [to('person:p-ada', 'quiet')],
    };
    const book = await openRulebook(rules);
    expect(shown(book.decide(ada, 'agent', 'hr', NOW))).toBe('denied quiet');
    expect(shown(book.decide(ada, 'agent', 'it', NOW))).toBe('open');
    expect(shown(book.decide(hr, 'agent', 'hr', NOW))).toBe('open');
  });

  it('give the most generous quota of each kind', async () => {
    const roles = [
      role('everyone', {
        quotas: [
          { per: 'day', of: 'person', messages: 20 },
          { per: 'day', of: 'person', tokens: 9 },
        ],
      }),
      role('more', { quotas: [{ per: 'day', of: 'person', messages: 100, warnAt: 90 }] }),
    ];
    const book = await openRulebook({ roles, grants: [to('person:p-ada', 'more', { until: NOW + DAY })] });
    expect(book.quotasOf(ada, NOW)).toEqual([
      { per: 'day', of: 'person', messages: 100, warnAt: 90 },
      { per: 'day', of: 'person', tokens: 9 },
    ]);
    expect(book.quotasOf(ada, NOW + DAY)[0]?.messages).toBe(20);
    expect(book.quotasOf(hr, NOW)[0]?.messages).toBe(20);
  });
});

function split(right: string) {
  const [kind = '', name = ''] = right.split(':');
  return [kind as 'agent', name] as const;
}

function shown(decision: Awaited<ReturnType<Awaited<ReturnType<typeof openRulebook>>['decide']>>): string {
  if (decision.allowed) return decision.why === 'open' ? 'open' : `role ${decision.role}`;
  if (decision.why === 'denied') return `denied ${decision.role}`;
  return decision.roles.length > 0 ? `${decision.why}: ${decision.roles.join(', ')}` : decision.why;
}
