import { afterEach, describe, expect, it } from 'vitest';
import { noBudget, type ReplyWay } from '../../src/core/budget.ts';
import { type AccountId, id } from '../../src/core/ids.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { RecordedDingtalkAnswer } from '../../src/simulator/index.ts';
import {
  type DingtalkGateway,
  type DingtalkGatewayOptions,
  startDingtalkGateway,
} from '../support/dingtalk-gateway.ts';
import { started, stepwise } from '../support/script-agent.ts';

let gateway: DingtalkGateway;
afterEach(() => gateway.close());

async function start(options: DingtalkGatewayOptions = {}): Promise<void> {
  gateway = await startDingtalkGateway(options);
}

const write = (text: string, from = 'lin') => gateway.sim.dingtalk.say({ from, text });
const answersTo = (messageId: string): readonly RecordedDingtalkAnswer[] =>
  gateway.sim.dingtalk.record.answersTo(messageId);

async function until<T>(look: () => T | undefined | false, ms = 10_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`it never came true; logged: ${gateway.log.slice(-8).join(' | ')}`);
    await systemClock.sleep(5);
  }
}

const settled = (messageId: string): Promise<RecordedDingtalkAnswer> =>
  until(() => answersTo(messageId).find((answer) => answer.isSettled));
const callsOf = (api: string): number => gateway.calls.filter((call) => call.api === api).length;

/** Presses the button whose words begin so. */
async function press(answer: RecordedDingtalkAnswer, words: string, from = 'lin') {
  const button = answer.buttons.find(({ text }) => text.startsWith(words));
  if (button?.id === undefined) throw new Error(`no button ${words} among ${answer.buttons.map((b) => b.text).join()}`);
  return gateway.sim.dingtalk.press(from, answer.messageId, { actionId: button.id });
}

it('gives the agent the picture or file of a message that is quoted', async () => {
  await start({ mode: 'stream' });
  const seen: string[] = [];
  gateway.agent.answer = async function* (ask, signal) {
    yield started(ask);
    for (const file of ask.files) seen.push(Buffer.from((await file.open(signal)).bytes).toString());
    yield { kind: 'text', delta: 'ok' };
  };
  const { key } = gateway.sim.resources.add({
    key: 'plan',
    name: 'plan.pdf',
    mime: 'application/pdf',
    type: 'file',
    content: Buffer.from('%PDF-1.4'),
  });
  const sent = gateway.sim.dingtalk.sendFile({ from: 'lin', kind: 'file', resource: key });
  await settled(sent.messageId);
  const { messageId } = gateway.sim.dingtalk.say({ from: 'lin', text: 'is it feasible?', quote: sent.messageId });
  await settled(messageId);
  expect(gateway.agent.asked[1]?.text).toBe('> [plan.pdf]\n\nis it feasible?');
  expect(seen).toEqual(['%PDF-1.4', '%PDF-1.4']);
});

it('gives the agent the words of a rich text that is quoted, and of messages that are forwarded', async () => {
  await start({ mode: 'stream' });
  const { dingtalk } = gateway.sim;
  const sent = dingtalk.sendRich({ from: 'lin', parts: [{ text: 'ship on friday?' }] });
  await settled(sent.messageId);
  const { messageId } = dingtalk.say({ from: 'lin', text: 'can we?', quote: sent.messageId });
  await settled(messageId);
  const chatRecord = JSON.stringify([{ senderName: 'Zhou', msgType: 'text', content: 'we can' }]);
  const forwarded = dingtalk.sendOther({ from: 'lin', type: 'chatRecord', content: { chatRecord } });
  await settled(forwarded.messageId);
  const asked = gateway.agent.asked.slice(1).map(({ text }) => text);
  expect(asked).toEqual(['> ship on friday?\n\ncan we?', '> Zhou: we can']);
});

