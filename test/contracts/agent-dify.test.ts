import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dify } from '../../src/agents/dify/index.ts';
import type { Agent } from '../../src/core/agent.ts';
import { type AgentName, id } from '../../src/core/ids.ts';
import { noLog } from '../../src/core/log.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { type DifyStandInServer, startDifyStandIn } from '../../src/simulator/dify/index.ts';
import { question, tell } from '../support/agent-run.ts';

/**
 * What the Dify agent promises, whatever the app's mode. Runs against the stand-in; against a real Dify with
 * DIFY_BASE_URL and a key for each mode at hand (DIFY_CONTRACT_KEY_CHAT, …_AGENT_CHAT, …_ADVANCED_CHAT, …_WORKFLOW,
 * …_COMPLETION, …_AGENT), which costs some tokens; without such a key, an address in the environment is left alone. DIFY_CONTRACT_QUERY_VARIABLE names the input that takes the question.
 */
const IS_REAL = Object.keys(process.env).some((name) => name.startsWith('DIFY_CONTRACT_KEY_'));
const REAL_URL = IS_REAL ? process.env['DIFY_BASE_URL'] : undefined;

const STAND_IN_KEYS = {
  chat: 'app-demo-chat',
  'agent-chat': 'app-demo-agent-chat',
  'advanced-chat': 'app-demo-chatflow',
  workflow: 'app-demo-workflow',
  completion: 'app-demo-completion',
  agent: 'app-demo-agent',
} as const;

type Mode = keyof typeof STAND_IN_KEYS;

const MODES = Object.keys(STAND_IN_KEYS) as Mode[];
const HAS_CONVERSATIONS: readonly Mode[] = ['chat', 'agent-chat', 'advanced-chat', 'agent'];
const NOBODY = '00000000-0000-4000-8000-000000000000';
const signal = new AbortController().signal;

let standIn: DifyStandInServer | undefined;
beforeAll(async () => {
  if (REAL_URL === undefined) standIn = await startDifyStandIn({ flavour: '1.16', speed: 30 });
});
afterAll(() => standIn?.close());

for (const mode of MODES) {
  const key = keyFor(mode);
  if (key === undefined)
    describe.skip(`a Dify app of mode ${mode} (no ${keyName(mode)})`, () => void it('is asked', () => undefined));
  else describe(`a Dify app of mode ${mode}`, () => contract(mode, key));
}

