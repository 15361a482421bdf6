import { afterEach, describe, expect, it } from 'vitest';
import type { RecordedAnswer } from '../../src/simulator/index.ts';
import { startWholeGateway, type WholeGateway, type WholeGatewayOptions } from '../support/whole-gateway.ts';

let gateway: WholeGateway;
afterEach(() => gateway.close());

async function start(options: WholeGatewayOptions = {}): Promise<WholeGateway> {
  gateway = await startWholeGateway(options);
  return gateway;
}

type Place = Omit<Parameters<WholeGateway['sim']['feishu']['say']>[0], 'text' | 'from'>;

/** Nothing more will come: its streaming has ended and there is nothing left to stop. */
const isWhole = (answer: RecordedAnswer): boolean =>
  answer.isSettled && !answer.buttons.some(({ text }) => text.includes('⏹'));

const whole = (message: string) => gateway.sim.feishu.record.answered(message, { done: isWhole, timeoutMs: 20_000 });
const growing = (message: string) =>
  gateway.sim.feishu.record.answered(message, { done: (answer) => answer.updates > 1, timeoutMs: 20_000 });

/** Says something and waits for its whole answer. */
async function ask(text: string, place: Place & { from?: string } = {}) {
  const said = gateway.sim.feishu.say({ from: 'lin', ...place, text });
  await said.delivered;
  return whole(said.messageId);
}

const queries = () => gateway.sim.dify?.record.queries({}) ?? [];

describe.each(['webhook', 'socket'] as const)('Feishu by %s, answered by Dify', (mode) => {
  it('streams the answer into one card and ends it', async () => {
    await start({ feishu: { apps: [{ name: 'helper', mode, encryptKey: 'ek-demo' }] } });
    const answer = await ask('what is a post house?');
    expect(answer.isStreaming).toBe(false);
    expect(answer.isLeftOpen).toBe(false);
    expect(answer.updates).toBeGreaterThan(1);
    expect(answer.buttons.map(({ text }) => text).join(' ')).toContain('👍');
  });
});

describe('a conversation', () => {
  it('goes on from message to message, and /new begins another', async () => {
    await start();
    await ask('first #instant');
    const remembered = await ask('what did I ask before? #memory');
    expect(remembered.text).toContain('first');
    await ask('/new', {});
    const fresh = await ask('what did I ask before? #memory');
    expect(fresh.text).toContain('the first question of our conversation');
  });

  it('that Dify has forgotten begins anew, and the person is told once', async () => {
    await start();
    await ask('one #forget');
    const second = await ask('two #instant');
    expect(second.text).toContain('this is a new one');
    const third = await ask('three #instant');
    expect(third.text).not.toContain('this is a new one');
    // Dify said nothing of it before it answered: what was said goes with the next question, once.
    expect(queries().at(-1)).toMatch(
      /^three #instant[\s\S]*what we said before[\s\S]*one #forget\n→ \S[\s\S]*two #instant\n→ \S/,
    );
    await ask('four #instant');
    expect(queries().at(-1)).toBe('four #instant');
  });

  it('is each member’s own in a group, and only begins when the bot is mentioned', async () => {
    await start({
      feishu: { apps: [{ name: 'helper' }], groups: [{ name: 'Team', people: ['lin', 'chen'], bots: [0] }] },
    });
    const chat = gateway.sim.feishu.record.answers().length;
    const group = gateway.sim.snapshot().chats.find(({ kind }) => kind === 'group')?.id ?? '';
    const lin = await ask('@{bot} mine #instant', { chat: group });
    const chen = await ask('@{bot} yours #instant', { chat: group, from: 'chen' });
    await gateway.sim.feishu.say({ from: 'lin', text: 'chatter', chat: group }).delivered;
    expect(chat).toBe(0);
    expect([lin.chatId, chen.chatId]).toEqual([group, group]);
    expect(new Set(gateway.sim.dify?.record.asked({}).map(({ user }) => user)).size).toBe(2);
    expect(queries().filter((query) => query.includes('chatter'))).toEqual([]);
  });

  it('is everybody’s in a group whose owner has chosen so with /scope', async () => {
    await start({
      feishu: { apps: [{ name: 'helper' }], groups: [{ name: 'Team', people: ['lin', 'chen'], bots: [0] }] },
    });
    const group = gateway.sim.snapshot().chats.find(({ kind }) => kind === 'group')?.id ?? '';
    const refused = await ask('@{bot} /scope group', { chat: group, from: 'chen' });
    expect(refused.text).toContain('Only the group’s owner');
    const chosen = await ask('@{bot} /scope group', { chat: group });
    expect(chosen.text).toContain('everybody shares one conversation');
    await ask('@{bot} ours #instant', { chat: group });
    const remembered = await ask('@{bot} what did we ask before? #memory', { chat: group, from: 'chen' });
    expect(remembered.text).toContain('ours');
  });

  it('in a topic is answered in the topic', async () => {
    const groups = [{ name: 'Desk', people: ['lin'], bots: [0], topics: true }];
    await start({ feishu: { apps: [{ name: 'helper' }], groups } });
    const group = gateway.sim.snapshot().chats.find(({ kind }) => kind === 'group')?.id ?? '';
    const answer = await ask('@{bot} in a topic #instant', { chat: group });
    expect(answer.threadId).toBeDefined();
  });
});

