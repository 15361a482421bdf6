import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ThreeVendors } from '../support/three-vendors.ts';

let three: ThreeVendors;
beforeEach(async () => {
  three = await ThreeVendors.start();
});
afterEach(() => three.close());

describe('one person on three platforms', () => {
  it('asks on Feishu, goes on in DingTalk by a code, and in WeCom because the directories say who she is', {
    timeout: 60_000,
  }, async () => {
    await three.ask('feishu', 'first #instant');
    const code = /[A-Z]{4}-[A-Z]{4}/.exec(await three.ask('dingtalk', '/link'))?.[0] ?? 'none';
    expect(await three.ask('feishu', `/link ${code}`)).toMatch(/钉钉|DingTalk/);
    const { record } = three.sim.dingtalk;
    await record.until(() => record.answers().find(({ text }) => /was linked|绑定。如果/.test(text)), 10_000);
    const second = await three.ask('dingtalk', 'what did I ask before? #memory');
    expect(second).toContain('first');
    expect(second).toMatch(/飞书|Feishu/);
    // Nobody has asked a directory so far.
    await three.restart({ PEOPLE_TRUST: 'email' });
    await three.ask('feishu', 'second #instant');
    expect(await three.ask('wecom', 'what did I ask before? #memory')).toContain('first');
    const dialogues = (three.sim.dify?.record.asked() ?? []).map(({ conversation, user }) => `${conversation} ${user}`);
    expect(dialogues).toHaveLength(4);
    expect(dialogues).toEqual(dialogues.map(() => dialogues[0]));
  });
});
