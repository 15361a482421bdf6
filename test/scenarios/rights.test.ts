import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { id, type PersonId } from '../../src/core/ids.ts';
import type { Standing } from '../../src/core/routes.ts';
import { readRules } from '../../src/rights/rules-file.ts';
import { message, startGateway, type TestGateway, type TestGatewayOptions } from '../support/gateway.ts';
import { ScriptAgent, started } from '../support/script-agent.ts';

let gateway: TestGateway;
let now: number;
let standing: Standing;
let hr: ScriptAgent;
const DAY = 86_400_000;

beforeEach(() => {
  now = Date.parse('2026-05-10T08:00:00+08:00');
  standing = at([], false);
  hr = new ScriptAgent(100, 'hr');
});
afterEach(() => gateway.close());

async function start(rules: string, given: TestGatewayOptions = {}): Promise<void> {
  const clock = { now: () => now, sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)) };
  gateway = await startGateway({
    clock,
    others: [hr],
    routes: [{ agent: id('hr'), command: ['hr'] }],
    directory: { standingOf: async () => standing },
    ...given,
  });
  await gateway.store.rights.replace(readRules(rules), 'admin', now);
}

async function said(event: ReturnType<typeof message>): Promise<string> {
  await gateway.deliver({ ...event, at: now });
  await gateway.quiet();
  return gateway.platform.texts.at(-1) ?? '';
}

/** A place in the company. */
function at(departments: readonly string[], left = false): Standing {
  return { departments, own: departments.map((name) => ({ id: name })), left };
}

const ada = async (): Promise<PersonId> => (await gateway.store.people.identify(id('paper'), message('').from, now)).id;

const HR = `
roles:
  everyone: { allow: ["agent:script"] }
  hr: { allow: ["agent:hr"], onRequestDays: 7 }
grants:
  - { role: hr, to: "department:paper/hr" }
`;

