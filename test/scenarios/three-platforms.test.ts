import { afterEach, describe, expect, it } from 'vitest';
import { readRules } from '../../src/rights/rules-file.ts';
import { openStore } from '../../src/store/open.ts';
import { ThreeVendors, VENDORS } from '../support/three-vendors.ts';

let three: ThreeVendors;
afterEach(() => three.close());

const FILE = `
access:
  approval:
    channel: dingtalk
    template: PROC-ACCESS
    fields: { 申请事由: "{name} 申请 {role}（{days} 天）" }
`;
/** Whoever has the pass may ask; it is given for some seconds. */
const RULES = `
roles:
  everyone: { allow: ["command:access"] }
  pass: { allow: ["agent:*"], onRequestDays: DAYS }
`;

describe('one person on three platforms', () => {
  it('asks on Feishu, goes on in DingTalk by a code, and in WeCom because the directories say who she is', {
    timeout: 60_000,
  }, async () => {
    three = await ThreeVendors.start();
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

  it('is refused a feature, asks for it by an approval in DingTalk, has it for a time on every platform, and no longer', {
    timeout: 90_000,
  }, async () => {
    const seconds = 15;
    three = await ThreeVendors.start({ PEOPLE_TRUST: 'email' }, FILE);
    const store = await openStore(three.databaseUrl, {});
    const rules = RULES.replace('DAYS', String(seconds / 86_400));
    await store.rights.replace(readRules(rules), 'admin', Date.now());
    await store.close();
    await new Promise((resolve) => setTimeout(resolve, 1_200));

    expect(await three.reaches('feishu', 'lin')).toBe(false);
    await three.ask('dingtalk', '/access pass');
    const [approval] = three.sim.dingtalk.approvalViews();
    expect(approval).toMatchObject({ askedBy: 'lin', waitingFor: ['wang'], fields: [{ label: '申请事由' }] });
    expect(await three.reaches('feishu', 'lin')).toBe(false);
    await three.office('dingtalk', { person: 'wang', type: 'approval', approval: approval?.id, act: 'approve' });
    await three.quiet();
    expect(three.sim.dingtalk.record.answers().at(-1)?.text).toMatch(/You have|已通过/);
    expect(await three.reaches('feishu', 'lin')).toBe(true);
    expect(await three.reaches('wecom', 'lin')).toBe(true);
    expect(await three.reaches('wecom', 'chen')).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
    for (const vendor of VENDORS) expect(await three.reaches(vendor, 'lin')).toBe(false);
  });
});
