import { afterEach, describe, expect, it } from 'vitest';
import { toGatewayError } from '../../src/core/errors.ts';
import { id } from '../../src/core/ids.ts';
import { noLog } from '../../src/core/log.ts';
import type { PlatformDeps } from '../../src/core/platform-definition.ts';
import type { PushAddress, PushContent, Pusher, PushMessage } from '../../src/core/push.ts';
import type { Sent } from '../../src/core/reply.ts';
import { askBefore } from '../../src/lib/last-look.ts';
import { feishu } from '../../src/platforms/feishu/index.ts';
import { signatureAt } from '../../src/platforms/feishu/robot/robot.ts';
import { ROBOTS } from '../../src/platforms/robots.ts';
import { wecom } from '../../src/platforms/wecom/app/index.ts';
import { type ManualClock, manualClock } from '../../src/simulator/clock.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';

const CHANNEL = id<Pusher['channel']>('push');
const MINUTE = 60_000;

let sim: Simulator;
let clock: ManualClock;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await sim.close();
});

async function start(options: Parameters<typeof startSimulator>[0]): Promise<void> {
  clock = manualClock();
  sim = await startSimulator({ clock, dify: false, ...options });
}

const deps = (): PlatformDeps => ({
  channel: CHANNEL,
  clock,
  log: noLog,
  random: () => 0.5,
  fetchUrl: () => Promise.reject(new Error('nothing is fetched here')),
});
const text = (words: string): PushContent => ({ kind: 'text', text: words });
const CARD: PushContent = {
  kind: 'card',
  title: 'Disk full',
  text: '**91 %** of /data',
  buttons: [{ text: 'Open', url: 'https://example.org/d' }],
};
const LONG: PushContent = { ...CARD, text: '**磁盘已满**，请尽快处理。\n\n'.repeat(2_000) };
const user = (...ids: string[]) => ({ way: 'message', kind: 'user', ids }) as const;
const ROBOT = { way: 'message', kind: 'robot', ids: [''] } as const;

let sendings = 0;

function send(pusher: Pusher, to: Omit<PushAddress, 'channel'>, content: PushContent, key?: string): Promise<Sent> {
  sendings += 1;
  const name = id<PushMessage['key']>(key ?? `u-${sendings}`);
  const message: PushMessage = { kind: 'push', to: { channel: CHANNEL, ...to }, key: name, content, lang: 'en' };
  return pusher.send(message, { signal: AbortSignal.timeout(10_000), save: async () => undefined });
}

const refusal = (sending: Promise<unknown>) => sending.then(() => undefined, toGatewayError);

describe('an app of Feishu', () => {
  const begin = async (): Promise<{ pusher: Pusher; chat: string }> => {
    await start({ feishu: { apps: [{}] } });
    const { app } = sim.feishu;
    const { chatId } = sim.feishu.addGroup({ name: 'Ops', people: ['lin', 'chen'], bots: [app.id] });
    const config = { appId: app.id, appSecret: app.secret, encryptKey: 'k', baseUrl: sim.url };
    const platform = feishu.create(feishu.configSchema.parse(config), deps());
    closing.push(async () => platform.close?.());
    if (!platform.pusher) throw new Error('the app does not push');
    return { pusher: platform.pusher, chat: chatId };
  };

  it('pushes words and cards to people and groups, once under one key, and takes them back', async () => {
    const { pusher, chat } = await begin();
    const lin = sim.feishu.openId('lin');
    await send(pusher, user(lin), { ...text('hello <at user_id="all"></at>'), mentions: { users: [lin] } }, 'same');
    await send(pusher, user(lin), { ...text('hello <at user_id="all"></at>'), mentions: { users: [lin] } }, 'same');
    const sent = await send(pusher, { way: 'message', kind: 'chat', ids: [chat] }, CARD);
    const [words, card] = sim.feishu.record.answers();
    expect(sim.feishu.record.answers()).toHaveLength(2);
    expect(words).toMatchObject({ type: 'text', chatKind: 'direct' });
    expect(words?.text).toContain('hello');
    expect(words?.text).not.toContain('all');
    expect(card).toMatchObject({ type: 'interactive', chatId: chat });
    expect(card?.buttons.map((button) => button.text)).toEqual(['Open']);
    const to = { channel: CHANNEL, way: 'message', kind: 'chat', ids: [chat] } as const;
    await pusher.recall?.(sent, to, AbortSignal.timeout(5_000));
    expect(sim.feishu.record.calls.get('DELETE /open-apis/im/v1/messages/:id 0')).toBe(1);
    expect(await refusal(send(pusher, user('ou_nobody'), text('x')))).toMatchObject({ code: 'platform_rejected' });
  });

  it('cuts what does not fit into a card', async () => {
    const { pusher } = await begin();
    const parts = pusher.partsOf(LONG, 'message');
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) await send(pusher, user(sim.feishu.openId('lin')), part);
    expect(sim.feishu.record.answers()).toHaveLength(parts.length);
  });
});

