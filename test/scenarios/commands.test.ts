import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MessageEvent } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import { groupMessage, message, startGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
let now: number;
beforeEach(async () => {
  now = Date.now();
  const clock = {
    now: () => now,
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  };
  gateway = await startGateway({ clock });
});
afterEach(() => gateway.close());

function onBoard(text: string, account = 'ada'): MessageEvent {
  const event = message(text, { account });
  return { ...event, to: { ...event.to, channel: id('board') } };
}

/** What is answered to a message, on the platform where it was written. */
async function said(event: MessageEvent): Promise<string> {
  await gateway.deliver(event);
  await gateway.quiet();
  const there = event.to.channel === gateway.board.channel ? gateway.board : gateway.platform;
  return there.texts.at(-1) ?? '';
}

async function codeFor(event: MessageEvent): Promise<string> {
  const code = /\*\*([A-Z]{4}-[A-Z]{4})\*\*/.exec(await said(event))?.[1];
  if (code === undefined) throw new Error('no code was shown');
  return code;
}

describe('/link', () => {
  it('makes one person of two accounts by a code, and both sides are told', async () => {
    await said(message('hello'));
    const code = await codeFor(onBoard('/link'));
    expect(await said(message(`／LINK ${code.toLowerCase().replace('-', ' ')}`))).toContain('Linked with your account');
    expect(gateway.board.texts.at(-1)).toContain('Your account was linked');
    await said(onBoard('and again'));
    expect(gateway.agent.asked[1]?.conversation).toBe(`c-${gateway.agent.asked[0]?.user}`);
    expect(await said(onBoard('/whoami'))).toMatch(/Paper: ada[\s\S]*Paper: ada/);
  });

  it('takes a code once, and none that is ten minutes old or was replaced', async () => {
    const replaced = await codeFor(onBoard('/link'));
    const code = await codeFor(onBoard('/link'));
    expect(await said(message(`/link ${replaced}`))).toContain('4 tries');
    now += 10 * 60_000 + 1;
    expect(await said(message(`/link ${code}`))).toContain('4 tries');
    const fresh = await codeFor(onBoard('/link'));
    expect(await said(message(`/link ${fresh}`))).toContain('Linked');
    expect(await said(message(`/link ${fresh}`, { account: 'eve' }))).toContain('wrong or too old');
  });

  it('locks who guesses, the right code included, for ten minutes', async () => {
    const code = await codeFor(onBoard('/link'));
    for (let tries = 0; tries < 4; tries += 1) {
      expect(await said(message('/link BBBB-BBBB', { account: 'eve' }))).toContain('wrong or too old');
    }
    expect(await said(message('/link BBBB-BBBB', { account: 'eve' }))).toContain('Too many wrong codes');
    expect(await said(message(`/link ${code}`, { account: 'eve' }))).toContain('Too many wrong codes');
    expect(await said(message(`/link ${code}`))).toContain('Linked');
  });

  it('shows no code in a group, and voids one that is typed there', async () => {
    expect(await said(groupMessage('/link', 'ada'))).not.toMatch(/\*\*/);
    const code = await codeFor(onBoard('/link'));
    expect(await said(groupMessage(`/link ${code}`, 'ada'))).toContain('void');
    expect(await said(message(`/link ${code}`))).toContain('wrong or too old');
  });

  it('knows its own code, and what is no code', async () => {
    const code = await codeFor(message('/link'));
    expect(await said(message(`/link ${code}`))).toContain('linked already');
    expect(await said(message('/link 12345678'))).toContain('does not look like a code');
  });

  it('is done once, though the process dies before it could say so', async () => {
    const code = await codeFor(onBoard('/link'));
    const death = Promise.withResolvers<void>();
    gateway.platform.before = () => death.promise;
    await gateway.deliver(message(`/link ${code}`));
    await until(() => gateway.board.texts.length === 2);
    gateway.platform.before = () => undefined;
    const crash = gateway.crash();
    death.reject(new Error('the process dies'));
    await crash;
    await gateway.quiet();
    expect(gateway.platform.texts.at(-1)).toContain('Linked');
    expect(gateway.board.texts.filter((text) => text.includes('was linked'))).toHaveLength(1);
  });
});

describe('/unlink', () => {
  it('makes the account its own person again, which no other reads', async () => {
    const code = await codeFor(onBoard('/link'));
    await said(message(`/link ${code}`));
    await said(message('secret'));
    expect(await said(onBoard('/unlink'))).toContain('stands on its own');
    await said(onBoard('what did I say?'));
    expect(gateway.agent.asked[1]?.conversation).toBeUndefined();
    expect(await said(onBoard('/unlink'))).toContain('not linked');
  });
});

describe('/sessions and /continue', () => {
  it('list a person’s conversations by name or first words, and switch between them', async () => {
    gateway.agent.answer = async function* (ask) {
      const conversation = ask.conversation ?? `c-${ask.text}`;
      yield { kind: 'started', run: { user: ask.user, conversation }, forgotten: false };
      yield { kind: 'text', delta: 'yes' };
    };
    await said(message('first question'));
    await said(message('/sessions name Contracts'));
    now += 1000;
    await said(message('/new'));
    await said(message('second question'));
    const list = await said(message('/sessions'));
    expect(list).toMatch(/1\. second question[^\n]*running\)\n2\. Contracts/);
    // As quotas and grants are told: the platforms' people live by that clock.
    const there = new Date(now + 8 * 60 * 60_000).toISOString().slice(0, 16).replace('T', ' ');
    expect(list).toContain(`, ${there} UTC+8, running)`);
    expect(await said(message('/sessions 2'))).toContain('Contracts');
    await said(message('third'));
    expect(gateway.agent.asked.at(-1)?.conversation).toBe('c-first question');
    expect(await said(message('/sessions 9'))).toContain('no such conversation');
    expect(await said(message('/sessions', { account: 'eve' }))).toContain('no conversation');
  });

  it('go on with the one before after a /new, and after a long silence', async () => {
    await said(message('first'));
    await said(message('/new'));
    expect(await said(message('/continue'))).toContain('Going on with “first”');
    await said(message('second'));
    expect(gateway.agent.asked[1]?.conversation).toBe(`c-${gateway.agent.asked[0]?.user}`);
    now += 8 * 86_400_000;
    await said(message('/continue', { at: now }));
    await said(message('third', { at: now }));
    expect(gateway.agent.asked[2]?.conversation).toBe(`c-${gateway.agent.asked[0]?.user}`);
  });
});

describe('/lang', () => {
  it('chooses the language everywhere, at once', async () => {
    await said(message('hello'));
    expect(await said(message('/lang zh'))).toBe('好的，以后用中文回答。');
    expect(await said(message('/help'))).toContain('我能这样帮你');
    expect(await said(message('/lang klingon'))).toContain('/lang en');
  });
});

describe('a slash with words behind it', () => {
  it('is for the agent where the command takes none', async () => {
    await said(message('/new features of the phone?'));
    expect(gateway.agent.asked[0]?.text).toBe('/new features of the phone?');
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
