import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fixture, messageFixture } from '../../../test/fixtures/feishu/load.ts';
import { FeishuVendor, vendorConfig, vendorDeps } from '../../../test/support/feishu-vendor.ts';
import type { Delivery, MessageEvent } from '../../core/event.ts';
import { id } from '../../core/ids.ts';
import type { VendorCall } from '../../core/platform-definition.ts';
import { TokenKeeper } from '../../lib/token-keeper.ts';
import { FeishuPlatform } from './adapter.ts';
import { feishu } from './index.ts';
import { TOKEN_RULES } from './token.ts';

let vendor: FeishuVendor;
let platform: FeishuPlatform;
const calls: VendorCall[] = [];
const signal = AbortSignal.timeout(60_000);

beforeEach(async () => {
  vendor = await FeishuVendor.start();
  platform = make();
  calls.length = 0;
});
afterEach(async () => {
  await platform.close();
  await vendor.close();
});

function make(more: Readonly<Record<string, unknown>> = {}): FeishuPlatform {
  return new FeishuPlatform(vendorConfig(vendor.url, more), vendorDeps({ onCall: (call) => calls.push(call) }));
}

function plain(payload: unknown): Delivery {
  const body = Buffer.from(JSON.stringify(payload));
  return { channel: id('feishu'), via: 'webhook', method: 'POST', headers: {}, query: {}, body };
}

describe('what comes in', () => {
  beforeEach(async () => {
    await platform.close();
    platform = make({ encryptKey: undefined });
  });

  it('is answered with nothing but a yes', () => {
    expect(platform.receive(plain(fixture('message-direct-text')), Date.now())).toMatchObject({
      kind: 'events',
      ack: { status: 200, contentType: 'application/json', body: '{}' },
    });
  });

  it('as a challenge is echoed', () => {
    const receipt = platform.receive(
      plain({ challenge: 'abc', token: 'vt-demo', type: 'url_verification' }),
      Date.now(),
    );
    expect(receipt).toMatchObject({ kind: 'handshake', ack: { status: 200, body: '{"challenge":"abc"}' } });
  });

  it('as a pressed button waits for an answer', () => {
    const receipt = platform.receive(plain(fixture('card-action')), Date.now());
    expect(receipt.kind === 'question' && receipt.answer({}).body).toBe('{}');
  });

  it('that nobody needs is acknowledged and ignored', () => {
    expect(platform.receive(plain(fixture('message-read')), Date.now())).toMatchObject({
      kind: 'ignored',
      event: { why: 'read-receipt' },
      ack: { status: 200 },
    });
  });

  it('from the menu belongs to the direct chat, once that was seen', () => {
    const chosen = (): unknown => {
      const receipt = platform.receive(plain(fixture('menu')), Date.now());
      return receipt.kind === 'events' && receipt.events[0]?.kind === 'menu' && receipt.events[0].to.chat;
    };
    expect(chosen()).toBe('ou_a');
    platform.receive(plain(fixture('message-direct-text')), Date.now());
    expect(chosen()).toBe('oc_direct');
  });

  it('lets the bot learn who it is, and then only its own mention counts', async () => {
    const other = { key: '@_user_1', id: { open_id: 'ou_other' }, name: 'Other', mentioned_type: 'bot' };
    const asked = plain(messageFixture('text', { text: '@_user_1 hi' }, { chat_type: 'group', mentions: [other] }));
    const addressed = (): boolean => {
      const receipt = platform.receive(asked, Date.now());
      return receipt.kind === 'events' && (receipt.events[0] as MessageEvent).addressed;
    };
    expect(addressed()).toBe(true);
    await vi.waitFor(() => expect(addressed()).toBe(false));
    expect(vendor.to(/bot\/v3\/info/)).toHaveLength(1);
  });
});

