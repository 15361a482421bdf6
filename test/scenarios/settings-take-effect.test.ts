import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DingtalkRules, SimulatorOptions } from '../../src/simulator/index.ts';
import { movedClock } from '../support/moved-clock.ts';
import { ThreeVendors } from '../support/three-vendors.ts';
import { startTraceCollector } from '../support/trace-collector.ts';

/** What a setting does at the far side: each test fails with the setting's default. */
type Env = Readonly<Record<string, string>>;

const HOUR_MS = 3_600_000;
const TOKEN = 'an-admin-token-of-an-operator';
const AES_KEY = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';

/** An answer that takes a second. */
const SLOWLY: SimulatorOptions = { dify: { speed: 1, pace: { firstMs: 500, chunks: 10, chunkMs: 50 } } };

let three: ThreeVendors;
afterEach(async () => {
  vi.useRealTimers();
  await three.close();
});

async function start(env: Env, far: SimulatorOptions = {}): Promise<ThreeVendors> {
  three = await ThreeVendors.start(env, '', far);
  return three;
}

const asked = () => three.sim.dify?.record.asked() ?? [];
const callsTo = (platform: 'feishu' | 'dingtalk', path: string): number =>
  [...three.sim[platform].record.calls].reduce((sum, [api, count]) => (api.includes(path) ? sum + count : sum), 0);

describe('DingTalk', { timeout: 60_000 }, () => {
  const inGroup = async (env: Env, rules: Partial<DingtalkRules> = {}): Promise<(from: string) => Promise<void>> => {
    const { dingtalk } = (await start(env, { dingtalk: { rules } })).sim;
    const chat = dingtalk.addGroup({ name: 'Team', people: ['lin', 'chen'], bots: [dingtalk.app.id] });
    const mention = rules.groupMessages === 'all' ? '' : `@{${dingtalk.app.id}} `;
    return async (from) => {
      await dingtalk.say({ from, chat, text: `${mention}hello #instant` }).delivered;
      await three.quiet();
    };
  };

  it('knows its robot by DINGTALK_ROBOT_CODE', async () => {
    const robotCode = 'dingrobotofitsown';
    await start({ DINGTALK_ROBOT_CODE: robotCode }, { dingtalk: { apps: [{ robotCode }] } });
    expect(await three.ask('dingtalk', 'hello #echo')).toContain('echo: hello');
  });

  it('streams into DINGTALK_CARD_CONTENT_KEY, and is called back for DINGTALK_CARD_ROUTE_KEY', async () => {
    const template = { id: 'own.schema', streamKeys: ['words_of_ours'] };
    const { dingtalk } = (
      await start(
        {
          DINGTALK_MODE: 'webhook',
          DINGTALK_CARD_TEMPLATE_ID: 'own',
          DINGTALK_CARD_CONTENT_KEY: 'words_of_ours',
          DINGTALK_CARD_ROUTE_KEY: 'posthouse-cards',
          DINGTALK_CARD_SECRET: 'card-secret',
          WORK_FIRST_FRAME_MS: '0',
        },
        { dingtalk: { apps: [{ mode: 'webhook' }], templates: [template] } },
      )
    ).sim;
    dingtalk.app.cardRoutes.set('posthouse-cards', { url: `${three.url}/webhook/dingtalk`, apiSecret: 'card-secret' });
    const { messageId } = dingtalk.say({ from: 'lin', text: 'hello' });
    const answer = await dingtalk.record.answered(messageId, { timeoutMs: 20_000 });
    expect(answer.params['words_of_ours']).toContain('hello');
    expect(answer.streamed).toBeGreaterThan(0);
    const good = answer.buttons.find(({ text }) => text.includes('👍'));
    expect(await dingtalk.press('lin', answer.messageId, { actionId: good?.id ?? '' })).toMatchObject({ ok: true });
  });

  it('reads events by DINGTALK_EVENT_TOKEN and DINGTALK_EVENT_AES_KEY', async () => {
    const events = { url: '', token: 't0k3n', aesKey: AES_KEY };
    const keys = { DINGTALK_EVENT_TOKEN: events.token, DINGTALK_EVENT_AES_KEY: AES_KEY };
    await start({ ...keys, PEOPLE_DIRECTORY: 'true' }, { dingtalk: { apps: [{ events }] } });
    expect(await three.reaches('dingtalk', 'wang')).toBe(true);
    await three.office('dingtalk', { person: 'wang', type: 'staff', act: 'leave' });
    await three.quiet();
    expect(await three.reaches('dingtalk', 'wang')).toBe(false);
  });

  it('has one dialogue for a whole group by DINGTALK_GROUP_SCOPE', async () => {
    const say = await inGroup({ DINGTALK_GROUP_SCOPE: 'group' });
    await say('lin');
    await say('chen');
    expect(asked()).toHaveLength(2);
    expect(new Set(asked().map(({ conversation }) => conversation)).size).toBe(1);
  });

  it('answers what does not mention it by DINGTALK_GROUP_ANSWER, where it is told of that', async () => {
    const say = await inGroup({ DINGTALK_GROUP_ANSWER: 'always' }, { groupMessages: 'all' });
    await say('lin');
    expect(asked()).toHaveLength(1);
  });
});

