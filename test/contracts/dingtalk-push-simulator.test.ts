import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toGatewayError } from '../../src/core/errors.ts';
import { id } from '../../src/core/ids.ts';
import type { PushAddress, PushContent, Pusher, PushMessage } from '../../src/core/push.ts';
import type { Sent } from '../../src/core/reply.ts';
import { DingtalkClient } from '../../src/platforms/dingtalk/client.ts';
import { dingtalkConfigSchema } from '../../src/platforms/dingtalk/config.ts';
import { dingtalk } from '../../src/platforms/dingtalk/index.ts';
import type { NoticeWords } from '../../src/platforms/dingtalk/notices/messages.ts';
import { WorkNotices } from '../../src/platforms/dingtalk/notices/notices.ts';
import type { RobotConfig } from '../../src/platforms/dingtalk/robot/config.ts';
import { dingtalkRobot } from '../../src/platforms/dingtalk/robot/index.ts';
import type { RobotWords } from '../../src/platforms/dingtalk/robot/messages.ts';
import { GroupRobot } from '../../src/platforms/dingtalk/robot/robot.ts';
import { type ManualClock, manualClock } from '../../src/simulator/clock.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { vendorDeps } from '../support/dingtalk-vendor.ts';

const GROUP = 'cidSimTeamAbCdEf==';
const MINUTE = 60_000;
const CHANNEL = id<Pusher['channel']>('dingtalk');

let sim: Simulator;
let clock: ManualClock;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  clock = manualClock();
  const groups = [{ name: 'Team', people: ['lin', 'chen'], bots: [0], id: GROUP }];
  sim = await startSimulator({ clock, dify: false, dingtalk: { groups } });
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await sim.close();
});

const inTime = () => AbortSignal.timeout(10_000);
const options = () => ({ priority: 'final', signal: inTime() }) as const;
const answers = () => sim.dingtalk.record.answers();
const codeOf = (sending: Promise<unknown>): Promise<string> =>
  sending.then(
    () => 'none',
    (error: unknown) => toGatewayError(error).code,
  );

function settings(more: object = {}) {
  const { app } = sim.dingtalk;
  const own = { clientId: app.id, clientSecret: app.secret, agentId: String(app.agentId) };
  return dingtalkConfigSchema.parse({ ...own, baseUrl: sim.url, oapiBaseUrl: sim.url, ...more });
}

function workNotices(): WorkNotices {
  const client = new DingtalkClient(settings(), vendorDeps({ clock }));
  closing.push(() => client.close());
  return new WorkNotices(client, String(sim.dingtalk.app.agentId));
}

async function upload(type: string): Promise<string> {
  const { id: key, secret } = sim.dingtalk.app;
  const token = await (await fetch(`${sim.url}/gettoken?appkey=${key}&appsecret=${secret}`)).json();
  const form = new FormData();
  const name = { image: 'a.png', voice: 'a.amr', file: 'a.pdf' }[type] ?? 'a';
  const bytes = { image: Buffer.from('89504e470d0a1a0a', 'hex'), voice: Buffer.from('#!AMR\n01') }[type];
  form.append('media', new Blob([new Uint8Array(bytes ?? Buffer.from('%PDF-1.7'))]), name);
  const { access_token } = token as { access_token: string };
  const path = `${sim.url}/media/upload?access_token=${access_token}&type=${type}`;
  const answer = (await (await fetch(path, { method: 'POST', body: form })).json()) as { media_id: string };
  return answer.media_id;
}