describe('a file that somebody sent', () => {
  const ref = { message: 'om_1', key: 'file_1', type: 'file' };

  it('is fetched by its message and key', async () => {
    vendor.answer(/resources/, Buffer.from('bytes'));
    const file = await platform.fetchFile(ref, 1000, signal);
    expect(Buffer.from(file.bytes).toString()).toBe('bytes');
    expect(file.mime).toBe('image/png');
    expect(vendor.to(/resources/)[0]).toMatchObject({
      path: '/open-apis/im/v1/messages/om_1/resources/file_1',
      query: 'type=file',
    });
  });

  it('larger than allowed is refused before it is read', async () => {
    vendor.answer(/resources/, Buffer.alloc(2000));
    await expect(platform.fetchFile(ref, 1000, signal)).rejects.toMatchObject({ code: 'file_too_large' });
  });

  it.each([
    [234003, 400, 'file_gone'],
    [234004, 400, 'file_gone'],
    [234043, 400, 'file_gone'],
    [234037, 400, 'file_too_large'],
    [231003, 404, 'file_gone'],
    [234002, 401, 'platform_forbidden'],
  ])('and cannot be had (%i) says why', async (code, status, expected) => {
    vendor.refuse(/resources/, { code, status });
    await expect(platform.fetchFile(ref, 1000, signal)).rejects.toMatchObject({ code: expected });
  });

  it('by a reference that is none of ours is gone', async () => {
    await expect(platform.fetchFile({ url: 'https://x.example' }, 1000, signal)).rejects.toMatchObject({
      code: 'file_gone',
    });
    await expect(platform.fetchFile({ ...ref, type: 'file&x=y' }, 1000, signal)).rejects.toMatchObject({
      code: 'file_gone',
    });
  });
});

describe('an earlier message', () => {
  const item = (type: string, content: unknown, sender: string, more = {}) => ({
    message_id: 'om_x',
    msg_type: type,
    body: { content: JSON.stringify(content) },
    sender: { id: sender, id_type: 'open_id', sender_type: sender.startsWith('cli') ? 'app' : 'user' },
    ...more,
  });
  const stored = (...items: unknown[]): void => vendor.answer(/messages\/om_x/, { code: 0, data: { items } });
  const read = () => platform.readMessage(id('om_x'), signal);

  it('is read with the names of those it mentions', async () => {
    const mentions = [{ key: '@_user_1', id: 'ou_li', id_type: 'open_id', name: '李明' }];
    stored(item('text', { text: '@_user_1 看' }, 'ou_a', { mentions }));
    expect(await read()).toEqual({ text: '@李明 看', fromBot: false });
  });

  it('of our own is known as such', async () => {
    stored(item('post', { zh_cn: { title: '', content: [[{ tag: 'text', text: '答' }]] } }, 'cli_1'));
    expect(await read()).toEqual({ text: '答', fromBot: true });
  });

  it('that was forwarded is read with what it holds, its authors told apart', async () => {
    stored(
      item('merge_forward', { content: 'Merged and Forwarded Message' }, 'ou_a'),
      item('text', { text: '一' }, 'ou_a'),
      item('image', { image_key: 'img_1' }, 'ou_b'),
      item('text', { text: '二' }, 'ou_a', { deleted: true }),
      item('text', { text: '三' }, 'ou_a'),
    );
    expect(await read()).toMatchObject({ text: '[1] 一\n[2] [image.png]\n[1] 三' });
  });

  const card = { schema: '2.0', body: { elements: [{ tag: 'markdown', content: '**三天**' }] } };
  const tooOld = { title: null, elements: [[{ tag: 'text', text: '请升级至最新版本客户端，以查看内容' }]] };

  it('that is a card is read as its bot wrote it', async () => {
    stored(item('interactive', { ...tooOld, user_dsl: JSON.stringify(card) }, 'cli_1'));
    expect(await read()).toEqual({ text: '**三天**', fromBot: true });
    expect(vendor.to(/messages\/om_x/)[0]?.query).toContain('card_msg_content_type=user_card_content');
  });

  it('that forwards cards says what they say, and nothing of one whose words the vendor keeps back', async () => {
    stored(item('merge_forward', {}, 'ou_a'), item('interactive', card, 'cli_2'), item('interactive', tooOld, 'cli_3'));
    expect(await read()).toMatchObject({ text: '[1] **三天**' });
  });

  it('that is such a card says nothing', async () => {
    stored(item('interactive', tooOld, 'cli_2'));
    expect(await read()).toBeUndefined();
  });

  it('of a person is read with the files that can be fetched', async () => {
    const line = [
      { tag: 'text', text: '看' },
      { tag: 'img', image_key: 'img_1' },
    ];
    stored(item('post', { title: '', content: [line] }, 'ou_a'));
    const file = { message: 'om_x', key: 'img_1', type: 'image' };
    expect(await read()).toEqual({
      text: '看\n[image.png]',
      fromBot: false,
      files: [{ kind: 'image', file, name: 'image.png' }],
    });
  });

  it.each([
    ['image', { image_key: 'img_1' }, 'cli_1'],
    ['interactive', { elements: [[{ tag: 'img', image_key: 'img_1' }]] }, 'ou_a'],
  ])('has no files where the platform hands out none: %s, %j of %s', async (type, content, sender) => {
    stored(item(type, content, sender));
    expect((await read())?.files).toBeUndefined();
  });

  it.each([230110, 230050, 231003])('that is gone or hidden is no failure (%i)', async (code) => {
    vendor.refuse(/messages\/om_x/, { code });
    expect(await read()).toBeUndefined();
  });

  it('that was taken back is not read', async () => {
    stored(item('text', { text: 'secret' }, 'ou_a', { deleted: true }));
    expect(await read()).toBeUndefined();
  });
});

