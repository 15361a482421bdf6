import { afterEach, describe, expect, it } from 'vitest';
import type { CardActionEvent } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import type { PushTo } from '../../src/core/push.ts';
import type { AnsweredPush, QuestionContent } from '../../src/core/push-question.ts';
import type { PushRequest } from '../../src/pipeline/index.ts';
import { TELL_PURPOSE } from '../../src/pipeline/index.ts';
import { message, press, startGateway, type TestGateway, type TestGatewayOptions } from '../support/gateway.ts';
import { PaperPusher } from '../support/paper-pusher.ts';

const PAPER = id<PaperPusher['channel']>('paper');
const user = (name: string): PushTo => ({ kind: 'user', channel: PAPER, id: name });

const QUESTION: QuestionContent = {
  kind: 'question',
  title: 'Purchase 8812',
  text: 'A laptop for **Lin**',
  choices: [
    {
      name: 'prio',
      title: 'Priority',
      options: [
        { id: 'high', text: 'High' },
        { id: 'low', text: 'Low' },
      ],
    },
  ],
  answers: [
    { id: 'yes', text: 'Agree' },
    { id: 'no', text: 'Refuse' },
  ],
};

let gateway: TestGateway;
let pusher: PaperPusher;
let told: AnsweredPush[];
let fails = 0;
afterEach(() => gateway.close());

async function start(options: TestGatewayOptions = {}): Promise<void> {
  pusher = new PaperPusher();
  told = [];
  fails = 0;
  const purpose = {
    name: 'purchase',
    async answered(answer: AnsweredPush) {
      if (fails-- > 0) throw new Error('the shop is closed');
      told.push(answer);
    },
  };
  gateway = await startGateway({ pusher, pushPurposes: [purpose], ...options });
}

const push = (more: Partial<PushRequest> = {}) =>
  gateway.pipeline.pushes.push({
    key: 'po-8812',
    to: [user('lin')],
    content: QUESTION,
    lang: 'en',
    answers: { purpose: 'purchase', subject: { order: 8812 } },
    ...more,
  });
const keyOf = (at = 0) => pusher.messages[at]?.key;
const pressed = (who: string, index: number, option?: string, at = 0): CardActionEvent => ({
  ...press(message('', { account: who }), { act: 'answer', push: keyOf(at), index }),
  ...(option !== undefined && { form: { q0: [option] } }),
});
const answers = async () => (await gateway.pipeline.pushes.find('po-8812'))?.answers;
const toasts = () => gateway.platform.answers.map(({ toast }) => toast?.text);

