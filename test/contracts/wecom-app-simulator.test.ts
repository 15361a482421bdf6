import { afterEach, describe, expect, it } from 'vitest';
import { GatewayError, toGatewayError } from '../../src/core/errors.ts';
import { id } from '../../src/core/ids.ts';
import type { InLanguages } from '../../src/core/lang.ts';
import type { ActionAnswer } from '../../src/core/reply.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { wecom } from '../../src/platforms/wecom/app/index.ts';
import type { RecordedWecomAnswer } from '../../src/simulator/index.ts';
import {
  FRAME,
  Sender,
  startWecomApp,
  type WecomAppBed,
  type WecomAppBedOptions,
  wecomConfig,
  wecomDeps,
} from '../support/wecom-app.ts';

let bed: WecomAppBed;
afterEach(() => bed.close());

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const JPEG = Buffer.from('ffd8ffe000104a46494600', 'hex');
const AMR = Buffer.from('#!AMR\n0123456789');
const MP4 = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypmp42isom0000')]);

/** A member has written; what is sent goes into her chat. */
async function asked(options: WecomAppBedOptions = {}, text = '年假有几天？'): Promise<Sender> {
  bed = await startWecomApp(options);
  await bed.sim.wecom.say({ from: 'lin', text }).delivered;
  return new Sender(bed);
}

const shown = (): RecordedWecomAnswer[] => bed.sim.wecom.record.answers();
const texts = (): string[] => shown().map(({ text }) => text);
const failure = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (error: unknown) => toGatewayError(error).code,
  );

describe('what WeCom tells an app', () => {
  it('is its address being checked', async () => {
    bed = await startWecomApp();
    expect(await bed.sim.wecom.checkApp(bed.app.id)).toMatchObject({ ok: true });
  });

  it('is acknowledged with nothing, once, at the first try', async () => {
    await asked();
    const { deliveries, badReplies } = bed.sim.wecom.record;
    expect(deliveries.map(({ ok, attempt }) => [ok, attempt])).toEqual([[true, 1]]);
    expect(badReplies).toEqual([]);
  });

  it('comes again under the same key, with another nonce', async () => {
    await asked();
    const first = bed.message();
    await bed.sim.wecom.redeliver(first.message);
    expect(bed.message().key).toBe(first.key);
    expect(bed.deliveries[0]?.query['nonce']).not.toBe(bed.deliveries[1]?.query['nonce']);
  });

  it('keeps every digit of a message’s id', async () => {
    bed = await startWecomApp();
    const { messageId, delivered } = bed.sim.wecom.say({ from: 'lin', text: 'hi' });
    await delivered;
    expect(bed.message().message).toBe(messageId);
    expect(BigInt(messageId) > BigInt(Number.MAX_SAFE_INTEGER)).toBe(true);
  });

  it.each(['signature', 'timestamp', 'key', 'unsigned', 'token', 'app'] as const)(
    'is refused when it is forged (%s)',
    async (variant) => {
      bed = await startWecomApp();
      await bed.sim.wecom.say({ from: 'lin', text: 'hi' }).delivered;
      const { status } = await bed.sim.wecom.forge({ from: 'lin', variant, text: 'forged' });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(JSON.stringify(bed.events)).not.toContain('forged');
    },
  );

  it('is known for the same when somebody has recorded it and sends it again', async () => {
    bed = await startWecomApp();
    await bed.sim.wecom.say({ from: 'lin', text: 'hi' }).delivered;
    await bed.sim.wecom.forge({ from: 'lin', variant: 'nonce' });
    expect(bed.events).toHaveLength(2);
    expect(bed.events[1]).toEqual(bed.events[0]);
  });

  it('is the chat being opened, a menu entry, a place and a link', async () => {
    bed = await startWecomApp();
    await bed.sim.wecom.enter('lin').delivered;
    await bed.sim.wecom.chooseMenu('lin', 'new');
    await bed.sim.wecom.sendLocation({ from: 'lin', latitude: 23.1, longitude: 113.3, label: '示例路' }).delivered;
    await bed.sim.wecom.sendLink({ from: 'lin', title: 'Policy', url: 'https://example.org/p' }).delivered;
    expect(bed.events.map((event) => event.kind)).toEqual(['entered', 'menu', 'message', 'message']);
    expect(bed.events[2]).toMatchObject({ parts: [{ text: '📍 示例路 (23.1, 113.3)' }] });
  });

  it('is a picture, whose bytes are fetched', async () => {
    bed = await startWecomApp();
    const [sample] = bed.sim.resources.samples.filter(({ mime }) => mime.startsWith('image/'));
    await bed.sim.wecom.sendFile({ from: 'lin', resource: sample?.key ?? '', kind: 'image' }).delivered;
    const [part] = bed.message().parts;
    if (part?.kind !== 'image') throw new Error('no picture');
    const content = await bed.platform.fetchFile(part.file, 1024 * 1024, AbortSignal.timeout(5_000));
    expect(Buffer.from(content.bytes).equals(sample?.content ?? Buffer.alloc(0))).toBe(true);
    await expect(bed.platform.fetchFile(part.file, 3, AbortSignal.timeout(5_000))).rejects.toMatchObject({
      code: 'file_too_large',
    });
  });

  it('is a file that the vendor keeps for three days, and then no longer has', async () => {
    const DAY = 24 * 3_600_000;
    let ahead = 0;
    const clock = { ...systemClock, now: () => Date.now() + ahead };
    bed = await startWecomApp({ simulator: { clock } });
    const [sample] = bed.sim.resources.samples.filter(({ mime }) => mime.startsWith('image/'));
    await bed.sim.wecom.sendFile({ from: 'lin', resource: sample?.key ?? '', kind: 'image' }).delivered;
    const [part] = bed.message().parts;
    if (part?.kind !== 'image') throw new Error('no picture');
    const fetched = () => failure(bed.platform.fetchFile(part.file, 1024 * 1024, AbortSignal.timeout(5_000)));
    ahead = 3 * DAY - 60_000;
    expect(await fetched()).toBe('none');
    ahead = 3 * DAY + 60_000;
    expect(await fetched()).toBe('file_gone');
    for (const file of [{ media: 'gone' }, {}])
      expect(await failure(bed.platform.fetchFile(file, 1024, AbortSignal.timeout(5_000)))).toBe('file_gone');
  });
});