describe('the check of the set-up', () => {
  it('finds nothing wrong with a bot that works', async () => {
    expect(await platform.check(signal)).toEqual([]);
  });

  it.each([
    [/tenant_access_token/, { code: 10015, status: 200 }, 'FEISHU_APP_SECRET', 'FEISHU_APP_SECRET 与'],
    [/tenant_access_token/, { code: 10003, status: 200 }, 'FEISHU_APP_ID', 'FEISHU_APP_ID 不存在'],
    [/bot\/v3/, { code: 230006 }, 'Add Features → Bot', '添加应用能力 → 机器人'],
    [/bot\/v3/, { code: 99991401 }, 'IP Allow List', 'IP 白名单'],
    [/bot\/v3/, { code: 99991662 }, 'disabled', '停用'],
    [/bot\/v3/, { code: 0, status: 503 }, 'did not answer', '没有响应'],
    [/bot\/v3/, { code: 4711 }, 'refuses the app', '平台拒绝了'],
  ])('says in both languages what to do about %s %j', async (call, refusal, en, zh) => {
    vendor.refuse(call, refusal);
    const faults = await platform.check(signal);
    expect(faults).toHaveLength(1);
    expect(faults[0]?.en).toContain(en);
    expect(faults[0]?.zh).toContain(zh);
  });

  it('finds a bot that is not active and a connection that is refused', async () => {
    await platform.close();
    platform = make({ mode: 'socket' });
    vendor.answer(/bot\/v3/, { code: 0, bot: { app_name: 'H', open_id: 'ou', activate_status: 0 } });
    vendor.answer(/ws\/endpoint/, { code: 403, data: {} });
    const faults = await platform.check(signal);
    expect(faults).toHaveLength(2);
    expect(faults[0]).toEqual({
      zh: expect.stringContaining('机器人未启用'),
      en: expect.stringContaining('not active'),
    });
    expect(faults[1]?.en).toContain('long connection');
    expect(faults[1]?.zh).toContain('没有开启长连接');
  });
});

describe('every call', () => {
  it('is told with its name, the vendor’s code and its time', async () => {
    await platform.check(signal);
    expect(calls.map(({ api, code }) => [api, code])).toEqual([
      ['auth.token', '0'],
      ['bot.info', '0'],
    ]);
    expect(calls.every(({ ms }) => ms > 0)).toBe(true);
  });

  it('is told also when it fetches a file, and when it may not', async () => {
    const ref = { message: 'om_1', key: 'file_1', type: 'file' };
    vendor.answer(/resources/, Buffer.from('bytes'));
    await platform.fetchFile(ref, 1000, signal);
    vendor.refuse(/resources/, { code: 234003, status: 400 });
    await expect(platform.fetchFile(ref, 1000, signal)).rejects.toMatchObject({ code: 'file_gone' });
    expect(calls.filter(({ api }) => api === 'message.resource').map(({ code }) => code)).toEqual(['0', '234003']);
  });
});

