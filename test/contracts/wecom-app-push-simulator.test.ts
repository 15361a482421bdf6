import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toGatewayError } from '../../src/core/errors.ts';
import { type AccountId, type ChatId, id, type SendKey } from '../../src/core/ids.ts';
import { memosInMemory } from '../../src/core/memos.ts';
import type { PlatformDeps } from '../../src/core/platform-definition.ts';
import type { PushAddress, PushContent, Pusher } from '../../src/core/push.ts';
import type { QuestionContent } from '../../src/core/push-question.ts';
import type { Sent } from '../../src/core/reply.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { wecom } from '../../src/platforms/wecom/app/index.ts';
import { startWecomApp, type WecomAppBed, wecomConfig, wecomDeps } from '../support/wecom-app.ts';

let bed: WecomAppBed;
let pusher: Pusher;
async function start(config: Readonly<Record<string, unknown>> = {}, deps: Partial<PlatformDeps> = {}): Promise<void> {
  await bed?.close();
  bed = await startWecomApp({ config, deps });
  const found = bed.platform.pusher;
  if (!found) throw new Error('an app can push');
  pusher = found;
}
beforeEach(() => start());
afterEach(() => bed.close());

const userId = (person: string) => id<AccountId>(bed.sim.wecom.userId(person));
const shown = () => bed.sim.wecom.record.answers();

/** Sends all parts of a content; the key of each is its own. */
async function push(content: PushContent, to: Partial<PushAddress> = {}, key = 'p1'): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  for (const [index, part] of pusher.partsOf(content, 'message').entries()) {
    const address: PushAddress = { channel: pusher.channel, way: 'message', kind: 'user', ids: [userId('lin')], ...to };
    const message = {
      kind: 'push',
      to: address,
      key: id<SendKey>(`${key}-${index}`),
      content: part,
      lang: 'zh',
    } as const;
    sent.push(await pusher.send(message, { signal: AbortSignal.timeout(10_000), save: async () => undefined }));
  }
  return sent;
}

const options = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `id ${n}`, text: `选项 ${n}` }));
const asking = (more: Partial<QuestionContent> = {}): QuestionContent => ({
  kind: 'question',
  title: '采购单 8812',
  text: '金额 **3200** 元',
  choices: [],
  answers: [
    { id: 'yes', text: '同意' },
    { id: 'no', text: '驳回' },
  ],
  ...more,
});
const choice = (name: string, count = 3, several = false) => ({ name, title: name, options: options(count), several });
const SEND = [{ id: 'send', text: '提交' }];

const card = (text: string, links: number): PushContent => ({
  kind: 'card',
  title: '采购单 8812',
  text,
  buttons: Array.from({ length: links }, (_, n) => ({ text: `打开 ${n + 1}`, url: `https://example.org/${n + 1}` })),
});