describe('an answer', () => {
  it('with nothing to format goes as text, which is shown everywhere', async () => {
    const sender = await asked();
    const sent = await sender.frame({});
    expect(shown()).toMatchObject([{ type: 'text', text: '五天。', sendId: sent.message }]);
  });

  it('goes as Markdown where it has any', async () => {
    const sender = await asked();
    await sender.frame({ answer: '**五天**\n\n- 一\n- 二' });
    expect(shown()).toMatchObject([{ type: 'markdown', text: '**五天**\n\n• 一\n• 二' }]);
  });

  it('goes as plain words where the app is used in WeChat', async () => {
    const sender = await asked({ config: { format: 'text', buttons: 'false' } });
    await sender.frame({ answer: '**五天**', buttons: ['up'] });
    expect(shown()).toMatchObject([{ type: 'text', text: '五天' }]);
  });

  it('shows sources, what was asked by a button, and what we have to say', async () => {
    const sender = await asked();
    await sender.frame({
      question: '还有 *病假*？',
      answer: '三天。',
      notice: '已停止。',
      state: 'stopped',
      citations: [{ title: 'Policy [2026]', url: 'https://example.org/p' }, { title: 'Talk' }],
    });
    expect(texts()).toEqual([
      '> 还有 *病假*？\n\n三天。\n\n已停止。\n\n**来源**\n\n1. [Policy  2026](https://example.org/p)\n2. Talk',
    ]);
  });

  it('is never cut by the vendor, however long', async () => {
    const sender = await asked();
    const lines = Array.from({ length: 300 }, (_, i) => `第 ${i} 行：**重要** <@all> | 内容内容内容 |`);
    await sender.frame({ answer: lines.join('\n\n') });
    expect(shown().length).toBeGreaterThan(5);
    expect(shown().every(({ isTruncated }) => !isTruncated)).toBe(true);
    const whole = texts().join('\n\n');
    for (const i of [0, 150, 299]) expect(whole).toContain(`第 ${i} 行`);
    expect(sender.notes.length).toBe(shown().length - 1);
  });

  it('goes on behind what an earlier try has sent', async () => {
    const sender = await asked();
    const answer = Array.from({ length: 100 }, (_, i) => `第 ${i} 行：内容内容内容内容`).join('\n\n');
    await sender.frame({ answer });
    const [first, ...rest] = texts();
    bed.sim.wecom.reset();
    await bed.sim.wecom.say({ from: 'lin', text: 'again' }).delivered;
    await sender.frame({ answer }, 't2-0', sender.notes[0]);
    expect(texts()).toEqual(rest);
    expect(first).not.toBe('');
  });

  it('sent twice under its key is one message, and the same words under another key are another', async () => {
    const sender = await asked();
    const once = await sender.frame({}, 't1-0');
    const again = await sender.frame({}, 't1-0');
    await sender.frame({}, 't2-0');
    expect(again.message).toBe(once.message);
    expect(texts()).toEqual(['五天。', '五天。']);
  });

  it('refused as Markdown goes as plain words', async () => {
    const sender = await asked();
    bed.sim.faults.add({ side: 'wecom', kind: 'refuse', code: 85002, count: 1, path: 'message/send' });
    await sender.frame({ answer: '**五天**' });
    expect(shown()).toMatchObject([{ type: 'text', text: '五天' }]);
  });

  it('of nothing but files announces them', async () => {
    const sender = await asked();
    await sender.frame({ answer: '' });
    expect(texts()).toEqual(['请看下面的文件：']);
  });

  it('is as long as we say in one message', async () => {
    const sender = await asked();
    await sender.frame({ answer: '字'.repeat(600), citations: [{ title: 'Policy' }] });
    expect(shown()).toHaveLength(1);
  });
});