describe('Feishu', { timeout: 60_000 }, () => {
  it('streams no more when FEISHU_CALLS_PER_MONTH are used', async () => {
    await start({ FEISHU_CALLS_PER_MONTH: '2', WORK_FIRST_FRAME_MS: '0' }, SLOWLY);
    await three.ask('feishu', 'first');
    await three.ask('feishu', 'second');
    expect(callsTo('feishu', '/elements/')).toBe(0);
  });

  it('knows itself by FEISHU_BOT_NAME while the vendor does not tell who it is', async () => {
    await start({ FEISHU_BOT_NAME: 'Helper' }, { feishu: { apps: [{ name: 'Helper' }, { name: 'Printer' }] } });
    const { feishu, faults } = three.sim;
    faults.add({ kind: 'server-error', side: 'feishu', path: '/bot/v3/info' });
    const [helper, printer] = feishu.apps;
    const { chatId: chat } = feishu.addGroup({
      name: 'Team',
      people: ['lin'],
      bots: [helper?.id ?? '', printer?.id ?? ''],
    });
    feishu.say({ from: 'lin', chat, text: `@{${helper?.id}} ask @{${printer?.id}} for paper #instant` });
    await expect.poll(() => asked().map(({ query }) => query)).toEqual(['ask @Printer for paper #instant']);
  });
});

describe('Dify', { timeout: 60_000 }, () => {
  it('takes the question in DIFY_QUERY_VARIABLE, and answers by DIFY_OUTPUT_KEY', async () => {
    const field = (variable: string) => ({ type: 'paragraph', variable, label: variable }) as const;
    const app = { key: 'app-two-texts', mode: 'workflow' } as const;
    const apps = [{ ...app, form: [field('query'), field('topic')], moreOutputs: { summary: 'in short: yes' } }];
    const env = { DIFY_API_KEY: app.key, DIFY_QUERY_VARIABLE: 'topic', DIFY_OUTPUT_KEY: 'summary' };
    await start(env, { dify: { apps } });
    await three.sim.feishu.say({ from: 'lin', text: 'is it so?' }).delivered;
    await three.quiet();
    expect(three.sim.feishu.record.answers().at(-1)?.text).toContain('in short: yes');
    expect(asked().map(({ inputs }) => [inputs['topic'], inputs['query']])).toEqual([['is it so?', undefined]]);
  });
});

describe('WORK_FIRST_FRAME_MS', { timeout: 60_000 }, () => {
  it('is how long an agent may think before somebody sees that it does', async () => {
    const pace = { firstMs: 900, chunks: 1 };
    await start({ WORK_FIRST_FRAME_MS: '10000', DIFY_API_KEY: 'app-demo-chat' }, { dify: { speed: 1, pace } });
    await three.ask('feishu', 'think about it');
    expect(callsTo('feishu', '/cardkit/')).toBe(0);
  });
});

describe('OTEL_SERVICE_NAME', { timeout: 60_000 }, () => {
  it('is the name of the gateway in traces', async () => {
    const collector = await startTraceCollector();
    await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: 'answers-of-ours' });
    await three.ask('feishu', 'hello #instant');
    await three.stop();
    expect(collector.bodies.join()).toContain('"service.name","value":{"stringValue":"answers-of-ours"}');
    await collector.close();
  });
});

/** A value of each kind, as somebody writes it. */
const PERSONAL = {
  MOBILE: '13800138000',
  LANDLINE: '010-88886666',
  RESIDENT_ID: '11010519491231002X',
  BANK_CARD: '6222021234567890128',
  EMAIL: 'ada@example.com',
  PASSPORT: 'E12345678',
  PLATE: '京A12345',
  CREDIT_CODE: '91110000600037341L',
} as const;