for (const mode of ['stream', 'webhook'] as const) {
  describe(`a robot by ${mode}`, () => {
    it('answers with a card that grows and ends', async () => {
      await start({ mode });
      const steps = stepwise();
      gateway.agent.answer = steps.answer;
      const { messageId } = write('年假有几天？');
      steps.say('五');
      const card = await until(() => answersTo(messageId).find(({ text, streamed }) => text === '五' && streamed > 0));
      expect(card).toMatchObject({ sentBy: 'card', cardState: 'input', isSettled: false });
      steps.say('天。');
      steps.end();
      expect(await settled(messageId)).toMatchObject({ text: '五天。', cardState: 'finished' });
      await gateway.quiet();
      expect(answersTo(messageId)).toHaveLength(1);
    });

    it('answers each of several people, in order and once', async () => {
      await start({ mode });
      const asked = ['lin', 'chen'].flatMap((from) => ['one', 'two'].map((word) => write(`${from} ${word}`, from)));
      await Promise.all(asked.map(({ delivered }) => delivered));
      await until(() => gateway.sim.dingtalk.record.answers().filter((answer) => answer.isSettled).length === 4);
      await gateway.quiet();
      for (const from of ['lin', 'chen']) {
        const chat = gateway.sim.dingtalk.directChat(from);
        const texts = gateway.sim.dingtalk.record.inChat(chat).map(({ text }) => text);
        expect(texts).toEqual([`you said: ${from} one`, `you said: ${from} two`]);
      }
    });

    it('takes a message that comes twice for one', async () => {
      await start({ mode });
      const { messageId, delivered } = write('hello');
      await delivered;
      await gateway.sim.dingtalk.redeliver(messageId);
      await settled(messageId);
      await gateway.quiet();
      expect(gateway.agent.asked).toHaveLength(1);
      expect(answersTo(messageId)).toHaveLength(1);
    });
  });
}

describe('a robot in a group', () => {
  it('answers who mentions it, in the group, and calls her', async () => {
    await start();
    const group = gateway.sim.dingtalk.addGroup({ name: 'Sales', people: ['lin', 'chen'], bots: [gateway.app.id] });
    const { messageId } = gateway.sim.dingtalk.say({ from: 'chen', chat: group, text: `@{${gateway.app.id}} hello` });
    const answer = await settled(messageId);
    expect(answer).toMatchObject({ chatId: group, mentions: ['chen'] });
    expect(answer.text).toContain('you said: hello');
  });
});

describe('a button', () => {
  it('that rates is answered in time and shown, and taken back by a second press', async () => {
    await start();
    const { messageId } = write('hello');
    const answer = await settled(messageId);
    await gateway.quiet();
    const outcome = await press(answer, '👍');
    expect(outcome).toMatchObject({ ok: true, told: true });
    expect(outcome.ackMs).toBeLessThan(2_000);
    expect(answer.buttons.map(({ text }) => text)).toContain('👍 Rated helpful');
    // The agent is told how things stand by then: a second press that is quicker would be all that it hears of.
    await until(() => gateway.agent.rated.length === 1);
    await press(answer, '👍');
    expect(answer.buttons.map(({ text }) => text)).toContain('👍 Helpful');
    await gateway.quiet();
    expect(gateway.agent.rated).toEqual(['up', 'none']);
  });

  it('that asks again, or a suggested question, brings another answer', async () => {
    await start();
    gateway.agent.suggestions = ['And then?'];
    const { messageId } = write('hello');
    const first = await until(() =>
      answersTo(messageId).find(({ buttons }) => buttons.some(({ text }) => text === 'And then?')),
    );
    await press(first, 'And then?');
    await press(first, '🔄');
    await until(() => gateway.agent.asked.length === 3);
    await gateway.quiet();
    expect(gateway.agent.asked.map(({ text }) => text).toSorted()).toEqual(['And then?', 'hello', 'hello']);
    expect(gateway.sim.dingtalk.record.answers().every((answer) => answer.isSettled)).toBe(true);
  });

  it('stops an answer that is running, and the card ends', async () => {
    await start();
    const steps = stepwise();
    gateway.agent.answer = steps.answer;
    const { messageId } = write('hello');
    steps.say('一');
    const card = await until(() => answersTo(messageId).find(({ text }) => text === '一'));
    expect(await press(card, '⏹')).toMatchObject({ ok: true });
    await until(() => card.isSettled);
    expect(card.text).toMatch(/一[^]*Stopped/);
  });

  it('is not needed to stop: a question that is taken back ends its answer', async () => {
    await start();
    const steps = stepwise();
    gateway.agent.answer = steps.answer;
    const { messageId } = write('hello');
    steps.say('一');
    const card = await until(() => answersTo(messageId).find(({ text }) => text === '一'));
    await gateway.sim.dingtalk.recall('lin', messageId);
    await until(() => card.isSettled);
    expect(card.text).toMatch(/一[^]*taken back/);
  });

  it('of a card that nobody knows changes nothing', async () => {
    await start();
    const { messageId } = write('hello');
    const answer = await settled(messageId);
    await gateway.quiet();
    for (const actionId of ['regenerate.direct.t-unknown', 'x', '', 'up.group.t-unknown']) {
      const outcome = await gateway.sim.dingtalk.press('lin', answer.messageId, { actionId });
      expect(outcome).toMatchObject({ ok: true });
    }
    await gateway.quiet();
    expect(gateway.agent.asked).toHaveLength(1);
  });
});

