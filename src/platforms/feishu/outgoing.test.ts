import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FeishuVendor, vendorConfig, vendorDeps } from '../../../test/support/feishu-vendor.ts';
import { noBudget, type ReplyWay } from '../../core/budget.ts';
import { GatewayError } from '../../core/errors.ts';
import type { ReplyAddress } from '../../core/event.ts';
import { id } from '../../core/ids.ts';
import type { Frame, OutboundMessage, Sent } from '../../core/reply.ts';
import { FeishuPlatform } from './adapter.ts';

let vendor: FeishuVendor;
let now: number;
let platform: FeishuPlatform;
let saved: Sent[];

beforeAll(async () => {
  vendor = await FeishuVendor.start();
});
afterAll(() => vendor.close());
beforeEach(async () => {
  vendor = await restarted();
  now = 1_700_000_000_000;
  saved = [];
  platform = make();
});
afterEach(() => platform.close());

async function restarted(): Promise<FeishuVendor> {
  await vendor.close();
  return FeishuVendor.start();
}

function make(more: Parameters<typeof vendorDeps>[0] = {}): FeishuPlatform {
  const sleep = (ms: number): Promise<void> => {
    now += ms;
    return Promise.resolve();
  };
  return new FeishuPlatform(vendorConfig(vendor.url), vendorDeps({ clock: { now: () => now, sleep }, ...more }));
}

