import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { id, type PersonId } from '../../src/core/ids.ts';
import type { Department } from '../../src/core/members.ts';
import type { Asker } from '../../src/core/rights.ts';
import type { Store } from '../../src/core/store.ts';
import { openRulebook } from '../../src/rights/rulebook.ts';
import { readRules } from '../../src/rights/rules-file.ts';
import { openStore } from '../../src/store/open.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-05-10T08:00:00+08:00');
const FEISHU = id<never>('feishu');
const DING = id<never>('dingtalk');
const ADMIN = { actor: 'admin', reason: 'administrator' } as const;

const RULES = `
roles:
  everyone: { allow: ["agent:helpdesk"] }
  people: { allow: ["agent:hr", "feature:files"] }
  payroll: { allow: ["agent:payroll"] }
  sales: { allow: ["agent:crm"] }
  trainee: { deny: ["agent:payroll", "feature:files"] }
  guest: { allow: ["agent:crm"] }
grants:
  - { role: people, to: "department:feishu/hr" }
  - { role: payroll, to: "department:feishu/pay" }
  - { role: sales, to: "department:dingtalk/1" }
  - { role: trainee, to: "department:feishu/new" }
  - { role: guest, to: "department:feishu/it", until: 2026-05-12T08:00:00+08:00 }
`;

/** hr holds pay, pay holds new; it stands beside; on DingTalk there is a department of the same id as another vendor's. */
const TREE: readonly Department[] = [
  { id: 'hr' },
  { id: 'pay', parent: 'hr' },
  { id: 'new', parent: 'pay' },
  { id: 'it' },
  { id: '1' },
];

let folder: string;
let store: Store;
let now: number;
let persons: Map<string, PersonId>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posthouse-rights-'));
  store = await openStore(join(folder, 'test.db'));
  await store.upkeep.open('test', START);
  now = START;
  persons = new Map();
  for (const channel of [FEISHU, DING]) {
    await store.departments.place(channel, channel === DING ? [{ id: '1' }] : TREE, now);
  }
  await store.rights.replace(readRules(RULES), 'admin', now);
  for (const [name, channel] of [
    ['ada', FEISHU],
    ['bob', FEISHU],
    ['ada-ding', DING],
  ] as const) {
    now += 1;
    persons.set(name, (await store.people.identify(channel, { account: id(name), ids: {} }, now)).id);
  }
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const learn =
  (account: string, departments: readonly string[], isActive = true) =>
  () =>
    store.directory.learn(
      [
        {
          channel: account.endsWith('-ding') ? DING : FEISHU,
          account: id(account),
          attributes: {},
          isActive,
          departments,
        },
      ],
      now,
    );
const place =
  (...departments: Department[]) =>
  () =>
    store.departments.place(FEISHU, departments, now);
const pass = (ms: number) => () => {
  now += ms;
};
const link = () => store.people.merge(persons.get('ada') ?? id(''), persons.get('ada-ding') ?? id(''), ADMIN, now);
const part = () => store.people.unlink(DING, id('ada-ding'), ADMIN, now);

/** May this account do that, as the store has it now? */
async function decide(account: string, right: string): Promise<string> {
  const channel = account.endsWith('-ding') ? DING : FEISHU;
  const person = await store.people.identify(channel, { account: id(account), ids: {} }, now);
  const { departments, own, left } = await store.directory.standing(person.id);
  const asker: Asker = {
    person: person.id,
    channel,
    platform: channel,
    departments,
    ownDepartments: own.map((one) => one.id),
    left: left || person.hasLeft === true,
  };
  const [kind, name] = right.split(':') as ['agent' | 'feature', string];
  const decision = (await openRulebook(await store.rights.rules())).decide(asker, kind, name, now);
  return decision.role === undefined ? decision.why : `${decision.why} ${decision.role}`;
}

type Step = readonly [
  what: string,
  change: (() => unknown) | undefined,
  ...asked: (readonly [account: string, right: string, expected: string])[],
];

