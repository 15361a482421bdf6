import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { AgentEvent, Ask, FileContent } from '../../src/core/agent.ts';
import { type ChannelName, id } from '../../src/core/ids.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { RecordedWecomAnswer } from '../../src/simulator/index.ts';
import { fastClock } from '../support/fast-clock.ts';
import { started, stepwise } from '../support/script-agent.ts';
import { type BotGateway, type BotGatewayOptions, startBotGateway } from '../support/wecom-bot-gateway.ts';

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const AMOUNT = 60;

let gateway: BotGateway;
afterEach(() => gateway.close());

async function start(options: BotGatewayOptions): Promise<void> {
  gateway = await startBotGateway(options);
}

/** Somebody writes to the bot; the answers are those that follow. */
function write(text: string, from = 'lin'): { readonly messageId: string; readonly delivered: Promise<unknown> } {
  return gateway.sim.wecom.say({ from, to: gateway.bot.id, text });
}

const answersTo = (messageId: string): readonly RecordedWecomAnswer[] => gateway.sim.wecom.record.answersTo(messageId);

async function until<T>(look: () => T | undefined | false, ms = 30_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`it never came true; logged: ${gateway.log.slice(-8).join(' | ')}`);
    await systemClock.sleep(5);
  }
}

const settled = (messageId: string): Promise<RecordedWecomAnswer> =>
  until(() => answersTo(messageId).find((answer) => answer.card === undefined && answer.isSettled));

function says(...events: readonly AgentEvent[]) {
  return async function* (ask: Ask): AsyncGenerator<AgentEvent> {
    yield started(ask);
    yield* events;
  };
}

const text = (delta: string): AgentEvent => ({ kind: 'text', delta });

const picture = async (): Promise<FileContent> => ({ bytes: PNG, mime: 'image/png' });