describe('a work notification', () => {
  it('can be everything that the vendor has', async () => {
    const notices = workNotices();
    const url = 'https://example.org/r';
    const all: readonly NoticeWords[] = [
      { kind: 'text', text: 'disk 91 %' },
      { kind: 'image', media: await upload('image') },
      { kind: 'voice', media: await upload('voice'), seconds: 12.5 },
      { kind: 'file', media: await upload('file') },
      { kind: 'link', title: 'Release', text: '1.4', url, picture: 'https://example.org/p.png' },
      { kind: 'markdown', title: 'Disk', text: '**91 %**' },
      { kind: 'oa', oa: { url, head: { text: 'Leave', color: 'FFBBBBBB' }, form: [{ name: 'Days', value: '2' }] } },
      { kind: 'card', title: 'Build', text: 'failed', buttons: [{ text: 'Open', url }] },
      {
        kind: 'card',
        title: 'Build',
        text: 'again',
        buttons: [
          { text: 'Open', url },
          { text: 'Retry', url },
        ],
      },
    ];
    for (const words of all) await notices.send({ users: ['lin.xiao'] }, words, options());
    const types = answers().map(({ type }) => type);
    const expected = ['text', 'image', 'voice', 'file', 'link', 'markdown', 'oa', 'action_card', 'action_card'];
    expect(types).toEqual(expected);
  });

  it('goes to people, departments and everyone, and its progress and result tell whom it reached', async () => {
    const notices = workNotices();
    const task = await notices.send({ users: ['lin.xiao', 'nobody'] }, { kind: 'text', text: 'one' }, options());
    expect(await notices.progress(task, options())).toEqual({ percent: 100, state: 'done' });
    expect(await notices.result(task, options())).toMatchObject({ unread: ['lin.xiao'], unknown: ['nobody'] });
    await notices.send({ departments: ['1'] }, { kind: 'text', text: 'two' }, options());
    await notices.send({ everyone: true }, { kind: 'text', text: 'three' }, options());
    const reached = (words: string) => answers().filter(({ text }) => text === words).length;
    expect(reached('two')).toBeGreaterThan(1);
    expect(reached('three')).toBe(reached('two'));
  });

  it('can be taken back', async () => {
    const notices = workNotices();
    const task = await notices.send({ users: ['lin.xiao'] }, { kind: 'text', text: 'oops' }, options());
    await notices.recall(task, options());
    expect(answers()[0]?.isRecalled).toBe(true);
  });

  it('is refused here, in words, where the vendor would take it and show nobody', async () => {
    const notices = workNotices();
    const to = { users: ['lin.xiao'] };
    const button = { text: 'Open', url: `https://example.org/${'x'.repeat(600)}` };
    const wrong: readonly NoticeWords[] = [
      { kind: 'text', text: 'x'.repeat(2_048) },
      { kind: 'voice', media: '@m', seconds: 61 },
      { kind: 'card', title: 'T', text: 't', buttons: [] },
      { kind: 'card', title: 'T', text: 't', buttons: [button] },
    ];
    for (const words of wrong)
      expect(await codeOf(notices.send(to, words, options()))).toBe('platform_content_refused');
    const crowd = Array.from({ length: 101 }, (_, i) => `u${i}`);
    expect(await codeOf(notices.send({ users: crowd }, { kind: 'text', text: 'x' }, options()))).toBe(
      'limit_too_small',
    );
    expect(sim.dingtalk.quota.calls).toBe(0);
  });

  it('with a wrong agent id, an unknown task, or a month that is used up is an error with a code', async () => {
    const notices = workNotices();
    const to = { users: ['lin.xiao'] };
    const other = new WorkNotices(new DingtalkClient(settings(), vendorDeps({ clock })), '1');
    expect(await codeOf(other.send(to, { kind: 'text', text: 'x' }, options()))).toBe('platform_misconfigured');
    expect(await codeOf(notices.result(1, options()))).toBe('platform_rejected');
    sim.dingtalk.setQuota({ calls: 5_000 });
    expect(await codeOf(notices.send(to, { kind: 'text', text: 'x' }, options()))).toBe('platform_forbidden');
  });
});

const text = (words: string): PushContent => ({ kind: 'text', text: words });
const CARD: PushContent = {
  kind: 'card',
  title: 'Disk full',
  text: '**91 %** of /data',
  buttons: [{ text: 'Open', url: 'https://example.org/d' }],
};

