import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MessageEvent } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import { message, startGateway, type TestGateway } from '../support/gateway.ts';
import { started, stepwise } from '../support/script-agent.ts';

const ADMIN = { actor: 'admin', reason: 'administrator' } as const;

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startGateway();
});
afterEach(() => gateway.close());

/** The same name on the other platform. */
function onBoard(text: string, account = 'ada'): MessageEvent {
  const event = message(text, { account });
  return { ...event, to: { ...event.to, channel: id('board') } };
}

async function say(event: MessageEvent): Promise<void> {
  await gateway.deliver(event);
  await gateway.quiet();
}

async function personOf(channel: string, account = 'ada') {
  const sender = message('', { account }).from;
  return (await gateway.store.people.identify(id(channel), sender, Date.now())).id;
}

async function link(): Promise<void> {
  await gateway.store.people.merge(await personOf('paper'), await personOf('board'), ADMIN, Date.now());
}

describe('one person on two platforms', () => {
  it('goes on with her conversation on the other one, and is told so', async () => {
    await say(message('one'));
    await say(onBoard('somebody else'));
    await link();
    await say(onBoard('two'));
    const [first, stranger, second] = gateway.agent.asked;
    expect(stranger?.user).not.toBe(first?.user);
    // The one used last goes on; each keeps the name it was begun with.
    expect(second).toMatchObject({ user: stranger?.user, conversation: `c-${stranger?.user}` });
    await say(message('three'));
    expect(gateway.agent.asked[3]).toMatchObject({ user: stranger?.user, conversation: `c-${stranger?.user}` });
    expect(gateway.platform.frame(1).notice).toContain('Paper');
    expect(gateway.board.frame(1)).not.toHaveProperty('notice');
  });

  it('stops with /stop what runs for her on the other platform, and nobody else’s', async () => {
    await say(message('hello'));
    await link();
    const slow = stepwise();
    gateway.agent.answer = slow.answer;
    await gateway.deliver(message('slow'));
    slow.say('a beginning');
    await expect.poll(() => gateway.platform.texts.at(-1), { timeout: 10_000 }).toContain('a ');
    await gateway.deliver(onBoard('/stop', 'eve'));
    await expect.poll(() => gateway.board.texts.at(-1), { timeout: 10_000 }).toContain('No answer is running');
    expect(gateway.agent.stopped).toEqual([]);
    await gateway.deliver(onBoard('/stop'));
    await gateway.quiet();
    expect(gateway.board.texts.at(-1)).toContain('Your answer in Paper was stopped');
    expect(gateway.platform.frame(1).state).toBe('stopped');
    expect(gateway.agent.stopped).toHaveLength(1);
  });

  it('is answered in order, though she asks on both at once', async () => {
    await say(message('hello'));
    await link();
    const slow = stepwise();
    gateway.agent.answer = async function* (ask, signal) {
      if (ask.text === 'slow') return yield* slow.answer(ask, signal);
      yield started(ask);
      yield { kind: 'text', delta: `to ${ask.text}` };
    };
    await gateway.deliver(message('slow'));
    await until(() => gateway.agent.asked.length === 2);
    await gateway.deliver(onBoard('quick'));
    await until(
      async () => (await gateway.store.upkeep.depth()).inboxWaiting === 1 && gateway.pipeline.activeLanes === 1,
    );
    expect(gateway.agent.asked).toHaveLength(2);
    slow.say('at last');
    slow.end();
    await gateway.quiet();
    expect([gateway.platform.texts.at(-1), gateway.board.texts]).toEqual(['at last', ['to quick']]);
    expect(gateway.agent.asked[2]?.conversation).toBe(gateway.agent.asked[1]?.conversation);
  });

  it('has two conversations again once the accounts are parted, whatever is remembered of her', async () => {
    await say(message('one'));
    await link();
    await say(onBoard('two'));
    await gateway.store.people.unlink(id('board'), id('ada'), ADMIN, Date.now());
    await say(onBoard('three'));
    await say(message('four'));
    const [first, , third, fourth] = gateway.agent.asked;
    expect([third?.conversation, fourth?.conversation]).toEqual([undefined, undefined]);
    expect(third?.user).not.toBe(first?.user);
  });
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