describe('rights', () => {
  it('name what is missing, ask nobody, and are noted without a word of the question', async () => {
    await start(HR);
    expect(await said(message('/hr what does the secret salary say?'))).toBe(
      'You may not use Hr yet. Send /access hr to ask for it.',
    );
    expect(hr.asked).toEqual([]);
    expect(await said(message('hello'))).toBe('you said: hello');
    const noted = await gateway.store.rights.decisions(await ada(), 10);
    expect(noted.map(({ right, allowed, why }) => [right, allowed, why])).toEqual([
      ['agent:script', true, 'role everyone'],
      ['agent:hr', false, 'missing'],
    ]);
    expect(JSON.stringify(noted)).not.toContain('salary');
  });

  it('come and go with the department, and end with the employment, at once', async () => {
    await start(HR);
    standing = at(['paper/hr'], false);
    expect(await said(message('/hr one'))).toBe('you said: one');
    standing = at(['paper/sales'], false);
    expect(await said(message('/hr two'))).toContain('You may not use Hr');
    standing = at(['paper/hr'], true);
    expect(await said(message('three'))).toContain('no longer in the company');
    expect(await said(message('/new'))).toContain('no longer in the company');
    expect(await said(message('/help'))).toContain('/new');
    expect(hr.asked.map(({ text }) => text)).toEqual(['one']);
  });

  it('hold for commands, files and the list of agents', async () => {
    await start(`
roles:
  everyone: { allow: ["agent:script", "command:new", "feature:regenerate"] }
  files: { allow: ["feature:files"] }
`);
    expect(await said(message('/sessions'))).toContain('You may not use /sessions');
    expect(await said(message('/new'))).toContain('new conversation');
    const file = { kind: 'file', file: {}, name: 'a.pdf' } as const;
    expect(await said(message('', { parts: [file] }))).toContain('You may not use files');
    expect(gateway.agent.asked).toEqual([]);
    await gateway.store.rights.replace(readRules('roles: { everyone: { allow: ["agent:script"] } }'), 'admin', now);
    now += 1_001;
    expect(await said(message('/agent'))).not.toContain('Hr');
    expect(await said(message('/agent hr'))).toContain('no such agent');
  });

  it('let an answer that has begun come to its end, though they were taken away meanwhile', async () => {
    await start(HR);
    const gate = Promise.withResolvers<void>();
    gateway.agent.answer = async function* (ask) {
      yield started(ask);
      yield { kind: 'text', delta: 'half' };
      await gate.promise;
    };
    await gateway.deliver({ ...message('hello'), at: now });
    while (gateway.platform.messages.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await gateway.store.rights.replace(readRules('roles: { everyone: { allow: ["agent:nobody"] } }'), 'admin', now);
    now += 1_001;
    gateway.agent.recovered = { kind: 'finished', answer: 'whole', citations: [], files: [] };
    const crash = gateway.crash();
    gate.resolve();
    await crash;
    await gateway.quiet();
    expect(gateway.platform.texts).toEqual(['whole']);
    expect(await said(message('again'))).toContain('You may not use Script');
  });

  it('follow a person who is linked with another, and leave her again', async () => {
    await start(HR);
    const one = await ada();
    const other = (await gateway.store.people.identify(id('board'), message('').from, now + 1)).id;
    await gateway.store.rights.grant({ role: 'hr', to: `person:${other}` }, 'by-hand', 'admin', now);
    expect(await said(message('/hr one'))).toContain('You may not use Hr');
    const merge = await gateway.store.people.merge(one, other, { actor: 'admin', reason: 'administrator' }, now);
    now += 1_001;
    expect(await said(message('/hr two'))).toBe('you said: two');
    await gateway.store.people.undo(merge?.id ?? id(''), { actor: 'admin', reason: 'administrator' }, now);
    now += 1_001;
    expect(await said(message('/hr three'))).toContain('You may not use Hr');
  });
});

describe('quotas', () => {
  const daily = (quota: string) => `roles: { everyone: { quotas: [${quota}] } }`;

  it('tell when little is left, refuse when nothing is, and are there again the next day', async () => {
    await start(daily('{ per: day, messages: 3, warnAt: 2 }'));
    await said(message('one'));
    await said(message('two'));
    expect(gateway.platform.frame(1).notice).toBe('Your quota: 1 more questions until 2026-05-11 00:00 (UTC+8).');
    expect(await said(message('three'))).toBe('you said: three');
    expect(gateway.platform.frame(2).notice).toBeUndefined();
    expect(await said(message('four'))).toBe(
      'You have used up what you have for today; it is there again at 2026-05-11 00:00 (UTC+8).',
    );
    expect(await said(message('hi', { account: 'eve' }))).toBe('you said: hi');
    now += DAY;
    expect(await said(message('five'))).toBe('you said: five');
  });

  it('count a question once, though the process died on it', async () => {
    await start(daily('{ per: month, messages: 2 }'));
    const death = Promise.withResolvers<void>();
    let calls = 0;
    gateway.platform.before = () => {
      calls += 1;
      return death.promise;
    };
    await gateway.deliver({ ...message('one'), at: now });
    while (calls === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    gateway.platform.before = () => undefined;
    const crash = gateway.crash();
    death.reject(new Error('the process dies'));
    await crash;
    await gateway.quiet();
    const owner = `person:${await ada()}`;
    expect(await gateway.store.rights.used([owner])).toMatchObject([{ period: 'month 2026-05', messages: 1 }]);
    await said(message('two'));
    expect(await said(message('three'))).toContain('2026-06-01 00:00');
  });

  it('count tokens when the agent tells them, on the department where it is the department’s', async () => {
    await start(daily('{ per: day, of: department, tokens: 100 }'));
    standing = at(['paper/hr'], false);
    gateway.agent.answer = async function* (ask) {
      yield started(ask);
      yield { kind: 'text', delta: 'costly' };
      yield { kind: 'usage', tokens: 120 };
    };
    expect(await said(message('one'))).toBe('costly');
    expect(await said(message('two', { account: 'eve' }))).toContain('Your department has used up');
    standing = at(['paper/it'], false);
    expect(await said(message('three'))).toBe('costly');
  });

  it('count the tokens of an answer that was finished while the process was down', async () => {
    await start(daily('{ per: day, tokens: 100 }'));
    const gate = Promise.withResolvers<void>();
    gateway.agent.answer = async function* (ask) {
      yield started(ask);
      yield { kind: 'text', delta: 'half' };
      await gate.promise;
    };
    await gateway.deliver({ ...message('one'), at: now });
    while (gateway.platform.messages.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    gateway.agent.recovered = { kind: 'finished', answer: 'whole', citations: [], files: [], tokens: 120 };
    const crash = gateway.crash();
    gate.resolve();
    await crash;
    await gateway.quiet();
    expect(gateway.platform.texts).toEqual(['whole']);
    expect(await gateway.store.rights.used([`person:${await ada()}`])).toMatchObject([{ messages: 1, tokens: 120 }]);
    expect(await said(message('two'))).toContain('used up');
  });

  it('keep who writes too fast to a pace, and say when to go on', async () => {
    await start(daily('{ per: minute, messages: 2 }'));
    await said(message('one'));
    await said(message('two'));
    expect(await said(message('three'))).toBe('You write faster than I can follow. Please try again in 60 seconds.');
    now += 60_000;
    expect(await said(message('four'))).toBe('you said: four');
  });
});
