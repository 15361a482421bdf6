import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toGatewayError } from '../../src/core/errors.ts';
import { type AccountId, type ChatId, id, type SendKey } from '../../src/core/ids.ts';
import { memosInMemory } from '../../src/core/memos.ts';
import type { PlatformDeps } from '../../src/core/platform-definition.ts';
import type { PushAddress, PushContent, Pusher } from '../../src/core/push.ts';
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