describe('an answer to what was pushed', () => {
  it('is kept with the push in the asker’s own names, told to the asker once, and shown to whoever gave it', async () => {
    await start();
    await push();
    await gateway.quiet();
    await gateway.deliver(pressed('lin', 0, 'o1'));
    await gateway.quiet();
    expect(await answers()).toMatchObject([
      { channel: 'paper', account: 'lin', button: 'yes', choices: { prio: ['low'] }, handled: true },
    ]);
    expect(told).toMatchObject([{ key: 'po-8812', subject: { order: 8812 }, answer: { button: 'yes' } }]);
    expect(toasts()).toEqual(['Noted: Agree · Priority: Low']);
    expect(gateway.platform.answers[0]?.answered).toMatchObject({ words: 'Agree · Priority: Low', forAll: false });
  });

  it('is the first one: delivered again it is the same, pressed again she is told what she has answered', async () => {
    await start();
    await push();
    await gateway.quiet();
    const first = pressed('lin', 0, 'o0');
    await gateway.deliver(first);
    await gateway.deliver(first);
    await gateway.deliver(pressed('lin', 1));
    await gateway.quiet();
    expect(told).toHaveLength(1);
    expect(await answers()).toMatchObject([{ button: 'yes', choices: { prio: ['high'] } }]);
    expect(toasts()).toEqual([
      'Noted: Agree · Priority: High',
      'Noted: Agree · Priority: High',
      'You have answered already: Agree · Priority: High',
    ]);
  });

  it('is told again until the asker has taken it, also over a crash', async () => {
    await start();
    await push();
    await gateway.quiet();
    fails = 1;
    await gateway.deliver(pressed('lin', 1));
    await gateway.crash();
    await gateway.quiet();
    expect(told).toHaveLength(1);
    expect(await answers()).toMatchObject([{ button: 'no', choices: { prio: [] }, handled: true }]);
  });

  it('counts for each receiver, and for nobody who is none', async () => {
    await start();
    await push({ to: [user('lin'), user('chen')] });
    await gateway.quiet();
    const at = (who: string) => pusher.messages.findIndex(({ to }) => to.ids.includes(who));
    await gateway.deliver(pressed('lin', 0, undefined, at('lin')));
    await gateway.deliver(pressed('chen', 1, undefined, at('chen')));
    await gateway.deliver(pressed('eve', 0, undefined, at('lin')));
    await gateway.quiet();
    expect(told.map(({ answer }) => `${answer.account} ${answer.button}`).toSorted()).toEqual(['chen no', 'lin yes']);
    expect(toasts().at(-1)).toBe('This was not sent to you, so you cannot answer it.');
  });

  it('that is made up changes nothing', async () => {
    await start();
    await push();
    await push({ key: 'plain', content: { kind: 'text', text: 'no question' }, answers: undefined as never });
    await gateway.quiet();
    const forged = (value: unknown) => gateway.deliver(press(message('', { account: 'lin' }), value));
    await forged({ act: 'answer', push: keyOf(), index: 7 });
    await forged({ act: 'answer', push: 'u123', index: 0 });
    await forged({ act: 'answer', push: keyOf(1), index: 0 });
    await gateway.deliver(pressed('lin', 0, 'o9'));
    await gateway.quiet();
    expect(toasts().slice(0, 3)).toEqual(Array(3).fill('This message is too old to be answered.'));
    expect(await answers()).toMatchObject([{ button: 'yes', choices: { prio: [] } }]);
  });

  it('comes back too where presses are events, and shows by a call', async () => {
    await start();
    const shown: unknown[] = [];
    gateway.platform.answerAction = async (_, answer) => void shown.push(answer.answered?.words);
    await push();
    await gateway.quiet();
    await gateway.deliver(pressed('lin', 1, 'o0'));
    await gateway.quiet();
    expect(shown).toEqual(['Refuse · Priority: High']);
    expect(told).toHaveLength(1);
  });

  it('goes on as a push, where the asker is somebody to be told', async () => {
    await start();
    const subject = { to: [user('boss')], lang: 'en' };
    await push({ answers: { purpose: TELL_PURPOSE, subject } });
    await gateway.quiet();
    await gateway.deliver(pressed('lin', 0, 'o0'));
    await gateway.quiet();
    expect(pusher.said.at(-1)).toBe(
      'message user boss: **“Purchase 8812” was answered**\n\nlin: Agree · Priority: High',
    );
  });

  it('waits among the dead letters for an asker who is not there, and stays in the record', async () => {
    await start({ pushPurposes: [] });
    await push();
    await gateway.quiet();
    await gateway.deliver(pressed('lin', 0));
    await gateway.quiet();
    expect(await gateway.store.upkeep.deadLetters(10)).toMatchObject([{ code: 'push_purpose_unknown' }]);
    expect(await answers()).toMatchObject([{ button: 'yes', handled: false }]);
  });

  it('is not asked for where nobody could give it', async () => {
    await start();
    const refused = (more: Partial<PushRequest>) =>
      push({ key: 'x', ...more }).catch(({ code }: { code: string }) => code);
    pusher.asks = 'buttons';
    expect(await refused({})).toBe('platform_content_refused');
    const twice = { ...QUESTION, answers: [...QUESTION.answers, { id: 'yes', text: 'Again' }] };
    expect(await refused({ content: twice })).toBe('push_malformed');
    expect(await refused({ content: { kind: 'text', text: 'hello' } })).toBe('push_malformed');
    expect(await refused({ content: { ...QUESTION, answers: [] } })).toBe('push_malformed');
  });
});