function contract(mode: Mode, key: string): void {
  const talks = HAS_CONVERSATIONS.includes(mode);
  const timeout = REAL_URL === undefined ? 20_000 : 120_000;
  // What an app of this kind has no place for is not a test that was not run.
  const itTalks = talks ? it : noTest;
  const itKeeps = talks || mode === 'workflow' ? it : noTest;
  let agent: Agent;
  beforeAll(() => {
    agent = makeAgent(key);
  });
  afterAll(() => agent.close?.());

  it('passes its check', { timeout }, async () => expect(await agent.check?.(signal)).toEqual([]));

  it('says what it is', async () => {
    const profile = await agent.profile?.(signal);
    expect(profile?.suggested).toBeInstanceOf(Array);
    expect(profile?.opening ?? '').not.toContain('{{');
    expect(agent.title).not.toBe('');
  });

  it('tells its ids before its first word, and ends with done', { timeout }, async () => {
    const told = await tell(agent, question('Say hello in one short sentence.'));
    expect(told.error).toBeUndefined();
    expect(told.events[0]?.kind).toBe('started');
    expect(told.events.at(-1)).toEqual({ kind: 'done', stopped: false });
    expect(told.answer.trim()).not.toBe('');
    expect(told.run).toMatchObject({ user: 'u_demo', task: expect.any(String) as string });
    expect(told.events.filter(({ kind }) => kind === 'started' || kind === 'done')).toHaveLength(2);
  });

  itTalks('goes on with a conversation', { timeout }, async () => {
    const first = await tell(agent, question('My lucky number is 7. Just say OK.'));
    const second = await tell(
      agent,
      question('What is my lucky number, and what did I ask before?', { conversation: first.run?.conversation ?? '' }),
    );
    expect(second.run?.conversation).toBe(first.run?.conversation);
    expect(second.forgotten).toBe(false);
    expect(second.answer).toContain('7');
  });

  itTalks('begins anew, and says so, when the conversation is gone', { timeout: timeout * 2 }, async () => {
    const told = await tell(agent, question('Say hello.', { conversation: NOBODY }));
    expect(told.error).toBeUndefined();
    expect(told.forgotten).toBe(true);
    expect(told.run?.conversation).not.toBe(NOBODY);
    expect(told.answer).not.toBe('');
  });

  itKeeps('finds a finished run again without asking', { timeout }, async () => {
    const told = await tell(agent, question('Say hello in one short sentence.'));
    const recovered = await agent.recover?.(told.run ?? { user: 'u_demo' }, signal);
    expect(recovered).toMatchObject({ kind: 'finished', answer: told.answer });
  });

  it('says lost of a run that nobody knows', async () => {
    const run = { user: 'u_demo', conversation: NOBODY, message: NOBODY, workflow: NOBODY, task: NOBODY };
    expect(await agent.recover?.(run, signal)).toEqual({ kind: 'lost' });
  });

  it('stops when it is told to, and keeps what it has said', { timeout }, async () => {
    const told = await tell(agent, question('Count to 500, one number a line.'), stopAtFirstText(agent));
    expect(told.error).toBeUndefined();
    expect(told.stopped).toBe(true);
    expect(told.answer.length).toBeLessThan(1500);
  });

  it('has nothing against being told to stop a run that is over', async () => {
    await agent.stop?.({ user: 'u_demo', task: NOBODY }, signal);
    await agent.stop?.({ user: 'u_demo' }, signal);
  });

  it('lets go at once when nobody listens any more', { timeout }, async () => {
    const controller = new AbortController();
    let abortedAt = 0;
    const told = await tell(
      agent,
      question('Count to 500, one number a line.'),
      ({ kind }) => {
        if (kind !== 'text' || abortedAt > 0) return;
        abortedAt = performance.now();
        controller.abort();
      },
      controller.signal,
    );
    expect(told.error?.name).toBe('AbortError');
    expect(performance.now() - abortedAt).toBeLessThan(500);
  });

  it('takes a rating, another one, and its withdrawal twice', { timeout }, async () => {
    const { run } = await tell(agent, question('Say hello.'));
    for (const rating of ['up', 'down', 'none', 'none'] as const)
      await agent.rate?.(run ?? { user: '' }, rating, signal);
  });

  itTalks('keeps with a rating why it was given, until the next one', { timeout }, async () => {
    const { run } = await tell(agent, question('Say hello.'));
    if (run?.message === undefined) throw new Error('a message has an id');
    const kept = async (): Promise<unknown> => {
      const base = REAL_URL ?? standIn?.url ?? '';
      const url = `${base}/app/feedbacks?limit=100`;
      const found = await (await fetch(url, { headers: { authorization: `Bearer ${key}` } })).json();
      const { data } = found as { data: readonly { message_id: string; content: unknown }[] };
      return data.find(({ message_id }) => message_id === run.message)?.content;
    };
    await agent.rate?.(run, 'down', signal, '内容不完整\nthe date is missing');
    expect(await kept()).toBe('内容不完整\nthe date is missing');
    await agent.rate?.(run, 'up', signal);
    expect(await kept()).toBeNull();
    await agent.rate?.(run, 'none', signal, 'by mistake');
    expect(await kept()).toBeUndefined();
  });

  it('has suggestions or none, and never fails over them', { timeout }, async () => {
    const { run } = await tell(agent, question('Say hello.'));
    expect(await agent.suggest?.(run ?? { user: '' }, signal)).toBeInstanceOf(Array);
    expect(await agent.suggest?.({ user: 'u_demo', message: NOBODY }, signal)).toEqual([]);
  });

  it('keeps two people apart who ask at once', { timeout }, async () => {
    const [first, second] = await Promise.all([
      tell(agent, question('Say hello.', { user: 'u_one' })),
      tell(agent, question('Say hello.', { user: 'u_two' })),
    ]);
    expect(first.error ?? second.error).toBeUndefined();
    expect(first.run?.task).not.toBe(second.run?.task);
    if (talks) expect(first.run?.conversation).not.toBe(second.run?.conversation);
  });

  it('says what to change when its key is wrong', async () => {
    const stranger = makeAgent('app-nobody-knows-this-key');
    expect(await stranger.check?.(signal)).toEqual([
      { zh: expect.stringContaining('访问 API'), en: expect.stringContaining('API Access') },
    ]);
    await stranger.close?.();
  });
}

function noTest(): void {}

/** Waits for the task to be told, as the pipeline does, before it stops it. */
function stopAtFirstText(agent: Agent): (event: { kind: string }) => Promise<void> {
  let run = { user: 'u_demo' };
  let done = false;
  return async (event) => {
    if (event.kind === 'started') run = (event as unknown as { run: typeof run }).run;
    if (event.kind !== 'text' || done) return;
    done = true;
    await wait(20);
    await agent.stop?.(run, signal);
  };
}

function makeAgent(apiKey: string): Agent {
  const queryVariable = process.env['DIFY_CONTRACT_QUERY_VARIABLE'];
  const baseUrl = REAL_URL ?? standIn?.url;
  const config = dify.configSchema.parse({ baseUrl, apiKey, ...(queryVariable ? { queryVariable } : {}) });
  return dify.create(config, { name: id<AgentName>('demo'), clock: systemClock, log: noLog, random: Math.random });
}

function keyName(mode: Mode): string {
  return `DIFY_CONTRACT_KEY_${mode.toUpperCase().replaceAll('-', '_')}`;
}

function keyFor(mode: Mode): string | undefined {
  return REAL_URL === undefined ? STAND_IN_KEYS[mode] : process.env[keyName(mode)];
}