function appPusher(more: object = {}): Pusher {
  const platform = dingtalk.create(settings(more), vendorDeps({ clock }));
  closing.push(async () => platform.close?.());
  if (!platform.pusher) throw new Error('the app does not push');
  return platform.pusher;
}

const articles = (count: number, pictures = count): PushContent => ({
  kind: 'articles',
  text: '',
  articles: Array.from({ length: count }, (_, index) => ({
    title: `Release ${index + 1}`,
    url: `https://example.org/${index + 1}`,
    description: 'What is new',
    ...(index < pictures && { picture: `https://example.org/${index + 1}.png` }),
  })),
});

let sendings = 0;

function messageTo(to: Omit<PushAddress, 'channel'>, content: PushContent): PushMessage {
  sendings += 1;
  return { kind: 'push', to: { channel: CHANNEL, ...to }, key: id(`u-${sendings}`), content, lang: 'en' };
}

const send = (pusher: Pusher, message: PushMessage, prior?: Sent, saved: Sent[] = []): Promise<Sent> => {
  const save = async (sent: Sent): Promise<void> => void saved.push(sent);
  return pusher.send(message, { signal: inTime(), save, ...(prior && { prior }) });
};

describe('what an app pushes', () => {
  it('comes to people and groups as text, Markdown and cards with their buttons', async () => {
    const pusher = appPusher();
    const to = { way: 'message', kind: 'user', ids: ['lin.xiao'] } as const;
    await send(pusher, messageTo(to, text('hello')));
    await send(pusher, messageTo(to, { kind: 'markdown', text: '# Disk\n\n**91 %**' }));
    await send(pusher, messageTo({ way: 'message', kind: 'chat', ids: [GROUP] }, CARD));
    expect(answers().map(({ chatId, text: words }) => [chatId === GROUP, words])).toEqual([
      [false, 'hello'],
      [false, expect.stringContaining('**91 %**')],
      [true, expect.stringContaining('Disk full')],
    ]);
    expect(answers()[2]?.buttons.map(({ text: words }) => words)).toEqual(['Open']);
  });

  it('is a card of its own for each who is asked, which many tries make once, and one who is unknown keeps from nobody', async () => {
    const pusher = appPusher();
    expect(pusher.asks).toBe('buttons');
    const question: PushContent = {
      kind: 'question',
      title: 'Deploy **now**?',
      text: '',
      choices: [],
      answers: [
        { id: 'yes', text: 'Yes' },
        { id: 'no', text: 'No' },
      ],
    };
    const message = messageTo({ way: 'message', kind: 'user', ids: ['lin.xiao', 'nobody', 'chen.yu'] }, question);
    const sent = await send(pusher, message);
    expect(sent.refused).toEqual({ nobody: 'platform_rejected' });
    await send(pusher, message);
    expect(answers().map(({ people }) => people)).toEqual([['lin'], ['chen']]);
    expect(answers()[0]?.buttons.map(({ text: words }) => words)).toEqual(['Yes', 'No']);
    await pusher.recall?.(sent, message.to, inTime());
    expect(answers().flatMap(({ buttons }) => buttons)).toEqual([]);
    await send(pusher, messageTo({ way: 'message', kind: 'chat', ids: [GROUP] }, question));
    expect(answers()[2]?.chatId).toBe(GROUP);
    // Without the right to cards its words still come.
    sim.dingtalk.app.scopes = new Set(['qyapi_robot_sendmsg']);
    await send(pusher, messageTo({ way: 'message', kind: 'user', ids: ['lin.xiao'] }, question));
    expect(answers().at(-1)).toMatchObject({
      type: 'sampleMarkdown',
      text: expect.stringContaining('Deploy') as string,
    });
    expect(() => pusher.partsOf(question, 'notice')).toThrow('work notification');
    expect(appPusher({ mode: 'webhook' }).asks).toBeUndefined();
  });

  it('is a link where it is one article with a picture, as a message and as a notification', async () => {
    const pusher = appPusher();
    for (const way of ['message', 'notice'] as const) {
      const to = { way, kind: 'user', ids: ['lin.xiao'] } as const;
      for (const part of pusher.partsOf(articles(1), way)) await send(pusher, messageTo(to, part));
      for (const part of pusher.partsOf(articles(2), way)) await send(pusher, messageTo(to, part));
    }
    expect(answers().map(({ type }) => type)).toEqual(['sampleLink', 'sampleMarkdown', 'link', 'markdown']);
    expect(answers()[0]?.body).toMatchObject({
      title: 'Release 1',
      text: 'What is new',
      picUrl: 'https://example.org/1.png',
    });
  });

  it('goes to many in one call, and tells whom it does not reach', async () => {
    const pusher = appPusher();
    const ids = ['lin.xiao', 'nobody', 'chen.yu'];
    const sent = await send(pusher, messageTo({ way: 'message', kind: 'user', ids }, text('all hands')));
    expect(sent.refused).toEqual({ nobody: 'platform_target_gone' });
    expect(sim.dingtalk.quota.calls).toBe(1);
    expect(answers().map(({ people }) => people)).toEqual([['lin'], ['chen']]);
  });

  it('tries those who were held back again, and nobody else', async () => {
    const pusher = appPusher();
    const message = messageTo({ way: 'message', kind: 'user', ids: ['lin.xiao', 'chen.yu'] }, text('all hands'));
    sim.dingtalk.holdBack('chen', true);
    const saved: Sent[] = [];
    expect(await codeOf(send(pusher, message, undefined, saved))).toBe('platform_throttled');
    sim.dingtalk.holdBack('chen', false);
    await clock.advance(5_000);
    await send(pusher, message, saved[0]);
    expect(answers().map(({ people }) => people)).toEqual([['lin'], ['chen']]);
  });

  it('is read, and taken back, by what was kept of it', async () => {
    const pusher = appPusher();
    const message = messageTo({ way: 'message', kind: 'user', ids: ['lin.xiao'] }, text('oops'));
    const sent = await send(pusher, message);
    const outcome = await pusher.outcome?.(sent, message.to, inTime());
    expect(outcome?.receivers).toEqual({ 'lin.xiao': 'unread' });
    await pusher.recall?.(sent, message.to, inTime());
    expect(answers()[0]?.isRecalled).toBe(true);
  });

  it('is a notification where that is wanted, and the vendor tells what it kept back', async () => {
    const pusher = appPusher();
    const to = { way: 'notice', kind: 'user', ids: ['lin.xiao', 'nobody'] } as const;
    await send(pusher, messageTo({ ...to, ids: ['lin.xiao'] }, CARD));
    const again = messageTo(to, CARD);
    const sent = await send(pusher, again);
    const outcome = await pusher.outcome?.(sent, again.to, inTime());
    expect(outcome).toEqual({ finished: true, receivers: { 'lin.xiao': 'repeated', nobody: 'unknown' } });
    expect(answers()).toHaveLength(1);
    // Until midnight in China the vendor itself keeps a second sending back.
    const noon = Date.parse('2026-05-31T04:00:00Z');
    expect(pusher.knownUntil(again, noon)).toBe(Date.parse('2026-05-31T16:00:00Z'));
  });

  it('is cut into parts that the vendor takes whole', async () => {
    const pusher = appPusher();
    const long: PushContent = { ...CARD, text: '**磁盘已满**，请尽快处理。\n\n'.repeat(400) };
    for (const way of ['message', 'notice'] as const) {
      const parts = pusher.partsOf(long, way);
      expect(parts.length).toBeGreaterThan(1);
      expect(parts.map(({ kind }) => kind).slice(-2)).toEqual(['markdown', 'card']);
      for (const part of parts.slice(-2)) await send(pusher, messageTo({ way, kind: 'user', ids: ['lin.xiao'] }, part));
    }
    expect(answers()).toHaveLength(4);
  });

  it('cannot be a notification without an agent id', () => {
    const { agentId: _, ...rest } = settings();
    const platform = dingtalk.create(rest, vendorDeps({ clock }));
    closing.push(async () => platform.close?.());
    expect(platform.pusher?.reach.notice).toBeUndefined();
    expect(platform.pusher?.knows?.('$:LWCP_v1:$x')).toBe(false);
  });
});

