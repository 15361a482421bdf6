/** The Feishu adapter at the simulator: what it sends is taken, what it gets is understood, and faults are survived. */
import { afterEach, describe, expect, it } from 'vitest';
import type { InboundEvent, MessageEvent, ReplyAddress } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import type { SendOptions } from '../../src/core/platform.ts';
import type { Frame, OutboundMessage, Sent } from '../../src/core/reply.ts';
import type { ForgeVariant } from '../../src/simulator/contract.ts';
import { ackOf, type FeishuBot, type FeishuBotOptions, startFeishuBot } from '../support/feishu-bot.ts';

let bot: FeishuBot;
afterEach(() => bot.close());

async function start(options: FeishuBotOptions = {}): Promise<FeishuBot> {
  bot = await startFeishuBot(options);
  return bot;
}

const signal = AbortSignal.timeout(120_000);
const noted: Sent[] = [];
const options = (prior?: Sent): SendOptions => ({
  signal,
  save: async (sent) => void noted.push(sent),
  ...(prior && { prior }),
});

function events(): readonly InboundEvent[] {
  return bot.receipts.flatMap((receipt) => (receipt.kind === 'events' ? receipt.events : []));
}

async function ask(
  text: string,
  place: { chat?: string; inThread?: boolean; replyTo?: string } = {},
): Promise<MessageEvent> {
  await bot.sim.feishu.say({ from: 'lin', text, ...place }).delivered;
  return events().at(-1) as MessageEvent;
}

const BASE: Frame = {
  turn: id('t1'),
  state: 'thinking',
  lang: 'zh',
  title: '小助手',
  answer: '',
  thoughts: [],
  citations: [],
  suggested: [],
  rating: 'none',
  buttons: ['stop'],
};
const DONE: Partial<Frame> = { state: 'done', answer: '年假有 **5** 天。', buttons: ['up', 'down', 'regenerate'] };

function message(to: ReplyAddress, frame: Partial<Frame>, key = 'k1'): OutboundMessage & { kind: 'frame' } {
  return { kind: 'frame', to, key: id(key), frame: { ...BASE, ...frame } };
}

const send = (to: ReplyAddress, frame: Partial<Frame>, key?: string): Promise<Sent> =>
  bot.platform.send(message(to, frame, key), options());
const update = async (sent: Sent, to: ReplyAddress, frame: Partial<Frame>): Promise<Sent> =>
  (await bot.platform.update?.(sent, message(to, frame), options())) ?? sent;
const answers = (to: ReplyAddress) => bot.sim.feishu.record.answersTo(to.message ?? '');

describe('an answer of which an earlier process may have shown something without a note', () => {
  it('goes on with whatever message there is, and ends whole', async () => {
    await start();
    const { to } = await ask('年假有几天？');
    const unsure = { ...options(), mayBeShown: true };
    await bot.platform.send(message(to, { state: 'answering', answer: '年假有' }), unsure);
    const sent = await bot.platform.send(message(to, { state: 'answering', answer: '年假有 **5**' }), unsure);
    await update(sent, to, DONE);
    expect(answers(to)).toHaveLength(1);
    expect(answers(to)[0]?.text).toContain('**5** 天');
    expect(answers(to)[0]?.isLeftOpen).toBe(false);
  });
});