describe('PRIVACY_ and the name of a kind', { timeout: 120_000 }, () => {
  const kinds = Object.keys(PERSONAL) as (keyof typeof PERSONAL)[];
  const text = `手机 ${PERSONAL.MOBILE} 电话 ${PERSONAL.LANDLINE} 身份证 ${PERSONAL.RESIDENT_ID} 银行卡 ${PERSONAL.BANK_CARD} 邮箱 ${PERSONAL.EMAIL} 护照 ${PERSONAL.PASSPORT} 车牌 ${PERSONAL.PLATE} 信用代码 ${PERSONAL.CREDIT_CODE} #echo`;

  it.each([0, 1])('lets it through, and another becomes its name (%i)', async (odd) => {
    const policy = (index: number) => (index % 2 === odd ? 'allow' : 'block');
    await start(Object.fromEntries(kinds.map((kind, index) => [`PRIVACY_${kind}`, policy(index)])));
    const answer = await three.ask('feishu', text);
    expect(kinds.filter((kind) => answer.includes(PERSONAL[kind]))).toEqual(
      kinds.filter((_, index) => policy(index) === 'allow'),
    );
    // A mask would show a part of it.
    expect(answer).not.toContain('***');
  });
});

describe('how long is kept what is finished', { timeout: 60_000 }, () => {
  /** Does something, and is there hours later, when the gateway looks for what is past its time. */
  async function later(hours: number, env: Env, first: () => Promise<void>): Promise<void> {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const clock = movedClock();
    await start({ ...env, ADMIN_TOKEN: TOKEN }, { clock });
    await first();
    await three.quiet();
    clock.moveOn(hours * HOUR_MS);
    vi.advanceTimersByTime(60_000);
  }
  it('RETENTION_INBOX_DAYS: what is delivered again is taken for new', async () => {
    let messageId = '';
    await later(48, { RETENTION_INBOX_DAYS: '1' }, async () => {
      const said = three.sim.feishu.say({ from: 'lin', text: 'hello #instant' });
      await said.delivered;
      messageId = said.messageId;
    });
    const answers = async (): Promise<number> => {
      await three.sim.feishu.redeliver(messageId);
      await three.quiet();
      return three.sim.feishu.record.answers().length;
    };
    // New, and two days old: she is told that nobody answers that any more.
    await expect.poll(answers, { timeout: 10_000 }).toBe(2);
  });

  const rate = async (env: Env) => {
    await later(48, env, async () => void (await three.ask('feishu', 'hello #instant')));
    const { feishu } = three.sim;
    const answer = feishu.record.answers().at(-1);
    const button = answer?.buttons.findIndex(({ text }) => text.includes('👍')) ?? -1;
    return async () => {
      const { toast, answer: shown } = await feishu.press('lin', answer?.messageId ?? '', { button });
      return { toast: toast?.kind, showsRating: shown?.['card'] !== undefined };
    };
  };

  it('RETENTION_TURN_DAYS: an answer cannot be rated any more', async () => {
    const pressed = await rate({ RETENTION_TURN_DAYS: '1' });
    await expect.poll(pressed, { timeout: 10_000 }).toEqual({ toast: 'warning', showsRating: false });
  });

  it('RETENTION_OUTBOX_DAYS: a rating is counted and no longer shown', async () => {
    const pressed = await rate({ RETENTION_OUTBOX_DAYS: '1' });
    await expect.poll(pressed, { timeout: 10_000 }).toEqual({ toast: 'success', showsRating: false });
  });

  it('RETENTION_DEAD_DAYS: a dead letter waits for nobody any more', async () => {
    const dead = async (): Promise<number> => {
      const headers = { authorization: `Bearer ${TOKEN}` };
      const answer = await fetch(`${three.url}/api/v1/dead-letters`, { headers });
      return ((await answer.json()) as { items: unknown[] }).items.length;
    };
    await later(48, { RETENTION_DEAD_DAYS: '1' }, async () => {
      const { dingtalk, faults } = three.sim;
      faults.add({ kind: 'refuse', side: 'dingtalk', path: '/v1.0/card', refusal: 'param.error' });
      faults.add({ kind: 'refuse', side: 'dingtalk', path: '/robot/', code: 40035 });
      await dingtalk.say({ from: 'lin', text: 'hello #instant' }).delivered;
      await expect.poll(dead, { timeout: 10_000 }).toBe(1);
    });
    await expect.poll(dead, { timeout: 10_000 }).toBe(0);
  });

  it('PEOPLE_REFRESH_HOURS: a member is looked up again', async () => {
    let before = 0;
    const looks = () => callsTo('dingtalk', '/user/get');
    await later(2, { PEOPLE_DIRECTORY: 'true', PEOPLE_REFRESH_HOURS: '1' }, async () => {
      await three.ask('dingtalk', 'hello #instant');
      before = looks();
    });
    await expect.poll(looks, { timeout: 10_000 }).toBeGreaterThan(before);
  });
});