function groupRobot(url: string, more: Partial<RobotConfig> = {}): GroupRobot {
  const config = dingtalkRobot.configSchema.parse({ webhook: url, ...more });
  const robot = new GroupRobot(config, vendorDeps({ clock }));
  closing.push(() => robot.close());
  return robot;
}

let robotKeys = 0;

function say(robot: GroupRobot, words: RobotWords, key?: string): Promise<void> {
  robotKeys += 1;
  return robot.send(words, { signal: inTime(), key: key ?? `k-${robotKeys}` });
}

describe('the robot of a group', () => {
  it('says everything that a robot can say, and calls people by mobile and by id', async () => {
    const { url, secret } = sim.dingtalk.addGroupRobot({ chat: GROUP });
    const robot = groupRobot(url, { ...(secret !== undefined && { secret }) });
    const page = 'https://example.org/r';
    await say(robot, { kind: 'text', text: 'disk', mentions: { mobiles: ['13800000001'], users: ['chen.yu'] } });
    await say(robot, { kind: 'markdown', title: 'Disk', text: '**91 %**', mentions: { everybody: true } });
    await say(robot, { kind: 'link', title: 'Release', text: '1.4', url: page });
    await say(robot, { kind: 'card', title: 'Build', text: 'failed', buttons: [{ text: 'Open', url: page }] });
    const buttons = [
      { text: 'Open', url: page },
      { text: 'Retry', url: page },
    ];
    await say(robot, { kind: 'card', title: 'Build', text: 'failed', buttons, beside: true });
    await say(robot, { kind: 'feed', links: [{ title: 'Release', url: page, picture: page }] });
    const said = answers();
    const types = said.map(({ type }) => type);
    expect(types).toEqual(['text', 'markdown', 'link', 'actionCard', 'actionCard', 'feedCard']);
    expect(said[0]?.mentions.toSorted()).toEqual(['chen', 'lin']);
    expect(said[1]?.mentions).toEqual(['all']);
  });

  it('shows articles as links: one, several with pictures, and in a text where one has none', async () => {
    const { url, secret } = sim.dingtalk.addGroupRobot({ chat: GROUP });
    const config = dingtalkRobot.configSchema.parse({ webhook: url, ...(secret !== undefined && { secret }) });
    const { pusher, close } = dingtalkRobot.create(config, vendorDeps({ clock }));
    closing.push(close);
    const to = { way: 'message', kind: 'robot', ids: [''] } as const;
    const whole = { ...articles(2), title: 'This week' } as PushContent;
    for (const content of [articles(1, 0), articles(2), articles(2, 1), whole])
      for (const part of pusher.partsOf(content, 'message')) await send(pusher, messageTo(to, part));
    expect(answers().map(({ type }) => type)).toEqual(['link', 'feedCard', 'markdown', 'markdown', 'feedCard']);
    expect(answers()[1]?.text).toBe('Release 1\nRelease 2');
  });

  it('signs by the vendor’s vector, once a minute', async () => {
    const secret = 'SECsimulator0000000000000000000000000000000000000000000000000001';
    const { RobotSigner } = await import('../../src/platforms/dingtalk/robot/sign.ts');
    let now = 1_767_225_600_000;
    const signer = new RobotSigner(secret, { now: () => now, sleep: () => Promise.resolve() });
    const first = '&timestamp=1767225600000&sign=n8ud1mtosM9nrqa7nfIqyk%2FD%2BkU6lZUuhDEeIjNYZ2U%3D';
    expect(signer.query).toBe(first);
    now += MINUTE - 1;
    expect(signer.query).toBe(first);
    now += 1;
    expect(signer.query).not.toBe(first);
  });

  it('puts a keyword in front where none is said', async () => {
    const { url } = sim.dingtalk.addGroupRobot({ chat: GROUP, keywords: ['alarm', 'release'] });
    const robot = groupRobot(url, { keywords: ['alarm', 'release'] });
    await say(robot, { kind: 'text', text: 'disk full' });
    await say(robot, { kind: 'markdown', title: 'release 1.4', text: 'done' });
    await say(robot, { kind: 'feed', links: [{ title: 'news', url: 'https://example.org', picture: 'https://a.b' }] });
    expect(answers().map(({ text: words }) => words)[0]).toBe('alarm disk full');
    expect(answers()).toHaveLength(3);
  });

  it('is shown once under one key', async () => {
    const { url, secret } = sim.dingtalk.addGroupRobot({ chat: GROUP });
    const robot = groupRobot(url, { ...(secret !== undefined && { secret }) });
    await say(robot, { kind: 'text', text: 'once' }, 'same');
    await say(robot, { kind: 'text', text: 'once' }, 'same');
    expect(answers()).toHaveLength(1);
  });

  it('waits for the next minute before it is closed for ten, also after a restart', async () => {
    const { url } = sim.dingtalk.addGroupRobot({ chat: GROUP, ips: ['127.0.0.1', '::1', '::ffff:127.0.0.1'] });
    for (let life = 0; life < 2; life += 1) {
      const robot = groupRobot(url);
      for (let i = 0; i < 10; i += 1) await say(robot, { kind: 'text', text: `alarm ${life} ${i}` });
      expect(await codeOf(say(robot, { kind: 'text', text: 'more' }))).toBe('platform_throttled');
    }
    expect(answers()).toHaveLength(20);
  });

  it('keeps still for ten minutes when it was closed', async () => {
    const { url } = sim.dingtalk.addGroupRobot({ chat: GROUP, ips: ['127.0.0.1', '::1', '::ffff:127.0.0.1'] });
    const robot = groupRobot(url, { perMinute: 1000 });
    for (let i = 0; i < 20; i += 1) await say(robot, { kind: 'text', text: `alarm ${i}` });
    const closed = await say(robot, { kind: 'text', text: 'more' }).catch(toGatewayError);
    expect(closed).toMatchObject({ code: 'platform_throttled', retryAfterMs: 10 * MINUTE });
    await clock.advance(9 * MINUTE);
    expect(await codeOf(say(robot, { kind: 'text', text: 'more' }))).toBe('platform_throttled');
    await clock.advance(MINUTE);
    await say(robot, { kind: 'text', text: 'again' });
    expect(answers().at(-1)?.text).toBe('again');
  });

  it('that is refused says what the operator has to change', async () => {
    const signed = sim.dingtalk.addGroupRobot({ chat: GROUP });
    const wrong = groupRobot(signed.url, { secret: 'SEC-of-another-robot' });
    const refused = await say(wrong, { kind: 'text', text: 'x' }).catch(toGatewayError);
    expect(refused).toMatchObject({
      code: 'platform_misconfigured',
      message: expect.stringContaining('sign not match'),
    });
    expect(await codeOf(say(groupRobot(`${signed.url}0`), { kind: 'text', text: 'x' }))).toBe('platform_target_gone');
    const { url } = sim.dingtalk.addGroupRobot({ chat: GROUP, ips: ['192.0.2.1'] });
    const far = await say(groupRobot(url), { kind: 'text', text: 'x' }).catch(toGatewayError);
    expect(far).toMatchObject({ code: 'platform_misconfigured', message: expect.stringContaining('whitelist') });
    expect(await codeOf(say(groupRobot(url), { kind: 'text', text: 'x'.repeat(20_000) }))).toBe(
      'platform_content_refused',
    );
    const free = sim.dingtalk.addGroupRobot({ chat: GROUP, keywords: ['x'] });
    sim.dingtalk.setQuota({ pushes: 3_000 });
    expect(await codeOf(say(groupRobot(free.url), { kind: 'text', text: 'x' }))).toBe('platform_forbidden');
  });
});
