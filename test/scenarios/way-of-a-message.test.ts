import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import type { InboundEvent } from '../../src/core/event.ts';
import { id, type MessageId } from '../../src/core/ids.ts';
import { turnIdOf } from '../../src/core/keys.ts';
import type { OutboxRow } from '../../src/core/store.ts';
import { HttpError } from '../../src/lib/http-client.ts';
import { groupMessage, message, press, startGateway, type TestGateway } from '../support/gateway.ts';
import { movedClock } from '../support/moved-clock.ts';
import { ScriptAgent, started, stepwise } from '../support/script-agent.ts';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startGateway();
});
afterEach(() => gateway.close());

/** Waits until something holds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 2_000; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it never came true');
}

describe('a question', () => {
  it('is answered where it was asked', async () => {
    const asked = message('hello');
    await gateway.deliver(asked);
    await gateway.quiet();
    expect(gateway.platform.texts).toEqual(['you said: hello']);
    expect(gateway.platform.messages[0]?.looks[0]?.to).toEqual(asked.to);
  });

  it('that is answered at once is one message, not a card with updates', async () => {
    await gateway.deliver(message('hello'));
    await gateway.quiet();
    expect(gateway.platform.messages[0]?.looks).toHaveLength(1);
  });

  it('delivered three times is asked and answered once', async () => {
    const asked = message('hello');
    await Promise.all([gateway.deliver(asked), gateway.deliver(asked)]);
    await gateway.deliver(asked);
    await gateway.quiet();
    expect([gateway.agent.asked.length, gateway.platform.messages.length]).toEqual([1, 1]);
  });

  it('goes on in the dialogue of the one before', async () => {
    await gateway.deliver(message('one'));
    await gateway.deliver(message('two'));
    await gateway.quiet();
    const [first, second] = gateway.agent.asked;
    expect(first?.conversation).toBeUndefined();
    expect(second?.conversation).toBe(`c-${first?.user}`);
    expect(second?.user).toBe(first?.user);
  });

  it('waits for the one before it in the same conversation, and for no other', async () => {
    const slow = stepwise();
    gateway.agent.answer = async function* (ask, signal) {
      if (ask.text === 'slow') yield* slow.answer(ask, signal);
      else {
        yield started(ask);
        yield { kind: 'text', delta: ask.text };
      }
    };
    await gateway.deliver(message('slow', { account: 'ada' }));
    await gateway.deliver(message('after', { account: 'ada' }));
    await gateway.deliver(message('other', { account: 'bob' }));
    await until(() => gateway.platform.texts.includes('other'));
    // Which of two conversations comes first is nobody's promise.
    expect(gateway.agent.asked.map((ask) => ask.text).toSorted()).toEqual(['other', 'slow']);
    slow.say('done');
    slow.end();
    await gateway.quiet();
    expect(gateway.agent.asked).toHaveLength(3);
    expect(gateway.agent.asked[2]?.text).toBe('after');
  });

  it('in a group that mentions nobody is left alone', async () => {
    await gateway.deliver(groupMessage('chatter', 'ada', { addressed: false }));
    await gateway.quiet();
    expect(gateway.agent.asked).toEqual([]);
  });

  it('in a group shows on its answer, and each member has her own dialogue', async () => {
    await gateway.deliver(groupMessage('mine', 'ada'));
    await gateway.deliver(groupMessage('yours', 'bob'));
    await gateway.quiet();
    expect(new Set([gateway.platform.frame(0).question, gateway.platform.frame(1).question])).toEqual(
      new Set(['mine', 'yours']),
    );
    expect(new Set(gateway.agent.asked.map((ask) => ask.user)).size).toBe(2);
  });

  it('takes the quoted message along', async () => {
    gateway.platform.earlier.set('om-q', { author: 'bob', text: 'the budget\nis 5', fromBot: false });
    await gateway.deliver(message('is that right?', { quoted: id<MessageId>('om-q') }));
    await gateway.quiet();
    expect(gateway.agent.asked[0]?.text).toBe('> bob:\n> the budget\n> is 5\n\nis that right?');
  });

  it('takes the files of the quoted message along, those that the agent takes, even where it says nothing itself', async () => {
    const files = [
      { kind: 'image', file: { key: 'a' }, name: 'plan.png' },
      { kind: 'video', file: { key: 'b' }, name: 'tour.mp4' },
    ] as const;
    gateway.platform.earlier.set('om-q', { text: '[plan.png]\n[tour.mp4]', fromBot: false, files });
    gateway.agent.takes = ['image'];
    await gateway.deliver(message('', { quoted: id<MessageId>('om-q') }));
    await gateway.quiet();
    expect(gateway.agent.asked[0]?.files.map(({ name }) => name)).toEqual(['plan.png']);
    expect(gateway.agent.asked[0]?.text).toMatch(/^> \[plan\.png\]\n> \[tour\.mp4\]\n\n/);
  });

  it('that says nothing but quotes another one asks about that one', async () => {
    gateway.platform.earlier.set('om-q', { text: 'can we ship on friday?', fromBot: false });
    await gateway.deliver(message('', { parts: [], quoted: id<MessageId>('om-q') }));
    await gateway.quiet();
    expect(gateway.agent.asked[0]?.text).toBe('> can we ship on friday?\n\nPlease look at the message that I quote.');
    await gateway.deliver(message('', { parts: [{ kind: 'unsupported', what: 'sticker' }], quoted: id('om-q') }));
    await gateway.deliver(message('', { parts: [], quoted: id('om-gone') }));
    await gateway.quiet();
    expect(gateway.agent.asked).toHaveLength(1);
    expect(gateway.platform.texts.slice(1)).toEqual([
      expect.stringContaining('stickers'),
      'Please tell me what you would like to ask.',
    ]);
  });

  it('of forwarded ones that cannot be read is told so, and words beside them are asked', async () => {
    await gateway.deliver(message('', { parts: [{ kind: 'forwarded', message: id('om-f') }] }));
    await gateway.quiet();
    expect(gateway.agent.asked).toEqual([]);
    expect(gateway.platform.texts[0]).toMatch(/could not read what you forwarded.*copy its text/);
    const parts = [
      { kind: 'text', text: 'sum it up' },
      { kind: 'forwarded', message: id<MessageId>('om-f') },
    ] as const;
    await gateway.deliver(message('', { parts }));
    await gateway.quiet();
    expect(gateway.agent.asked.map(({ text }) => text)).toEqual(['sum it up']);
  });

  it('of a kind that no agent takes is answered with what can be taken', async () => {
    await gateway.deliver(message('', { parts: [{ kind: 'unsupported', what: 'sticker' }] }));
    await gateway.quiet();
    expect(gateway.agent.asked).toEqual([]);
    expect(gateway.platform.texts).toEqual([
      'I cannot read stickers yet. Please send text, an image, a file, a voice message or a video.',
    ]);
  });

  it('of a kind that nobody has heard of is named in no vendor’s words', async () => {
    await gateway.deliver(message('', { parts: [{ kind: 'unsupported', what: 'a_kind_of_tomorrow' }] }));
    await gateway.quiet();
    expect(gateway.platform.texts[0]).toMatch(/^I cannot read this kind of message yet\./);
  });

  it.each([
    [[], 'en', 'Please send text.'],
    [['image'], 'en', 'Please send text or an image.'],
    [['file', 'image'], 'zh', '请发送文字、图片或文件。'],
  ] as const)('of a kind that no agent takes is told what this one takes: %j (%s)', async (takes, lang, sentence) => {
    gateway.agent.takes = takes;
    const { from } = message('');
    await gateway.deliver(message('', { from: { ...from, lang }, parts: [{ kind: 'unsupported', what: 'sticker' }] }));
    await gateway.quiet();
    expect(gateway.platform.texts[0]).toContain(sentence);
  });

  it('of a kind that no agent takes may send words, where the agent cannot be reached', async () => {
    gateway.agent.profile = () => Promise.reject(new GatewayError('agent_unavailable', 'down'));
    await gateway.deliver(message('', { parts: [{ kind: 'unsupported', what: 'sticker' }] }));
    await gateway.quiet();
    expect(gateway.platform.texts[0]).toContain('Please send text.');
  });

  it('with a file that the platform does not hand out for its size ends in one sentence, and nothing is left of it', async () => {
    gateway.platform.fetchFile = () => Promise.reject(new GatewayError('file_too_large', 'larger than allowed'));
    const plain = gateway.agent.answer;
    gateway.agent.answer = async function* (ask, signal) {
      for (const file of ask.files) await file.open(signal);
      yield* plain(ask, signal);
    };
    const asked = message('', { parts: [{ kind: 'file', file: { key: 'k' }, name: 'archive.zip' }] });
    await gateway.deliver(asked);
    await gateway.quiet();
    expect(gateway.platform.messages).toHaveLength(1);
    expect(gateway.platform.frame(0)).toMatchObject({ state: 'failed', answer: '' });
    expect(gateway.platform.frame(0).notice).toContain('“archive.zip” is too large (at most 100 MB)');
    expect(await gateway.store.turns.get(turnIdOf(asked))).toMatchObject({ state: 'failed' });
    expect(await gateway.store.upkeep.depth()).toMatchObject({ inboxDead: 0, outboxWaiting: 0, outboxDead: 0 });
    await gateway.deliver(message('and without it?'));
    await gateway.quiet();
    expect(gateway.platform.texts[1]).toBe('you said: and without it?');
  });

  it('with nothing but files is asked about them', async () => {
    await gateway.deliver(message('', { parts: [{ kind: 'image', file: { key: 'k' }, name: 'cat.png' }] }));
    await gateway.quiet();
    expect(gateway.agent.asked[0]?.text).toContain('cat.png');
    expect(gateway.agent.asked[0]?.files).toHaveLength(1);
  });
});

describe('a growing answer', () => {
  it('is seen while it grows, and whole in the end', async () => {
    const steps = stepwise();
    gateway.agent.answer = steps.answer;
    await gateway.deliver(message('hello'));
    await until(() => gateway.platform.messages.length === 1);
    expect(gateway.platform.frame(0).state).toBe('thinking');
    steps.say('one ');
    await until(() => gateway.platform.frame(0).answer === 'one ');
    expect(gateway.platform.frame(0).buttons).toEqual(['stop']);
    steps.say('two');
    steps.end();
    await gateway.quiet();
    expect(gateway.platform.frame(0)).toMatchObject({
      state: 'done',
      answer: 'one two',
      buttons: ['up', 'down', 'regenerate'],
    });
    expect(gateway.platform.messages).toHaveLength(1);
  });

  it('that outgrows a message goes on in the next, and each piece is whole', async () => {
    const steps = stepwise();
    gateway.agent.answer = steps.answer;
    await gateway.deliver(message('long'));
    const lines = Array.from({ length: 60 }, (_, index) => `line ${index} ${'x'.repeat(40)}\n\n`);
    for (const line of lines) {
      steps.say(line);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    steps.end();
    await gateway.quiet();
    const { texts } = gateway.platform;
    expect(texts.length).toBeGreaterThan(2);
    expect(texts.join('').replace(/\s/g, '')).toBe(lines.join('').replace(/\s/g, ''));
    expect(gateway.platform.messages.map((_, index) => gateway.platform.frame(index).buttons.length)).toEqual([
      ...texts.slice(1).map(() => 0),
      3,
    ]);
  });

  it('that outgrows a message leaves no step running in the one that is whole', async () => {
    const steps = stepwise();
    gateway.agent.answer = async function* (ask, signal) {
      yield { kind: 'thought', thought: { id: 'model', kind: 'step', text: 'Model', state: 'running' } };
      yield* steps.answer(ask, signal);
    };
    await gateway.deliver(message('long'));
    steps.say('x'.repeat(40).concat('\n\n').repeat(30));
    await until(() => gateway.platform.messages.length === 2);
    expect(gateway.platform.frame(0)).toMatchObject({ continues: true, thoughts: [{ text: 'Model', state: 'done' }] });
    steps.end();
    await gateway.quiet();
    expect(gateway.platform.frame(0).thoughts).toMatchObject([{ state: 'done' }]);
  });

  it('survives frames that fail: the final one lands', async () => {
    const steps = stepwise();
    gateway.agent.answer = steps.answer;
    gateway.platform.before = (call, sent) => {
      const isFinal = sent.kind === 'frame' && sent.frame.state === 'done';
      if (call === 'update' && !isFinal) throw new GatewayError('platform_unavailable', 'down');
    };
    await gateway.deliver(message('hello'));
    await until(() => gateway.platform.messages.length === 1);
    steps.say('text');
    await new Promise((resolve) => setTimeout(resolve, 20));
    steps.end();
    await gateway.quiet();
    expect(gateway.platform.frame(0)).toMatchObject({ state: 'done', answer: 'text' });
  });

  it('whose card cannot be changed any more ends in a new message', async () => {
    const steps = stepwise();
    gateway.agent.answer = steps.answer;
    await gateway.deliver(message('hello'));
    await until(() => gateway.platform.messages.length === 1);
    gateway.platform.before = (call) => {
      if (call === 'update') throw new GatewayError('platform_update_closed', 'recalled by an administrator');
    };
    steps.say('text');
    steps.end();
    await gateway.quiet();
    expect(gateway.platform.messages).toHaveLength(2);
    expect(gateway.platform.frame(1)).toMatchObject({ state: 'done', answer: 'text' });
  });

  it('whose first frame arrived without our learning of it still ends on that card', async () => {
    const steps = stepwise();
    gateway.agent.answer = steps.answer;
    gateway.platform.after = (call) => {
      gateway.platform.after = () => undefined;
      if (call === 'send') throw new GatewayError('platform_rejected', 'the answer to our call was lost');
    };
    await gateway.deliver(message('hello'));
    await until(() => gateway.platform.messages.length === 1);
    steps.say('text');
    steps.end();
    await gateway.quiet();
    expect(gateway.platform.messages).toHaveLength(1);
    expect(gateway.platform.frame(0)).toMatchObject({ state: 'done', answer: 'text' });
  });

  it('waits for a vendor that is away, and then lands', async () => {
    let away = 3;
    gateway.platform.before = () => {
      away -= 1;
      if (away >= 0) throw new GatewayError('platform_throttled', 'slow down', { retryAfterMs: 10 });
    };
    await gateway.deliver(message('hello'));
    await until(() => gateway.platform.messages.length === 1);
    await gateway.quiet();
    expect(gateway.platform.texts).toEqual(['you said: hello']);
    expect(gateway.agent.asked).toHaveLength(1);
  });

  it('is never asked again when a reply cannot be sent: it becomes a dead letter that can be replayed', async () => {
    gateway.platform.before = () => {
      throw new GatewayError('platform_forbidden', 'no permission');
    };
    await gateway.deliver(message('hello'));
    await gateway.quiet();
    const [letter] = await gateway.store.upkeep.deadLetters(10);
    expect(letter).toMatchObject({ box: 'outbox', code: 'platform_forbidden' });
    gateway.platform.before = () => undefined;
    const lane = await gateway.store.upkeep.replay('outbox', letter?.seq ?? 0, Date.now());
    gateway.pipeline.wake(lane ?? id('none'));
    await gateway.quiet();
    expect([gateway.platform.texts, gateway.agent.asked.length]).toEqual([['you said: hello'], 1]);
  });

  it('tells one waiting in line her place', async () => {
    await gateway.close();
    gateway = await startGateway({ agent: new ScriptAgent(1) });
    const steps = stepwise();
    const plain = gateway.agent.answer;
    gateway.agent.answer = (ask, signal) => (ask.text === 'first' ? steps.answer(ask, signal) : plain(ask, signal));
    await gateway.deliver(message('first', { account: 'ada' }));
    await until(() => gateway.agent.asked.length === 1);
    await gateway.deliver(message('second', { account: 'bob' }));
    await until(() =>
      gateway.platform.messages.some(({ looks }) => looks[0]?.kind === 'frame' && looks[0].frame.state === 'queued'),
    );
    const queued = gateway.platform.messages.findIndex(
      ({ looks }) => looks[0]?.kind === 'frame' && looks[0].frame.state === 'queued',
    );
    expect(gateway.platform.frame(queued).position).toBe(1);
    steps.end();
    steps.say('x');
    await until(() => gateway.platform.texts.includes('you said: second'));
  });
});

describe('where the vendor keeps no send key', () => {
  it('a reply in doubt is sent once more at most, marked as a possible repeat', async () => {
    gateway.platform.can = { ...gateway.platform.can, reply: 'append', sendKeyWindowMs: 0 };
    gateway.platform.after = () => {
      throw new GatewayError('platform_unavailable', 'the answer to our call was lost');
    };
    await gateway.deliver(message('hello'));
    await until(async () => (await gateway.store.upkeep.depth()).outboxDead === 1);
    expect(gateway.platform.texts).toEqual(['you said: hello', 'you said: hello']);
    expect(gateway.platform.frame(0).notice).toBeUndefined();
    expect(gateway.platform.frame(1).notice).toBe('(may be a repeat)');
  });

  it('a reply that goes a way with a key is sent under it until its answer comes, without a word of a repeat', async () => {
    gateway.platform.can = { ...gateway.platform.can, reply: 'append', sendKeyWindowMs: 0 };
    gateway.platform.notes = { handle: { card: 'c1' }, minUpdateIntervalMs: 0, keyed: true };
    let lost = 2;
    gateway.platform.after = () => {
      lost -= 1;
      if (lost >= 0) throw new GatewayError('platform_unavailable', 'the answer to our call was lost');
    };
    await gateway.deliver(message('hello'));
    await until(() => lost < 0);
    await gateway.quiet();
    expect((await gateway.store.upkeep.depth()).outboxDead).toBe(0);
    expect(gateway.platform.texts).toEqual(['you said: hello']);
    expect(gateway.platform.messages[0]?.looks).not.toContainEqual(
      expect.objectContaining({ frame: expect.objectContaining({ notice: expect.any(String) }) }),
    );
  });

  it('a reply that surely never left is simply sent again', async () => {
    gateway.platform.can = { ...gateway.platform.can, reply: 'append', sendKeyWindowMs: 0 };
    let refused = 2;
    gateway.platform.before = () => {
      refused -= 1;
      if (refused < 0) return;
      throw new GatewayError('platform_unavailable', 'no line', { cause: new HttpError('connect', 'refused') });
    };
    await gateway.deliver(message('hello'));
    await until(() => gateway.platform.messages.length === 1);
    await gateway.quiet();
    expect(gateway.platform.frame(0).notice).toBeUndefined();
  });
});

it('a reply of a process that stood still for longer than its lease is held back, and sent unmarked once nobody else has it', async () => {
  await gateway.close();
  const clock = movedClock();
  gateway = await startGateway({ clock });
  gateway.platform.can = { ...gateway.platform.can, reply: 'append', sendKeyWindowMs: 0 };
  const shown: number[] = [];
  gateway.platform.before = () => {
    shown.push(gateway.platform.messages.length);
    if (shown.length === 1) clock.moveOn(10 * 60_000);
  };
  await gateway.deliver(message('hello'));
  await until(() => shown.length === 2);
  await gateway.quiet();
  expect([gateway.platform.texts, shown]).toEqual([['you said: hello'], [0, 0]]);
  expect(gateway.platform.frame(0).notice).toBeUndefined();
});

it('a reply that a process did not send, for it stood still until another had it, is in no doubt for that one', async () => {
  await gateway.close();
  const clock = movedClock();
  gateway = await startGateway({ clock });
  const { outbox, upkeep } = gateway.store;
  gateway.platform.can = { ...gateway.platform.can, reply: 'append', sendKeyWindowMs: 0 };
  let taken: OutboxRow | undefined;
  gateway.platform.before = async () => {
    if (taken) return;
    clock.moveOn(10 * 60_000);
    const [lane] = await upkeep.lanesWithWork(clock.now(), 1);
    taken = await outbox.claim(lane ?? id(''), { holder: 'another:1', until: clock.now() + 60_000 }, clock.now());
  };
  await gateway.deliver(message('hello'));
  await until(() => gateway.pipeline.activeLanes === 0 && taken !== undefined);
  expect([taken?.doubts, gateway.platform.texts]).toEqual([1, []]);
  await outbox.release(taken?.seq ?? 0, 'another:1');
  gateway.pipeline.wake(taken?.lane ?? id(''));
  await until(() => gateway.platform.messages.length === 1);
  expect(gateway.platform.frame(0).notice).toBeUndefined();
});

describe('files an agent made', () => {
  it('follow the answer, each once, unless the answer’s own text shows them', async () => {
    gateway.agent.answer = async function* (ask) {
      yield started(ask);
      yield { kind: 'text', delta: 'look: ![chart](http://dify/files/chart.png?sign=1)' };
      yield { kind: 'file', file: { kind: 'image', name: 'chart.png', url: 'http://dify/files/chart.png?sign=2' } };
      yield { kind: 'file', file: { kind: 'file', name: 'report.pdf', url: 'http://dify/files/report.pdf?sign=1' } };
    };
    await gateway.deliver(message('draw'));
    await gateway.quiet();
    expect(gateway.platform.texts.slice(1)).toEqual(['http://dify/files/report.pdf?sign=1']);
  });

  it('and nothing besides are announced, for an answer without a word looks like none', async () => {
    gateway.agent.answer = async function* (ask) {
      yield started(ask);
      yield { kind: 'file', file: { kind: 'file', name: 'report.pdf', url: 'http://dify/files/report.pdf?sign=1' } };
      yield { kind: 'done', stopped: false };
    };
    await gateway.deliver(message('write it down'));
    await gateway.quiet();
    expect(gateway.platform.frame(0)).toMatchObject({
      state: 'done',
      answer: '',
      notice: 'The answer is attached below.',
    });
    expect(gateway.platform.texts.slice(1)).toEqual(['http://dify/files/report.pdf?sign=1']);
  });

  it('come as files though the answer links to them, for an agent’s addresses live for minutes: the links leave their words', async () => {
    gateway.agent.answer = async function* (ask) {
      yield started(ask);
      yield { kind: 'text', delta: 'Here is [the report](http://dify/files/report.pdf?sign=1) for ' };
      yield { kind: 'text', delta: '[the meeting](https://company.example/meeting).' };
      yield { kind: 'file', file: { kind: 'file', name: 'report.pdf', url: 'http://dify/files/report.pdf?sign=2' } };
    };
    await gateway.deliver(message('write it down'));
    await gateway.quiet();
    expect(gateway.platform.frame(0).answer).toBe(
      'Here is the report for [the meeting](https://company.example/meeting).',
    );
    expect(gateway.platform.texts.slice(1)).toEqual(['http://dify/files/report.pdf?sign=2']);
  });

  it('come as pictures where no picture shows in a text', async () => {
    gateway.platform.can = { ...gateway.platform.can, picturesInText: false };
    gateway.agent.answer = async function* (ask) {
      yield started(ask);
      yield { kind: 'text', delta: 'look: ![chart](http://dify/files/chart.png?sign=1)' };
      yield { kind: 'file', file: { kind: 'image', name: 'chart.png', url: 'http://dify/files/chart.png?sign=2' } };
    };
    await gateway.deliver(message('draw'));
    await gateway.quiet();
    expect(gateway.platform.texts).toEqual(['look: chart', 'http://dify/files/chart.png?sign=2']);
  });
});

describe('an agent that waits for somebody to fill in a form', () => {
  it('is told as such under what it has said, and nothing is suggested', async () => {
    gateway.agent.suggestions = ['And then?'];
    gateway.agent.answer = async function* (ask) {
      yield started(ask);
      yield { kind: 'paused', text: 'Approve **3 screens**?' };
      yield { kind: 'done', stopped: false };
    };
    await gateway.deliver(message('buy three screens'));
    await gateway.quiet();
    const frame = gateway.platform.frame(0);
    expect(frame).toMatchObject({ state: 'done', answer: 'Approve **3 screens**?', suggested: [] });
    expect(frame.notice).toMatch(/^This waits for a person to fill in a form\. Please ask the administrator/);
  });
});

describe('an agent that fails', () => {
  it('is told in one sentence with a reference, and nothing of the cause', async () => {
    gateway.agent.answer = async function* (ask) {
      yield started(ask);
      yield { kind: 'text', delta: 'so far' };
      throw new GatewayError('agent_model_failed', 'key sk-123 of host 10.0.0.7 refused');
    };
    await gateway.deliver(message('hello'));
    await gateway.quiet();
    const frame = gateway.platform.frame(0);
    expect(frame).toMatchObject({ state: 'failed', answer: 'so far', buttons: ['regenerate'] });
    expect(frame.notice).toMatch(/^The model could not finish.*reference PH-/);
    expect(JSON.stringify(frame)).not.toContain('sk-123');
  });

  it('is none that says its work is done, though it has nothing to say: nobody is asked to try again', async () => {
    gateway.agent.answer = async function* (ask) {
      yield started(ask);
      yield { kind: 'done', stopped: false, succeeded: true };
    };
    await gateway.deliver(message('send the report'));
    await gateway.quiet();
    const frame = gateway.platform.frame(0);
    expect(frame).toMatchObject({ state: 'done', answer: '' });
    expect(frame.notice).toMatch(/^This is done; it gave no text\..*administrator/);
  });

  it('by saying nothing at all is told too', async () => {
    gateway.agent.answer = async function* (ask) {
      yield started(ask);
      yield { kind: 'done', stopped: false };
    };
    await gateway.deliver(message('hello'));
    await gateway.quiet();
    expect(gateway.platform.frame(0).state).toBe('failed');
  });

  it('by a fault of our own is tried again, and given up visibly on the card it has', async () => {
    gateway.agent.answer = async function* (ask) {
      yield started(ask);
      await new Promise((resolve) => setTimeout(resolve, 30));
      throw new TypeError('a bug');
    };
    await gateway.deliver(message('hello'));
    await until(() => gateway.platform.messages.length === 1 && gateway.platform.frame(0).state === 'failed');
    expect(gateway.agent.asked).toHaveLength(3);
    expect(gateway.platform.messages).toHaveLength(1);
  });
});

describe('ending an answer', () => {
  async function begin(text = 'hello', account = 'ada') {
    const steps = stepwise();
    gateway.agent.answer = steps.answer;
    const asked = message(text, { account });
    await gateway.deliver(asked);
    steps.say('half ');
    await until(() => gateway.platform.messages.length === 1 && gateway.platform.frame(0).answer === 'half ');
    return { asked, steps };
  }

  it('by /stop keeps what was said, tells the agent, and does not wait in line', async () => {
    await begin();
    await gateway.deliver(message('/stop'));
    await gateway.quiet();
    expect(gateway.platform.frame(0)).toMatchObject({ state: 'stopped', answer: 'half ' });
    expect(gateway.agent.stopped).toHaveLength(1);
    expect(gateway.platform.messages).toHaveLength(1);
  });

  it('by the button works for the one who asked', async () => {
    const { asked } = await begin();
    await gateway.deliver(press(asked, { act: 'stop', turn: turnIdOf(asked) }));
    await gateway.quiet();
    expect(gateway.platform.frame(0).state).toBe('stopped');
  });

  it('by the button is refused to anybody else', async () => {
    const { asked, steps } = await begin();
    await gateway.deliver(press(asked, { act: 'stop', turn: turnIdOf(asked) }, 'mallory'));
    steps.end();
    await gateway.quiet();
    expect(gateway.platform.answers[0]?.toast?.text).toBe('Only the person who asked can do this.');
    expect(gateway.platform.frame(0).state).toBe('done');
  });

  it('by taking the question back says so on the card', async () => {
    const { asked } = await begin();
    await gateway.deliver({
      kind: 'recalled',
      key: id('r1'),
      at: Date.now(),
      from: asked.from,
      to: asked.to,
      message: asked.message,
    });
    await gateway.quiet();
    expect(gateway.platform.frame(0)).toMatchObject({
      state: 'stopped',
      notice: 'The question was taken back, so the answer ends here.',
    });
  });

  it('between two tries ends it at once, with what the agent had said by then', async () => {
    const { asked, steps } = await begin();
    // Ours, not the agent's: the queue would try again in a while.
    steps.fail(new GatewayError('platform_unavailable', 'nothing gets through', { retryAfterMs: 3_600_000 }));
    await until(async () => (await gateway.store.upkeep.depth()).inboxClaimed === 0);
    gateway.agent.recovered = { kind: 'finished', answer: 'half and', citations: [], files: [] };
    await gateway.deliver(press(asked, { act: 'stop', turn: turnIdOf(asked) }));
    await gateway.quiet();
    expect(gateway.platform.messages).toHaveLength(1);
    expect(gateway.platform.frame(0)).toMatchObject({ state: 'stopped', answer: 'half and' });
    expect(gateway.agent.asked).toHaveLength(1);
    expect(gateway.agent.stopped).toHaveLength(1);
  });

  it('in a process that died is not forgotten by the next', async () => {
    const { asked } = await begin();
    await gateway.store.turns.stop(turnIdOf(asked), 'stopped', Date.now());
    await gateway.crash();
    await gateway.quiet();
    expect(gateway.platform.frame(0).state).toBe('stopped');
    expect(gateway.agent.asked).toHaveLength(1);
  });

  it('of a question that was taken back before it came leaves nothing behind', async () => {
    const asked = message('hello');
    const { from, to, message: taken } = asked;
    await gateway.deliver({ kind: 'recalled', key: id('r3'), at: Date.now(), from, to, message: taken });
    // What comes while that is still being worked on is ended as a running answer is.
    await gateway.quiet();
    await gateway.deliver(asked);
    await gateway.quiet();
    expect(gateway.agent.asked).toHaveLength(0);
    expect(gateway.platform.messages).toHaveLength(0);
  });

  it('of a question that was taken back while it was about to begin leaves nothing behind', async () => {
    const asked = message('hello');
    const { from, to, message: taken } = asked;
    const { turns, upkeep } = gateway.store;
    const begin = turns.begin.bind(turns);
    turns.begin = async (...args) => {
      await gateway.deliver({ kind: 'recalled', key: id('r4'), at: Date.now(), from, to, message: taken });
      // The recall has been worked off; the question is still held.
      await until(async () => (await upkeep.depth()).inboxWaiting === 0 && (await upkeep.depth()).inboxClaimed === 1);
      return begin(...args);
    };
    await gateway.deliver(asked);
    await gateway.quiet();
    expect(gateway.agent.asked).toHaveLength(0);
    expect(gateway.platform.messages).toHaveLength(0);
  });

  it('of a question that waits, by taking it back, leaves nothing behind', async () => {
    const { asked, steps } = await begin();
    const waiting = message('second');
    await gateway.deliver(waiting);
    await gateway.deliver({
      kind: 'recalled',
      key: id('r2'),
      at: Date.now(),
      from: asked.from,
      to: waiting.to,
      message: waiting.message,
    });
    steps.end();
    await gateway.quiet();
    expect(gateway.agent.asked.map((ask) => ask.text)).toEqual(['hello']);
    expect(gateway.platform.messages).toHaveLength(1);
  });
});

it('a press takes effect though the vendor does not take its answer', async () => {
  gateway.platform.answerAction = () => Promise.reject(new GatewayError('platform_update_closed', 'too late'));
  const asked = message('hello');
  await gateway.deliver(asked);
  await gateway.quiet();
  await gateway.deliver(press(asked, { act: 'up', turn: turnIdOf(asked) }));
  await gateway.quiet();
  expect(gateway.agent.rated).toEqual(['up']);
  expect((await gateway.store.upkeep.depth()).inboxDead).toBe(0);
});

it('questions one may ask next follow in a message of their own where an answer cannot change', async () => {
  gateway.platform.can = { ...gateway.platform.can, reply: 'append', suggestsApart: true };
  Object.assign(gateway.platform, { update: undefined });
  gateway.agent.suggestions = ['and then?'];
  const asked = message('hello');
  await gateway.deliver(asked);
  await until(() => gateway.platform.messages.length === 2);
  expect(gateway.platform.messages[1]?.looks[0]).toMatchObject({
    kind: 'notice',
    turn: turnIdOf(asked),
    suggested: ['and then?'],
  });
  await gateway.deliver(press(asked, { act: 'ask', turn: turnIdOf(asked), index: 0 }));
  await gateway.quiet();
  expect(gateway.agent.asked.map((ask) => ask.text)).toEqual(['hello', 'and then?']);
});

describe.each([
  ['in the response', false],
  ['by a call of its own', true],
])('buttons under an answer that are answered %s', (_how, byCall) => {
  beforeEach(() => {
    if (byCall) gateway.platform.answerAction = async (_event, answer) => void gateway.platform.answers.push(answer);
  });

  async function answered() {
    const asked = message('hello');
    gateway.agent.suggestions = ['and then?'];
    await gateway.deliver(asked);
    await gateway.quiet();
    await until(() => gateway.platform.frame(0).suggested.length === 1);
    return asked;
  }

  it('show the rating at once, tell the agent, and take it back when pressed again', async () => {
    const asked = await answered();
    await gateway.deliver(press(asked, { act: 'up', turn: turnIdOf(asked) }));
    await gateway.quiet();
    expect(gateway.platform.answers[0]).toMatchObject({
      toast: { kind: 'success' },
      frame: { rating: 'up', suggested: ['and then?'] },
    });
    await gateway.deliver(press(asked, { act: 'up', turn: turnIdOf(asked) }));
    await gateway.quiet();
    expect(gateway.platform.answers[1]?.frame?.rating).toBe('none');
    expect(gateway.agent.rated).toEqual(['up', 'none']);
  });

  it('count one press once, however often it is delivered', async () => {
    const asked = await answered();
    const pressed = press(asked, { act: 'up', turn: turnIdOf(asked) });
    await Promise.all([gateway.deliver(pressed), gateway.deliver(pressed), gateway.deliver(pressed)]);
    await gateway.quiet();
    expect(new Set(gateway.platform.answers.map((answer) => answer.frame?.rating))).toEqual(new Set(['up']));
    expect(gateway.agent.rated).toEqual(['up']);
  });

  it('keep a rating that was pressed while questions to ask next were on their way to the card', async () => {
    const asked = message('hello');
    const value = { act: 'down', turn: turnIdOf(asked) };
    gateway.agent.suggestions = ['and then?'];
    let presses = 0;
    gateway.platform.before = async (call, sent) => {
      if (call !== 'update' || sent.kind !== 'frame' || sent.frame.suggested.length === 0 || presses > 0) return;
      presses += 1;
      await gateway.deliver(press(asked, value));
      await until(() => gateway.platform.answers.length === 1);
    };
    await gateway.deliver(asked);
    await until(
      () =>
        gateway.platform.messages[0]?.looks.some((look) => look.kind === 'frame' && look.frame.suggested.length > 0) ===
        true,
    );
    await gateway.quiet();
    await until(() => gateway.platform.frame(0).rating === 'down');
    expect(gateway.platform.frame(0).suggested).toEqual(['and then?']);
    expect((await gateway.store.outbox.lastFrameOf(turnIdOf(asked)))?.message).toMatchObject({
      frame: { rating: 'down', suggested: ['and then?'] },
    });
  });

  it('ask again, in the same dialogue', async () => {
    const asked = await answered();
    await gateway.deliver(press(asked, { act: 'regenerate', turn: turnIdOf(asked) }));
    await gateway.quiet();
    expect(gateway.agent.asked.map((ask) => ask.text)).toEqual(['hello', 'hello']);
    expect(gateway.platform.messages).toHaveLength(2);
  });

  it('ask a suggested question in the name of who pressed it', async () => {
    const asked = await answered();
    await gateway.deliver(press(asked, { act: 'ask', turn: turnIdOf(asked), index: 0 }));
    await gateway.quiet();
    expect(gateway.agent.asked.map((ask) => ask.text)).toEqual(['hello', 'and then?']);
    expect(gateway.platform.frame(1).question).toBe('and then?');
  });

  it.each([
    ['of no known kind', { act: 'explode', turn: 't' }],
    ['with nothing in it', null],
    ['of a turn that never was', { act: 'up', turn: 't-unknown' }],
    ['for a suggestion that was never made', { act: 'ask', turn: 'TURN', index: 7 }],
  ])('%s are answered with a word and change nothing', async (_, value) => {
    const asked = await answered();
    const forged = value !== null && value.turn === 'TURN' ? { ...value, turn: turnIdOf(asked) } : value;
    await gateway.deliver(press(asked, forged));
    await gateway.quiet();
    expect(gateway.platform.answers[0]?.toast?.kind).toBe('warning');
    expect([gateway.agent.rated, gateway.agent.asked.length]).toEqual([[], 1]);
  });

  it('of somebody else do not ask again', async () => {
    const asked = await answered();
    await gateway.deliver(press(asked, { act: 'regenerate', turn: turnIdOf(asked) }, 'mallory'));
    await gateway.quiet();
    expect(gateway.platform.answers[0]?.toast?.kind).toBe('warning');
    expect(gateway.agent.asked).toHaveLength(1);
  });

  it('carried over to another chat do nothing', async () => {
    const asked = await answered();
    const elsewhere = { ...asked, to: { ...asked.to, chat: id<typeof asked.to.chat>('chat-other') } };
    await gateway.deliver(press(elsewhere, { act: 'up', turn: turnIdOf(asked) }));
    await gateway.quiet();
    expect(gateway.agent.rated).toEqual([]);
  });
});

describe('commands', () => {
  it('are understood in both languages and with a full-width slash', async () => {
    await gateway.deliver(message('/HELP'));
    await gateway.deliver(message('／帮助'));
    await gateway.quiet();
    expect(gateway.platform.texts[0]).toContain('/stop');
    expect(gateway.platform.texts[1]).toContain('我能这样帮你');
    expect(gateway.agent.asked).toEqual([]);
  });

  it('start a new dialogue', async () => {
    await gateway.deliver(message('one'));
    await gateway.deliver(message('/new'));
    await gateway.deliver(message('two'));
    await gateway.quiet();
    expect(gateway.agent.asked.map((ask) => ask.conversation)).toEqual([undefined, undefined]);
  });

  it('that nobody knows go to the agent', async () => {
    await gateway.deliver(message('/weather Beijing'));
    await gateway.quiet();
    expect(gateway.agent.asked[0]?.text).toBe('/weather Beijing');
  });

  it('that the bot’s menu has and nobody knows are answered with what to do', async () => {
    const { from, to } = message('');
    await gateway.deliver({ kind: 'menu', key: id('menu-2'), at: Date.now(), from, to, item: 'forms' });
    await gateway.quiet();
    expect(gateway.platform.texts).toEqual([expect.stringContaining('Send /help to see what I can do.')]);
  });

  it('work from the bot’s menu', async () => {
    const { from, to } = message('');
    await gateway.deliver({ kind: 'menu', key: id('menu-1'), at: Date.now(), from, to, item: 'help' });
    await gateway.quiet();
    expect(gateway.platform.texts[0]).toContain('/new');
  });
});

describe('opening the chat', () => {
  it('is greeted once with the agent’s own words, and its suggestions can be pressed', async () => {
    const opened = message('');
    const entered = (key: string): InboundEvent => ({
      kind: 'entered',
      key: id(key),
      at: Date.now(),
      from: opened.from,
      to: opened.to,
    });
    await gateway.deliver(entered('e1'));
    await gateway.deliver(entered('e2'));
    await gateway.quiet();
    expect(gateway.platform.texts).toEqual(['Welcome from the script']);
    const look = gateway.platform.messages[0]?.looks[0];
    const turn = look?.kind === 'notice' ? look.turn : undefined;
    await gateway.deliver(press(opened, { act: 'ask', turn, index: 0 }));
    await gateway.quiet();
    expect(gateway.agent.asked[0]?.text).toBe('What can you do?');
  });
});

describe('a group', () => {
  const changed = (kind: 'bot-added' | 'bot-removed'): InboundEvent => {
    const { from, to } = groupMessage('', 'ada');
    return { kind, key: id(`group-${kind}`), at: Date.now(), from, to };
  };

  it('that the bot was added to is greeted once, in the language of who added it', async () => {
    await gateway.deliver(changed('bot-added'));
    await gateway.deliver(changed('bot-added'));
    await gateway.quiet();
    expect(gateway.platform.texts).toEqual([
      'Hello everybody, I am Script. Mention me to ask something; mention me with /help to see what I can do.',
    ]);
    expect(gateway.platform.messages[0]?.looks[0]?.to.chat).toBe('group');
    expect(gateway.agent.asked).toEqual([]);
  });

  it('that the bot was taken out of has its answers ended, and no other chat has', async () => {
    const [here, elsewhere] = [stepwise(), stepwise()];
    gateway.agent.answer = (ask, signal) => (ask.text === 'here' ? here : elsewhere).answer(ask, signal);
    await gateway.deliver(groupMessage('here', 'ada'));
    await gateway.deliver(message('elsewhere', { account: 'ada' }));
    here.say('half ');
    elsewhere.say('half ');
    await until(() => gateway.platform.texts.join() === 'half ,half ');
    await gateway.deliver(changed('bot-removed'));
    await until(() => gateway.agent.stopped.length === 1);
    elsewhere.say('and whole');
    elsewhere.end();
    await gateway.quiet();
    const frames = [gateway.platform.frame(0), gateway.platform.frame(1)];
    expect(new Set(frames.map(({ state, answer }) => `${state}: ${answer}`))).toEqual(
      new Set(['stopped: half ', 'done: half and whole']),
    );
  });
});

describe('a message that is too old', () => {
  it('is closed with one sentence for the whole conversation', async () => {
    const old = Date.now() - 2 * 3_600_000;
    await gateway.deliver(message('one', { at: old }));
    await gateway.deliver(message('two', { at: old }));
    await gateway.quiet();
    expect(gateway.agent.asked).toEqual([]);
    expect(gateway.platform.messages).toHaveLength(1);
  });
});

describe('after a crash', () => {
  it('what was acknowledged and not begun is answered', async () => {
    gateway.platform.before = () => new Promise<void>(() => undefined);
    await gateway.deliver(message('hello'));
    await gateway.deliver(message('again'));
    gateway.platform.before = () => undefined;
    await gateway.crash();
    await gateway.quiet();
    expect(gateway.platform.texts).toEqual(['you said: hello', 'you said: again']);
  });

  it('a finished answer is fetched instead of being asked for again, and ends on the same card', async () => {
    const steps = stepwise();
    gateway.agent.answer = steps.answer;
    await gateway.deliver(message('hello'));
    steps.say('half ');
    await until(() => gateway.platform.messages.length === 1 && gateway.platform.frame(0).answer === 'half ');
    gateway.agent.recovered = { kind: 'finished', answer: 'half and whole', citations: [], files: [] };
    await gateway.crash();
    await gateway.quiet();
    expect(gateway.agent.asked).toHaveLength(1);
    expect(gateway.platform.messages).toHaveLength(1);
    expect(gateway.platform.frame(0)).toMatchObject({ state: 'done', answer: 'half and whole' });
  });

  it('that lasted longer than anybody waits, an answer that was begun is closed on its card with a sentence', async () => {
    await gateway.close();
    const clock = movedClock();
    gateway = await startGateway({ clock, options: { answerWithinMs: 1_800_000 } });
    const steps = stepwise();
    gateway.agent.answer = steps.answer;
    const asked = message('hello');
    await gateway.deliver(asked);
    steps.say('half ');
    await until(() => gateway.platform.messages.length === 1 && gateway.platform.frame(0).answer === 'half ');
    clock.moveOn(1_800_001);
    await gateway.crash();
    await gateway.quiet();
    expect(gateway.agent.asked).toHaveLength(1);
    expect(gateway.platform.messages).toHaveLength(1);
    expect(gateway.platform.frame(0)).toMatchObject({
      state: 'failed',
      notice: 'Sorry, this answer was interrupted. Press regenerate or ask again.',
      buttons: ['regenerate'],
    });
    expect(await gateway.store.turns.get(turnIdOf(asked))).toMatchObject({ state: 'failed' });
  });

  it('an answer the agent lost as well is asked for again, on the same card', async () => {
    const steps = stepwise();
    const plain = gateway.agent.answer;
    gateway.agent.answer = steps.answer;
    await gateway.deliver(message('hello'));
    steps.say('half ');
    await until(() => gateway.platform.messages.length === 1 && gateway.platform.frame(0).answer === 'half ');
    gateway.agent.answer = plain;
    await gateway.crash();
    await gateway.quiet();
    expect(gateway.platform.messages).toHaveLength(1);
    expect(gateway.platform.frame(0)).toMatchObject({ state: 'done', answer: 'you said: hello' });
  });

  it('that comes between the last write and the next claim, nothing is lost and no failure is left unheard', async () => {
    const unheard: unknown[] = [];
    const hear = (reason: unknown): number => unheard.push(reason);
    process.on('unhandledRejection', hear);
    const { outbox } = gateway.store;
    const write = outbox.sent;
    // With the second answer, when the lane knows that a third question waits.
    const endsAt = 2;
    let writes = 0;
    Object.assign(outbox, {
      sent(...args: Parameters<typeof write>) {
        const written = write(...args);
        writes += 1;
        if (writes === endsAt) void gateway.store.close();
        return written;
      },
    });
    const steps = stepwise();
    const plain = gateway.agent.answer;
    gateway.agent.answer = steps.answer;
    await gateway.deliver(message('first'));
    await until(() => gateway.agent.asked.length === 1);
    gateway.agent.answer = plain;
    await gateway.deliver(message('second'));
    await gateway.deliver(message('third'));
    steps.say('you said: first');
    steps.end();
    await until(() => writes === endsAt && gateway.pipeline.activeLanes === 0);
    await gateway.crash();
    await gateway.quiet();
    process.off('unhandledRejection', hear);
    expect(unheard).toEqual([]);
    expect(gateway.platform.texts).toEqual(['you said: first', 'you said: second', 'you said: third']);
  });
});
