import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DirectoryChange, InboundEvent } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import { noLog } from '../../src/core/log.ts';
import { syncDirectory } from '../../src/pipeline/directory/sync.ts';
import { createDirectoryWatch } from '../../src/pipeline/directory/watch.ts';
import { readRules } from '../../src/rights/rules-file.ts';
import { message, startGateway, type TestGateway, type TestGatewayOptions } from '../support/gateway.ts';
import { PaperCompany } from '../support/paper-company.ts';
import { ScriptAgent } from '../support/script-agent.ts';

const HOUR = 3_600_000;
const CHANNEL = id<never>('paper');
const TREE = [
  { id: '0', name: 'All' },
  { id: 'hr', name: 'People', parent: '0' },
  { id: 'pay', name: 'Payroll', parent: 'hr' },
  { id: 'it', name: 'IT', parent: '0' },
];

let gateway: TestGateway;
let company: PaperCompany;
let hr: ScriptAgent;
let now: number;

beforeEach(() => {
  now = Date.parse('2026-05-10T08:00:00+08:00');
  hr = new ScriptAgent(100, 'hr');
  company = new PaperCompany(TREE);
  company.members.set('ada', { departments: ['pay'] });
  company.members.set('bob', { departments: ['it'] });
});
afterEach(() => gateway.close());

async function start(given: TestGatewayOptions = {}): Promise<void> {
  const clock = {
    now: () => now,
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.min(ms, 5))),
  };
  const directory = { trust: [], refreshMs: 24 * HOUR, syncMs: 0 };
  gateway = await startGateway({ clock, others: [hr], options: { directory }, ...given });
  gateway.platform.directory = company;
}

