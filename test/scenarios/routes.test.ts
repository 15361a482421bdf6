import { afterEach, describe, expect, it } from 'vitest';
import { type AgentName, id } from '../../src/core/ids.ts';
import type { Route } from '../../src/core/routes.ts';
import { groupMessage, message, startGateway, type TestGateway } from '../support/gateway.ts';
import { ScriptAgent } from '../support/script-agent.ts';

let gateway: TestGateway;
afterEach(() => gateway.close());

const hr = () => new ScriptAgent(100, 'hr');
const route = (conditions: Omit<Route, 'agent'>): Route => ({ agent: id<AgentName>('hr'), ...conditions });

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function said(text: string, event = message(text)): Promise<string> {
  await gateway.deliver(event);
  await gateway.quiet();
  return gateway.platform.texts.at(-1) ?? '';
}

describe('several agents', () => {
  it('answer what is routed to them, without the word that called for them', async () => {
    const other = hr();
    gateway = await startGateway({
      others: [other],
      routes: [route({ command: ['hr'] }), route({ keyword: ['年假'] })],
    });
    await said('hello');
    await said('/hr how many days?');
    await said('我有多少年假');
    expect(gateway.agent.asked.map(({ text }) => text)).toEqual(['hello']);
    expect(other.asked.map(({ text }) => text)).toEqual(['how many days?', '我有多少年假']);
    expect(other.asked[1]?.conversation).toBe(`c-${other.asked[0]?.user}`);
  });

  it('are called for by /agent, for as long as one likes, also after a restart', async () => {
    const other = hr();
    gateway = await startGateway({ others: [other] });
    expect(await said('/agent')).toMatch(/1\. Script \(script\) ← answers now\n2\. Hr \(hr\)/);
    expect(await said('/agent nobody')).toContain('no such agent');
    expect(await said('/agent HR')).toContain('Hr answers here from now on');
    await gateway.crash();
    await said('hello');
    expect(await said('/whoami')).toContain('Hr');
    await said('hi', message('hi', { account: 'eve' }));
    expect(await said('/agent auto')).toContain('Script');
    await said('again');
    expect(other.asked.map(({ text }) => text)).toEqual(['hello']);
    expect(gateway.agent.asked.map(({ text }) => text)).toEqual(['hi', 'again']);
  });

  it('are called for by their word alone and by the menu', async () => {
    const other = hr();
    gateway = await startGateway({
      others: [other],
      routes: [route({ command: ['hr'] }), route({ menu: ['ask-hr'] })],
    });
    expect(await said('/hr')).toContain('Hr answers here');
    await said('/agent auto');
    const { from, to, at } = message('');
    await gateway.deliver({ kind: 'menu', key: id('menu-1'), item: 'ask-hr', from, to, at });
    await gateway.quiet();
    await said('hello');
    expect(other.asked.map(({ text }) => text)).toEqual(['hello']);
  });

  it('know a person’s departments, as the directory has them now', async () => {
    const other = hr();
    let departments: readonly string[] = ['hr'];
    const directory = { standingOf: async () => ({ departments, own: [], left: false }) };
    gateway = await startGateway({ others: [other], routes: [route({ department: ['hr'] })], directory });
    await said('one');
    departments = ['sales'];
    await said('two');
    expect(other.asked.map(({ text }) => text)).toEqual(['one']);
  });

  it('let a quiet person pass a loud group in the line', async () => {
    const agent = new ScriptAgent(1);
    gateway = await startGateway({ agent });
    const gate = Promise.withResolvers<void>();
    const answer = agent.answer;
    agent.answer = async function* (ask, signal) {
      await gate.promise;
      yield* answer(ask, signal);
    };
    for (let loud = 0; loud < 8; loud += 1) await gateway.deliver(groupMessage(`loud ${loud}`, `member-${loud}`));
    await until(() => gateway.line().waiting === 7);
    await gateway.deliver(message('quiet'));
    await until(() => gateway.line().waiting === 8);
    gate.resolve();
    await gateway.quiet();
    expect(agent.asked.findIndex(({ text }) => text === 'quiet')).toBeLessThanOrEqual(2);
    expect(agent.asked).toHaveLength(9);
  });
});