describe('the robot of a Feishu group', () => {
  const begin = async (options: { keywords?: string[] } = {}) => {
    await start({ feishu: { apps: [{}] } });
    const { chatId } = sim.feishu.addGroup({ name: 'Ops', people: ['lin', 'chen'], bots: [] });
    const { path, secret } = sim.feishu.addHook({ chat: chatId, ...options });
    const robotAt = (more: object = {}): Pusher => {
      const config = { webhook: sim.url + path, ...(secret !== undefined && { secret }), ...options, ...more };
      const robot = ROBOTS.feishu.create(ROBOTS.feishu.configSchema.parse(config), deps());
      closing.push(() => robot.close());
      return robot.pusher;
    };
    return { robotAt, chatId };
  };

  it('says words and cards, signed by the vendor’s rule', async () => {
    const { robotAt, chatId } = await begin();
    const pusher = robotAt();
    await send(pusher, ROBOT, { ...text('disk 91 %'), mentions: { everybody: true } });
    await send(pusher, ROBOT, CARD);
    expect(sim.feishu.record.answers().map(({ type, chatId: chat }) => [type, chat])).toEqual([
      ['text', chatId],
      ['interactive', chatId],
    ]);
    expect(signatureAt(1_599_360_473_999, 'demo')).toEqual({
      timestamp: '1599360473',
      sign: 'l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=',
    });
    expect(signatureAt(100_000, 'demo').sign).toBe('jquNHnVOwmDRfw+vqTIrY5dooJAgi5EcRtLsQE4wfXg=');
  });

  it('cuts what is longer than 20 KB, and puts a keyword in front where none is said', async () => {
    const { robotAt } = await begin({ keywords: ['alarm'] });
    const pusher = robotAt();
    const parts = pusher.partsOf(LONG, 'message');
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts.slice(0, 3)) await send(pusher, ROBOT, part);
    expect(sim.feishu.record.answers().every((answer) => answer.text.includes('alarm'))).toBe(true);
  });

  it('is held back before the vendor refuses, and slows down when it does', async () => {
    const { robotAt } = await begin();
    const pusher = robotAt({ perMinute: 3 });
    for (let i = 0; i < 3; i += 1) await send(pusher, ROBOT, text(`alarm ${i}`));
    expect(await refusal(send(pusher, ROBOT, text('more')))).toMatchObject({ code: 'platform_throttled' });
    const other = robotAt();
    // Two processes with one robot: each knows only its own messages.
    for (let i = 0; i < 2; i += 1) await send(other, ROBOT, text(`other ${i}`));
    const slowed = await refusal(send(other, ROBOT, text('more')));
    expect(slowed).toMatchObject({ code: 'platform_throttled', retryAfterMs: MINUTE });
    await clock.advance(MINUTE);
    await send(other, ROBOT, text('again'));
    expect(sim.feishu.record.answers()).toHaveLength(6);
  });

  it('says nothing that is perhaps no longer ours to say', async () => {
    const { robotAt } = await begin();
    const { signal } = new AbortController();
    askBefore(signal, () => false);
    const message: PushMessage = {
      kind: 'push',
      to: { channel: CHANNEL, ...ROBOT },
      key: id('u-late'),
      content: text('x'),
      lang: 'en',
    };
    const error = await refusal(robotAt().send(message, { signal, save: async () => undefined }));
    expect(error).toMatchObject({ code: 'platform_unavailable', cause: { kind: 'held-back' } });
    expect(sim.feishu.record.answers()).toEqual([]);
  });

  it('that is refused says what the operator has to change', async () => {
    const { robotAt } = await begin();
    const misconfigured = { code: 'platform_misconfigured' };
    expect(await refusal(send(robotAt({ secret: 'another' }), ROBOT, text('x')))).toMatchObject(misconfigured);
    const nowhere = robotAt({ webhook: `${sim.url}/open-apis/bot/v2/hook/none` });
    expect(await refusal(send(nowhere, ROBOT, text('x')))).toMatchObject(misconfigured);
  });
});

const WECOM_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';