for (const mode of ['socket', 'webhook'] as const) {
  describe(`an AI bot by ${mode}`, () => {
    it('shows an answer while it grows, with its thoughts, and ends it', async () => {
      await start({ mode });
      const steps = stepwise();
      gateway.agent.answer = async function* (ask, signal) {
        const thought = { id: '1', kind: 'thinking', text: 'look it up', state: 'running' } as const;
        yield { kind: 'thought', thought };
        yield* steps.answer(ask, signal);
      };
      const { messageId } = write('年假有几天？');
      steps.say('五');
      await until(() => answersTo(messageId)[0]?.text === '五');
      expect(answersTo(messageId)[0]?.isStreaming).toBe(true);
      expect(answersTo(messageId)[0]?.thought).toMatch(/^look it/);
      steps.say('天。');
      await until(() => answersTo(messageId)[0]?.text === '五天。');
      steps.end();
      expect(await settled(messageId)).toMatchObject({ text: '五天。', isStreaming: false });
      await gateway.quiet();
      expect(answersTo(messageId)).toHaveLength(1);
      expect(gateway.sim.wecom.record.badReplies).toEqual([]);
    });

    it('answers each of many people, in order and once', async () => {
      await start({ mode });
      const asked = ['lin', 'chen', 'wang'].flatMap((from) =>
        ['one', 'two'].map((word) => write(`${from} ${word}`, from)),
      );
      const texts = await Promise.all(asked.map(async ({ messageId }) => (await settled(messageId)).text));
      expect(texts).toEqual([
        'you said: lin one',
        'you said: lin two',
        'you said: chen one',
        'you said: chen two',
        'you said: wang one',
        'you said: wang two',
      ]);
      expect(gateway.sim.wecom.record.answers()).toHaveLength(6);
    });

    it('takes the same message once, however often it is told', async () => {
      await start({ mode });
      const { messageId } = write('hello');
      await settled(messageId);
      await gateway.sim.wecom.redeliver(messageId);
      await gateway.quiet();
      expect(gateway.agent.asked).toHaveLength(1);
    });

    it('hands the vendor’s thumbs on to the agent, and takes them back', async () => {
      await start({ mode });
      const { messageId } = write('hello');
      const answer = await settled(messageId);
      for (const kind of ['accurate', 'inaccurate', 'cancelled'] as const) {
        await gateway.sim.wecom.feedback('lin', answer.messageId, kind);
        await gateway.quiet();
      }
      await until(() => gateway.agent.rated.length === 3);
      expect(gateway.agent.rated).toEqual(['up', 'down', 'none']);
      expect(gateway.sim.wecom.record.badReplies).toEqual([]);
    });

    it('tells the agent why, in the person’s words and without her personal data where that must not go there', async () => {
      await start({ mode, privacy: { in: 'mask' } });
      const { messageId } = write('你好');
      const answer = await settled(messageId);
      const why = { reasons: [2, 3], content: '日期不对，请打 13800138000' };
      await gateway.sim.wecom.feedback('lin', answer.messageId, 'inaccurate', why);
      await gateway.sim.wecom.feedback('lin', answer.messageId, 'cancelled', { content: '看错了' });
      await until(() => gateway.agent.rated.length === 2);
      expect(gateway.agent.rated).toEqual(['down', 'none']);
      expect(gateway.agent.ratedWhy[0]).toMatch(/^内容不完整；内容有错误\n日期不对，请打 (?!13800138000)/);
      expect(gateway.agent.ratedWhy[1]).toBe('看错了');
    });

    it('stops when it is told to, and ends both messages', async () => {
      await start({ mode });
      const steps = stepwise();
      gateway.agent.answer = steps.answer;
      const first = write('tell me everything');
      steps.say('It began ');
      await until(() => answersTo(first.messageId)[0]?.text.includes('It began'));
      const second = write('/stop');
      expect((await settled(first.messageId)).text).toContain('It began');
      if (mode === 'webhook') expect((await settled(second.messageId)).text).not.toBe('');
      await gateway.quiet();
      expect(gateway.sim.wecom.record.answers().every(({ isStreaming }) => !isStreaming)).toBe(true);
      expect(gateway.agent.stopped).toHaveLength(1);
    });

    it('answers a command', async () => {
      await start({ mode });
      const { messageId } = write('/help');
      expect((await settled(messageId)).text).toContain('/stop');
    });

    it('greets within five seconds, once, with questions to press', async () => {
      await start({ mode });
      const { chatId, delivered } = gateway.sim.wecom.enter('lin', gateway.bot.id);
      await delivered;
      await gateway.quiet();
      const [greeting] = gateway.sim.wecom.record.inChat(chatId);
      expect(greeting?.text).toContain('Welcome from the script');
      expect(greeting?.buttons.map(({ text: label }) => label)).toEqual(['1 What ca…']);
      const { delivered: again } = gateway.sim.wecom.enter('lin', gateway.bot.id);
      await again;
      expect(gateway.sim.wecom.record.inChat(chatId)).toHaveLength(1);
    });

    it('offers questions below the answer, and answers the one that is pressed', async () => {
      await start({ mode });
      gateway.agent.suggestions = ['And sick leave?', '试用期呢？'];
      const { messageId } = write('hello');
      const answer = await settled(messageId);
      const card = await until(() =>
        gateway.sim.wecom.record.inChat(answer.chatId).find(({ buttons }) => buttons.length > 0),
      );
      expect(card.text).toContain('And sick leave?');
      gateway.agent.suggestions = [];
      await gateway.sim.wecom.press('lin', card.messageId, { key: card.buttons[0]?.key ?? '' });
      await until(() =>
        gateway.sim.wecom.record.inChat(answer.chatId).some((one) => one.text.includes('you said: And sick leave?')),
      );
      expect(card.replacedBy).toMatch(/已提问|Asked/);
      expect(gateway.sim.wecom.record.badReplies).toEqual([]);
    });

    it('is asked in groups by its name, and answers each member by herself', async () => {
      await start({ mode });
      const [group] = gateway.sim
        .snapshot()
        .chats.filter(({ kind, platform }) => kind === 'group' && platform === 'wecom');
      const asked = ['lin', 'chen'].map((from) =>
        gateway.sim.wecom.say({ from, chat: group?.id ?? '', text: `@{${gateway.bot.id}} hello` }),
      );
      for (const { messageId } of asked) expect((await settled(messageId)).text).toContain('you said: hello');
      expect(new Set(gateway.agent.asked.map(({ user }) => user)).size).toBe(2);
    });

    it('gives the agent what is quoted, and opens the pictures that people send', async () => {
      await start({ mode });
      const seen: FileContent[] = [];
      gateway.agent.answer = async function* (ask, signal) {
        yield started(ask);
        for (const file of ask.files) seen.push(await file.open(signal));
        yield text('ok');
      };
      const { key } = gateway.sim.resources.add({
        key: 'chart',
        name: 'chart.png',
        mime: 'image/png',
        type: 'image',
        content: PNG,
      });
      const first = gateway.sim.wecom.sendFile({ from: 'lin', to: gateway.bot.id, kind: 'image', resource: key });
      await settled(first.messageId);
      const mixed = gateway.sim.wecom.sendMixed({
        from: 'lin',
        to: gateway.bot.id,
        parts: [{ text: 'what is this?' }, { image: key }],
        quote: first.messageId,
      });
      await settled(mixed.messageId);
      expect(seen.map(({ bytes, mime }) => [Buffer.from(bytes).equals(PNG), mime])).toEqual([
        [true, 'image/png'],
        [true, 'image/png'],
        [true, 'image/png'],
      ]);
      expect(seen[0]?.name).toBe('chart.png');
      expect(gateway.agent.asked[1]?.text).toBe('> [image]\n\nwhat is this?');
    });

    it('says which file can no longer be read, five minutes after it was sent', async () => {
      await start({ mode, wecom: { limits: { streamPollMs: 100, mediaUrlMs: 0 } } });
      gateway.agent.answer = async function* (ask, signal) {
        yield started(ask);
        for (const file of ask.files) await file.open(signal);
        yield text('ok');
      };
      const { resources, wecom } = gateway.sim;
      const { key } = resources.add({
        key: 'chart',
        name: 'chart.png',
        mime: 'image/png',
        type: 'image',
        content: PNG,
      });
      const { messageId } = wecom.sendFile({ from: 'lin', to: gateway.bot.id, kind: 'image', resource: key });
      expect((await settled(messageId)).text).toMatch(/无法读取|no longer be read/);
      expect(await gateway.store.upkeep.deadLetters(10)).toEqual([]);
    });

    it('takes what was said for the words it was', async () => {
      await start({ mode });
      const { key } = gateway.sim.resources.add({
        key: 'v',
        name: 'v.amr',
        mime: 'audio/amr',
        type: 'voice',
        content: 100,
      });
      const voice = { from: 'lin', to: gateway.bot.id, kind: 'voice', resource: key, recognized: '订会议室' } as const;
      const { messageId } = gateway.sim.wecom.sendFile(voice);
      expect((await settled(messageId)).text).toContain('订会议室');
    });

    it('shows the pictures of an answer in its last frame', async () => {
      await start({ mode, fetchUrl: picture });
      gateway.agent.answer = says(text('Look: ![chart](https://files.example/chart.png?sign=1)\n\nDone.'));
      const { messageId } = write('draw');
      const answer = await settled(messageId);
      expect(answer.text).not.toContain('files.example');
      const [shown] = answer.body['pictures'] as string[];
      const stored = gateway.sim.resources.find(shown ?? '')?.content ?? Buffer.alloc(0);
      expect(createHash('md5').update(stored).digest('hex')).toBe(createHash('md5').update(PNG).digest('hex'));
    });

    it('brings the files that an agent makes', async () => {
      await start({ mode, fetchUrl: picture });
      const file = { kind: 'image', name: 'cat.png', url: 'https://files.example/cat.png' } as const;
      gateway.agent.answer = says(text('Here it is.'), { kind: 'file', file });
      const { messageId } = write('draw a cat');
      await settled(messageId);
      await gateway.quiet();
      const shown = answersTo(messageId);
      const apart = shown.some(({ type }) => type === 'image');
      const inside = shown.some(({ body }) => Array.isArray(body['pictures']));
      expect([apart, inside]).toEqual(mode === 'socket' ? [true, false] : [false, true]);
    });

    it('says by a link what cannot be fetched', async () => {
      await start({ mode });
      const file = { kind: 'file', name: 'plan.pdf', url: 'https://files.example/plan.pdf' } as const;
      gateway.agent.answer = says(text('Here.'), { kind: 'file', file });
      const { messageId } = write('plan?');
      await settled(messageId);
      await gateway.quiet();
      expect(
        answersTo(messageId)
          .map((one) => one.text)
          .join(' '),
      ).toContain('https://files.example/plan.pdf');
    });

    it('shows an answer that is too long for one message in two', async () => {
      await start({ mode });
      const long = Array.from({ length: 400 }, (_, index) => `第 ${index} 段：这一段说的是第 ${index} 件事。`).join(
        '\n\n',
      );
      gateway.agent.answer = says(text(long));
      const { messageId } = write('everything');
      await settled(messageId);
      await gateway.quiet();
      const all = answersTo(messageId)
        .map((one) => one.text)
        .join('\n\n');
      expect([all.includes('第 0 段'), all.includes('第 200 段'), all.includes('第 399 段')]).toEqual([
        true,
        true,
        true,
      ]);
    });

    it('calls nobody and opens no thought with what an agent writes', async () => {
      await start({ mode });
      gateway.agent.answer = says(
        text('ask <@all> and <@lin.mei> </think><think>hidden</think> `<@x>` <font color="warning">!</font>'),
      );
      const { messageId } = write('hello');
      const answer = await settled(messageId);
      expect(answer.body['content']).not.toMatch(/<@|<\/?think|<font/);
      expect(answer.text).toContain('hidden');
    });

    it('hands an answer over before its time is up, and sends the rest by itself', async () => {
      await start({ mode, clock: fastClock(AMOUNT) });
      const steps = stepwise();
      gateway.agent.answer = steps.answer;
      const { messageId } = write('think long');
      steps.say('First part.\n\nSecond ');
      const stream = await until(() => answersTo(messageId).find((one) => one.text.includes('Second')));
      const handed = await until(() => !stream.isStreaming && stream);
      expect(handed.isExpired).toBe(false);
      expect(handed.text).toMatch(/First part\.[\s\S]*(写完后|Still writing)/);
      steps.say('part.');
      steps.end();
      const rest = await until(() => answersTo(messageId).find((one) => one.text.includes('Second part.')));
      expect(rest.messageId).not.toBe(stream.messageId);
      expect(rest.text).not.toContain('First part.');
      await gateway.quiet();
      expect(answersTo(messageId)).toHaveLength(2);
    });

    it('goes on after a crash, and says nothing twice', async () => {
      await start({ mode });
      const steps = stepwise();
      gateway.agent.answer = steps.answer;
      const { messageId } = write('hello');
      steps.say('one ');
      await until(() => answersTo(messageId)[0]?.text.includes('one'));
      gateway.agent.recovered = { kind: 'finished', answer: 'one two', citations: [], files: [] };
      await gateway.crash();
      expect((await settled(messageId)).text).toBe('one two');
      await gateway.quiet();
      expect(answersTo(messageId)).toHaveLength(1);
      expect(gateway.agent.asked).toHaveLength(1);
    });
  });
}

