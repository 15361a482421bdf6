import { afterEach, describe, expect, it } from 'vitest';
import type { AnswerFile, FileContent } from '../../src/core/agent.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { id } from '../../src/core/ids.ts';
import { noLog } from '../../src/core/log.ts';
import type { PlatformDeps } from '../../src/core/platform-definition.ts';
import { factsInText, type PushAddress, type PushContent, type Pusher } from '../../src/core/push.ts';
import type { Sent } from '../../src/core/reply.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { dingtalk } from '../../src/platforms/dingtalk/index.ts';
import { feishu } from '../../src/platforms/feishu/index.ts';
import { ROBOTS } from '../../src/platforms/robots.ts';
import { wecom } from '../../src/platforms/wecom/app/index.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { wecomConfig } from '../support/wecom-app.ts';
import { startWecomBot, type WecomBotBed } from '../support/wecom-bot.ts';

const CHANNEL = id<Pusher['channel']>('push');
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const PICTURE = { bytes: Buffer.from('89504e470d0a1a0a0000000d', 'hex'), mime: 'image/png' };
const REPORT = { bytes: Buffer.from('%PDF-1.7 report'), mime: 'application/pdf' };
const CONTENTS: Readonly<Record<string, FileContent>> = {
  'https://example.org/disk.png': PICTURE,
  'https://example.org/week.pdf': REPORT,
};

const picture: AnswerFile = { kind: 'image', name: 'disk.png', url: 'https://example.org/disk.png' };
const report: AnswerFile = { kind: 'file', name: 'week.pdf', url: 'https://example.org/week.pdf' };
const gone: AnswerFile = { kind: 'file', name: 'gone.pdf', url: 'https://example.org/gone.pdf' };

const deps = (): PlatformDeps => ({
  channel: CHANNEL,
  clock: systemClock,
  log: noLog,
  random: () => 0.5,
  async fetchUrl(url) {
    const found = CONTENTS[url];
    if (!found) throw new GatewayError('file_gone', 'nothing is there');
    return found;
  },
});

const inTime = () => AbortSignal.timeout(10_000);

async function simulate(options: Parameters<typeof startSimulator>[0]): Promise<Simulator> {
  const sim = await startSimulator({ dify: false, ...options });
  closing.push(() => sim.close());
  return sim;
}

/** Sends all parts; each has a key of its own. */
async function push(
  pusher: Pusher,
  to: Omit<PushAddress, 'channel'>,
  content: PushContent,
  more: { readonly prior?: Sent; readonly saved?: Sent[] } = {},
): Promise<void> {
  const save = async (sent: Sent): Promise<void> => void more.saved?.push(sent);
  for (const [index, part] of pusher.partsOf(content, to.way).entries()) {
    const key = id<Parameters<Pusher['send']>[0]['key']>(`${JSON.stringify(content).length}-${index}`);
    const message = { kind: 'push', to: { channel: CHANNEL, ...to }, key, content: part, lang: 'en' } as const;
    await pusher.send(message, { signal: inTime(), save, ...(more.prior && { prior: more.prior }) });
  }
}

const user = (...ids: string[]) => ({ way: 'message', kind: 'user', ids }) as const;
const file = (one: AnswerFile, text = ''): PushContent => ({ kind: 'file', text, file: one });

interface Bed {
  readonly pusher: Pusher;
  readonly to: Omit<PushAddress, 'channel'>;
  readonly shown: () => readonly { readonly type: string; readonly text: string; readonly body?: unknown }[];
}

async function feishuApp(): Promise<Bed> {
  const sim = await simulate({ feishu: { apps: [{}] } });
  const { app } = sim.feishu;
  const config = { appId: app.id, appSecret: app.secret, encryptKey: 'k', baseUrl: sim.url };
  const platform = feishu.create(feishu.configSchema.parse(config), deps());
  closing.push(async () => platform.close?.());
  return bedOf(platform, user(sim.feishu.openId('lin')), () => sim.feishu.record.answers());
}

async function wecomApp(): Promise<Bed> {
  const sim = await simulate({ wecom: { apps: [{}], bots: [], kf: false } });
  const platform = wecom.create(wecom.configSchema.parse(wecomConfig(sim, sim.wecom.app)), deps());
  closing.push(async () => platform.close?.());
  return bedOf(platform, user(sim.wecom.userId('lin')), () => sim.wecom.record.answers());
}

async function wecomBotOfTeam(): Promise<Bed> {
  const bed: WecomBotBed = await startWecomBot({ deps: { fetchUrl: deps().fetchUrl } });
  closing.push(() => bed.close());
  // It may write to those only who have written to it.
  bed.sim.wecom.say({ from: 'lin', to: bed.bot.id, text: 'hello' });
  await expect.poll(() => bed.deliveries.length).toBeGreaterThan(0);
  return bedOf(bed.platform, user(bed.sim.wecom.userId('lin')), () => bed.sim.wecom.record.answers());
}

