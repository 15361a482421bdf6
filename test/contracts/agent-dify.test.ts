import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Agent } from '../../src/core/agent.ts';
import { question, tell } from '../support/agent-run.ts';
import {
  DIFY_TIMEOUT,
  type DifyContractMode,
  difyContractUrl,
  forEachDifyMode,
  makeContractAgent,
} from '../support/dify-contract.ts';

/** What the Dify agent promises, whatever the app's mode; `dify-contract.ts` says how a real Dify is asked. */
const HAS_CONVERSATIONS: readonly DifyContractMode[] = ['chat', 'agent-chat', 'advanced-chat', 'agent'];
const NOBODY = '00000000-0000-4000-8000-000000000000';
const signal = new AbortController().signal;

forEachDifyMode(contract);

function contract(mode: DifyContractMode, key: string): void {
  const talks = HAS_CONVERSATIONS.includes(mode);
  const timeout = DIFY_TIMEOUT;
  // What an app of this kind has no place for is not a test that was not run.
  const itTalks = talks ? it : noTest;
  const itKeeps = talks || mode === 'workflow' ? it : noTest;
  let agent: Agent;
  beforeAll(() => {
    agent = makeContractAgent(key);
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
    expect(told.events.at(-1)).toMatchObject({ kind: 'done', stopped: false });
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
      const url = `${difyContractUrl()}/app/feedbacks?limit=100`;
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
    const stranger = makeContractAgent('app-nobody-knows-this-key');
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