describe('what a person presses', () => {
  it('👍 reaches Dify, and pressing again takes it back', async () => {
    await start();
    const answer = await ask('rate me #instant');
    const liked = await gateway.sim.feishu.press('lin', answer.messageId, { button: '👍' });
    expect(liked.code).toBe(0);
    const ratings = () =>
      gateway.sim.dify?.record.requests
        .filter(({ path }) => path.endsWith('/feedbacks'))
        .map(({ body }) => (body as { rating: unknown }).rating);
    await expect.poll(ratings, { timeout: 10_000 }).toEqual(['like']);
    await gateway.sim.feishu.press('lin', answer.messageId, { button: '👍' });
    await expect.poll(ratings, { timeout: 10_000 }).toEqual(['like', null]);
  });

  it.each(['', ' #instant'])('👍 put on the answer counts as a rating, and taken off withdraws it%s', async (word) => {
    await start();
    const { feishu } = gateway.sim;
    const answer = await ask(`hello${word}`);
    const ratings = () =>
      gateway.sim.dify?.record.requests
        .filter(({ path }) => path.endsWith('/feedbacks'))
        .map(({ body }) => (body as { rating: unknown }).rating);
    // Neither what says nothing of the answer, nor what is put on somebody's own message.
    await feishu.react('lin', answer.messageId, 'OK');
    await feishu.react('lin', answer.parentId ?? '', 'THUMBSUP');
    await feishu.react('lin', answer.messageId, 'THUMBSUP');
    await expect.poll(ratings, { timeout: 10_000 }).toEqual(['like']);
    await feishu.react('lin', answer.messageId, 'ThumbsDown');
    await expect.poll(ratings, { timeout: 10_000 }).toEqual(['like', 'dislike']);
    await feishu.unreact('lin', answer.messageId, 'ThumbsDown');
    await expect.poll(ratings, { timeout: 10_000 }).toEqual(['like', 'dislike', null]);
  });

  it('stop ends the answer at Dify too', async () => {
    await start();
    const said = gateway.sim.feishu.say({ from: 'lin', text: '从 1 数到 100 #count' });
    await said.delivered;
    await growing(said.messageId);
    const [card] = gateway.sim.feishu.record.answersTo(said.messageId);
    await gateway.sim.feishu.press('lin', card?.messageId ?? '', { button: '⏹' });
    const answer = await whole(said.messageId);
    expect(answer.text).toContain('已停止');
    await expect
      .poll(() => gateway.sim.dify?.record.requests.some(({ path }) => path.endsWith('/stop')), { timeout: 20_000 })
      .toBe(true);
  });

  it('a recalled question ends its answer', async () => {
    await start();
    const said = gateway.sim.feishu.say({ from: 'lin', text: '从 1 数到 100 #count' });
    await said.delivered;
    await growing(said.messageId);
    await gateway.sim.feishu.recall(said.messageId);
    const answer = await whole(said.messageId);
    expect(answer.text).toContain('提问已撤回');
  });
});