describe('a streamed answer', () => {
  it('grows on one card, keeps its order and ends settled with its buttons', async () => {
    await start();
    const { to } = await ask('年假有几天？');
    let sent = await send(to, { state: 'queued', position: 2 });
    sent = await update(sent, to, {});
    const thoughts = [{ id: 'a', kind: 'tool', text: 'search', state: 'running' }] as const;
    sent = await update(sent, to, { thoughts });
    sent = await update(sent, to, { thoughts, state: 'answering', answer: '年假有' });
    sent = await update(sent, to, { thoughts, state: 'answering', answer: '年假有 **5' });
    expect(answers(to)[0]?.isStreaming).toBe(true);
    await update(sent, to, { ...DONE, thoughts, citations: [{ title: '员工手册' }], suggested: ['病假呢？'] });
    const [answer, ...others] = answers(to);
    expect(others).toEqual([]);
    expect(answer).toMatchObject({ isSettled: true, isLeftOpen: false });
    expect(answer?.text).toContain('年假有 **5** 天。');
    expect(answer?.text).toContain('员工手册');
    expect(answer?.buttons.map(({ value }) => (value as { act: string }).act)).toEqual([
      'ask',
      'up',
      'down',
      'regenerate',
    ]);
  });

  it('says when its button is pressed, and shows what the gateway answers', async () => {
    await start();
    const { to } = await ask('hi');
    const sent = await send(to, DONE);
    bot.answer = (receipt) => {
      if (receipt.kind !== 'question') throw new Error('no question');
      return receipt.answer({
        toast: { kind: 'success', text: '谢谢', lang: 'zh' },
        frame: { ...BASE, ...DONE, rating: 'up' },
      });
    };
    const pressed = await bot.sim.feishu.press('lin', sent.message ?? '', { button: '👍 有用' });
    expect(pressed).toMatchObject({ code: 0, toast: { kind: 'success', text: '谢谢' } });
    expect(answers(to)[0]?.buttons[0]?.text).toBe('👍 已评为有用');
    const receipt = bot.receipts.at(-1);
    expect(receipt?.kind === 'question' && receipt.event).toMatchObject({
      value: { act: 'up', turn: 't1' },
      message: sent.message,
      from: { account: bot.sim.feishu.openId('lin') },
    });
  });

  it('is stopped while it grows with a toast', async () => {
    await start();
    const { to } = await ask('hi');
    const sent = await send(to, { state: 'answering', answer: '一' });
    bot.answer = (receipt) => ackOf(receipt, { toast: { kind: 'info', text: '正在停止…', lang: 'zh' } });
    const pressed = await bot.sim.feishu.press('lin', sent.message ?? '', { button: '⏹ 停止' });
    expect(pressed).toMatchObject({ code: 0, toast: { text: '正在停止…' } });
  });

  it('shows an image of the answer by an uploaded key', async () => {
    await start();
    const { to } = await ask('hi');
    await send(to, { ...DONE, answer: '![图](https://x.example/a.png)' });
    expect(answers(to)[0]).toMatchObject({
      type: 'interactive',
      text: expect.stringMatching(/!\[图\]\(img_/) as string,
    });
  });

  it('survives hostile Markdown in every place of a card', async () => {
    await start();
    const { to } = await ask('hi');
    const hostile = '<at id=all></at> ![x](img_v3_foreign) [x](javascript:alert(1)) **\n\n| a |\n|-|\n\n```\nx';
    const words = { title: hostile, url: ['javascript', 'alert(1)'].join(':') };
    let sent = await send(to, { state: 'answering', answer: hostile, question: hostile });
    sent = await update(sent, to, {
      state: 'answering',
      answer: `${hostile}\ny`,
      question: hostile,
      notice: hostile,
    });
    await update(sent, to, {
      ...DONE,
      answer: hostile,
      notice: hostile,
      citations: [words],
      suggested: [hostile],
      thoughts: [{ id: 'a', kind: 'thinking', text: hostile, state: 'done' }],
    });
    expect(answers(to)).toHaveLength(1);
    expect(answers(to)[0]).toMatchObject({ type: 'interactive', isLeftOpen: false });
  });

  it('has at most three tables, the rest as code', async () => {
    await start();
    const { to } = await ask('hi');
    const table = '| a | b |\n| - | - |\n| 1 | 2 |\n\n';
    let sent = await send(to, { state: 'answering', answer: table.repeat(2) });
    sent = await update(sent, to, { state: 'answering', answer: table.repeat(6) });
    await update(sent, to, { ...DONE, answer: table.repeat(6) });
    expect(answers(to)[0]).toMatchObject({ type: 'interactive', isSettled: true });
  });
});

describe('a group', () => {
  it('is answered in its topic, with the question that was asked there', async () => {
    await start();
    const { chatId } = bot.sim.feishu.addGroup({ name: '项目', people: ['lin'], bots: [bot.app.id] });
    await send((await ask('你好')).to, DONE);
    const asked = await ask(`@{${bot.app.id}} 年假有几天？`, { chat: chatId });
    expect(asked).toMatchObject({
      addressed: true,
      to: { kind: 'group', chat: chatId },
      parts: [{ text: '年假有几天？' }],
    });
    const inTopic = await ask(`@{${bot.app.id}} 病假呢？`, { chat: chatId, replyTo: asked.message, inThread: true });
    expect(inTopic.to.thread).toBeDefined();
    expect(inTopic.quoted).toBe(asked.message);
    await send(inTopic.to, DONE, 'k2');
    expect(answers(inTopic.to)[0]).toMatchObject({ threadId: inTopic.to.thread });
  });
});

describe('what people do', () => {
  it('arrives as events: entering, menu, reactions, recalls', async () => {
    await start();
    const asked = await ask('hi');
    await bot.sim.feishu.react('lin', asked.message, 'THUMBSUP');
    await bot.sim.feishu.recall(asked.message);
    await bot.sim.feishu.enter('lin').delivered;
    const kinds = events().map(({ kind }) => kind);
    expect(kinds).toEqual(['message', 'reaction', 'recalled', 'entered']);
    expect(events()[2]).toMatchObject({ message: asked.message });
  });

  it('is answered in the chat when the question was taken back', async () => {
    await start();
    const asked = await ask('hi');
    await bot.sim.feishu.recall(asked.message);
    await send(asked.to, DONE);
    expect(bot.sim.feishu.record.inChat(asked.to.chat)).toHaveLength(1);
  });

  it('can be read again: quoted words, forwarded messages, files', async () => {
    await start();
    const first = await ask('第一条');
    const second = await ask('第二条');
    expect(await bot.platform.readMessage?.(first.message, signal)).toEqual({ text: '第一条', fromBot: false });
    await bot.sim.feishu.forward({ from: 'lin', messages: [first.message, second.message] }).delivered;
    const forwarded = events().at(-1) as MessageEvent;
    expect(forwarded.parts).toEqual([{ kind: 'forwarded', message: forwarded.message }]);
    expect((await bot.platform.readMessage?.(forwarded.message, signal))?.text).toBe('[1] 第一条\n[1] 第二条');
    const sent = await send(first.to, DONE);
    expect(await bot.platform.readMessage?.(sent.message ?? id(''), signal)).toMatchObject({ fromBot: true });
  });

  it('with files can be fetched', async () => {
    await start();
    const key = 'file_v3_report';
    bot.sim.resources.add({ key, name: '报告.txt', mime: 'text/plain', content: Buffer.from('内容') });
    await bot.sim.feishu.sendFile({ from: 'lin', kind: 'file', resource: key }).delivered;
    const [part] = (events().at(-1) as MessageEvent).parts;
    if (part?.kind !== 'file') throw new Error('no file');
    expect(part.name).toBe('报告.txt');
    const { message } = events().at(-1) as MessageEvent;
    expect((await bot.platform.readMessage?.(message, signal))?.files).toEqual([part]);
    const content = await bot.platform.fetchFile(part.file, 1_000, signal);
    expect(Buffer.from(content.bytes).toString()).toBe('内容');
    await expect(bot.platform.fetchFile(part.file, 3, signal)).rejects.toMatchObject({ code: 'file_too_large' });
  });
});

describe('a file of the agent', () => {
  it('is sent as an image or a file', async () => {
    await start();
    const { to } = await ask('hi');
    for (const kind of ['image', 'file'] as const) {
      const file = { kind, name: kind === 'image' ? 'a.png' : '报告.pdf', url: 'https://x.example/f' };
      await bot.platform.send({ kind: 'file', to, key: id(`f-${kind}`), lang: 'zh', file }, options());
    }
    expect(answers(to).map(({ type }) => type)).toEqual(['image', 'file']);
  });
});

describe('a forged delivery', () => {
  it.each<[ForgeVariant, number]>([
    ['signature', 401],
    ['timestamp', 401],
    ['key', 400],
    ['unsigned', 401],
    ['token', 401],
    ['app', 403],
  ])('is refused (%s)', async (variant, status) => {
    await start({ encryptKey: 'ek-demo' });
    await ask('hi');
    const before = bot.receipts.length;
    expect(await bot.sim.feishu.forge({ from: 'lin', variant })).toMatchObject({ status });
    expect(bot.receipts).toHaveLength(before);
  });
});

describe('a recorded delivery that comes again, byte for byte', () => {
  it('is taken for what it is: the same event, which is done once', async () => {
    await start({ encryptKey: 'ek-demo' });
    const asked = await ask('hi');
    expect(await bot.sim.feishu.forge({ from: 'lin', variant: 'nonce' })).toMatchObject({ status: 200 });
    expect(bot.deliveries[1]?.body).toEqual(bot.deliveries[0]?.body);
    expect(events()).toMatchObject([{ key: asked.key }, { key: asked.key }]);
  });
});

describe('the vendor in trouble', () => {
  it.each([
    ['throttle', 'platform_throttled'],
    ['server-error', 'platform_unavailable'],
    ['drop', 'platform_unavailable'],
  ] as const)('is told as such (%s), and the next try lands once', async (kind, code) => {
    await start();
    const { to } = await ask('hi');
    bot.sim.faults.add({ kind, path: '/reply', count: kind === 'drop' ? 2 : 1, delayMs: 100 });
    await expect(send(to, DONE)).rejects.toMatchObject({ code });
    await new Promise((done) => setTimeout(done, 150));
    await send(to, DONE);
    expect(answers(to)).toHaveLength(1);
  });

  it('that took a message and lost the answer shows it once', async () => {
    await start();
    const { to } = await ask('hi');
    bot.sim.faults.add({ kind: 'server-error', path: '/reply', count: 1, afterEffect: true });
    await send(to, DONE).catch(() => undefined);
    await send(to, DONE);
    expect(answers(to)).toHaveLength(1);
  });

  it('whose token has ended gives a new one and the call is repeated', async () => {
    await start();
    const { to } = await ask('hi');
    await send(to, DONE);
    bot.sim.feishu.expireTokens();
    await send(to, DONE, 'k2');
    expect(answers(to)).toHaveLength(2);
  });

  // What leaves in time may arrive in a bunch when the machine stalls for longer than our margin.
  it('never has to say that we are too fast', { retry: 2 }, async () => {
    await start();
    const { to } = await ask('hi');
    await Promise.all(Array.from({ length: 14 }, (_, i) => send(to, DONE, `k-${i}`)));
    expect(answers(to)).toHaveLength(14);
    const refused = [...bot.sim.feishu.record.calls.keys()].filter((call) => /230020|99991400/.test(call));
    expect(refused).toEqual([]);
  });
});

describe('after a crash', () => {
  it('the card that was begun is finished', async () => {
    await start();
    const { to } = await ask('hi');
    const sent = await send(to, { state: 'answering', answer: '一' });
    await update(sent, to, { state: 'answering', answer: '一二' });
    const old = bot.platform;
    const { feishu } = await import('../../src/platforms/feishu/index.ts');
    const { vendorDeps } = await import('../support/feishu-vendor.ts');
    const config = { appId: bot.app.id, appSecret: bot.app.secret, mode: 'socket', baseUrl: bot.sim.url };
    const revived = feishu.create(feishu.configSchema.parse(config), vendorDeps());
    await old.close?.();
    await new Promise((done) => setTimeout(done, 300));
    await revived.send(message(to, DONE), options(noted.at(-1)));
    await revived.close?.();
    expect(answers(to)).toHaveLength(1);
    expect(answers(to)[0]).toMatchObject({ isSettled: true, text: expect.stringContaining('年假有') as string });
  });
});

describe('the long connection', () => {
  it('brings events in parts and presses, and takes our answers back', async () => {
    await start({ mode: 'socket' });
    const { to } = await ask('年假有几天？这一句要长到被切成好几段才行，所以再多写几个字。');
    const sent = await send(to, DONE);
    bot.answer = (receipt) => ackOf(receipt, { toast: { kind: 'success', text: '谢谢', lang: 'zh' } });
    const pressed = await bot.sim.feishu.press('lin', sent.message ?? '', { button: 1 });
    expect(pressed).toMatchObject({ code: 0, toast: { text: '谢谢' } });
    expect(bot.sim.feishu.record.deliveries.every(({ ok, via }) => ok && via === 'socket')).toBe(true);
  });
});

describe('the check of the set-up', () => {
  it.each(['webhook', 'socket'] as const)('finds nothing wrong here (%s)', async (mode) => {
    await start({ mode });
    expect(await bot.platform.check?.(signal)).toEqual([]);
  });
});