describe('what a bot pushes over its long connection', () => {
  const channel = id<ChannelName>('wecom-bot');
  const lin = () => ({ kind: 'user', channel, id: gateway.sim.wecom.userId('lin') }) as const;
  const pushed = () => gateway.sim.wecom.record.answers().filter(({ parentId }) => parentId === undefined);
  /** The vendor lets a bot speak only to whoever has written to it. */
  async function known(speed = 1, more: Partial<BotGatewayOptions> = {}): Promise<void> {
    await start({ mode: 'socket', clock: fastClock(speed), ...more });
    await settled(write('hello').messageId);
  }

  it('arrives as Markdown, cut where it is long, with links where a card would have buttons', async () => {
    await known();
    const button = { text: 'Open', url: 'https://example.org/d' };
    const content = { kind: 'card', title: 'Disk full', text: '**91 %** of /data', buttons: [button] } as const;
    await gateway.pipeline.pushes.push({ key: 'alarm', to: [lin()], content });
    const [first] = await until(() => pushed().length === 1 && pushed());
    expect(first?.text).toBe('**Disk full**\n\n**91 %** of /data\n\n[Open](https://example.org/d)');
    await gateway.pipeline.pushes.push({
      key: 'long',
      to: [lin()],
      content: { kind: 'text', text: '磁盘已满。'.repeat(3_000) },
    });
    await until(() => pushed().length === 4);
    expect(pushed().every(({ isTruncated }) => !isTruncated)).toBe(true);
  });

  it('asks, and brings back what is chosen', async () => {
    await known();
    const options = ['rice', 'noodles', 'soup'].map((text) => ({ id: text, text }));
    const choices = [{ name: 'food', title: 'Lunch', options, several: true }];
    const answers = [{ id: 'send', text: 'Send' }];
    const content = { kind: 'question', title: 'Lunch', text: 'Until **11**', choices, answers } as const;
    await gateway.pipeline.pushes.push({ key: 'lunch', to: [lin()], content, lang: 'en' });
    const card = await until(() => pushed().find((one) => one.card !== undefined));
    expect(card.card).toMatchObject({
      card_type: 'vote_interaction',
      main_title: { title: 'Lunch', desc: 'Until 11' },
    });
    const [button] = card.buttons;
    const chosen = { key: button?.key ?? '', selected: { q0: ['o0', 'o2'] } };
    await gateway.sim.wecom.press('lin', card.messageId, chosen);
    await gateway.quiet();
    expect((await gateway.pipeline.pushes.find('lunch'))?.answers).toMatchObject([
      { button: 'send', choices: { food: ['rice', 'soup'] } },
    ]);
    expect(card.replacedBy).toContain('Send');
    expect(card.text).toContain('Lunch: rice');
  });

  it('is said once more, marked, when its answer is lost, and never a third time', async () => {
    await known(10);
    gateway.sim.faults.add({ side: 'wecom', kind: 'hang', path: 'aibot_send_msg', count: 3, afterEffect: true });
    await gateway.pipeline.pushes.push({ key: 'alarm', to: [lin()], content: { kind: 'text', text: 'disk full' } });
    await until(() => gateway.log.some((line) => line.startsWith('reply given up platform_rejected')));
    expect(pushed().map(({ text }) => text)).toEqual(['disk full', 'disk full （可能重复发送）']);
  });

  it('waits for the connection, and is in no doubt without one', async () => {
    // More tries than there will be: nobody can say how long the line is away.
    await known(10, { maxAttempts: 50 });
    const { faults, wecom } = gateway.sim;
    const away = faults.add({ side: 'wecom', kind: 'drop', path: 'aibot_subscribe' });
    wecom.sockets.drop(gateway.bot.id);
    await gateway.pipeline.pushes.push({ key: 'alarm', to: [lin()], content: { kind: 'text', text: 'disk full' } });
    const delayed = () => gateway.log.filter((line) => line.startsWith('reply delayed'));
    await until(() => delayed().length >= 3);
    const parts = async () => (await gateway.pipeline.pushes.find('alarm'))?.parts ?? [];
    // Between two tries; a third one is made only of what is in no doubt.
    await expect.poll(parts).toMatchObject([{ state: 'waiting', code: 'platform_unavailable' }]);
    expect(new Set(delayed())).toEqual(new Set(['reply delayed platform_unavailable']));
    faults.remove(away.id);
    await expect.poll(parts).toMatchObject([{ state: 'sent' }]);
    expect(pushed().map(({ text }) => text)).toEqual(['disk full']);
  });

  it('that nobody of the name has written to is given up, and named', async () => {
    await known();
    const stranger = { ...lin(), id: gateway.sim.wecom.userId('chen') };
    await gateway.pipeline.pushes.push({ key: 'alarm', to: [stranger], content: { kind: 'text', text: 'hello' } });
    await gateway.quiet();
    expect((await gateway.pipeline.pushes.find('alarm'))?.parts).toMatchObject([{ state: 'dead' }]);
  });
});