describe('the buttons of an answer', () => {
  const labels = (answer: RecordedWecomAnswer | undefined): string[] => (answer?.buttons ?? []).map(({ text }) => text);

  it('follow it on a card, and bring back what they carry', async () => {
    const sender = await asked();
    await sender.frame({ buttons: ['up', 'down', 'regenerate'] });
    const card = shown()[1];
    expect(labels(card)).toEqual(['👍 有用', '👎 没帮助', '🔄 重新生成']);
    await bed.sim.wecom.press('lin', card?.messageId ?? '', { key: card?.buttons[0]?.key ?? '' });
    expect(bed.pressed()).toMatchObject({ value: { act: 'up', turn: 't1' }, to: { chat: bed.message().to.chat } });
  });

  it('are not sent for an answer that goes on in another message', async () => {
    const sender = await asked();
    await sender.frame({ continues: true, buttons: [] });
    expect(shown()).toHaveLength(1);
  });

  it('show a rating, and can be pressed again', async () => {
    const sender = await asked();
    await sender.frame({ buttons: ['up', 'down', 'regenerate'] });
    const press = async (index: number): Promise<void> => {
      const card = shown()[1];
      await bed.sim.wecom.press('lin', card?.messageId ?? '', { key: card?.buttons[index]?.key ?? '' });
    };
    const answer = (rating: 'up' | 'down'): ActionAnswer => ({
      frame: { ...FRAME, rating, buttons: ['up', 'down', 'regenerate'] },
      toast: { kind: 'success', text: '谢谢', lang: 'zh' },
    });
    await press(0);
    await bed.platform.answerAction?.(bed.pressed(), answer('up'), AbortSignal.timeout(5_000));
    expect(labels(shown()[1])[0]).toBe('✅ 有用');
    await press(1);
    await bed.platform.answerAction?.(bed.pressed(), answer('down'), AbortSignal.timeout(5_000));
    expect(labels(shown()[1])).toEqual(['👍 有用', '☑️ 没帮助', '🔄 重新生成']);
  });

  it('give way to a word when there is nothing else to show', async () => {
    const sender = await asked();
    await sender.frame({ buttons: ['regenerate'] });
    await bed.sim.wecom.press('lin', shown()[1]?.messageId ?? '', { key: 'regenerate:t1' });
    const answer: ActionAnswer = { toast: { kind: 'info', text: '正在重新回答…', lang: 'zh' } };
    await bed.platform.answerAction?.(bed.pressed(), answer, AbortSignal.timeout(5_000));
    expect(shown()[1]?.replacedBy).toBe('正在重新回答…');
    // The code is good for one answer: a second one changes nothing and fails nobody.
    await bed.platform.answerAction?.(bed.pressed(), answer, AbortSignal.timeout(5_000));
  });

  it('are questions, on the buttons where they are short and above them where they are long', async () => {
    const sender = await asked();
    await sender.notice('你可以接着问：', 'n1-0', { suggested: ['病假呢？', '怎么申请？'] });
    await sender.notice('你可以接着问：', 'n2-0', { suggested: ['病假呢？', '如果我在外地出差，应该怎么申请年假？'] });
    expect(shown().map(labels)).toEqual([
      ['病假呢？', '怎么申请？'],
      ['问题 1', '问题 2'],
    ]);
    expect(texts()[1]).toContain('2. 如果我在外地出差，应该怎么申请年假？');
  });

  it('stand behind a greeting that is too long for a card', async () => {
    const sender = await asked();
    await sender.notice(`你好！${'我是公司的助手。'.repeat(10)}`, 'n1-0', { suggested: ['病假呢？'] });
    expect(shown().map(({ type }) => type)).toEqual(['text', 'template_card']);
  });

  it('are changed by a code that is too old or was used as if nothing had been: the press has had its effect', async () => {
    const sender = await asked();
    await sender.frame({ answer: '15 天', buttons: ['up', 'down'] });
    const card = shown().at(-1);
    await bed.sim.wecom.press('lin', card?.messageId ?? '', { key: card?.buttons[0]?.key ?? '' });
    const answer: ActionAnswer = { toast: { kind: 'success', text: '谢谢', lang: 'zh' } };
    const change = (code?: string) => {
      const { to, ...event } = bed.pressed();
      const handle = code === undefined ? to.handle : { code };
      return failure(
        bed.platform.answerAction?.(
          { ...event, to: { ...to, ...(handle && { handle }) } },
          answer,
          AbortSignal.timeout(5_000),
        ) ?? Promise.reject(new Error('no way to answer')),
      );
    };
    expect([await change('rc_forged'), await change(), await change()]).toEqual(['none', 'none', 'none']);
    expect(bed.sim.wecom.record.calls.get('POST message/update_template_card 60140')).toBe(2);
    expect(shown().at(-1)?.replacedBy).toBe('谢谢');
  });

  it('are left out, and the answer is not, where the app has no callback address', async () => {
    const sender = await asked();
    bed.app.webhookUrl = undefined;
    await sender.frame({ buttons: ['up'] });
    await sender.notice('你可以接着问：', 'n1-0', { suggested: ['病假呢？'] });
    expect(shown().map(({ type }) => type)).toEqual(['text', 'text']);
  });

  it('are sent once, also when the answer is tried again', async () => {
    const sender = await asked();
    await sender.frame({ buttons: ['up'] });
    await sender.frame({ buttons: ['up'] });
    await sender.frame({ answer: '五天。（可能重复发送）', buttons: ['up'] });
    expect(shown().filter(({ type }) => type === 'template_card')).toHaveLength(1);
  });
});