describe('nothing is lost', () => {
  it('when the process dies while an answer grows: the same card ends', async () => {
    await start();
    const steps = stepwise();
    gateway.agent.answer = steps.answer;
    const { messageId } = write('hello');
    steps.say('一半');
    const card = await until(() => answersTo(messageId).find(({ text }) => text === '一半'));
    gateway.agent.recovered = { kind: 'finished', answer: 'the whole', citations: [], files: [] };
    await gateway.crash();
    await until(() => card.isSettled);
    expect(card.text).toBe('the whole');
    await gateway.quiet();
    expect(answersTo(messageId)).toHaveLength(1);
  });

  it('when the connection is announced to end, is cut, or hangs again and again', async () => {
    await start();
    const { stream } = gateway.sim.dingtalk;
    const asked: string[] = [];
    for (let round = 0; round < 6; round += 1) {
      const { messageId, delivered } = write(`round ${round}`);
      asked.push(messageId);
      await delivered;
      if (round < 5) stream.disconnect(gateway.app.id);
      await until(() => stream.count(gateway.app.id) === 1);
    }
    for (const messageId of asked) await settled(messageId);
    await gateway.quiet();
    expect(gateway.agent.asked).toHaveLength(6);
    expect(stream.opens.filter(({ step }) => step === 'connected')).toHaveLength(6);
  });

  it('when rights for cards are missing, the answer comes as a message', async () => {
    await start({ dingtalk: { apps: [{ scopes: ['qyapi_robot_sendmsg'] }] } });
    const { messageId } = write('hello');
    expect(await settled(messageId)).toMatchObject({ text: 'you said: hello', sentBy: 'session' });
    expect(callsOf('card.stream')).toBe(0);
  });

  it('when only the right to stream is missing, the card comes whole', async () => {
    await start({
      dingtalk: {
        apps: [{ scopes: ['qyapi_robot_sendmsg', 'Card.Instance.Write'] }],
        rules: { streamDenied: 'unknownError' },
      },
    });
    const steps = stepwise();
    gateway.agent.answer = steps.answer;
    const { messageId } = write('hello');
    steps.say('一');
    await until(() => callsOf('card.stream') > 0);
    steps.say('二');
    steps.end();
    const card = await settled(messageId);
    await until(() => card.text === '一二');
  });

  describe('when the card template has no such variable', () => {
    const templates = [{ id: 'own.schema', streamKeys: ['content'] }];
    const config = { cardTemplateId: 'own', cardContentKey: 'answer' };
    const messagesIn = () =>
      gateway.sim.dingtalk.record
        .inChat(gateway.sim.dingtalk.directChat('lin'))
        .filter(({ sentBy }) => sentBy !== 'card')
        .map(({ text }) => text);

    it('the answer lands in a message, the card says so, and the next question makes no card', async () => {
      await start({ dingtalk: { templates }, config });
      const steps = stepwise();
      const { answer } = gateway.agent;
      gateway.agent.answer = steps.answer;
      write('hello');
      const card = await until(() => gateway.sim.dingtalk.record.answers()[0]);
      steps.say('五');
      await until(() => callsOf('card.stream') > 0);
      steps.say('天。');
      steps.end();
      await until(() => messagesIn().length === 1);
      await gateway.quiet();
      expect(messagesIn()).toEqual(['五天。']);
      expect(card.params).toMatchObject({ state: 'whole', answer: '(continued below)' });
      gateway.agent.answer = answer;
      write('again');
      await until(() => messagesIn().length === 2);
      await gateway.quiet();
      expect(callsOf('card.create')).toBe(1);
      expect(gateway.log.filter((line) => line.startsWith('cards are not available'))).toHaveLength(1);
    });

    it('an answer that is whole at once lands too', async () => {
      await start({ dingtalk: { templates }, config });
      write('hello');
      await until(() => messagesIn().length === 1);
      await gateway.quiet();
      expect(messagesIn()).toEqual(['you said: hello']);
    });

    it('an answer lands that a crash interrupted', async () => {
      await start({ dingtalk: { templates }, config });
      gateway.agent.answer = stepwise().answer;
      write('hello');
      await until(() => gateway.sim.dingtalk.record.answers()[0]);
      gateway.agent.recovered = { kind: 'finished', answer: 'the whole', citations: [], files: [] };
      await gateway.crash();
      await until(() => messagesIn().length === 1);
      await gateway.quiet();
      expect(messagesIn()).toEqual(['the whole']);
    });
  });

  it('by a template of one’s own: a card ends, also when its answer was whole at once', async () => {
    const templates = [{ id: 'own.schema', streamKeys: ['content'] }];
    await start({ dingtalk: { templates }, config: { cardTemplateId: 'own' } });
    expect(await settled(write('hello').messageId)).toMatchObject({ text: 'you said: hello', sentBy: 'card' });
    await gateway.quiet();
    expect(gateway.sim.dingtalk.record.answers()).toHaveLength(1);
  });

  it('when tokens end early', async () => {
    await start();
    await settled(write('one').messageId);
    gateway.sim.dingtalk.expireTokens();
    expect(await settled(write('two').messageId)).toMatchObject({ text: 'you said: two' });
  });

  it('when the month’s calls are used up: answers come by the address given', async () => {
    await start();
    gateway.sim.dingtalk.setQuota({ calls: 5_000 });
    const { messageId } = write('hello');
    expect(await settled(messageId)).toMatchObject({ text: 'you said: hello', sentBy: 'session' });
  });

  it('when the month’s calls are getting few: cards change seldom, then answers cost nothing', async () => {
    const budget = { ...noBudget, way: 'few' as ReplyWay };
    await start({ deps: { budget } });
    const card = await settled(write('one').messageId);
    expect(card.sentBy).toBe('card');
    budget.way = 'message';
    const before = gateway.sim.dingtalk.quota.calls;
    const message = await settled(write('two').messageId);
    expect(message).toMatchObject({ text: 'you said: two', sentBy: 'session' });
    expect(gateway.sim.dingtalk.quota.calls).toBe(before);
  });

  it('and the month is counted as the vendor does, look-ups of people among it', async () => {
    let spent = 0;
    await start({ deps: { budget: { ...noBudget, spend: () => void (spent += 1) } } });
    await settled(write('hello').messageId);
    await gateway.quiet();
    const lin = { account: id<AccountId>('lin.xiao'), ids: { staff_id: 'lin.xiao' } };
    const member = await gateway.platform.directory?.member(lin, AbortSignal.timeout(5_000));
    expect(member).toMatchObject({ isActive: true });
    expect(callsOf('contact.user')).toBe(1);
    expect(spent).toBeGreaterThan(0);
    expect(spent).toBe(gateway.sim.dingtalk.quota.calls);
  });

  it('when the month’s pushes are used up: nobody asks the agent an empty question', async () => {
    await start();
    gateway.sim.dingtalk.setQuota({ pushes: 3_000 });
    const { messageId } = write('hello');
    const answer = await settled(messageId);
    expect(answer.text).toContain('本月的消息额度已用完');
    expect(gateway.agent.asked).toEqual([]);
  });

  it('when the line brings what is no frame', async () => {
    await start();
    gateway.sim.dingtalk.stream.raw(gateway.app.id, 'this is no JSON');
    gateway.sim.dingtalk.stream.raw(
      gateway.app.id,
      '{"type":"CALLBACK","headers":{"topic":"/v1.0/im/bot/messages/get","messageId":"x"},"data":"{}"}',
    );
    await settled(write('still there').messageId);
  });
});
