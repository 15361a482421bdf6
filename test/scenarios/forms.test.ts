import { afterEach, describe, expect, it } from 'vitest';
import type { AfterForm, AgentForm, FilledForm } from '../../src/core/agent.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { CardActionEvent } from '../../src/core/event.ts';
import { groupMessage, message, press, startGateway, type TestGateway } from '../support/gateway.ts';
import { PaperPusher } from '../support/paper-pusher.ts';
import { started } from '../support/script-agent.ts';

const FORM: AgentForm = {
  token: 'form-1',
  title: 'Purchase',
  choices: [
    {
      name: 'size',
      title: 'Size',
      options: [
        { id: '27', text: '27"' },
        { id: '32', text: '32"' },
      ],
    },
  ],
  answers: [
    { id: 'approve', text: 'Approve' },
    { id: 'reject', text: 'Reject' },
  ],
  preset: { remark: 'none' },
};

let gateway: TestGateway;
let pusher: PaperPusher;
let filled: FilledForm[];
let after: AfterForm | GatewayError;
afterEach(() => gateway.close());

async function start(form: AgentForm | undefined = FORM): Promise<void> {
  pusher = new PaperPusher();
  filled = [];
  after = { kind: 'finished', answer: 'Two kinds. Ordered: 32".', citations: [], files: [] };
  gateway = await startGateway({ pusher });
  gateway.agent.answer = async function* (ask) {
    yield started(ask);
    yield { kind: 'text', delta: 'Two kinds. ' };
    yield { kind: 'paused', text: 'Which **size**?', ...(form && { form }) };
    yield { kind: 'done', stopped: false };
  };
  gateway.agent.fill = async (_run, given) => {
    filled.push(given);
    if (after instanceof GatewayError) throw after;
    return after;
  };
}

const pressed = (who: string, index: number, options: readonly string[] = [], at = 0): CardActionEvent => ({
  ...press(message('', { account: who }), { act: 'answer', push: pusher.messages[at]?.key, index }),
  ...(options.length > 0 && { form: { q0: options } }),
});
const deliver = async (...events: Parameters<TestGateway['deliver']>[0][]): Promise<void> => {
  for (const event of events) await gateway.deliver(event);
  await gateway.quiet();
};

describe('a form that an agent waits for', () => {
  it('comes to whoever asked, is handed in as she has chosen, and what follows comes behind it', async () => {
    await start();
    await deliver(message('buy screens', { account: 'lin' }));
    expect(gateway.platform.frame(0)).toMatchObject({ notice: expect.stringContaining('the card that I send you') });
    expect(pusher.messages[0]).toMatchObject({
      to: { kind: 'user', ids: ['lin'] },
      content: { kind: 'question', title: 'Purchase' },
    });
    await deliver(pressed('lin', 0, ['o1']));
    expect(filled).toEqual([{ token: 'form-1', answer: 'approve', values: { remark: 'none', size: '32' } }]);
    expect(pusher.said.slice(1)).toEqual(['message user lin: Ordered: 32".']);
  });

  it('of a group comes to the asker alone, and what follows to the group', async () => {
    await start();
    await deliver(groupMessage('buy screens', 'lin'));
    expect(pusher.messages[0]?.to).toMatchObject({ kind: 'user', ids: ['lin'] });
    await deliver(pressed('wang', 0, ['o1']));
    expect(filled).toEqual([]);
    await deliver(pressed('lin', 1, ['o0']));
    expect(filled).toMatchObject([{ answer: 'reject', values: { size: '27' } }]);
    expect(pusher.messages[1]?.to.kind).toBe('chat');
  });

  it('is handed in once, however often its button is pressed', async () => {
    await start();
    await deliver(message('buy screens', { account: 'lin' }));
    await deliver(pressed('lin', 0, ['o1']), pressed('lin', 1, ['o0']));
    expect(filled).toHaveLength(1);
    expect(pusher.messages).toHaveLength(2);
  });

  it('comes again when something was not chosen', async () => {
    await start();
    await deliver(message('buy screens', { account: 'lin' }));
    await deliver(pressed('lin', 0));
    expect(filled).toEqual([]);
    expect(pusher.messages[1]?.content.text).toMatch(/^Which \*\*size\*\*\?\n\nSomething was not chosen yet/);
    await deliver(pressed('lin', 0, ['o0'], 1));
    expect(filled).toMatchObject([{ values: { size: '27' } }]);
  });

  it('may be followed by another one, or by none that can be filled in here', async () => {
    await start();
    await deliver(message('buy screens', { account: 'lin' }));
    after = { kind: 'paused', text: 'And where to?', form: { ...FORM, token: 'form-2', choices: [] } };
    await deliver(pressed('lin', 0, ['o0']));
    expect(pusher.messages[1]?.content).toMatchObject({ kind: 'question', text: 'And where to?' });
    after = { kind: 'paused', text: 'Sign here' };
    await deliver(pressed('lin', 0, [], 1));
    expect(pusher.messages[2]?.content.text).toMatch(/^Sign here\n\nThis waits for a person/);
  });

  it('brings each file that follows, however long the agent’s own name for the form is', async () => {
    await start({ ...FORM, token: 'form '.repeat(60) });
    await deliver(message('buy screens', { account: 'lin' }));
    const file = (name: string) => ({ kind: 'file', name, url: `https://dify.example/${name}` }) as const;
    after = { kind: 'finished', answer: 'Ordered.', citations: [], files: [file('a.pdf'), file('b.pdf')] };
    await deliver(pressed('lin', 0, ['o1']));
    // Paper has no messages for files.
    expect(pusher.said.slice(2)).toEqual([
      'message user lin: [a.pdf](https://dify.example/a.pdf)',
      'message user lin: [b.pdf](https://dify.example/b.pdf)',
    ]);
  });

  it('is handed in again when the agent was away', async () => {
    await start();
    await deliver(message('buy screens', { account: 'lin' }));
    const [later] = [after];
    after = new GatewayError('agent_unavailable', 'down');
    await gateway.deliver(pressed('lin', 0, ['o1']));
    await expect.poll(() => filled.length, { timeout: 10_000 }).toBeGreaterThan(0);
    after = later;
    await expect.poll(() => pusher.messages.length, { timeout: 20_000 }).toBe(2);
    expect(pusher.said[1]).toContain('Ordered: 32".');
  });

  it('whose time is over, or that fails for good, is told', async () => {
    await start();
    await deliver(message('buy screens', { account: 'lin' }));
    after = { kind: 'expired' };
    await deliver(pressed('lin', 0, ['o0']));
    expect(pusher.messages[1]?.content.text).toMatch(/^The time of this form is over/);
    after = new GatewayError('agent_model_failed', 'no');
    await deliver(message('buy more', { account: 'wang' }));
    await deliver(pressed('wang', 0, ['o0'], 2));
    expect(pusher.messages[3]?.content.text).toMatch(/^The model could not finish/);
  });

  it.each([
    ['has words in it', undefined, 'choices'],
    ['has choices and the platform buttons alone', FORM, 'buttons'],
  ] as const)('that %s is not asked for here, and the answer says who can go on', async (_, form, asks) => {
    await start(form);
    if (form === undefined)
      gateway.agent.answer = async function* (ask) {
        yield started(ask);
        yield { kind: 'paused', text: 'Which **size**?' };
      };
    pusher.asks = asks;
    await deliver(message('buy screens', { account: 'lin' }));
    expect(pusher.messages).toEqual([]);
    expect(gateway.platform.frame(0).notice).toContain('This waits for a person to fill in a form.');
  });
});