describe('files', () => {
  const withFile = (bytes: Buffer): WecomAppBedOptions => ({
    deps: { fetchUrl: async () => ({ bytes, mime: 'application/octet-stream' }) },
  });

  it.each([
    ['a picture', PNG, 'image'],
    ['a photograph', JPEG, 'image'],
    ['a voice message', AMR, 'voice'],
    ['a film', MP4, 'video'],
    ['anything else', Buffer.from('%PDF-1.7 report'), 'file'],
  ])('go as what they are: %s', async (_, bytes, type) => {
    const sender = await asked(withFile(bytes));
    await sender.file('报告 final.bin', 'file');
    expect(shown()).toMatchObject([{ type }]);
  });

  it('are not sent again when the answer to the sending was lost', async () => {
    const sender = await asked(withFile(PNG));
    await sender.file('a.png', 'image');
    await sender.file('a.png', 'image', 't1-f0', sender.notes[0]);
    expect(shown()).toHaveLength(1);
  });

  it('that cannot be had, or are too short for the vendor, go as links', async () => {
    const sender = await asked();
    await sender.file('a.pdf', 'file');
    expect(shown()).toMatchObject([{ type: 'text', text: '📎 a.pdf：http://files.example/a.pdf' }]);
    await bed.close();
    const short = await asked(withFile(Buffer.from('abc')));
    await short.file('a.txt', 'file');
    expect(shown()).toMatchObject([{ type: 'text' }]);
  });
});

