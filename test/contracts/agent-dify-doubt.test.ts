import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dify } from '../../src/agents/dify/index.ts';
import type { Agent } from '../../src/core/agent.ts';
import { type AgentName, id } from '../../src/core/ids.ts';
import { noLog } from '../../src/core/log.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { type DifyStandInServer, startDifyStandIn } from '../../src/simulator/dify/index.ts';
import { question, tell } from '../support/agent-run.ts';

/** A question that gets no answer: asked again where nothing began, and where something did its answer is fetched. */
const LOSES = {
  disconnect: { kind: 'disconnect' },
  500: { kind: 'error', status: 500, code: 'internal_server_error' },
} as const;
const BEGUN = { disconnect: { kind: 'lost-head' }, 502: { kind: 'lost-head', status: 502 } } as const;
const AT_ONCE = ['app-demo-chat', 'app-demo-agent-chat', 'app-demo-agent'];

const agents: Agent[] = [];
let standIn: DifyStandInServer;
beforeAll(async () => {
  standIn = await startDifyStandIn({ flavour: '1.16', pace: { firstMs: 10, chunkMs: 2, chunks: 6 }, suggestMs: 5 });
});
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.close?.();
  standIn.reset();
});
afterAll(() => standIn.close());

/** Its waits are a tenth of what they are in life. */
function agentOf(apiKey: string): Agent {
  const clock = { ...systemClock, sleep: (ms: number, ended?: AbortSignal) => systemClock.sleep(ms / 10, ended) };
  const config = dify.configSchema.parse({ baseUrl: standIn.url, apiKey });
  const agent = dify.create(config, { name: id<AgentName>('demo'), clock, log: noLog, random: () => 0.5 });
  agents.push(agent);
  return agent;
}
const asks = () => standIn.record.requests.filter(({ method, path }) => method === 'POST' && ASKS.test(path)).length;
const ASKS = /\/(?:chat-messages|completion-messages|workflows\/run)$/;
const lose = (does: Parameters<typeof standIn.faults.add>[0]['does'], times = 1) =>
  ['chat-messages', 'completion-messages', 'workflows/run'].forEach((path) =>
    standIn.faults.add({ does, path, times }),
  );

describe('a question that got no answer', () => {
  it.each(AT_ONCE.flatMap((app) => Object.entries(LOSES).map(([how, does]) => [app, how, does] as const)))(
    'and began nothing is asked again (%s, %s)',
    async (app, _how, does) => {
      lose(does, 2);
      const told = await tell(agentOf(app), question('hello'));
      expect(told.error).toBeUndefined();
      expect(told.answer).not.toBe('');
      expect([asks(), standIn.record.asked().length]).toEqual([3, 1]);
    },
  );

  it.each(Object.values(LOSES))('is not asked for ever (%o)', async (does) => {
    lose(does, Infinity);
    const told = await tell(agentOf('app-demo-chat'), question('hello'));
    expect(told.error?.code).toMatch(/agent_unavailable|agent_failed/);
    expect(asks()).toBe(4);
  });

  it.each(
    [...AT_ONCE, 'app-demo-chatflow'].flatMap((app) =>
      Object.entries(BEGUN).map(([how, does]) => [app, how, does] as const),
    ),
  )('and began a run is not asked again: its answer is fetched (%s, %s)', async (app, _how, does) => {
    lose(does);
    const told = await tell(agentOf(app), question('hello'));
    expect(told.error).toBeUndefined();
    expect(told.answer).toContain('hello');
    expect(told.run).toMatchObject({ conversation: expect.any(String), message: expect.any(String) });
    expect([asks(), standIn.record.asked().length]).toEqual([1, 1]);
  });

  it('is told from the same question a moment ago, in a dialogue that goes on', async () => {
    const agent = agentOf('app-demo-chat');
    const first = await tell(agent, question('hello'));
    await systemClock.sleep(3_000);
    lose({ kind: 'disconnect' });
    const conversation = first.run?.conversation ?? '';
    const second = await tell(agent, question('hello', { conversation }));
    expect(second.run?.message).not.toBe(first.run?.message);
    expect(second.run?.conversation).toBe(conversation);
    expect(standIn.record.asked()).toHaveLength(2);
    lose({ kind: 'lost-head' });
    const third = await tell(agent, question('again', { conversation }));
    expect(third.answer).toContain('again');
    expect(standIn.record.asked()).toHaveLength(3);
  });

  it.each(
    ['app-demo-chatflow', 'app-demo-workflow', 'app-demo-completion'].flatMap((app) =>
      Object.entries(LOSES).map(([how, does]) => [app, how, does] as const),
    ),
  )('and may lie in a queue is not asked again (%s, %s)', async (app, _how, does) => {
    lose(does);
    const told = await tell(agentOf(app), question('hello'));
    expect(told.error).toBeDefined();
    expect(asks()).toBe(1);
  });

  it('is not asked again while Dify cannot say whether it began', async () => {
    lose({ kind: 'disconnect' });
    standIn.faults.add({ does: { kind: 'page', status: 503 }, path: '/conversations', times: Infinity });
    const told = await tell(agentOf('app-demo-chat'), question('hello'));
    expect(told.error).toMatchObject({ code: 'agent_unavailable' });
    expect(asks()).toBe(1);
  });
});