async function wecomGroupRobot(): Promise<Bed> {
  const group = { name: 'Ops', people: ['lin'], robots: ['Alarm'] };
  const sim = await simulate({ wecom: { apps: [], bots: [], kf: false, groups: [group] } });
  const webhook = `${sim.url}/cgi-bin/webhook/send?key=${sim.wecom.robot.id}`;
  const robot = ROBOTS.wecom.create(ROBOTS.wecom.configSchema.parse({ webhook }), deps());
  closing.push(() => robot.close());
  return bedOf(robot, { way: 'message', kind: 'robot', ids: [''] }, () => sim.wecom.record.answers());
}

async function dingtalkApp(way: 'message' | 'notice'): Promise<Bed> {
  const sim = await simulate({ dingtalk: {} });
  const { id: clientId, secret: clientSecret, agentId } = sim.dingtalk.app;
  const config = { clientId, clientSecret, agentId: String(agentId), baseUrl: sim.url, oapiBaseUrl: sim.url };
  const platform = dingtalk.create(dingtalk.configSchema.parse(config), deps());
  closing.push(async () => platform.close?.());
  return bedOf(platform, { ...user('lin.xiao'), way }, () => sim.dingtalk.record.answers());
}

function bedOf({ pusher }: { readonly pusher?: Pusher }, to: Bed['to'], shown: Bed['shown']): Bed {
  if (!pusher) throw new Error('it does not push');
  return { pusher, to, shown };
}

/** How each shows a picture, and a document behind words. */
const CASES: readonly (readonly [string, () => Promise<Bed>, readonly string[]])[] = [
  ['an app of Feishu', feishuApp, ['image', 'interactive', 'file']],
  ['an app of WeCom', wecomApp, ['image', 'markdown', 'file']],
  ['an AI bot of WeCom', wecomBotOfTeam, ['image', 'markdown', 'file']],
  ['the robot of a WeCom group', wecomGroupRobot, ['image', 'markdown', 'file']],
  ['a robot of DingTalk', () => dingtalkApp('message'), ['sampleImageMsg', 'sampleMarkdown', 'sampleFile']],
  ['a work notification of DingTalk', () => dingtalkApp('notice'), ['image', 'markdown', 'file']],
];

describe.each(CASES)('a file that is pushed by %s', (_, begin, types) => {
  it('is shown as what it is, behind the words that belong to it', async () => {
    const { pusher, to, shown } = await begin();
    expect(pusher.sendsFiles).toBe(true);
    await push(pusher, to, file(picture));
    await push(pusher, to, file(report, 'The **week**'));
    expect(shown().map(({ type }) => type)).toEqual(types);
    expect(shown()[1]?.text).toContain('week');
  });

  it('is a link where it cannot be had', async () => {
    const { pusher, to, shown } = await begin();
    await push(pusher, to, file(gone));
    expect(shown()).toHaveLength(1);
    expect(shown()[0]?.text).toContain('https://example.org/gone.pdf');
  });
});

describe('facts that lead somewhere', () => {
  const facts = (count: number, text = ''): PushContent => ({
    kind: 'facts',
    title: 'Purchase 8812',
    text,
    facts: Array.from({ length: count }, (_, index) => ({ name: `Line ${index + 1}`, value: `${index + 1}00` })),
    link: { text: 'Open', url: 'https://example.org/po/8812' },
  });

  it('are a page of the company’s in a work notification of DingTalk, as far as it holds them', async () => {
    const { pusher, to, shown } = await dingtalkApp('notice');
    await push(pusher, to, facts(6, 'Waits for **you**'));
    await push(pusher, to, facts(7));
    await push(pusher, to, facts(2, 'A long story. '.repeat(30)));
    expect(shown().map(({ type }) => type)).toEqual(['oa', 'action_card', 'action_card']);
    const form = Array.from({ length: 6 }, (_, index) => ({ key: `Line ${index + 1}`, value: `${index + 1}00` }));
    const body = { title: 'Purchase 8812', content: 'Waits for you', form };
    expect(shown()[0]?.body).toMatchObject({ oa: { message_url: 'https://example.org/po/8812', body } });
    expect(shown()[1]?.text).toContain('Line 7');
  });

  it('are a card with a button elsewhere', async () => {
    const { pusher, to, shown } = await dingtalkApp('message');
    await push(pusher, to, facts(2));
    expect(shown().map(({ type }) => type)).toEqual(['sampleActionCard']);
    expect(factsInText(facts(1))).toMatchObject({ kind: 'card', buttons: [{ text: 'Open' }] });
  });
});

it('a file that DingTalk has been given already is not given to it again by a later try', async () => {
  const { pusher, to, shown } = await dingtalkApp('notice');
  const saved: Sent[] = [];
  await push(pusher, to, file(report), { saved });
  await push(pusher, to, file(report), { saved, prior: saved[0]! });
  expect(saved).toHaveLength(1);
  // The same words, and files, are shown to a person once a day.
  expect(shown()).toHaveLength(1);
});