describe('a new customer of a member', () => {
  it('is greeted once, by the code that came along', async () => {
    bed = await startWecomApp();
    const customer = [...bed.sim.people.all.values()].find(({ role }) => role === 'customer');
    await bed.sim.wecom.addContact(customer?.id ?? '', 'lin');
    const [entered] = bed.events;
    if (entered?.kind !== 'entered') throw new Error('nobody came');
    const send = () =>
      bed.platform.send(
        { kind: 'notice', to: entered.to, key: id('n1-0'), lang: 'zh', text: '**你好**，欢迎！' },
        { signal: AbortSignal.timeout(5_000), save: async () => undefined },
      );
    await send();
    expect(texts().join()).toContain('你好，欢迎！');
    // The code is used up: nobody is told, and nothing is tried again.
    expect(await failure(send())).toBe('none');
    expect(shown()).toHaveLength(1);
  });
});

describe('limits and faults', () => {
  it('are kept before the vendor drops a message in silence', async () => {
    const sender = await asked();
    const codes: string[] = [];
    for (let i = 0; i < 32; i += 1) codes.push(await failure(sender.notice(`消息 ${i}`, `n${i}-0`)));
    expect(bed.sim.wecom.record.dropped).toEqual([]);
    expect(texts()).toHaveLength(30);
    expect(codes.slice(30)).toEqual(['platform_throttled', 'platform_throttled']);
  });

  it('leave buttons out before they leave answers out', async () => {
    const sender = await asked();
    for (let i = 0; i < 20; i += 1) await sender.frame({ buttons: ['up'] }, `t${i}-0`);
    expect(shown().filter(({ type }) => type === 'text')).toHaveLength(20);
    expect(shown().length).toBeLessThanOrEqual(30);
  });

  it('of a token that ended early are settled unseen', async () => {
    const sender = await asked();
    await sender.notice('一');
    for (const code of [42001, 40014] as const) {
      bed.sim.wecom.expireTokens(undefined, code);
      await sender.notice(`二 ${code}`, `n${code}-0`);
    }
    expect(texts()).toHaveLength(3);
  });

  it('tell the queue to come back, or not to', async () => {
    const sender = await asked();
    const refuse = async (code: number): Promise<string> => {
      bed.sim.faults.add({ side: 'wecom', kind: 'refuse', code, count: 1, path: 'message/send' });
      return failure(sender.notice(`消息 ${code}`, `n${code}-0`));
    };
    expect(await refuse(-1)).toBe('platform_unavailable');
    expect(await refuse(60020)).toBe('platform_misconfigured');
    expect(await refuse(81013)).toBe('platform_target_gone');
    expect(await refuse(45009)).toBe('platform_throttled');
  });

  it('of a member whom the app does not see end in a word to nobody', async () => {
    bed = await startWecomApp();
    const to = { channel: id('wecom'), kind: 'direct', chat: id('nobody.here') } as const;
    const sending = bed.platform.send(
      {
        kind: 'notice',
        to: { ...to, channel: bed.platform.channel, chat: id(to.chat) },
        key: id('n1-0'),
        lang: 'zh',
        text: '你好',
      },
      { signal: AbortSignal.timeout(5_000), save: async () => undefined },
    );
    expect(await failure(sending)).toBe('platform_target_gone');
  });
});

const neverCalled = () => Promise.reject(new Error('an app brings nothing by itself'));

