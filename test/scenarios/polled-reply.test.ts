import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MessageEvent } from '../../src/core/event.ts';
import { id, type TurnId } from '../../src/core/ids.ts';
import { turnIdOf } from '../../src/core/keys.ts';
import type { PolledLook } from '../../src/core/platform.ts';
import { message, press, startGateway, type TestGateway } from '../support/gateway.ts';
import type { Poll } from '../support/paper-platform.ts';
import { stepwise } from '../support/script-agent.ts';

let gateway: TestGateway;
let fetched: () => void;

beforeEach(async () => {
  gateway = await startGateway();
  gateway.platform.can = { ...gateway.platform.can, reply: 'polled', filesInText: true };
  fetched = () => undefined;
});
afterEach(() => gateway.close());

/** Asks how the answer looks, as the platform does every second. */
async function poll(turn: TurnId): Promise<PolledLook> {
  const asked: Poll = { kind: 'poll', turn };
  const body = Buffer.from(JSON.stringify(asked));
  const { channel } = gateway.platform;
  await gateway.pipeline.accept({ channel, via: 'webhook', method: 'POST', headers: {}, query: {}, body });
  const look = gateway.platform.polled.at(-1);
  if (!look) throw new Error('nothing was told');
  return look;
}

async function until(turn: TurnId, holds: (look: PolledLook) => boolean): Promise<PolledLook> {
  for (let tries = 0; tries < 500; tries += 1) {
    const look = await poll(turn);
    if (holds(look)) return look;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it never looked like that');
}

const answerOf = (look: PolledLook): string => {
  if (look.kind === 'growing') return look.frame.answer;
  if (look.kind === 'waiting') return '';
  return look.message.kind === 'frame'
    ? look.message.frame.answer
    : look.message.kind === 'notice'
      ? look.message.text
      : '';
};

/** The final frame is on its way until the platform has fetched it. */
function holdFinal(): void {
  const { promise, resolve } = Promise.withResolvers<void>();
  fetched = resolve;
  gateway.platform.before = () => promise;
}

describe('an answer that the platform comes for', () => {
  it('is told as it is at that moment, and nothing is sent before its end', async () => {
    const steps = stepwise();
    gateway.agent.answer = steps.answer;
    const asked = message('hello');
    const turn = turnIdOf(asked);
    expect(await poll(turn)).toEqual({ kind: 'waiting' });
    await gateway.deliver(asked);
    // The last word may be held back until it is whole.
    steps.say('one and ');
    expect(answerOf(await until(turn, (look) => answerOf(look) !== ''))).toMatch(/^one/);
    steps.say('two or');
    const look = await until(turn, (each) => answerOf(each).startsWith('one and two'));
    expect(look).toMatchObject({ kind: 'growing', frame: { state: 'answering' } });
    expect(gateway.platform.messages).toEqual([]);
    steps.end();
    await gateway.quiet();
    expect(gateway.platform.texts).toEqual(['one and two or']);
  });

  it('is whole for whoever asks once more, also after a restart', async () => {
    const asked = message('hello');
    await gateway.deliver(asked);
    await gateway.quiet();
    await gateway.crash();
    expect(await poll(turnIdOf(asked))).toMatchObject({ kind: 'whole', message: { frame: { state: 'done' } } });
  });

  it('keeps its last look while its end is on the way', async () => {
    holdFinal();
    const asked = message('hello');
    await gateway.deliver(asked);
    const steps = await until(turnIdOf(asked), () => gateway.agent.asked.length === 1);
    expect(['waiting', 'growing']).toContain(steps.kind);
    fetched();
    await gateway.quiet();
    expect(gateway.platform.texts).toEqual(['you said: hello']);
  });

  it('that a crash interrupted is waited for, then whole', async () => {
    const steps = stepwise();
    gateway.agent.answer = steps.answer;
    const asked = message('hello');
    const turn = turnIdOf(asked);
    await gateway.deliver(asked);
    steps.say('one ');
    await until(turn, (look) => answerOf(look) !== '');
    gateway.agent.recovered = { kind: 'finished', answer: 'one two', citations: [], files: [] };
    await gateway.crash();
    const look = await until(turn, ({ kind }) => kind === 'whole');
    expect(answerOf(look)).toBe('one two');
    await gateway.quiet();
    expect(gateway.agent.asked).toHaveLength(1);
  });

  it('has its files in its text, for no message goes apart', async () => {
    gateway.agent.answer = async function* () {
      yield { kind: 'text', delta: 'Here.' };
      yield { kind: 'file', file: { kind: 'image', name: 'cat.png', url: 'https://files.example/cat.png' } };
      yield { kind: 'file', file: { kind: 'file', name: 'a [b].pdf', url: 'https://files.example/a b.pdf' } };
    };
    await gateway.deliver(message('draw'));
    await gateway.quiet();
    expect(gateway.platform.texts).toEqual([
      'Here.\n\n![cat.png](<https://files.example/cat.png>)\n\n[a b.pdf](<https://files.example/a b.pdf>)',
    ]);
  });
});

describe('a command where answers are fetched', () => {
  it('is answered under the turn that its message would have been', async () => {
    const asked = message('/help');
    await gateway.deliver(asked);
    await gateway.quiet();
    expect(await poll(turnIdOf(asked))).toMatchObject({ kind: 'whole', message: { kind: 'notice' } });
  });

  it('to stop ends its own message too', async () => {
    const steps = stepwise();
    gateway.agent.answer = steps.answer;
    const asked = message('hello');
    await gateway.deliver(asked);
    steps.say('one ');
    await until(turnIdOf(asked), (look) => answerOf(look) !== '');
    const stop = message('/stop');
    await gateway.deliver(stop);
    await gateway.quiet();
    expect(answerOf(await poll(turnIdOf(stop)))).toContain('Stopped');
    expect(await poll(turnIdOf(asked))).toMatchObject({ kind: 'whole', message: { frame: { state: 'stopped' } } });
  });
});

describe('a rating that the vendor counts', () => {
  const rated = (asked: MessageEvent, rating: 'up' | 'down' | 'none', key: string) =>
    gateway.deliver({
      kind: 'rated',
      key: id(key),
      at: Date.now(),
      from: asked.from,
      to: asked.to,
      turn: turnIdOf(asked),
      rating,
    });

  it('is told to the agent as it stands, however often it is delivered', async () => {
    const asked = message('hello');
    await gateway.deliver(asked);
    await gateway.quiet();
    await rated(asked, 'up', 'r1');
    await rated(asked, 'up', 'r1');
    await gateway.quiet();
    await rated(asked, 'up', 'r2');
    await gateway.quiet();
    await rated(asked, 'none', 'r3');
    await gateway.quiet();
    expect(gateway.agent.rated).toEqual(['up', 'up', 'none']);
  });

  it('of another chat counts for nothing', async () => {
    const asked = message('hello');
    await gateway.deliver(asked);
    await gateway.quiet();
    await rated({ ...asked, to: { ...asked.to, chat: id('elsewhere') } }, 'down', 'r1');
    await gateway.quiet();
    expect(gateway.agent.rated).toEqual([]);
  });
});

describe('what the vendor gave for answering', () => {
  it('goes with the answer, and is not used again for what a press asks', async () => {
    gateway.agent.suggestions = [];
    const plain = message('hello');
    const asked = { ...plain, to: { ...plain.to, handle: { request: 'r-1' } } };
    await gateway.deliver(asked);
    await gateway.quiet();
    expect(gateway.platform.messages[0]?.looks[0]?.to.handle).toEqual({ request: 'r-1' });
    const pressed = press(asked, { act: 'regenerate', turn: turnIdOf(asked) });
    await gateway.deliver({ ...pressed, to: { ...pressed.to, handle: { request: 'r-2' } } });
    await gateway.quiet();
    await gateway.deliver(press({ ...asked, to: plain.to }, { act: 'regenerate', turn: turnIdOf(asked) }));
    await gateway.quiet();
    const handles = gateway.platform.messages.map(({ looks }) => looks[0]?.to.handle);
    expect(handles).toEqual([{ request: 'r-1' }, { request: 'r-2' }, undefined]);
  });

  it('says by itself where nothing can grow', async () => {
    const { platform } = gateway;
    platform.can = { ...platform.can, reply: 'stream' };
    Object.assign(platform, { grows: () => false });
    const steps = stepwise();
    gateway.agent.answer = steps.answer;
    await gateway.deliver(message('hello'));
    steps.say('one ');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(platform.messages).toEqual([]);
    steps.end();
    await gateway.quiet();
    expect(platform.messages[0]?.looks).toHaveLength(1);
  });
});

describe('a quoted message whose words the vendor gives', () => {
  it('goes before the question, with its pictures', async () => {
    const quote = [
      { kind: 'text', text: 'the budget' },
      { kind: 'image', file: { url: 'u' }, name: 'plan.png' },
    ] as const;
    await gateway.deliver(message('is that right?', { quote }));
    await gateway.quiet();
    expect(gateway.agent.asked[0]?.text).toBe('> the budget\n> [plan.png]\n\nis that right?');
    expect(gateway.agent.asked[0]?.files.map(({ name }) => name)).toEqual(['plan.png']);
  });
});