describe('an answer of a bot that goes out by itself', () => {
  it('is said once more, marked, when whether it arrived is in doubt, and never a third time', {
    timeout: 40_000,
  }, async () => {
    await start({ mode: 'socket', clock: fastClock(10) });
    // The stream ends before the answer does, so the answer is a message of its own.
    gateway.sim.faults.add({ side: 'wecom', kind: 'refuse', path: 'aibot_respond_msg', code: 846608, count: 50 });
    gateway.sim.faults.add({ side: 'wecom', kind: 'hang', path: 'aibot_send_msg', count: 4, afterEffect: true });
    gateway.agent.answer = says(text('forty-two'));
    write('how many?');
    await until(() => gateway.log.some((line) => line.startsWith('reply given up platform_rejected')));
    const said = gateway.sim.wecom.record.answers().filter(({ text: words }) => words.includes('forty-two'));
    expect(said.map(({ text: words }) => words.includes('可能重复发送') || words.includes('may be a repeat'))).toEqual([
      false,
      true,
    ]);
  });
});

describe('the long connection of a bot', () => {
  it('is opened anew when it breaks, and the answer lands in its stream', async () => {
    await start({ mode: 'socket', clock: fastClock(5) });
    const steps = stepwise();
    gateway.agent.answer = steps.answer;
    const { messageId } = write('hello');
    steps.say('one ');
    await until(() => answersTo(messageId)[0]?.text.includes('one'));
    gateway.sim.wecom.sockets.drop(gateway.bot.id);
    steps.say('two');
    steps.end();
    expect((await settled(messageId)).text).toBe('one two');
    expect(answersTo(messageId)).toHaveLength(1);
  });

  it('loses an acknowledgement and shows the answer once', async () => {
    await start({ mode: 'socket', clock: fastClock(10) });
    gateway.sim.faults.add({ kind: 'hang', side: 'wecom', path: 'aibot_respond_msg', count: 1, afterEffect: true });
    const { messageId } = write('hello');
    expect((await settled(messageId)).text).toBe('you said: hello');
    await gateway.quiet();
    expect(answersTo(messageId)).toHaveLength(1);
  });

  it('sends the answer by itself when the stream is refused', async () => {
    await start({ mode: 'socket' });
    gateway.sim.faults.add({ kind: 'refuse', side: 'wecom', path: 'aibot_respond_msg', code: 846608 });
    const { messageId } = write('hello');
    await until(() => answersTo(messageId).some((one) => one.text === 'you said: hello'));
    await gateway.quiet();
    expect(answersTo(messageId).map(({ type }) => type)).toEqual(['markdown']);
  });

  it('subscribes again when the vendor says that it does not know us', async () => {
    await start({ mode: 'socket', clock: fastClock(10) });
    gateway.sim.faults.add({ kind: 'expired-token', side: 'wecom', path: 'aibot_respond_msg', count: 1 });
    const { messageId } = write('hello');
    expect((await settled(messageId)).text).toBe('you said: hello');
  });

  it('tries again after “too often” and “two at once”', async () => {
    await start({ mode: 'socket', clock: fastClock(50) });
    for (const code of [6000, 45009])
      gateway.sim.faults.add({ kind: 'refuse', side: 'wecom', path: 'aibot_respond_msg', count: 1, code });
    const { messageId } = write('hello');
    expect((await settled(messageId)).text).toContain('you said: hello');
  });

  it('is given up when nothing comes through it any more, and the answer lands on the next one', async () => {
    await start({ mode: 'socket', clock: fastClock(20) });
    const steps = stepwise();
    gateway.agent.answer = steps.answer;
    const { messageId } = write('hello');
    steps.say('one ');
    await until(() => answersTo(messageId)[0]?.text.includes('one'));
    gateway.sim.wecom.sockets.rules.halfOpen = true;
    steps.say('two');
    steps.end();
    await until(() => gateway.log.includes('long connection lost platform_unavailable'));
    gateway.sim.wecom.sockets.rules.halfOpen = false;
    expect((await settled(messageId)).text).toBe('one two');
    expect(answersTo(messageId)).toHaveLength(1);
  });

  it('stays away for a while when another program takes the bot over, and says so', async () => {
    await start({ mode: 'socket', clock: fastClock(30) });
    const other = await startOther();
    await until(() => gateway.platform.connection?.().state !== 'open');
    const calls = (): number => gateway.sim.wecom.record.calls.get('frame aibot_subscribe 0') ?? 0;
    const before = calls();
    await systemClock.sleep(500);
    expect(calls()).toBe(before);
    expect(gateway.log).toContain('long connection taken over');
    other();
    await until(() => gateway.platform.connection?.().state === 'open');
    expect((await settled(write('hello').messageId)).text).toBe('you said: hello');
  });

  /** Another gateway with the same bot. */
  async function startOther(): Promise<() => void> {
    const { WebSocket } = await import('ws');
    const socket = new WebSocket(gateway.sim.wecom.socketUrl);
    await new Promise((resolve) => socket.once('open', resolve));
    const body = { bot_id: gateway.bot.id, secret: gateway.bot.secret };
    socket.send(JSON.stringify({ cmd: 'aibot_subscribe', headers: { req_id: 'aibot_subscribe_other' }, body }));
    await new Promise((resolve) => socket.once('message', resolve));
    return () => socket.close();
  }

  it('is refused with a wrong secret, without a storm', async () => {
    await start({ mode: 'socket', config: { secret: 'wrong' }, clock: fastClock(2) }).catch(() => undefined);
    await until(() => gateway.log.includes('long connection refused platform_misconfigured'));
    await systemClock.sleep(300);
    expect(gateway.sim.wecom.record.calls.get('frame aibot_subscribe 853000')).toBe(1);
    expect(gateway.platform.connection?.().state).not.toBe('open');
  }, 20_000);

  it('survives frames that are none, and kinds that nobody knows', async () => {
    await start({ mode: 'socket' });
    const { hub } = { hub: gateway.sim.wecom.sockets };
    const odd = { headers: { req_id: 'x' }, cmd: 'aibot_tomorrow', body: {} };
    hub.push(gateway.bot, odd, 'odd', undefined);
    hub.push(
      gateway.bot,
      { headers: { req_id: 'y' }, cmd: 'aibot_msg_callback', body: { msgtype: 'text' } },
      'odd',
      undefined,
    );
    hub.push(gateway.bot, [] as never, 'odd', undefined);
    expect((await settled(write('hello').messageId)).text).toBe('you said: hello');
    expect(gateway.log.filter((line) => /frame|not accepted/.test(line)).sort()).toEqual([
      'delivery not accepted body_malformed',
      'frame not understood',
      'frame of an unknown kind',
    ]);
  });

  it('keeps within thirty messages a minute in one chat, and loses none', async () => {
    await start({ mode: 'socket', clock: fastClock(AMOUNT) });
    const asked = Array.from({ length: 33 }, (_, index) => index);
    const ids: string[] = [];
    for (const index of asked) {
      const { messageId } = write(`q${index}`);
      ids.push(messageId);
      if (index % 3 === 2) await gateway.quiet();
    }
    for (const messageId of ids) await settled(messageId);
    expect([...gateway.sim.wecom.record.calls].filter(([call]) => call.endsWith(' 45009'))).toEqual([]);
  }, 30_000);

  it('loses none either over a restart in the midst of a minute: what the vendor refuses waits', async () => {
    await start({ mode: 'socket', clock: fastClock(AMOUNT) });
    const ids: string[] = [];
    for (const half of [0, 1]) {
      for (let index = 0; index < 21; index += 1) {
        ids.push(write(`q${half} ${index}`).messageId);
        if (index % 3 === 2) await gateway.quiet();
      }
      if (half === 0) await gateway.crash();
    }
    for (const messageId of ids) expect((await settled(messageId)).text).toContain('you said: q');
    expect(ids.map((messageId) => answersTo(messageId).length)).toEqual(ids.map(() => 1));
  }, 60_000);
});