describe('what an app pushes', () => {
  it('reaches several members by one call, and names those whom it does not reach', async () => {
    const [sent] = await push(
      { kind: 'text', text: '十分钟后维护' },
      { ids: [userId('lin'), 'Nobody', userId('chen')] },
    );
    expect(sent?.refused).toEqual({ Nobody: 'platform_target_gone' });
    expect(shown().map(({ people }) => people.join())).toEqual(expect.arrayContaining(['lin', 'chen']));
    expect(bed.sim.wecom.record.calls.get('POST message/send 0')).toBe(1);
  });

  it('reaches departments and everyone', async () => {
    await push({ kind: 'text', text: '一' }, { kind: 'department', ids: ['1'] }, 'p1');
    const one = shown().length;
    await push({ kind: 'text', text: '二' }, { kind: 'everyone', ids: [] }, 'p2');
    expect([one > 1, shown().length]).toEqual([true, one * 2]);
  });

  it('is nobody’s when it reaches none', async () => {
    const failing = push({ kind: 'text', text: '一' }, { ids: ['nobody'] });
    await expect(failing.catch((error: unknown) => toGatewayError(error).code)).resolves.toBe('platform_target_gone');
  });

  it('is Markdown in as many messages as it needs, none of which the vendor cuts', async () => {
    const text = Array.from({ length: 120 }, (_, n) => `第 ${n} 行：**重要** 的事情`).join('\n\n');
    await push({ kind: 'markdown', title: '日报 *一*', text });
    expect(shown().length).toBeGreaterThan(1);
    expect(shown().every(({ type, isTruncated }) => type === 'markdown' && !isTruncated)).toBe(true);
    expect(shown()[0]?.text).toContain('日报');
    expect(shown().at(-1)?.text).toContain('第 119 行');
  });

  it('is a text card with one link, and a notice with several', async () => {
    await push(card('金额 3200 元', 1), {}, 'p1');
    await push(card('金额 3200 元', 3), {}, 'p2');
    const [one, several] = shown();
    expect([one?.type, one?.body]).toEqual([
      'textcard',
      expect.objectContaining({ title: '采购单 8812', url: 'https://example.org/1', btntxt: '打开 1' }),
    ]);
    expect([several?.type, several?.body['card_type']]).toEqual(['template_card', 'text_notice']);
    expect(several?.body['jump_list']).toHaveLength(3);
  });

  it('is an article with a picture and one link, and a notice under its picture with several', async () => {
    const picture = 'https://example.org/p.png';
    const pictured = (links: number, text = '金额 3200 元') => ({ ...card(text, links), picture }) as PushContent;
    await push(pictured(1), {}, 'p1');
    await push(pictured(2), {}, 'p2');
    await push(pictured(2, '很长的说明。'.repeat(20)), {}, 'p3');
    const [one, several, before, short] = shown();
    expect([one?.type, one?.body['articles']]).toEqual([
      'news',
      [{ title: '采购单 8812', description: '金额 3200 元', url: 'https://example.org/1', picurl: picture }],
    ]);
    expect(several?.body).toMatchObject({ card_type: 'news_notice', card_image: { url: picture } });
    expect(several?.body['jump_list']).toHaveLength(2);
    expect([before?.type, short?.body['card_type']]).toEqual(['markdown', 'news_notice']);
    expect(shown().every(({ isTruncated }) => !isTruncated)).toBe(true);
  });

  it('goes before its links where it is too long for a card, and takes more links than a card has as words', async () => {
    await push(card('很长的说明。'.repeat(100), 2), {}, 'p1');
    expect(shown().map(({ type }) => type)).toEqual(['markdown', 'template_card']);
    await push(card('说明', 4), {}, 'p2');
    expect(shown()[2]?.text).toContain('https://example.org/4');
  });

  it('is a mini program’s notice where facts have one and fit, and a text elsewhere', async () => {
    const facts = [
      { name: '单号', value: '8812' },
      { name: '金额', value: '3200 元' },
    ];
    const program = { app: 'wx123', page: 'pages/po?id=8812' };
    const told = { kind: 'facts', title: '采购单待审', text: '', facts, program } as const;
    await push(told, {}, 'p1');
    await push({ ...told, title: '一张标题比十二个字还要长的采购单' }, {}, 'p2');
    await push({ kind: 'facts', title: '采购单待审', text: '', facts }, {}, 'p3');
    await push(told, { kind: 'everyone', ids: [] }, 'p4');
    const [notice, ...others] = shown();
    expect([notice?.type, notice?.body]).toEqual([
      'miniprogram_notice',
      {
        appid: 'wx123',
        page: 'pages/po?id=8812',
        title: '采购单待审',
        content_item: [
          { key: '单号', value: '8812' },
          { key: '金额', value: '3200 元' },
        ],
      },
    ]);
    expect(new Set(others.map(({ type }) => type))).toEqual(new Set(['markdown']));
    expect(others[0]?.text).toContain('3200 元');
  });

  it('is several articles in one message, with what is said before them', async () => {
    const articles = [1, 2, 3].map((n) => ({
      title: `第 ${n} 条`,
      url: `https://example.org/${n}`,
      ...(n === 1 && { description: '第一条的说明', picture: 'https://example.org/1.png' }),
    }));
    await push({ kind: 'articles', text: '', articles }, {}, 'p1');
    expect(shown().map(({ type }) => type)).toEqual(['news']);
    expect(shown()[0]?.body['articles']).toMatchObject([
      { title: '第 1 条', description: '第一条的说明', picurl: 'https://example.org/1.png' },
      { title: '第 2 条', url: 'https://example.org/2' },
      { title: '第 3 条' },
    ]);
    await push({ kind: 'articles', title: '周报', text: '本周**三**条', articles }, {}, 'p2');
    expect(shown().map(({ type }) => type)).toEqual(['news', 'markdown', 'news']);
    expect(shown()[1]?.text).toContain('周报');
  });

  it('is plain words with addresses where the app is used in WeChat', async () => {
    await start({ format: 'text' });
    await push(card('**金额** 3200 元', 1));
    expect(shown().map(({ type }) => type)).toEqual(['text']);
    expect(shown()[0]?.text).toMatch(/金额 3200 元[\s\S]*https:\/\/example\.org\/1/);
  });

  it('is one message, however often it is sent under its key', async () => {
    for (const _ of [1, 2]) await push({ kind: 'text', text: '一次' });
    expect(shown()).toHaveLength(1);
  });

  it('can be taken back', async () => {
    const [sent] = await push({ kind: 'text', text: '说错了' });
    if (!sent) throw new Error('nothing was sent');
    const to = { channel: pusher.channel, way: 'message', kind: 'user', ids: [userId('lin')] } as const;
    await pusher.recall?.(sent, to, AbortSignal.timeout(5_000));
    expect(shown()[0]?.isRecalled).toBe(true);
  });

  it('waits rather than being dropped by the vendor without a word', async () => {
    const codes: string[] = [];
    for (let n = 0; n < 31; n += 1)
      codes.push(
        await push({ kind: 'text', text: `第 ${n} 条` }, {}, `p${n}`).then(
          () => 'none',
          (error: unknown) => toGatewayError(error).code,
        ),
      );
    expect(codes.slice(29)).toEqual(['none', 'platform_throttled']);
    expect(bed.sim.wecom.record.dropped).toEqual([]);
  });

  it('counts over a restart, together with what was answered', async () => {
    const memos = memosInMemory();
    const now = Date.now();
    const deps = { memos, clock: { ...systemClock, now: () => now } };
    await start({}, deps);
    const { sim, app } = bed;
    for (let n = 0; n < 18; n += 1) await push({ kind: 'text', text: `前 ${n}` }, {}, `a${n}`);
    const again = wecom.create(wecom.configSchema.parse(wecomConfig(sim, app)), wecomDeps(deps));
    const answer = (n: number) => ({
      kind: 'notice' as const,
      to: { channel: pusher.channel, kind: 'direct' as const, chat: id<ChatId>(userId('lin').toUpperCase()) },
      key: id<SendKey>(`b${n}`),
      text: `后 ${n}`,
      lang: 'zh' as const,
    });
    const options = { signal: AbortSignal.timeout(60_000), save: async () => undefined };
    let sent = 18;
    const refused = async (): Promise<unknown> => {
      for (; sent < 60; sent += 1) await again.send(answer(sent), options);
      return undefined;
    };
    const error = await refused().catch(toGatewayError);
    await again.close?.();
    expect(error).toMatchObject({ code: 'platform_throttled' });
    expect(sent).toBe(30);
    expect(sim.wecom.record.dropped).toEqual([]);
  });
});