describe('a flow that waits for a decision', () => {
  it('gets it from a card that whoever asked is sent, and its end comes back into the chat', async () => {
    await start();
    const answer = await ask('buy screens #decide');
    expect(answer.text).toContain('Please decide on the card that I send you');
    const sent = () => gateway.sim.feishu.record.answers();
    const asks = ({ buttons }: RecordedAnswer) => buttons.some(({ text }) => text === 'Approve');
    await expect.poll(() => sent().some(asks), { timeout: 10_000 }).toBe(true);
    const card = sent().find(asks);
    const value = card?.buttons.find(({ text }) => text === 'Approve')?.value;
    const press = { tag: 'button', name: 'send0', value, formValue: { q0: 'o1' } };
    await gateway.sim.feishu.press('lin', card?.messageId ?? '', { press });
    const end = () => sent().find(({ text }) => text.includes('approve: 32" (within the budget)'));
    await expect.poll(end, { timeout: 20_000 }).toBeDefined();
    // What stood in the answer is not said again.
    expect(end()?.text).not.toContain('two kinds of screens');
  });
});

describe('when something is wrong', () => {
  it.each([
    ['#error', '模型'],
    ['#fail', '参考编号'],
    ['#html-502', '参考编号'],
  ])('%s is told in one sentence with a reference, and the log has the cause beside it', async (words, sentence) => {
    await start();
    const answer = await ask(`请回答 ${words}`);
    expect(answer.text).toContain(sentence);
    const ref = /PH-\w+/.exec(answer.text)?.[0] ?? 'none';
    const line = gateway.log.find((one) => one.includes(ref));
    expect(line).toMatch(/"code":"agent_/);
    expect(line).not.toContain('请回答');
  });

  it.each([
    { does: { kind: 'disconnect' } },
    { does: { kind: 'error', status: 500, code: 'internal_server_error' } },
    { does: { kind: 'lost-head' } },
  ] as const)('a question whose answer never begins is answered all the same, once (%o)', async (fault) => {
    await start({ difyKey: 'app-demo-chat' });
    gateway.sim.dify?.faults.add({ ...fault, path: 'chat-messages' });
    const said = gateway.sim.feishu.say({ from: 'lin', text: 'hello' });
    await said.delivered;
    // She sees that it is thought about while it is looked for and asked again.
    await gateway.sim.feishu.record.answered(said.messageId, { done: ({ isLeftOpen }) => isLeftOpen });
    expect((await whole(said.messageId)).text).toContain('hello');
    expect(gateway.sim.feishu.record.answersTo(said.messageId)).toHaveLength(1);
    expect(queries()).toEqual(['hello']);
  });

  it('nothing of what people write, and no secret, is ever logged', async () => {
    await start({ feishu: { apps: [{ name: 'helper', encryptKey: 'ek-very-secret' }] } });
    await ask('my private words #instant');
    await ask('more private words #fail');
    await gateway.sim.feishu.forge({ from: 'lin', variant: 'signature', text: 'forged words' });
    const all = gateway.log.join('\n');
    expect(all).not.toMatch(/private words|forged words/);
    for (const secret of [gateway.sim.feishu.app.secret, 'ek-very-secret', 'app-demo-chatflow', 'demo-admin-token']) {
      expect(all).not.toContain(secret);
    }
  });

  it('what the vendor throttles is sent when it may be', async () => {
    await start();
    gateway.sim.faults.add({ kind: 'throttle', count: 3 });
    const answer = await ask('hello #instant');
    expect(answer.text).toContain('hello');
  });

  it('messages the vendor delivers late, out of order and twice are each answered once', async () => {
    await start();
    const { faults, feishu } = gateway.sim;
    const path = 'im.message.receive_v1';
    const say = (text: string) => feishu.say({ from: 'lin', text });
    const arrived = () => feishu.record.deliveries.filter(({ eventType }) => eventType === path).length;
    faults.add({ kind: 'late', count: 1, delayMs: 1_500, path });
    faults.add({ kind: 'reorder', count: 1, path });
    const mixed = [say('late #instant'), say('overtaken #instant'), say('ahead #instant')];
    await Promise.all(mixed.map(({ delivered }) => delivered));
    expect(faults.list).toEqual([]);
    expect([...feishu.record.acknowledged]).not.toEqual(mixed.map(({ messageId }) => messageId));
    faults.add({ kind: 'duplicate', count: 2, path });
    const twice = [say('twice #instant'), say('twice too #instant')];
    await Promise.all(twice.map(({ delivered }) => delivered));
    await expect.poll(arrived, { timeout: 20_000 }).toBe(7);
    // Behind everything that came before in the same conversation.
    await ask('last #instant');
    for (const { messageId } of [...mixed, ...twice]) expect(feishu.record.answersTo(messageId)).toHaveLength(1);
    const words = ['ahead', 'last', 'late', 'overtaken', 'twice', 'twice too'];
    expect(queries().toSorted()).toEqual(words.map((word) => `${word} #instant`));
  }, 60_000);

  it('a file over the agent’s limit is told by its name and the limit; nothing of it reaches the agent', async () => {
    await start();
    const { feishu, resources } = gateway.sim;
    const content = Buffer.alloc(15 * 1024 * 1024 + 1);
    resources.add({ key: 'file_v3_big', name: 'report.pdf', mime: 'application/pdf', content });
    const sent = feishu.sendFile({ from: 'lin', kind: 'file', resource: 'file_v3_big' });
    await sent.delivered;
    const answer = await whole(sent.messageId);
    expect(answer.text).toMatch(/report\.pdf.*15 MB/);
    expect(answer.isLeftOpen).toBe(false);
    const paths = gateway.sim.dify?.record.requests.map(({ path }) => path) ?? [];
    expect(paths.filter((path) => /upload|chat-messages/.test(path))).toEqual([]);
    expect(paths.length).toBeGreaterThan(0);
    const next = await ask('and without it? #instant');
    expect(next.text).toContain('and without it?');
    expect(feishu.record.answersTo(sent.messageId)).toHaveLength(1);
    // Quoted it is told of in the same way.
    const quoted = await ask('what does it say? #instant', { replyTo: sent.messageId });
    expect(quoted.text).toMatch(/report\.pdf.*15 MB/);
  }, 60_000);
});

describe('a quoted picture or file', () => {
  const begun = () => gateway.sim.dify?.record.asked({}).at(-1);

  it('reaches the agent with the question, whoever has sent it', async () => {
    await start({
      feishu: { apps: [{ name: 'helper' }], groups: [{ name: 'team', people: ['lin', 'chen'], bots: [0] }] },
    });
    const { feishu, resources } = gateway.sim;
    resources.add({ key: 'file_v3_plan', name: 'plan.pdf', mime: 'application/pdf', content: Buffer.from('%PDF-1.4') });
    const [group] = gateway.sim.snapshot().chats.filter(({ kind }) => kind === 'group');
    const chat = group?.id ?? '';
    const sent = feishu.sendFile({ from: 'chen', chat, kind: 'file', resource: 'file_v3_plan' });
    await sent.delivered;
    await ask(`@{${feishu.app.id}} is it feasible? #instant`, { chat, replyTo: sent.messageId });
    expect(begun()).toMatchObject({ query: '> [plan.pdf]\n\nis it feasible? #instant', files: ['plan.pdf'] });
  });

  it('is a name among the words for an agent that takes no files', async () => {
    await start({ difyKey: 'app-demo-plain' });
    const { feishu, resources } = gateway.sim;
    resources.add({ key: 'img_v3_cat', name: 'cat.png', mime: 'image/png', content: 100 });
    const sent = feishu.sendFile({ from: 'lin', kind: 'image', resource: 'img_v3_cat' });
    await whole(sent.messageId);
    const answer = await ask('never mind it #instant', { replyTo: sent.messageId });
    expect(begun()).toMatchObject({ query: '> [image.png]\n\nnever mind it #instant', files: [] });
    expect(answer.text).toContain('never mind it');
  });
});

it('an answer that somebody quotes reaches the agent in its words, not as old clients show a card', async () => {
  await start();
  const answer = await ask('three days #instant');
  await ask('which ones? #instant', { replyTo: answer.messageId });
  const query = gateway.sim.dify?.record.asked({}).at(-1)?.query ?? '';
  expect(query).toMatch(/^> [^]*three days[^]*\n\nwhich ones\? #instant$/);
  expect(query).not.toMatch(/请升级|思考过程|有用|Helpful/);
});

it('the metrics tell of answers, their first and final frames, failures and duplicates', async () => {
  await start();
  await ask('at once #instant');
  const streamed = await ask('in frames');
  await ask('fails #error');
  await gateway.sim.feishu.redeliver(streamed.parentId ?? '');
  const numberOf = async (name: RegExp) => {
    const lines = (await (await fetch(`${gateway.url}/metrics`)).text()).split('\n');
    return lines.filter((line) => name.test(line)).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  };
  expect(await numberOf(/^posthouse_first_frame_seconds_count/)).toBeGreaterThanOrEqual(3);
  await expect.poll(() => numberOf(/^posthouse_final_frame_seconds_count/)).toBe(3);
  expect(await numberOf(/^posthouse_agent_errors_total/)).toBe(1);
  expect(await numberOf(/^posthouse_duplicates_total/)).toBe(1);
  expect(await numberOf(/^posthouse_turns_total/)).toBe(3);
  expect(await numberOf(/^posthouse_vendor_calls_total.*code="0"/)).toBeGreaterThan(3);
});

describe('several apps in one gateway', () => {
  it('answer each in its own chats, with its own credentials', async () => {
    await start({ feishu: { apps: [{ name: 'helper' }, { name: 'lark', encryptKey: 'ek-lark', mode: 'socket' }] } });
    const [helper, lark] = gateway.sim.feishu.apps;
    const first = await ask('to the helper #instant', { app: helper?.id ?? '' });
    const second = await ask('to lark #instant', { app: lark?.id ?? '' });
    expect([first.appId, second.appId]).toEqual([helper?.id, lark?.id]);
  });
});

describe('stopping and starting', () => {
  it('hands an answer that is not finished to the next start, which ends it on the same card', async () => {
    await start({ settings: { work: { firstFrameMs: 20, drainSeconds: 0 } } });
    const said = gateway.sim.feishu.say({ from: 'lin', text: '请介绍一下驿站 #letters' });
    await said.delivered;
    await growing(said.messageId);
    await gateway.restart();
    const answer = await whole(said.messageId);
    expect(gateway.sim.feishu.record.answersTo(said.messageId)).toHaveLength(1);
    expect(answer.isLeftOpen).toBe(false);
    expect(answer.text).toContain('驿站');
    expect(queries()).toHaveLength(1);
  }, 60_000);
});

describe('when many ask a small agent', () => {
  it('everybody is answered, and those who wait are told their place', async () => {
    await start({ agent: { maxConcurrent: 1 }, feishu: { apps: [{ name: 'helper' }], groups: [] } });
    const people = ['lin', 'chen', 'wang'];
    const answers = await Promise.all(people.map((from) => ask('请介绍一下', { from })));
    expect(answers.every((answer) => !answer.isLeftOpen)).toBe(true);
    const looks = gateway.sim.feishu.record
      .answers()
      .flatMap((answer) => answer.history.map((look) => JSON.stringify(look)));
    expect(looks.some((look) => look.includes('第 1 位') || look.includes('前面'))).toBe(true);
  }, 60_000);
});
