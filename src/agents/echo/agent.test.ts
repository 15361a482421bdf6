import { describe, expect, it } from 'vitest';
import type { AgentEvent, Ask } from '../../core/agent.ts';
import { type AgentName, id } from '../../core/ids.ts';
import { noLog } from '../../core/log.ts';
import { systemClock } from '../../lib/clock.ts';
import type { EchoAgent } from './agent.ts';
import { echo } from './index.ts';

const signal = new AbortController().signal;

describe('the echo', () => {
  it('says back what it is asked, at once, and names the files', async () => {
    const file = { name: 'a.pdf', kind: 'file', open: () => Promise.reject(new Error('never opened')) } as const;
    const events = await listen(makeEcho(), { files: [file] });
    expect(events.map(({ kind }) => kind)).toEqual(['started', 'text', 'done']);
    expect(textOf(events)).toBe('Guten Tag 你好 👋🏽\n📎 a.pdf');
  });

  it('goes on with a conversation', async () => {
    const [started] = await listen(makeEcho(), { conversation: 'c1' });
    expect(started).toMatchObject({ kind: 'started', run: { user: 'u_1', conversation: 'c1' }, forgotten: false });
  });

  it('takes its time where it is told to, word by word', async () => {
    const events = await listen(makeEcho({ paceMs: '1' }), {});
    expect(events.flatMap((event) => (event.kind === 'text' ? [event.delta] : []))).toEqual([
      'Guten ',
      'Tag ',
      '你',
      '好 ',
      '👋🏽',
    ]);
  });

  it('stops with what it has said', async () => {
    const agent = makeEcho({ paceMs: 60_000 });
    const events: AgentEvent[] = [];
    const hear = (event: AgentEvent): void => {
      events.push(event);
      if (event.kind === 'text') void agent.stop({ user: 'u_1', task: 'echo-task-1' });
    };
    await agent.run(ask({}), hear, signal);
    expect(textOf(events)).toBe('Guten ');
    expect(events.at(-1)).toEqual({ kind: 'done', stopped: true });
  });

  it('lets go when nobody listens any more', async () => {
    const gone = new AbortController();
    setTimeout(() => gone.abort(), 5);
    await expect(listen(makeEcho({ paceMs: 60_000 }), {}, gone.signal)).rejects.toThrow(/abort/i);
  });
});

function makeEcho(settings: object = {}): EchoAgent {
  const deps = { name: id<AgentName>('echo'), clock: systemClock, log: noLog, random: Math.random };
  return echo.create(echo.configSchema.parse(settings), deps) as EchoAgent;
}

function ask(more: Partial<Ask>): Ask {
  return { user: 'u_1', text: 'Guten Tag 你好 👋🏽', files: [], inputs: {}, lang: 'en', ...more };
}

async function listen(agent: EchoAgent, more: Partial<Ask>, until = signal): Promise<AgentEvent[]> {
  const events: AgentEvent[] = [];
  await agent.run(ask(more), (event) => events.push(event), until);
  return events;
}

function textOf(events: readonly AgentEvent[]): string {
  return events.map((event) => (event.kind === 'text' ? event.delta : '')).join('');
}