describe('the menu of an app', () => {
  it('is set again when the vendor did not answer, and not when it refuses', async () => {
    bed = await startWecomApp({ config: { menu: 'commands' } });
    const tried = (code: number) => bed.sim.wecom.record.calls.get(`POST menu/create ${code}`) ?? 0;
    bed.sim.faults.add({ side: 'wecom', kind: 'refuse', code: 48002, count: 1, path: 'menu/create' });
    await bed.platform.listen?.(neverCalled, AbortSignal.timeout(5_000));
    expect([tried(48002), tried(0)]).toEqual([1, 0]);
    await bed.platform.close?.();
    const clock = { ...systemClock, sleep: () => Promise.resolve() };
    const other = wecom.create(
      wecom.configSchema.parse({ ...wecomConfig(bed.sim, bed.app), menu: 'commands' }),
      wecomDeps({ clock }),
    );
    bed.sim.faults.add({ side: 'wecom', kind: 'server-error', count: 2, path: 'menu/create' });
    await other.listen?.(neverCalled, AbortSignal.timeout(5_000));
    expect(tried(0)).toBe(1);
    await other.close?.();
  });
});

describe('the online check', () => {
  const check = async (change: Record<string, unknown> = {}): Promise<readonly InLanguages[]> => {
    const config = wecom.configSchema.parse({ ...wecomConfig(bed.sim, bed.app), ...change });
    const platform = wecom.create(config, wecomDeps());
    try {
      return (await platform.check?.(AbortSignal.timeout(5_000))) ?? [];
    } finally {
      await platform.close?.();
    }
  };

  it('has nothing to say of an app that is set up', async () => {
    bed = await startWecomApp();
    expect(await check()).toEqual([]);
  });

  it('says which commands the menu has not, where the gateway is to set them', async () => {
    bed = await startWecomApp({ config: { menu: 'commands' } });
    expect(await check({ menu: 'commands' })).toEqual([
      {
        zh: expect.stringMatching(/缺少 new、stop、sessions、.*、lang、help：.*自定义菜单/),
        en: expect.stringMatching(/no entry for new, stop, sessions, .*, lang, help: .*自定义菜单/),
      },
    ]);
    await bed.platform.listen?.(neverCalled, AbortSignal.timeout(5_000));
    expect(await check({ menu: 'commands' })).toEqual([]);
    const [talk, account, help] = bed.app.menu;
    expect([talk?.items?.length, account?.items?.length, help?.key]).toEqual([5, 5, 'help']);
  });

  it('leaves a menu alone that is the company’s own', async () => {
    bed = await startWecomApp();
    expect(bed.platform.listen).toBeUndefined();
    expect(await check()).toEqual([]);
  });

  it('names our address where it is not trusted, and where to click', async () => {
    bed = await startWecomApp({ wecom: { apps: [{ trustedIps: ['198.51.100.7'] }] } });
    const [fault] = await check();
    expect(fault?.en).toMatch(/address 203\.0\.113\.9 is not trusted: .*企业可信IP/);
    expect(fault?.zh).toMatch(/IP 203\.0\.113\.9 不可信：.*企业可信IP/);
  });

  it.each([
    [{ secret: 'wrong' }, /WECOM_SECRET does not belong to WECOM_CORP_ID/, /WECOM_SECRET 与 WECOM_CORP_ID 不匹配/],
    [{ corpId: 'wwffffffffffffffff' }, /WECOM_CORP_ID is not known/, /WECOM_CORP_ID 不存在/],
    [{ agentId: 1_000_099 }, /WECOM_AGENT_ID 1000099 is not the app of WECOM_SECRET/, /不属于同一个应用/],
    [{ baseUrl: 'http://127.0.0.1:1' }, /did not answer: check WECOM_BASE_URL/, /没有响应：请检查 WECOM_BASE_URL/],
  ])('says in both languages what is wrong with %j', async (change, en, zh) => {
    bed = await startWecomApp();
    const faults = await check(change);
    expect(faults).toEqual([{ zh: expect.stringMatching(zh), en: expect.stringMatching(en) }]);
  });

  it('never tells a secret', async () => {
    bed = await startWecomApp();
    const config = wecom.configSchema.parse({ ...wecomConfig(bed.sim, bed.app), secret: 'very-secret-0815' });
    const platform = wecom.create(config, wecomDeps());
    const error = await platform
      .fetchFile({ media: 'x' }, 10, AbortSignal.timeout(5_000))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(GatewayError);
    expect(String((error as Error).message)).not.toContain('very-secret');
    await platform.close?.();
  });
});