describe('an app of WeCom', () => {
  const begin = async (): Promise<Pusher> => {
    await start({ wecom: { apps: [{}], bots: [], kf: false } });
    const { app } = sim.wecom;
    const { agentId, secret } = app;
    const config = { corpId: sim.wecom.corpId, agentId, secret, token: 'token', encodingAesKey: WECOM_KEY };
    const platform = wecom.create(wecom.configSchema.parse({ ...config, baseUrl: sim.url }), deps());
    closing.push(async () => platform.close?.());
    if (!platform.pusher) throw new Error('the app does not push');
    return platform.pusher;
  };

  it('pushes to members, departments and everyone, and tells whom it does not reach', async () => {
    const pusher = await begin();
    const [lin] = [sim.wecom.userId('lin')];
    const sent = await send(pusher, user(lin, 'Nobody'), text('hello'));
    expect(sent.refused).toEqual({ Nobody: 'platform_target_gone' });
    expect(sim.wecom.record.answers()).toHaveLength(1);
    await send(pusher, { way: 'message', kind: 'department', ids: ['1'] }, CARD);
    const after = sim.wecom.record.answers().length;
    expect(after).toBeGreaterThan(2);
    expect(sim.wecom.record.answers().at(-1)?.type).toBe('textcard');
    await send(pusher, { way: 'message', kind: 'everyone', ids: [''] }, { kind: 'markdown', text: '**all**' });
    expect(sim.wecom.record.answers().length).toBe(2 * after - 1);
    expect(await refusal(send(pusher, user('nobody'), text('x')))).toMatchObject({ code: 'platform_target_gone' });
  });

  it('is shown once under one key, is cut where it is long, and keeps to a member’s limit', async () => {
    const pusher = await begin();
    const lin = sim.wecom.userId('lin');
    await send(pusher, user(lin), text('once'), 'same');
    await send(pusher, user(lin), text('once'), 'same');
    expect(sim.wecom.record.answers()).toHaveLength(1);
    const parts = pusher.partsOf(LONG, 'message');
    expect(parts.length).toBeGreaterThan(1);
    await send(pusher, user(lin), parts.at(-1) ?? CARD);
    let code: string | undefined;
    for (let i = 0; i < 30 && code === undefined; i += 1)
      code = (await refusal(send(pusher, user(lin), text(`${i}`))))?.code;
    expect(code).toBe('platform_throttled');
    expect(sim.wecom.record.answers().some(({ isTruncated }) => isTruncated)).toBe(false);
  });
});

describe('the robot of a WeCom group', () => {
  it('says what is pushed, calls whom it has to, and cuts what is long', async () => {
    await start({
      wecom: { apps: [], bots: [], kf: false, groups: [{ name: 'Ops', people: ['lin'], robots: ['A'] }] },
    });
    const url = `${sim.url}/cgi-bin/webhook/send?key=${sim.wecom.robot.id}`;
    const robot = ROBOTS.wecom.create(ROBOTS.wecom.configSchema.parse({ webhook: url }), deps());
    closing.push(() => robot.close());
    await send(robot.pusher, ROBOT, CARD);
    await send(robot.pusher, ROBOT, { ...CARD, mentions: { everybody: true } });
    const [card, calling] = sim.wecom.record.answers();
    expect(card).toMatchObject({ type: 'markdown', text: expect.stringContaining('[Open](https://example.org/d)') });
    expect(calling?.type).toBe('text');
    const parts = robot.pusher.partsOf(LONG, 'message');
    expect(parts.length).toBeGreaterThan(5);
    for (const part of parts.slice(0, 3)) await send(robot.pusher, ROBOT, part);
    expect(sim.wecom.record.answers()).toHaveLength(5);
    await send(robot.pusher, ROBOT, { ...CARD, text: 'all is well', picture: 'https://example.org/p.png' });
    const articles = [{ title: CARD.title, description: 'all is well', picurl: 'https://example.org/p.png' }];
    expect(sim.wecom.record.answers().at(-1)).toMatchObject({ type: 'news', body: { articles } });
  });

  it('waits its minute when it was started anew after twenty messages, and is heard then', async () => {
    await start({
      wecom: { apps: [], bots: [], kf: false, groups: [{ name: 'Ops', people: ['lin'], robots: ['A'] }] },
    });
    const url = `${sim.url}/cgi-bin/webhook/send?key=${sim.wecom.robot.id}`;
    const make = () => {
      const robot = ROBOTS.wecom.create(ROBOTS.wecom.configSchema.parse({ webhook: url }), deps());
      closing.push(() => robot.close());
      return robot.pusher;
    };
    const [before, after] = [make(), make()];
    for (let n = 0; n < 20; n += 1) await send(before, ROBOT, text(`n ${n}`));
    expect(await refusal(send(before, ROBOT, text('more')))).toMatchObject({ code: 'platform_throttled' });
    // It remembers nothing of the twenty; the vendor does, and says so.
    expect(await refusal(send(after, ROBOT, text('more')))).toMatchObject({
      code: 'platform_throttled',
      retryAfterMs: MINUTE,
    });
    await clock.advance(MINUTE * 1.1);
    await send(after, ROBOT, text('more'));
    expect(sim.wecom.record.answers()).toHaveLength(21);
  });
});