describe('a question of an app', () => {
  const codeOf = (pushing: Promise<unknown>) =>
    pushing.then(
      () => 'none',
      (error: unknown) => toGatewayError(error).code,
    );
  async function press(key: string, selected: Readonly<Record<string, readonly string[]>> = {}) {
    const [answer] = shown().slice(-1);
    const button = answer?.buttons.find(({ text }) => text === key);
    await bed.sim.wecom.press('lin', answer?.messageId ?? '', { key: button?.key ?? '', selected });
    return bed.pressed();
  }

  it('has its answers on buttons, which bring back which was pressed', async () => {
    await push(asking());
    expect(shown().at(-1)?.body).toMatchObject({ card_type: 'button_interaction', sub_title_text: '金额 3200 元' });
    expect(await press('驳回')).toMatchObject({ value: { act: 'answer', push: 'p1-0', index: 1 } });
  });

  it('has one choice above several buttons', async () => {
    await push(asking({ choices: [choice('优先级')] }));
    expect(shown().at(-1)?.body['button_selection']).toMatchObject({ title: '优先级' });
    expect(await press('同意', { q0: ['o2'] })).toMatchObject({ value: { index: 0 }, form: { q0: ['o2'] } });
  });

  it('is a vote where one or several of many are chosen', async () => {
    await push(asking({ choices: [choice('午餐', 20, true)], answers: SEND }));
    expect(shown().at(-1)?.body).toMatchObject({ card_type: 'vote_interaction', checkbox: { mode: 1 } });
    expect(await press('提交', { q0: ['o1', 'o19'] })).toMatchObject({ form: { q0: ['o1', 'o19'] } });
  });

  it('has up to three choices', async () => {
    await push(asking({ choices: [choice('甲'), choice('乙'), choice('丙', 10)], answers: SEND }));
    expect(shown().at(-1)?.body['card_type']).toBe('multiple_interaction');
    const chosen = { q0: ['o0'], q1: ['o1'], q2: ['o9'] };
    expect(await press('提交', chosen)).toMatchObject({ value: { index: 0 }, form: chosen });
  });

  it('is said before its card where the words are many, and not asked where the vendor has no card for it', async () => {
    await push(asking({ text: '很长的说明。'.repeat(30) }), {}, 'p1');
    expect(shown().map(({ type }) => type)).toEqual(['markdown', 'template_card']);
    expect(await codeOf(push(asking({ choices: [choice('甲'), choice('乙')] })))).toBe('platform_content_refused');
    const severalOfTwo = asking({ choices: [choice('甲', 3, true), choice('乙')], answers: SEND });
    expect(await codeOf(push(severalOfTwo))).toBe('platform_content_refused');
    expect(await codeOf(push(asking({ choices: [choice('甲', 21)], answers: SEND })))).toBe('platform_content_refused');
  });

  it('shows once what was answered, and is one card however often it is sent', async () => {
    await push(asking());
    await push(asking({ text: '金额 **3200** 元（可能重复发送）' }));
    expect(shown()).toHaveLength(1);
    const event = await press('同意');
    const answered = { question: asking(), words: '同意', lang: 'zh', forAll: false } as const;
    const toast = { kind: 'success', text: '已收到：同意', lang: 'zh' } as const;
    for (const _ of [1, 2]) await bed.platform.answerAction?.(event, { toast, answered }, AbortSignal.timeout(5_000));
    expect(shown()[0]?.replacedBy).toBe('✓ 同意');
    expect(bed.sim.wecom.record.calls.get('POST message/update_template_card 0')).toBe(1);
  });

  it('is asked of nobody in WeChat, where no card is shown', async () => {
    await start({ format: 'text' });
    expect(pusher.asks).toBeUndefined();
  });
});
