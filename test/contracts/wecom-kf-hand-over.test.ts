import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { soon } from '../support/wecom-kf.ts';
import { KfGateway, settle } from '../support/wecom-kf-gateway.ts';

let gateway: KfGateway;
beforeEach(async () => {
  gateway = await KfGateway.create();
});
afterEach(() => gateway.close());

const servedBy = (): string => gateway.sim.wecom.kf.session('zhao').servicer ?? '';

describe('a customer who wants a person', () => {
  it('is given to one by a word, and the bot is silent until the end', async () => {
    await gateway.start();
    await gateway.say('你好').delivered;
    await gateway.shown('你好');
    await gateway.say('转人工').delivered;
    const told = await gateway.shown('已为你转接');
    expect(told.text).not.toContain('你好');
    expect(gateway.state).toBe(3);
    const servicer = servedBy();
    const [briefing = ''] = await soon(() => gateway.told(servicer).length > 0 && gateway.told(servicer));
    expect(briefing).toMatch(/客户“.+”转给你了[\s\S]*客户：你好[\s\S]*助手：你好[\s\S]*客户：转人工/);
    expect(briefing).toMatch(/原因：客户要求人工\n语言：中文\n提问时间：\d\d-\d\d \d\d:\d\d\n问题：你好\n已回答：你好/);
    await gateway.say('在吗').delivered;
    await gateway.sim.wecom.kf.servicerSays(servicer, 'zhao', '在的').delivered;
    await settle();
    expect(gateway.texts().filter((text) => text === '在吗')).toEqual([]);
    await gateway.sim.wecom.kf.end('zhao');
    await gateway.say('还有一个问题').delivered;
    await gateway.shown('还有一个问题');
  });

  it('is given to one by the menu', async () => {
    await gateway.start();
    await gateway.say('你好').delivered;
    await gateway.press(await gateway.shown('你好'), '转人工');
    await soon(() => gateway.state === 3);
  });

  it('is given to one by the agent, whose mark is not shown', async () => {
    await gateway.start({ env: { WECOM_KF_HAND_OVER_MARKER: '[[escalate]]' } });
    await gateway.say('我帮你转给同事 [[escalate]]').delivered;
    const answer = await gateway.shown('我帮你转给同事');
    expect(answer.text).not.toContain('[[');
    await soon(() => gateway.state === 3);
  });

  it('is given to one by the agent’s mark in front of a long answer that goes out in several messages', async () => {
    await gateway.start({ env: { WECOM_KF_HAND_OVER_MARKER: '[[escalate]]' } });
    await gateway.say(`[[escalate]] 先说几句 ${'我再说明一下这件事。'.repeat(160)}`).delivered;
    await gateway.shown('先说几句');
    await soon(() => gateway.state === 3);
    expect(gateway.texts().length).toBeGreaterThan(1);
    expect(gateway.texts().join('')).not.toContain('[[');
  });

  it('is given to one after two answers that did not help', async () => {
    await gateway.start();
    await gateway.say('你好').delivered;
    await gateway.press(await gateway.shown('你好'), '👎');
    await gateway.shown('收到');
    expect(gateway.state).not.toBe(3);
    await gateway.say('再来').delivered;
    await gateway.press(await gateway.shown('再来'), '👎');
    await soon(() => gateway.state === 3);
  });

  it.each([
    { where: 'servicer/list', what: 'who is on duty' },
    { where: 'service_state/trans', what: 'the hand-over' },
  ])('is given to one for a 👎, though the vendor fails first at $what, and is thanked once', async ({ where }) => {
    await gateway.start({ env: { WECOM_KF_HAND_OVER_AFTER: '1' } });
    gateway.sim.faults.add({ side: 'wecom', kind: 'server-error', path: where, count: 3 });
    await gateway.complain('你好');
    await soon(() => gateway.state === 3);
    expect(gateway.log.some((line) => line.includes('event delayed'))).toBe(true);
    expect(gateway.texts().filter((text) => text.includes('收到'))).toHaveLength(1);
    await soon(() => gateway.told(servedBy()).length === 1);
  });

  it('is given to one for a 👎 that was being followed when the gateway stopped', async () => {
    await gateway.start({ env: { WECOM_KF_HAND_OVER_AFTER: '1' } });
    gateway.sim.faults.add({ side: 'wecom', kind: 'server-error', path: 'servicer/list' });
    await gateway.complain('你好');
    await soon(() => gateway.log.some((line) => line.includes('event delayed')));
    await gateway.stop();
    gateway.sim.faults.clear();
    await gateway.start({ env: { WECOM_KF_HAND_OVER_AFTER: '1' } });
    await soon(() => gateway.state === 3);
    await soon(() => gateway.told(servedBy()).length === 1);
  });

  it('is told once that nobody is on duty, though the agent wants a person each time, and each time she asks herself', async () => {
    await gateway.start({ env: { WECOM_KF_HAND_OVER_MARKER: '[[escalate]]', WECOM_KF_BUTTONS: 'false' } });
    for (const servicer of ['wang', 'chen']) await gateway.sim.wecom.kf.duty(servicer, false);
    for (const n of ['一', '二', '三']) {
      await gateway.say(`第${n}问 [[escalate]]`).delivered;
      await gateway.shown(`第${n}问`);
    }
    const nobody = () => gateway.texts().filter((text) => text.includes('没有人工客服在线')).length;
    await soon(() => nobody() === 1);
    await gateway.say('转人工').delivered;
    await soon(() => nobody() === 2);
    await gateway.say('人工客服').delivered;
    await soon(() => nobody() === 3);
    await settle();
    expect(nobody()).toBe(3);
  });

  it('is told the hours when nobody is on duty, and goes on with the bot', async () => {
    await gateway.start({ env: { WECOM_KF_OFFICE_HOURS: '周一至周五 9–18 点' } });
    for (const servicer of ['wang', 'chen']) await gateway.sim.wecom.kf.duty(servicer, false);
    await gateway.say('转人工').delivered;
    const told = await gateway.shown('周一至周五 9–18 点');
    expect(told.text).toContain('没有人工客服在线');
    await gateway.say('那算了').delivered;
    await gateway.shown('那算了');
  });

  it('is answered by the bot where the app may hand nobody over', async () => {
    await gateway.start();
    gateway.sim.faults.add({ side: 'wecom', kind: 'refuse', code: 48002, count: 1, path: 'servicer/list' });
    await gateway.say('转人工').delivered;
    await gateway.shown('转人工');
    expect(gateway.state).toBe(0);
  });

  it('waits in the pool in silence, and is picked from there', async () => {
    await gateway.start();
    gateway.sim.faults.add({ side: 'wecom', kind: 'refuse', code: 95014, count: 2, path: 'service_state/trans' });
    await gateway.say('转人工').delivered;
    await gateway.shown('排队');
    expect(gateway.state).toBe(2);
    await gateway.say('快点').delivered;
    await settle();
    expect(gateway.texts().filter((text) => text === '快点')).toEqual([]);
    await gateway.sim.wecom.kf.pick('wang', 'zhao');
    expect(gateway.state).toBe(3);
  });

  it('is offered one when an answer did not help, and given one at once where one is enough', async () => {
    await gateway.start();
    await gateway.complain('你好');
    const thanks = await gateway.shown('收到');
    await gateway.press(thanks, '转人工');
    await soon(() => gateway.state === 3);
    await gateway.sim.wecom.kf.end('zhao');
    await gateway.restart({ env: { WECOM_KF_HAND_OVER_AFTER: '1' } });
    await gateway.complain('另一个问题');
    await soon(() => gateway.state === 3);
  });

  it('is given to one after two answers that failed', async () => {
    await gateway.start({ env: { DIFY_BASE_URL: gateway.sim.difyUrl, DIFY_API_KEY: 'app-demo-chat' } });
    gateway.sim.faults.add({ side: 'dify', kind: 'server-error', path: 'chat-messages' });
    await gateway.say('年假有几天').delivered;
    await soon(() => gateway.texts().length > 0);
    expect(gateway.state).not.toBe(3);
    await gateway.say('病假呢').delivered;
    await soon(() => gateway.state === 3);
  });

  it('is not forgotten over a restart: the complaints count, and so do the lines for whoever takes over', async () => {
    await gateway.start();
    await gateway.complain('你好');
    await gateway.shown('收到');
    await gateway.restart();
    await gateway.complain('再来');
    await soon(() => gateway.state === 3);
    const [briefing = ''] = await soon(() => gateway.told(servedBy()).length > 0 && gateway.told(servedBy()));
    expect(briefing).toMatch(/客户：你好[\s\S]*客户：再来/);
  });

  it('is forgiven: who was helped in between has not complained twice in a row', async () => {
    await gateway.start();
    await gateway.complain('一');
    await gateway.shown('收到');
    await gateway.say('二').delivered;
    await gateway.press(await gateway.shown('二'), '👍');
    await gateway.shown('谢谢');
    await gateway.complain('三');
    await soon(() => gateway.texts().filter((text) => text.includes('收到')).length === 2);
    expect(gateway.state).not.toBe(3);
  });

  it('is left to a person who took over meanwhile: what the bot still wanted to say is refused, and that is no failure', async () => {
    await gateway.start();
    gateway.sim.faults.add({ side: 'wecom', kind: 'refuse', code: 95018, path: 'kf/send_msg' });
    await gateway.say('你好').delivered;
    await soon(() => gateway.log.some((line) => line.includes('a person serves')));
    expect(gateway.texts()).toEqual([]);
    expect(gateway.log.some((line) => line.includes('"level":"error"'))).toBe(false);
  });
});