describe('the token', () => {
  function keeper(lifeMs: number) {
    const state = { now: 0, fetched: 0, fails: false };
    const clock = { now: () => state.now, sleep: () => Promise.resolve() };
    const fetch = () => {
      state.fetched += 1;
      return state.fails ? Promise.reject(new Error('no')) : Promise.resolve({ token: `t${state.fetched}`, lifeMs });
    };
    return { state, tokens: new TokenKeeper(fetch, clock, TOKEN_RULES) };
  }

  it('is kept until ten minutes before its end, then renewed aside', async () => {
    const { state, tokens } = keeper(7_200_000);
    expect(await tokens.get()).toBe('t1');
    state.now = 6_500_000;
    expect(await tokens.get()).toBe('t1');
    state.now = 6_700_000;
    expect(await tokens.get()).toBe('t1');
    await Promise.resolve();
    expect(await tokens.get()).toBe('t2');
    expect(state.fetched).toBe(2);
  });

  it('is waited for in its last minute', async () => {
    const { state, tokens } = keeper(7_200_000);
    await tokens.get();
    state.now = 7_150_000;
    expect(await tokens.get()).toBe('t2');
  });

  it('is still used when a new one cannot be had in time', async () => {
    const { state, tokens } = keeper(7_200_000);
    await tokens.get();
    state.fails = true;
    state.now = 6_700_000;
    expect(await tokens.get()).toBe('t1');
    expect(await tokens.get()).toBe('t1');
    expect(state.fetched).toBe(2);
  });

  it('of a short life is used for most of it', async () => {
    const { state, tokens } = keeper(5_000);
    await tokens.get();
    state.now = 3_900;
    expect(await tokens.get()).toBe('t1');
  });

  it('refused by the vendor goes, but not one that came after it', async () => {
    const { tokens } = keeper(7_200_000);
    const first = await tokens.get();
    tokens.drop(first);
    expect(await tokens.get()).toBe('t2');
    tokens.drop(first);
    expect(await tokens.get()).toBe('t2');
  });
});

describe('the settings', () => {
  it('come from the environment by their public names', () => {
    const env = {
      FEISHU_APP_ID: 'cli_1',
      FEISHU_APP_SECRET: 's',
      FEISHU_ENCRYPT_KEY: 'k',
      FEISHU_VERIFICATION_TOKEN: '',
      FEISHU_MODE: 'socket',
      FEISHU_BASE_URL: 'https://open.larksuite.com/',
    };
    expect(feishu.configSchema.parse(feishu.fromEnv(env))).toEqual({
      appId: 'cli_1',
      appSecret: 's',
      encryptKey: 'k',
      mode: 'socket',
      baseUrl: 'https://open.larksuite.com',
      approvalCodes: [],
      reactions: 'rate',
      callsPerMonth: 0,
      limits: {
        perSecond: 50,
        perMinute: 1000,
        perChatPerSecond: 5,
        fewUpdatesFrom: 0.5,
        messagesFrom: 0.8,
        pace: 'month',
      },
    });
  });

  it('are none where no app is named', () => {
    expect(feishu.fromEnv({ FEISHU_MODE: 'socket' })).toBeUndefined();
  });

  it('in webhook mode need something to know the vendor by', () => {
    const result = feishu.configSchema.safeParse({ appId: 'cli_1', appSecret: 's' });
    expect(result.error?.issues[0]?.path).toEqual(['encryptKey']);
    expect(feishu.configSchema.safeParse({ appId: 'cli_1', appSecret: 's', mode: 'socket' }).success).toBe(true);
  });

  it('each say where to find them', () => {
    for (const help of Object.values(feishu.settings)) {
      expect(help.where.zh).not.toBe('');
      expect(help.where.en).not.toBe('');
    }
  });
});