/** What happens to people and departments, in order, and what they may do then. */
const LIVES: Readonly<Record<string, readonly Step[]>> = {
  'moves from department to department': [
    [
      'in none',
      undefined,
      ['ada', 'agent:helpdesk', 'role everyone'],
      ['ada', 'agent:hr', 'missing'],
      ['ada', 'agent:payroll', 'missing'],
    ],
    [
      'into People',
      learn('ada', ['hr']),
      ['ada', 'agent:hr', 'role people'],
      ['ada', 'feature:files', 'role people'],
      ['ada', 'agent:payroll', 'missing'],
    ],
    [
      'into Payroll, which is part of it',
      learn('ada', ['pay']),
      ['ada', 'agent:hr', 'role people'],
      ['ada', 'agent:payroll', 'role payroll'],
    ],
    [
      'as a trainee, whom a rule forbids something',
      learn('ada', ['new']),
      ['ada', 'agent:hr', 'role people'],
      ['ada', 'agent:payroll', 'denied trainee'],
      ['ada', 'feature:files', 'denied trainee'],
    ],
    [
      'into two at once, where the forbidding wins',
      learn('ada', ['new', 'pay']),
      ['ada', 'agent:payroll', 'denied trainee'],
    ],
    [
      'out of training',
      learn('ada', ['pay']),
      ['ada', 'agent:payroll', 'role payroll'],
      ['ada', 'feature:files', 'role people'],
    ],
    [
      'to IT',
      learn('ada', ['it']),
      ['ada', 'agent:hr', 'missing'],
      ['ada', 'agent:payroll', 'missing'],
      ['ada', 'agent:crm', 'role guest'],
    ],
    [
      'until the time of IT is over',
      pass(3 * DAY),
      ['ada', 'agent:crm', 'missing'],
      ['ada', 'agent:helpdesk', 'role everyone'],
    ],
    ['nobody else has moved', undefined, ['bob', 'agent:hr', 'missing'], ['bob', 'agent:crm', 'missing']],
  ],
  'departments that move under them': [
    [
      'Payroll below People',
      learn('bob', ['pay']),
      ['bob', 'agent:hr', 'role people'],
      ['bob', 'agent:payroll', 'role payroll'],
    ],
    [
      'Payroll below IT',
      place({ id: 'pay', parent: 'it' }),
      ['bob', 'agent:hr', 'missing'],
      ['bob', 'agent:payroll', 'role payroll'],
      ['bob', 'agent:crm', 'role guest'],
    ],
    [
      'People below Payroll: above, nothing is given downwards',
      place({ id: 'pay' }, { id: 'hr', parent: 'pay' }),
      ['bob', 'agent:hr', 'missing'],
      ['bob', 'agent:payroll', 'role payroll'],
    ],
    [
      'Payroll dissolved',
      () => store.departments.drop(FEISHU, 'pay'),
      ['bob', 'agent:payroll', 'missing'],
      ['bob', 'agent:helpdesk', 'role everyone'],
    ],
  ],
  'ids that two vendors share': [
    ['of Feishu give nothing that is DingTalk’s', learn('ada', ['1']), ['ada', 'agent:crm', 'missing']],
    [
      'of DingTalk do',
      learn('ada-ding', ['1']),
      ['ada-ding', 'agent:crm', 'role sales'],
      ['ada', 'agent:crm', 'missing'],
    ],
    [
      'also on Feishu, once the two are one',
      link,
      ['ada', 'agent:crm', 'role sales'],
      ['ada-ding', 'agent:helpdesk', 'role everyone'],
    ],
    [
      'and no longer when they are parted',
      part,
      ['ada', 'agent:crm', 'missing'],
      ['ada-ding', 'agent:crm', 'role sales'],
    ],
  ],
  leavers: [
    ['who are there', learn('ada', ['pay']), ['ada', 'agent:payroll', 'role payroll']],
    [
      'leave',
      learn('ada', [], false),
      ['ada', 'agent:helpdesk', 'left'],
      ['ada', 'agent:payroll', 'left'],
      ['bob', 'agent:helpdesk', 'role everyone'],
    ],
    [
      'and come back into another department',
      learn('ada', ['it']),
      ['ada', 'agent:helpdesk', 'role everyone'],
      ['ada', 'agent:payroll', 'missing'],
      ['ada', 'agent:crm', 'role guest'],
    ],
    ['linked with an account that no directory speaks for', link, ['ada-ding', 'agent:crm', 'role guest']],
    [
      'leave with all of their accounts',
      learn('ada', [], false),
      ['ada', 'agent:helpdesk', 'left'],
      ['ada-ding', 'agent:helpdesk', 'left'],
    ],
    [
      'but for one whose own directory has them',
      learn('ada-ding', ['1']),
      ['ada', 'agent:helpdesk', 'left'],
      ['ada-ding', 'agent:crm', 'role sales'],
      ['ada-ding', 'agent:hr', 'missing'],
    ],
    ['until that says so too', learn('ada-ding', [], false), ['ada-ding', 'agent:helpdesk', 'left']],
  ],
};

describe('rights by what directories say, as stored', () => {
  for (const [who, life] of Object.entries(LIVES)) {
    it(who, async () => {
      const [expected, found]: [string[], string[]] = [[], []];
      for (const [what, change, ...asked] of life) {
        await change?.();
        for (const [account, right, decision] of asked) {
          expected.push(`${what}: ${account} ${right} → ${decision}`);
          found.push(`${what}: ${account} ${right} → ${await decide(account, right)}`);
        }
      }
      expect(found).toEqual(expected);
    });
  }
});
