import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dify } from '../../src/agents/dify/index.ts';
import type { Agent, AgentForm, AgentRun, Paused } from '../../src/core/agent.ts';
import { type AgentName, id } from '../../src/core/ids.ts';
import { noLog } from '../../src/core/log.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { type DifyStandInServer, startDifyStandIn } from '../../src/simulator/dify/index.ts';
import { question, tell } from '../support/agent-run.ts';

let standIn: DifyStandInServer;
let agent: Agent;
const signal = new AbortController().signal;

beforeEach(async () => {
  standIn = await startDifyStandIn({ flavour: '1.16', speed: 30 });
  agent = makeAgent('app-demo-chatflow');
});
afterEach(() => standIn.close());

function makeAgent(apiKey: string): Agent {
  const config = dify.configSchema.parse({ baseUrl: standIn.url, apiKey });
  return dify.create(config, { name: id<AgentName>('demo'), clock: systemClock, log: noLog, random: Math.random });
}

async function paused(scenario: string, by = agent) {
  const told = await tell(by, question(scenario));
  const what = told.events.find((event): event is Paused => event.kind === 'paused');
  if (!what || !told.run) throw new Error('the run did not wait for anybody');
  return { what, run: told.run, said: told.answer };
}

const fill = (run: AgentRun, { token, preset }: AgentForm, size: string, answer = 'approve') =>
  agent.fill?.(run, { token, answer, values: { ...preset, size } }, 'en', signal);

describe('a form that a flow of Dify waits for', () => {
  it('is told with what can be chosen and pressed, and what fills itself in', async () => {
    const { what } = await paused('#decide');
    expect(what).toEqual({
      kind: 'paused',
      text: 'Which ones: **27"** or **32"**?',
      form: {
        token: expect.any(String),
        title: 'Approval',
        choices: [
          {
            name: 'size',
            title: 'size',
            options: [
              { id: '27', text: '27' },
              { id: '32', text: '32' },
            ],
          },
        ],
        answers: [
          { id: 'approve', text: 'Approve' },
          { id: 'reject', text: 'Reject' },
        ],
        preset: { remark: 'within the budget' },
      },
    });
  });

  it.each(['app-demo-chatflow', 'app-demo-workflow'])(
    'is handed in, and the run is followed to its end (%s)',
    async (key) => {
      agent = makeAgent(key);
      const { what, run } = await paused('#decide');
      const after = await fill(run, what.form as AgentForm, '32');
      expect(after).toMatchObject({
        kind: 'finished',
        answer: expect.stringContaining('approve: 32" (within the budget).'),
      });
    },
  );

  it('may be handed in again by whoever does not know that it was, who gets the same', async () => {
    const { what, run } = await paused('#decide');
    const first = await fill(run, what.form as AgentForm, '27', 'reject');
    expect(await fill(run, what.form as AgentForm, '32')).toEqual(first);
    expect(first).toMatchObject({ answer: expect.stringContaining('reject: 27"') });
  });

  it('whose time is over is told as such', async () => {
    const { what, run } = await paused('#decide');
    const form = { ...(what.form as AgentForm), token: 'nobody-knows-it' };
    expect(await fill(run, form, '27')).toEqual({ kind: 'expired' });
  });

  it.each([
    ['#human', 'wants words and files'],
    ['#human-mail', 'is shown by a page of Dify’s alone'],
  ])('of %s is none to fill in here: it %s', async (scenario) => {
    expect((await paused(scenario)).what.form).toBeUndefined();
  });
});