const TO: ReplyAddress = { channel: id('feishu'), kind: 'direct', chat: id('oc_1'), message: id('om_q') };
const THINKING: Frame = {
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
const ANSWERING: Frame = { ...THINKING, state: 'answering', answer: '年假有' };
const DONE: Frame = { ...THINKING, state: 'done', answer: '年假有 **5** 天。', buttons: ['up', 'down', 'regenerate'] };

function frame(frame: Frame, key = 'k1'): OutboundMessage & { kind: 'frame' } {
  return { kind: 'frame', to: TO, key: id(key), frame };
}

function options(prior?: Sent) {
  const save = (sent: Sent): Promise<void> => {
    saved.push(sent);
    return Promise.resolve();
  };
  return { signal: AbortSignal.timeout(5_000), save, ...(prior && { prior }) };
}

const send = (message: OutboundMessage, prior?: Sent): Promise<Sent> => platform.send(message, options(prior));
const update = (sent: Sent, shown: Frame): Promise<Sent> => platform.update(sent, frame(shown), options());

function content(call: { body: Record<string, unknown> } | undefined): Record<string, unknown> {
  return JSON.parse(String(call?.body['content'])) as Record<string, unknown>;
}

function cardIn(call: { body: Record<string, unknown> } | undefined): string {
  return (call?.body['card'] as { data: string } | undefined)?.data ?? '';
}

function sequences(): number[] {
  return vendor.calls.map(({ body }) => body['sequence']).filter((sequence) => typeof sequence === 'number');
}

describe('an answer that is complete at once', () => {
  it('goes out as one card, in one call, as a reply under its key', async () => {
    const sent = await send(frame(DONE));
    expect(vendor.story).toEqual(['POST messages/om_q/reply']);
    const [call] = vendor.to(/reply/);
    expect(call?.body).toMatchObject({ msg_type: 'interactive', uuid: 'k1' });
    expect(call?.body).not.toHaveProperty('reply_in_thread');
    expect(JSON.stringify(content(call))).toContain('年假有 **5** 天。');
    expect(sent).toEqual({
      message: expect.stringMatching(/^om_/),
      handle: { kind: 'card' },
      minUpdateIntervalMs: 500,
    });
  });

  it('stays in its topic', async () => {
    await send({ ...frame(DONE), to: { ...TO, kind: 'group', thread: id('omt_1') } });
    expect(vendor.to(/reply/)[0]?.body).toMatchObject({ reply_in_thread: true });
  });

  it('goes into the chat when nobody asked, and by the person’s id from a menu', async () => {
    const { message: _, ...chat } = TO;
    await send({ ...frame(DONE), to: chat });
    await send({ ...frame(DONE), to: { ...chat, chat: id('ou_a') } });
    expect(vendor.calls.filter(({ path }) => path.endsWith('/messages')).map(({ query }) => query)).toEqual([
      'receive_id_type=chat_id',
      'receive_id_type=open_id',
    ]);
  });

  it.each([230011, 231003, 230110, 230019])('goes into the chat when the question is gone (%i)', async (code) => {
    vendor.refuse(/reply/, { code });
    await send(frame(DONE));
    expect(vendor.story).toEqual(['POST messages/om_q/reply', 'POST messages']);
  });

  it('shows uploaded images by their key and asks for each once', async () => {
    const answer = '![图](https://x.example/a.png)';
    await send(frame({ ...DONE, answer }));
    await send(frame({ ...DONE, answer }, 'k2'));
    expect(vendor.to(/images/)).toHaveLength(1);
    expect(JSON.stringify(content(vendor.to(/reply/)[1]))).toMatch(/!\[图\]\(img_v3_\d+\)/);
  });

  it('shows an image that cannot be fetched as a link', async () => {
    await platform.close();
    platform = make({ fetchUrl: () => Promise.reject(new GatewayError('url_forbidden', 'no')) });
    await send(frame({ ...DONE, answer: '![图](https://x.example/a.png)' }));
    expect(JSON.stringify(content(vendor.to(/reply/)[0]))).toContain('[图](https://x.example/a.png)');
  });
});

describe('an answer that the vendor does not take as a card', () => {
  it('goes as a rich text', async () => {
    vendor.refuse(/reply/, { code: 230099, message: 'ext=ErrCode: 11310; ErrMsg: x', times: 1 });
    const sent = await send(frame(DONE));
    expect(vendor.to(/reply/).map(({ body }) => body['msg_type'])).toEqual(['interactive', 'post']);
    expect(sent.handle).toEqual({ kind: 'text', type: 'post' });
  });

  it('goes as plain words when that is refused too, under the same key', async () => {
    vendor.refuse(/reply/, { code: 230025, times: 2 });
    const sent = await send(frame({ ...DONE, answer: '你好 <at user_id="all">x</at>' }));
    const calls = vendor.to(/reply/);
    expect(calls.map(({ body }) => body['msg_type'])).toEqual(['interactive', 'post', 'text']);
    expect(new Set(calls.map(({ body }) => body['uuid'])).size).toBe(1);
    expect(content(calls[2])).toEqual({ text: '你好 x' });
    expect(sent.handle).toEqual({ kind: 'text', type: 'text' });
  });

  it('fails by the vendor’s code when nothing is taken', async () => {
    vendor.refuse(/reply/, { code: 230022 });
    await expect(send(frame(DONE))).rejects.toMatchObject({ code: 'platform_content_refused' });
  });

  it('is not tried as words when the chat is gone', async () => {
    vendor.refuse(/messages/, { code: 230002 });
    await expect(send(frame(DONE))).rejects.toMatchObject({ code: 'platform_target_gone' });
    expect(vendor.to(/messages/)).toHaveLength(1);
  });

  it('goes as words when it is too large for a card', async () => {
    await send(frame({ ...DONE, answer: '"'.repeat(18_000) }));
    expect(vendor.to(/reply/).map(({ body }) => body['msg_type'])).toEqual(['text']);
  });
});

describe('an answer that grows', () => {
  it('is made, noted, and only then shown', async () => {
    const sent = await send(frame(THINKING));
    expect(vendor.story).toEqual(['POST cards', 'POST messages/om_q/reply']);
    expect(content(vendor.to(/reply/)[0])).toEqual({ type: 'card', data: { card_id: sent.handle['card'] } });
    expect(saved).toEqual([
      { handle: { kind: 'cardkit', card: sent.handle['card'], at: now, seq: 0 }, minUpdateIntervalMs: 200 },
    ]);
    const card = JSON.parse(String(vendor.to(/cards$/)[0]?.body['data'])) as { config: object };
    expect(card.config).toMatchObject({ streaming_mode: true, update_multi: true });
  });

  it('sends only the text while only the text changes, in rising order', async () => {
    let sent = await send(frame(THINKING));
    vendor.forget();
    sent = await update(sent, ANSWERING);
    sent = await update(sent, { ...ANSWERING, answer: '年假有 **5' });
    await update(sent, { ...ANSWERING, answer: '年假有 **5** 天' });
    expect(vendor.story).toEqual(
      Array.from({ length: 3 }, () => `PUT cards/${sent.handle['card']}/elements/answer/content`),
    );
    expect(vendor.calls.map(({ body }) => body['content'])).toEqual(['年假有', '年假有 **5**', '年假有 **5** 天']);
    expect(sequences()).toEqual([1, 2, 3]);
  });

  it('sends nothing when nothing has changed', async () => {
    const sent = await send(frame(THINKING));
    vendor.forget();
    await update(sent, THINKING);
    expect(vendor.story).toEqual([]);
  });

  it('adds the thinking when there is some, and lets it grow by itself', async () => {
    let sent = await send(frame(THINKING));
    vendor.forget();
    const thought = { id: 'a', kind: 'thinking', text: '先查', state: 'running' } as const;
    sent = await update(sent, { ...THINKING, thoughts: [thought] });
    await update(sent, { ...THINKING, thoughts: [{ ...thought, text: '先查制度' }] });
    expect(vendor.story).toEqual([
      `POST cards/${sent.handle['card']}/batch_update`,
      `PUT cards/${sent.handle['card']}/elements/thought_text/content`,
    ]);
    const [action] = JSON.parse(String(vendor.calls[0]?.body['actions'])) as { action: string; params: object }[];
    expect(action).toMatchObject({
      action: 'add_elements',
      params: { type: 'insert_before', target_element_id: 'answer' },
    });
  });

  it('replaces the whole card when the header changes', async () => {
    const sent = await send(frame({ ...THINKING, state: 'queued', position: 2 }));
    vendor.forget();
    await update(sent, THINKING);
    expect(vendor.story).toEqual([`PUT cards/${sent.handle['card']}`]);
  });

  it('closes with its last frame: streaming off, then the whole card with its buttons', async () => {
    const sent = await send(frame(ANSWERING));
    vendor.forget();
    await update(sent, DONE);
    const card = sent.handle['card'];
    expect(vendor.story).toEqual([`PATCH cards/${card}/settings`, `PUT cards/${card}`]);
    expect(JSON.parse(String(vendor.calls[0]?.body['settings']))).toEqual({
      config: { streaming_mode: false, summary: { content: '年假有 5 天。' } },
    });
    const data = cardIn(vendor.calls[1]);
    expect(data).toContain('"act":"regenerate","turn":"t1"');
    expect(data).not.toContain('streaming_mode');
  });

  it('closes when it goes on in another message, though the agent has not ended', async () => {
    const sent = await send(frame(ANSWERING));
    vendor.forget();
    await update(sent, { ...ANSWERING, continues: true, buttons: [] });
    expect(vendor.story[0]).toMatch(/settings/);
    const data = cardIn(vendor.calls[1]);
    expect(data).toContain('未完，见下一条');
  });

  it('goes slower when many cards grow at once', async () => {
    await platform.close();
    const config = vendorConfig(vendor.url);
    const limits = { ...config.limits, perSecond: 50, perMinute: 6_000, perChatPerSecond: 1000 };
    platform = new FeishuPlatform({ ...config, limits }, vendorDeps());
    let sent = await send(frame(THINKING, 'k-0'));
    for (let i = 1; i < 12; i++) sent = await send(frame(THINKING, `k-${i}`));
    expect(sent.minUpdateIntervalMs).toBe(300);
  });

  it('changes cards seldom when the month’s calls are getting few, and then sends answers whole', async () => {
    await platform.close();
    const spent: string[] = [];
    const budget = { ...noBudget, way: 'few' as ReplyWay, spend: (kind: string) => void spent.push(kind) };
    platform = new FeishuPlatform(vendorConfig(vendor.url), vendorDeps({ budget }));
    const sent = await send(frame(THINKING));
    expect(sent.minUpdateIntervalMs).toBe(5_000);
    expect(spent).toEqual(expect.arrayContaining(['card.create', 'message.reply']));
    expect(spent).not.toContain('auth.token');
    expect(platform.grows()).toBe(true);
    budget.way = 'message';
    expect(platform.grows()).toBe(false);
  });
});

describe('a card in trouble', () => {
  it.each([300309, 200850])('is opened again when its streaming has run out (%i)', async (code) => {
    let sent = await send(frame(THINKING));
    now += 9.5 * 60_000;
    sent = await update(sent, ANSWERING);
    vendor.refuse(/content/, { code, times: 1 });
    vendor.forget();
    await update(sent, { ...ANSWERING, answer: '年假有 **5' });
    expect(vendor.story.map((line) => line.split('/').at(-1))).toEqual(['content', 'settings', 'content']);
    expect(JSON.parse(String(vendor.calls[1]?.body['settings']))).toEqual({ config: { streaming_mode: true } });
  });

  it('is left as it is when another process has ended it', async () => {
    const sent = await send(frame(THINKING));
    vendor.refuse(/content/, { code: 300309 });
    vendor.forget();
    await expect(update(sent, ANSWERING)).rejects.toMatchObject({ code: 'platform_update_closed' });
    expect(vendor.story.map((line) => line.split('/').at(-1))).toEqual(['content']);
  });

  it('is opened again before its ten minutes are over', async () => {
    const sent = await send(frame(THINKING));
    vendor.forget();
    now += 9.5 * 60_000;
    await update(sent, ANSWERING);
    expect(vendor.story.map((line) => line.split('/').at(-1))).toEqual(['settings', 'content']);
  });

  it('jumps ahead when its sequence is behind', async () => {
    const sent = await send(frame(THINKING));
    vendor.refuse(/content/, { code: 300317, times: 1 });
    vendor.forget();
    await update(sent, ANSWERING);
    expect(sequences()).toEqual([1, 1002]);
  });

  it('counts on from its age after a restart', async () => {
    const sent = await send(frame(THINKING));
    await update(sent, ANSWERING);
    await platform.close();
    platform = make();
    now += 3_000;
    vendor.forget();
    await update(sent, { ...ANSWERING, answer: '年假有 5' });
    expect(vendor.story).toEqual([`PUT cards/${sent.handle['card']}`]);
    expect(sequences()).toEqual([31]);
  });

  it('waits a moment while somebody presses it', async () => {
    const sent = await send(frame(ANSWERING));
    vendor.refuse(/PUT \S+cards\/\d+$/, { code: 200810, times: 2 });
    vendor.forget();
    await update(sent, DONE);
    expect(vendor.to(/PUT \S+cards\/\d+$/)).toHaveLength(3);
  });

  it('is replaced as a whole when the vendor does not find what we believe to be there', async () => {
    const sent = await send(frame(THINKING));
    vendor.refuse(/content/, { code: 300313 });
    vendor.forget();
    await update(sent, ANSWERING);
    expect(vendor.story.at(-1)).toBe(`PUT cards/${sent.handle['card']}`);
  });

  it('closes though its streaming had ended by itself', async () => {
    const sent = await send(frame(THINKING));
    vendor.refuse(/settings/, { code: 300309 });
    await update(sent, DONE);
    expect(vendor.story.at(-1)).toBe(`PUT cards/${sent.handle['card']}`);
  });

  it.each([200740, 200750])('that is gone says so, for a new message (%i)', async (code) => {
    const sent = await send(frame(THINKING));
    vendor.refuse(/cards\/\d+/, { code });
    await expect(update(sent, DONE)).rejects.toMatchObject({ code: 'platform_update_closed' });
  });

  it('whose last frame is refused does not spin: it points to the new message', async () => {
    const sent = await send(frame(ANSWERING));
    vendor.refuse(/PUT \S+cards\/\d+$/, { code: 200860, times: 1 });
    vendor.forget();
    await expect(update(sent, DONE)).rejects.toMatchObject({ code: 'platform_update_closed' });
    const data = cardIn(vendor.calls.at(-1));
    expect(data).toContain('见下一条');
    expect(data).not.toContain('年假');
  });

  it('stays throttled for as long as the vendor says', async () => {
    const sent = await send(frame(THINKING));
    vendor.refuse(/content/, { code: 99991400, status: 429, headers: { 'x-ogw-ratelimit-reset': '3' }, times: 1 });
    await expect(update(sent, ANSWERING)).rejects.toMatchObject({ code: 'platform_throttled', retryAfterMs: 3000 });
    await expect(update(sent, ANSWERING)).rejects.toMatchObject({ code: 'platform_throttled' });
    now += 3_000;
    await update(sent, ANSWERING);
    expect(vendor.to(/content/).length).toBe(2);
  });
});

describe('an app that may not stream', () => {
  it('gets cards that are replaced, and is not asked again for a while', async () => {
    vendor.refuse(/cards$/, { code: 99991672, message: 'required: [cardkit:card:write]' });
    const sent = await send(frame(THINKING));
    expect(sent).toMatchObject({ handle: { kind: 'card' }, minUpdateIntervalMs: 500 });
    await send(frame(THINKING, 'k2'));
    expect(vendor.to(/cards$/)).toHaveLength(1);
    vendor.forget();
    await update(sent, DONE);
    expect(vendor.story).toEqual([`PATCH messages/${sent.message}`]);
  });

  it('whose card is refused at the end points to the new message', async () => {
    vendor.refuse(/cards$/, { code: 99991672 });
    const sent = await send(frame(THINKING));
    vendor.refuse(/PATCH/, { code: 230099, times: 1 });
    await expect(update(sent, DONE)).rejects.toMatchObject({ code: 'platform_update_closed' });
    expect(String(vendor.calls.at(-1)?.body['content'])).toContain('见下一条');
  });

  it.each([230031, 230011])('whose card can no longer change says so (%i)', async (code) => {
    vendor.refuse(/cards$/, { code: 99991672 });
    const sent = await send(frame(THINKING));
    vendor.refuse(/PATCH/, { code });
    await expect(update(sent, DONE)).rejects.toMatchObject({
      code: expect.stringMatching(/update_closed|target_gone/) as string,
    });
  });

  it('and gets no cards at all has its words edited once, at the end', async () => {
    vendor.refuse(/cards$/, { code: 99991672 });
    vendor.refuse(/reply/, { code: 230099, times: 1 });
    const sent = await send(frame(THINKING));
    expect(sent.handle['kind']).toBe('text');
    vendor.forget();
    await update(sent, ANSWERING);
    await update(sent, DONE);
    expect(vendor.story).toEqual([`PUT messages/${sent.message}`]);
    expect(vendor.calls[0]?.body).toMatchObject({ msg_type: 'post' });
  });
});

describe('after a crash', () => {
  const prior: Sent = {
    handle: { kind: 'cardkit', card: '7001', at: 1_700_000_000_000 - 60_000, seq: 0 },
    minUpdateIntervalMs: 200,
  };

  it('the same card goes out under the same key, and is finished', async () => {
    const sent = await send(frame(DONE), prior);
    expect(vendor.story).toEqual(['POST messages/om_q/reply', 'PATCH cards/7001/settings', 'PUT cards/7001']);
    expect(content(vendor.to(/reply/)[0])).toEqual({ type: 'card', data: { card_id: '7001' } });
    expect(sequences()).toEqual([601, 602]);
    expect(sent.message).toMatch(/^om_/);
  });

  it('a card that was shown goes on', async () => {
    await send(frame(DONE), { ...prior, message: id('om_9') });
    expect(vendor.story).toEqual(['PATCH cards/7001/settings', 'PUT cards/7001']);
  });

  it('a card that cannot be sent again does not spin, and the answer comes in a new message', async () => {
    vendor.refuse(/reply/, { code: 230099, times: 1 });
    await send(frame(DONE), prior);
    expect(vendor.story).toEqual([
      'POST messages/om_q/reply',
      'PATCH cards/7001/settings',
      'PUT cards/7001',
      'POST messages/om_q/reply',
    ]);
    expect(vendor.to(/reply/).map(({ body }) => body['uuid'])).toEqual(['k1', 'k1-n']);
  });

  it('notes that cannot be read lead to a new message', async () => {
    await send(frame(DONE), { handle: { kind: 'other' }, message: id('om_9'), minUpdateIntervalMs: 0 });
    expect(vendor.story).toEqual(['POST messages/om_q/reply']);
  });
});

describe('sentences of ours', () => {
  const notice = { kind: 'notice', to: TO, key: id('n1'), lang: 'zh' } as const;

  it('go as text when that shows them whole', async () => {
    await send({ ...notice, text: '已停止。' } as OutboundMessage);
    expect(vendor.to(/reply/)[0]?.body).toMatchObject({ msg_type: 'text', content: '{"text":"已停止。"}', uuid: 'n1' });
  });

  it('go as a small card when they have marks or questions to press', async () => {
    await send({ ...notice, text: '- **/help** 帮助', turn: id('t9'), suggested: ['怎么请假？'] } as OutboundMessage);
    const card = JSON.stringify(content(vendor.to(/reply/)[0]));
    expect(card).toContain('"value":{"act":"ask","turn":"t9","index":0}');
  });

  it('go as text when the card is refused', async () => {
    vendor.refuse(/reply/, { code: 230099, times: 1 });
    await send({ ...notice, text: '- **/help** 帮助' } as OutboundMessage);
    expect(vendor.to(/reply/)[1]?.body).toMatchObject({ msg_type: 'text' });
  });
});

describe('a file of the agent', () => {
  const message = (kind: string, name: string): OutboundMessage =>
    ({
      kind: 'file',
      to: TO,
      key: id('f1'),
      lang: 'zh',
      file: { kind, name, url: 'https://x.example/f' },
    }) as OutboundMessage;

  it.each([
    ['image', 'a.png', 'images', 'image', /^\{"image_key":"img_v3_\d+"\}$/],
    ['file', '报告.pdf', 'files', 'file', /^\{"file_key":"file_v3_\d+"\}$/],
    ['audio', 'a.mp3', 'files', 'file', /file_key/],
    ['audio', 'a.opus', 'files', 'audio', /file_key/],
    ['video', 'a.mp4', 'files', 'media', /file_key/],
  ])('%s %s is uploaded and sent', async (kind, name, upload, type, expected) => {
    await send(message(kind, name));
    expect(vendor.to(new RegExp(`${upload}$`))).toHaveLength(1);
    expect(vendor.to(/reply/)[0]?.body).toMatchObject({
      msg_type: type,
      content: expect.stringMatching(expected) as string,
    });
  });

  it('that cannot be fetched or uploaded goes as its name and address', async () => {
    await platform.close();
    platform = make({ fetchUrl: () => Promise.reject(new GatewayError('file_too_large', 'no')) });
    await send(message('file', 'a.pdf'));
    expect(content(vendor.to(/reply/)[0])).toEqual({ text: '📎 a.pdf：https://x.example/f' });
    await platform.close();
    platform = make();
    vendor.refuse(/files$/, { code: 234006 });
    await send(message('file', 'a.pdf'));
    expect(content(vendor.to(/reply/)[1])).toEqual({ text: '📎 a.pdf：https://x.example/f' });
  });
});

describe('the token', () => {
  it('is fetched once for many and used by all', async () => {
    await Promise.all(Array.from({ length: 5 }, (_, i) => send(frame(DONE, `k${i}`))));
    expect(vendor.to(/tenant_access_token/)).toHaveLength(1);
  });

  it.each([
    [99991663, 400],
    [99991663, 200],
    [99991671, 400],
  ])('is fetched anew when the vendor refuses it, and the call repeated once (%i, HTTP %i)', async (code, status) => {
    vendor.refuse(/reply/, { code, status, times: 1 });
    await send(frame(DONE));
    expect(vendor.to(/tenant_access_token/)).toHaveLength(2);
    const [first, second] = vendor.to(/reply/).map(({ token }) => token);
    expect(first).not.toBe(second);
  });

  it('refused twice is a failure', async () => {
    vendor.refuse(/reply/, { code: 99991663 });
    await expect(send(frame(DONE))).rejects.toMatchObject({ code: 'platform_token_invalid' });
    expect(vendor.to(/reply/)).toHaveLength(2);
  });

  it('that nobody gives, for wrong credentials, is told to the operator', async () => {
    vendor.refuse(/tenant_access_token/, { code: 10015, status: 200 });
    await expect(send(frame(DONE))).rejects.toMatchObject({ code: 'platform_misconfigured' });
  });
});

describe('a vendor that does not answer properly', () => {
  it.each([502, 503])('is unavailable (HTTP %i)', async (status) => {
    vendor.refuse(/reply/, { code: 0, status });
    vendor.answer(/reply/, 'x');
    await expect(send(frame(DONE))).rejects.toMatchObject({ code: 'platform_unavailable' });
  });

  it('is unavailable when its answer is not its own', async () => {
    vendor.answer(/reply/, 'a page of a proxy');
    await expect(send(frame(DONE))).rejects.toMatchObject({ code: 'platform_unavailable' });
  });
});