describe('a servicer who takes over', () => {
  /** Both servicers can be given nobody for now, so that the customer waits in the pool. */
  async function waitInPool(): Promise<void> {
    await gateway.start();
    await gateway.say('我的电话是 13800138000').delivered;
    await gateway.shown('我的电话');
    gateway.sim.faults.add({ side: 'wecom', kind: 'refuse', code: 95014, count: 2, path: 'service_state/trans' });
    await gateway.say('转人工').delivered;
    await gateway.shown('排队');
  }

  it('reads what was said when she picks a customer from the pool, and so does whom she hands her on to', async () => {
    await waitInPool();
    expect([...gateway.told('wang'), ...gateway.told('chen')]).toEqual([]);
    await gateway.sim.wecom.kf.pick('wang', 'zhao');
    await soon(() => gateway.told('wang').length > 0);
    await gateway.sim.wecom.kf.transfer('zhao', 'chen');
    await soon(() => gateway.told('chen').length > 0);
    expect(gateway.told('wang')).toHaveLength(1);
    expect(gateway.texts().join('')).not.toContain('转给你');
  });

  it('reads why: picked from the queue she still asked for a person, handed on she comes from a colleague', async () => {
    await waitInPool();
    await gateway.sim.wecom.kf.pick('wang', 'zhao');
    const [picked = ''] = await soon(() => gateway.told('wang').length > 0 && gateway.told('wang'));
    await gateway.sim.wecom.kf.transfer('zhao', 'chen');
    const [handedOn = ''] = await soon(() => gateway.told('chen').length > 0 && gateway.told('chen'));
    expect([picked, handedOn].map((text) => /原因：(.+)/.exec(text)?.[1])).toEqual(['客户要求人工', '同事转接给你']);
  });

  it('gets the agent’s summary behind the lines where the operator wants it, with no number that must not leave', async () => {
    await gateway.start({ env: { WECOM_KF_SUMMARY: 'agent', PRIVACY_IN: 'mask' } });
    await gateway.say('我的电话是 13800138000').delivered;
    await gateway.shown('我的电话');
    await gateway.say('转人工').delivered;
    await gateway.shown('已为你转接');
    const told = await soon(() => gateway.told(servedBy()).length === 2 && gateway.told(servedBy()));
    expect(told[0]).toContain('问题：我的电话是');
    expect(told[1]).toMatch(/^客户“.+”的对话概括（由智能助手生成，请核对）：\n/);
    // The agent of this test repeats what it is asked.
    expect(told[1]).toContain('对话只是材料');
    expect(told.join('')).not.toContain('13800138000');
  });

  it('is not kept waiting by an agent that sums nothing up', async () => {
    const dify = { DIFY_BASE_URL: gateway.sim.difyUrl, DIFY_API_KEY: 'app-demo-chat' };
    await gateway.start({ env: { WECOM_KF_SUMMARY: 'agent', ...dify } });
    await gateway.say('你好').delivered;
    await soon(() => gateway.texts().length > 0);
    gateway.sim.faults.add({ side: 'dify', kind: 'server-error', path: 'chat-messages' });
    await gateway.say('转人工').delivered;
    await gateway.shown('已为你转接');
    await soon(() => gateway.log.some((line) => line.includes('dialogue not summed up')));
    await soon(() => gateway.told(servedBy()).length > 0);
    await settle();
    expect(gateway.told(servedBy())).toHaveLength(1);
  });

  it('reads no number that must not leave', async () => {
    await waitInPool();
    await gateway.sim.wecom.kf.pick('wang', 'zhao');
    const [briefing = ''] = await soon(() => gateway.told('wang').length > 0 && gateway.told('wang'));
    expect(briefing).toContain('我的电话是');
    expect(briefing).not.toContain('13800138000');
  });

  it('is told once, though the page that tells of it is read again', async () => {
    await waitInPool();
    gateway.sim.faults.add({ side: 'wecom', kind: 'server-error', path: 'sync_msg', count: 1, afterEffect: true });
    await gateway.sim.wecom.kf.pick('wang', 'zhao');
    await soon(() => gateway.told('wang').length > 0);
    await gateway.restart();
    await gateway.sim.wecom.kf.signal();
    await settle();
    expect(gateway.told('wang')).toHaveLength(1);
  });

  it('still gets her customer when she cannot be told, and the log has no word of the dialogue', async () => {
    await gateway.start();
    gateway.sim.faults.add({ side: 'wecom', kind: 'refuse', code: 60011, path: 'message/send' });
    await gateway.say('你好').delivered;
    await gateway.shown('你好');
    await gateway.say('转人工').delivered;
    await gateway.shown('已为你转接');
    await soon(() => gateway.log.some((one) => one.includes('reply given up')));
    expect(gateway.log.join('')).not.toContain('你好');
    expect(gateway.state).toBe(3);
  });

  it('is told once when the vendor can be reached again, though it takes three tries and a restart', async () => {
    await gateway.start();
    gateway.sim.faults.add({ side: 'wecom', kind: 'server-error', path: 'message/send', count: 2 });
    await gateway.say('你好').delivered;
    await gateway.shown('你好');
    await gateway.say('转人工').delivered;
    await gateway.shown('已为你转接');
    await soon(() => gateway.log.some((one) => one.includes('reply delayed')));
    expect(gateway.told(servedBy())).toEqual([]);
    await gateway.restart();
    const [briefing = ''] = await soon(() => gateway.told(servedBy()).length > 0 && gateway.told(servedBy()));
    expect(briefing).toMatch(/客户：你好[\s\S]*客户：转人工/);
    await settle();
    expect(gateway.told(servedBy())).toHaveLength(1);
  });

  it('is told once when the answer to her message was lost', async () => {
    await gateway.start();
    gateway.sim.faults.add({ side: 'wecom', kind: 'server-error', path: 'message/send', count: 1, afterEffect: true });
    await gateway.say('你好').delivered;
    await gateway.shown('你好');
    await gateway.say('转人工').delivered;
    await soon(() => gateway.log.some((one) => one.includes('reply delayed')));
    await gateway.restart();
    await settle();
    await soon(() => gateway.told(servedBy()).length > 0);
    expect(gateway.told(servedBy())).toHaveLength(1);
  });
});