async function said(text: string, account = 'ada'): Promise<string> {
  await gateway.deliver({ ...message(text, { account }), at: now });
  await gateway.quiet();
  return gateway.platform.texts.at(-1) ?? '';
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries += 1) {
    if (tries > 500) throw new Error('it never came');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

let events = 0;
/** The company's directory tells of something by itself. */
async function tell(change: DirectoryChange, account = ''): Promise<void> {
  events += 1;
  const event: InboundEvent = {
    kind: 'directory',
    key: id(`contact-${events}`),
    at: now,
    from: { account: id(account), ids: {} },
    to: { channel: CHANNEL, kind: 'direct', chat: id(account) },
    change,
  };
  await gateway.deliver(event);
}

async function told(change: DirectoryChange, account = ''): Promise<void> {
  await tell(change, account);
  await gateway.quiet();
}

/** Another process looks through the whole directory, as `posthouse people sync` does. */
function sync(everyMs = 0) {
  const { store } = gateway;
  now += 1;
  const platforms = new Map([[CHANNEL, gateway.platform]]);
  const clock = { now: () => now, sleep: async () => undefined };
  const parts = { platforms, store, trust: [], clock, log: noLog };
  const watch = createDirectoryWatch({ ...parts, refreshMs: HOUR });
  const changed = () => undefined;
  return syncDirectory(CHANNEL, everyMs, { ...parts, watch, changed }, new AbortController().signal);
}

const member = { of: 'member', left: false } as const;
const HR_RULES = `
roles:
  everyone: { allow: ["agent:script"] }
  hr: { allow: ["agent:hr"] }
grants: [{ role: hr, to: "department:paper/hr" }]
`;

describe('departments of a company', () => {
  it('route, also by a department above hers, and fill the input of the agent with their names', async () => {
    await start({ routes: [{ agent: id('hr'), department: ['paper/hr'] }] });
    await said('one');
    await said('two', 'bob');
    expect(hr.asked.map(({ text }) => text)).toEqual(['one']);
    expect(hr.asked[0]?.inputs).toMatchObject({ department: 'Payroll' });
    expect(gateway.agent.asked[0]?.inputs).toMatchObject({ department: 'IT' });
  });

  it('give roles and take them away when she moves, by event at once', async () => {
    await start({ routes: [{ agent: id('hr'), command: ['hr'] }] });
    await gateway.store.rights.replace(readRules(HR_RULES), 'admin', now);
    expect(await said('/hr one')).toBe('you said: one');
    company.members.set('ada', { departments: ['it'] });
    await told(member, 'ada');
    expect(await said('/hr two')).toContain('You may not use Hr');
    company.members.set('ada', { departments: ['pay'] });
    await told(member, 'ada');
    expect(await said('/hr three')).toBe('you said: three');
    company.tree.set('pay', { id: 'pay', name: 'Payroll', parent: '0' });
    await told({ of: 'department', department: 'pay', gone: false });
    expect(await said('/hr four')).toContain('You may not use Hr');
  });

  it('are counted each by itself where a quota is a department’s: not on those above', async () => {
    await start();
    const rules = 'roles: { everyone: { quotas: [{ per: day, of: department, messages: 1 }] } }';
    await gateway.store.rights.replace(readRules(rules), 'admin', now);
    expect(await said('one')).toBe('you said: one');
    expect(await said('two')).toContain('Your department has used up');
    expect(await said('three', 'bob')).toBe('you said: three');
    const used = await gateway.store.rights.used(['department:paper/pay', 'department:paper/hr', 'department:paper/0']);
    expect(used.map(({ owner }) => owner)).toEqual(['department:paper/pay']);
  });

  it('are asked for once: nobody is looked up again for a message when nothing has changed', async () => {
    await start();
    for (const text of ['one', 'two', 'three']) await said(text);
    expect(company.asked).toEqual(['member ada', 'department pay', 'department hr', 'department 0']);
  });

  it('are not asked for where the settings do not want it, whatever a directory tells', async () => {
    await start({ options: {} });
    await said('one');
    company.members.delete('ada');
    await told({ of: 'member', left: true }, 'ada');
    expect(await said('two')).toBe('you said: two');
    expect(company.asked).toEqual([]);
  });

  it('do not keep her from an answer when the vendor refuses them', async () => {
    await start();
    company.before = (what) => {
      if (what.startsWith('department')) throw new Error('no right to departments');
    };
    expect(await said('one')).toBe('you said: one');
    company.before = () => undefined;
    await told(member, 'ada');
    const person = await gateway.store.people.find(CHANNEL, id('ada'));
    expect((await gateway.store.directory.standing(person?.id ?? id(''))).departments).toContain('paper/hr');
  });
});

describe('who leaves', () => {
  it('is out at once by event, though the vendor cannot be asked, and in again when she is back', async () => {
    await start();
    expect(await said('hello', 'bob')).toBe('you said: hello');
    company.members.delete('bob');
    company.before = () => {
      throw new Error('the vendor is down');
    };
    await tell({ of: 'member', left: true }, 'bob');
    await until(async () => (await gateway.store.people.find(CHANNEL, id('bob')))?.hasLeft === true);
    await gateway.deliver({ ...message('let me in', { account: 'bob' }), at: now });
    await until(async () => gateway.platform.texts.at(-1)?.includes('no longer in the company') === true);
    company.before = () => undefined;
    now += HOUR / 60;
    await gateway.quiet();
    company.members.set('bob', { departments: ['it'] });
    await told(member, 'bob');
    expect(await said('back', 'bob')).toBe('you said: back');
  });

  it('is not out by an event that came too late: what the directory says now counts', async () => {
    await start();
    await said('hello', 'bob');
    await told({ of: 'member', left: true }, 'bob');
    expect(await said('still here', 'bob')).toBe('you said: still here');
  });

  it('costs nobody a call who has never written, and is not kept', async () => {
    await start();
    company.members.set('stranger', { departments: ['it'] });
    await told(member, 'stranger');
    await told({ of: 'member', left: true }, 'stranger');
    expect(company.asked).toEqual([]);
    expect(await gateway.store.people.find(CHANNEL, id('stranger'))).toBeUndefined();
  });

  it('is out by a whole look of another process, within a second', async () => {
    await start();
    await said('hello', 'bob');
    company.members.delete('bob');
    expect(await sync()).toMatchObject({ kind: 'done', missing: 1 });
    now += 1_001;
    expect(await said('let me in', 'bob')).toContain('no longer in the company');
  });
});

describe('a whole look through a directory', () => {
  it('knows departments and moves of those who have written, and asks for nobody else', async () => {
    await start();
    await said('hello');
    await said('hello', 'bob');
    company.asked.length = 0;
    company.members.set('ada', { departments: ['it', 'hr'] });
    company.members.set('stranger', { departments: ['hr'] });
    expect(await sync()).toEqual({ kind: 'done', departments: 4, listed: 4, known: 3, missing: 0 });
    expect(company.asked.filter((what) => what.startsWith('member'))).toEqual([]);
    const ada = await gateway.store.people.find(CHANNEL, id('ada'));
    expect((await gateway.store.directory.standing(ada?.id ?? id(''))).own.map(({ name }) => name)).toEqual([
      'People',
      'IT',
    ]);
  });

  it('takes nobody for gone who is in no list but there', async () => {
    await start();
    await said('hello', 'bob');
    company.members.set('bob', { departments: ['it'], hidden: true });
    expect(await sync()).toMatchObject({ missing: 1 });
    now += 1_001;
    expect(await said('here', 'bob')).toBe('you said: here');
  });

  it('takes nobody for gone when the directory lists nobody at all', async () => {
    await start();
    await said('hello', 'bob');
    company.members.clear();
    await expect(sync()).rejects.toMatchObject({ code: 'platform_forbidden' });
    now += 1_001;
    expect(await said('here', 'bob')).toBe('you said: here');
  });

  it('drops departments that are no more, unless it was told of none', async () => {
    await start();
    await said('hello');
    now += 1;
    company.tree.delete('it');
    await sync();
    expect((await gateway.store.departments.page(CHANNEL, '', 10)).map((one) => one.id)).toEqual(['0', 'hr', 'pay']);
    now += 1;
    company.tree.clear();
    await sync();
    expect(await gateway.store.departments.page(CHANNEL, '', 10)).toHaveLength(3);
  });

  it('goes on where it was when it was cut off, in whichever process', async () => {
    await start();
    await said('hello');
    company.before = (what) => {
      if (what === 'people pay') throw new Error('cut off');
    };
    await expect(sync()).rejects.toThrow('cut off');
    company.before = () => undefined;
    company.asked.length = 0;
    expect(await sync()).toMatchObject({ kind: 'done', departments: 4, listed: 2 });
    expect(company.asked).toEqual(['people pay']);
  });

  it('is made by one process at a time, and rests until it is due again', async () => {
    await start();
    await said('hello');
    const both = await Promise.all([sync(), sync()]);
    expect(both.map(({ kind }) => kind).toSorted()).toEqual(['busy', 'done']);
    expect(await sync(HOUR)).toEqual({ kind: 'rests' });
    now += HOUR;
    expect(await sync(HOUR)).toMatchObject({ kind: 'done' });
  });

  it('runs by itself where the settings say how often', async () => {
    await start({ options: { directory: { trust: [], refreshMs: 24 * HOUR, syncMs: HOUR } } });
    const memos = gateway.store.memos.of(CHANNEL);
    await until(async () => (await memos.read('directory sync'))?.includes('done') === true);
    await said('hello', 'bob');
    company.members.delete('bob');
    now += 2 * HOUR;
    await gateway.crash();
    setTimeout(
      async () => console.log(company.asked, await gateway.store.memos.of(CHANNEL).read('directory sync')),
      2000,
    );
    await until(async () => (await gateway.store.people.find(CHANNEL, id('bob')))?.hasLeft === true);
    expect(await said('let me in', 'bob')).toContain('no longer in the company');
  });
});

describe('persons that were changed by another process', () => {
  it('are known here within a second, though nobody has told', async () => {
    await start({ routes: [{ agent: id('hr'), command: ['hr'] }] });
    const other = (await gateway.store.people.identify(id('board'), { account: id('ada'), ids: {} }, now - 1)).id;
    const rules = HR_RULES.replace('department:paper/hr', `person:${other}`);
    await gateway.store.rights.replace(readRules(rules), 'admin', now);
    expect(await said('/hr one')).toContain('You may not use Hr');
    const ada = (await gateway.store.people.find(CHANNEL, id('ada')))?.id ?? id<never>('');
    await gateway.store.people.merge(other, ada, { actor: 'admin', reason: 'administrator' }, now);
    now += 1_001;
    expect(await said('/hr two')).toBe('you said: two');
  });
});