describe('the callback address of a bot', () => {
  it('proves itself to the vendor', async () => {
    await start({ mode: 'webhook' });
    expect(await gateway.sim.wecom.checkApp(gateway.bot.id)).toMatchObject({ ok: true });
  });

  it('lets nothing forged in', async () => {
    await start({ mode: 'webhook' });
    await settled(write('hello').messageId);
    const place = { from: 'lin', to: gateway.bot.id };
    for (const variant of ['signature', 'timestamp', 'key', 'unsigned', 'token', 'app'] as const) {
      const { status } = await gateway.sim.wecom.forge({ ...place, variant });
      expect([variant, status >= 400]).toEqual([variant, true]);
    }
    await gateway.quiet();
    expect(gateway.agent.asked).toHaveLength(1);
  });

  it('sends an answer that nobody fetches by the address for one later answer', async () => {
    await start({ mode: 'webhook', clock: fastClock(AMOUNT) });
    // The response that opens the stream is lost on its way.
    Object.assign(gateway.sim.wecom.limits, { streamPollMs: 10 * 60_000 });
    const { messageId } = write('hello');
    const answer = await until(() => answersTo(messageId).find(({ type }) => type === 'markdown'));
    expect(answer.text).toBe('you said: hello');
  });

  it.each([
    ['zh', '全都告诉我', '后面的内容没有发出'],
    ['en', 'tell me everything', 'Send a message to ask for the rest'],
  ])('says at the end of the second message that a longer answer was left out (%s)', async (_, question, words) => {
    await start({ mode: 'webhook' });
    // Some 38,000 bytes: three messages of at most 14,000.
    const lines = Array.from({ length: 2_000 }, (_unused, index) => `Line ${index} of all.`);
    gateway.agent.answer = says(text(lines.join('\n\n')));
    const { messageId } = write(question);
    await settled(messageId);
    await gateway.quiet();
    const [first, second, ...more] = answersTo(messageId);
    expect(first?.text).toMatch(/（未完，见下一条）|\(continued below\)/);
    expect(second?.text).toContain(words);
    expect(second?.text).not.toMatch(/见下一条|continued below/);
    expect(more).toEqual([]);
    expect(gateway.log.filter((line) => line.startsWith('part of an answer left out'))).toHaveLength(1);
    expect([...gateway.sim.wecom.record.calls].filter(([call]) => call.endsWith(' 60140'))).toEqual([]);
    expect(await gateway.store.upkeep.deadLetters(10)).toEqual([]);
    // The next question has an address of its own.
    gateway.agent.answer = says(text('short'));
    expect((await settled(write('and now?').messageId)).text).toBe('short');
  });

  it('ends a stream that it knows nothing of', async () => {
    await start({ mode: 'webhook' });
    const { botDelivery, botMessage } = await import('../support/wecom-bot-payloads.ts');
    const receipt = gateway.platform.receive(
      botDelivery(gateway.bot, { ...botMessage('stream'), stream: { id: 'of-somebody-else' } }),
      Date.now(),
    );
    expect(receipt).toMatchObject({ kind: 'handshake', ack: { status: 200 } });
    const stale = `t${'x'.repeat(24)}.${Math.floor(Date.now() / 1000 - 600).toString(36)}`;
    const old = gateway.platform.receive(
      botDelivery(gateway.bot, { ...botMessage('stream'), stream: { id: stale } }),
      Date.now(),
    );
    expect(old).toMatchObject({ kind: 'poll', turn: id(`t${'x'.repeat(24)}`) });
  });
});
