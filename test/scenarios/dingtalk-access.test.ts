import { afterEach, beforeEach, expect, it } from 'vitest';
import { readRules } from '../../src/rights/rules-file.ts';
import type { RecordedDingtalkAnswer } from '../../src/simulator/index.ts';
import { openStore } from '../../src/store/open.ts';
import { ThreeVendors } from '../support/three-vendors.ts';

const RULES = `
roles:
  everyone: { allow: ["command:access", "command:help"] }
  staff: { allow: ["agent:*"], onRequestDays: 7 }
`;

let three: ThreeVendors;
beforeEach(async () => {
  three = await ThreeVendors.start({ ACCESS_ADMINISTRATORS: 'dingtalk/wang.min' });
  const store = await openStore(three.databaseUrl, {});
  await store.rights.replace(readRules(RULES), 'admin', Date.now());
  await store.close();
  // After so long every process goes by what another has changed.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
});
afterEach(() => three.close());

/** The card that an administrator gets. */
const cardOf = (person: string): Promise<RecordedDingtalkAnswer> => {
  const { dingtalk } = three.sim;
  const chat = dingtalk.directChat(person);
  const isCard = ({ track }: RecordedDingtalkAnswer): boolean => track !== undefined;
  return dingtalk.record.until(() => dingtalk.record.inChat(chat).find(isCard), 10_000);
};
const press = (card: RecordedDingtalkAnswer, words: string, from = 'wang') =>
  three.sim.dingtalk.press(from, card.messageId, {
    actionId: card.buttons.find(({ text }) => text === words)?.id ?? '',
  });

it('a request for access comes to a DingTalk administrator with buttons, and one press decides it', {
  timeout: 60_000,
}, async () => {
  expect(await three.reaches('dingtalk', 'lin')).toBe(false);
  await three.sim.dingtalk.say({ from: 'lin', text: '/access staff' }).delivered;
  const card = await cardOf('wang');
  expect(card.buttons.map(({ text }) => text)).toEqual(['Grant', 'Refuse']);
  expect(card.text).toContain('staff');
  expect(await press(card, 'Grant')).toMatchObject({ ok: true });
  await three.quiet();
  const after = await cardOf('wang');
  expect(after.buttons).toEqual([]);
  expect(after.text).toContain('✅ Grant');
  expect(await three.reaches('dingtalk', 'lin')).toBe(true);
});
