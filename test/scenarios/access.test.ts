import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccessRules } from '../../src/core/access.ts';
import type { ApprovalState } from '../../src/core/approvals.ts';
import type { InboundEvent } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import { readRules } from '../../src/rights/rules-file.ts';
import { groupMessage, message, press, startGateway, type TestGateway } from '../support/gateway.ts';
import { PAPER_TEMPLATE } from '../support/paper-approvals.ts';
import { PaperPusher } from '../support/paper-pusher.ts';
import { ScriptAgent } from '../support/script-agent.ts';

const DAY = 86_400_000;
const RULES = `
roles:
  everyone: { allow: ["agent:script"] }
  hr: { title: Personnel, allow: ["agent:hr"], onRequestDays: 7 }
`;

let gateway: TestGateway;
let now: number;
let hr: ScriptAgent;
let pusher: PaperPusher;
beforeEach(() => {
  now = Date.parse('2026-05-10T08:00:00+08:00');
  hr = new ScriptAgent(100, 'hr');
  pusher = new PaperPusher();
});
afterEach(() => gateway.close());

async function start(access: AccessRules): Promise<void> {
  const clock = { now: () => now, sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)) };
  const routes = [{ agent: id<typeof hr.name>('hr'), command: ['hr'] }];
  gateway = await startGateway({ clock, others: [hr], routes, access, pusher });
  await gateway.store.rights.replace(readRules(RULES), 'admin', now);
}

async function deliver(event: InboundEvent): Promise<string> {
  await gateway.deliver({ ...event, ...('at' in event && { at: now }) });
  await gateway.quiet();
  return gateway.platform.texts.at(-1) ?? '';
}

const FORM: AccessRules = {
  administrators: [],
  approval: {
    channel: id('paper'),
    template: PAPER_TEMPLATE.code,
    fields: { Reason: '{name} wants {role}, {days} days' },
  },
};
const ADMIN: AccessRules = { administrators: ['paper/boss'] };

/** The approval comes to an end, and the vendor says so. */
async function ends(state: ApprovalState): Promise<void> {
  const asked = message('');
  gateway.platform.approvals.readings.set('pi-1', { state, decisions: [], waitingFor: [] });
  const change = { of: 'instance', state } as const;
  const instance = { instance: id<never>('pi-1'), template: PAPER_TEMPLATE.code, change };
  await deliver({ kind: 'approval', key: id(`pi-1:${state}`), at: now, from: asked.from, to: asked.to, ...instance });
}

const code = () => {
  const [pushed] = pusher.messages;
  return /\/grant ([A-Z]{8})/.exec(pushed?.content.text ?? '')?.[1] ?? 'no code';
};

describe('asking for access', () => {
  it('is refused → asked for by a button → approved → works → ends by itself', async () => {
    await start(FORM);
    const question = message('/hr how many days?');
    expect(await deliver(question)).toContain('Send /access hr to ask for it');
    const refusal = gateway.platform.messages[0]?.looks.at(-1);
    if (refusal?.kind !== 'notice') throw new Error('no notice');
    expect(refusal.suggested).toEqual(['/access hr']);
    await deliver(press(question, { act: 'ask', turn: refusal.turn, index: 0 }));
    expect(gateway.platform.texts.at(-1)).toContain('An approval for Personnel is on its way');
    expect(gateway.platform.approvals.started).toMatchObject([
      { by: 'ada', form: [{ value: { text: 'ada wants Personnel, 7 days' } }] },
    ]);
    expect(await deliver(message('/hr now?'))).toContain('You may not use Hr');

    await ends('approved');
    expect(gateway.platform.texts.at(-1)).toBe('You have Personnel now, until 2026-05-17 08:00 (UTC+8). Just use it.');
    expect(await deliver(message('/hr now?'))).toBe('you said: now?');
    now += 7 * DAY - 1;
    expect(await deliver(message('/hr still?'))).toBe('you said: still?');
    now += 1;
    expect(await deliver(message('/hr after?'))).toContain('You may not use Hr');
    expect(hr.asked.map(({ text }) => text)).toEqual(['now?', 'still?']);
  });

  it('is taken back with its approval', async () => {
    await start(FORM);
    await deliver(message('/access hr'));
    await ends('approved');
    now += 1;
    await ends('canceled');
    expect(gateway.platform.texts.at(-1)).toContain('it was taken back');
    expect(await deliver(message('/hr now?'))).toContain('You may not use Hr');
  });

  it('starts one approval, however often it is asked and whatever dies', async () => {
    await start(FORM);
    await deliver(message('/access hr'));
    await gateway.crash();
    await deliver(message('/access personnel'));
    expect(gateway.platform.approvals.started).toHaveLength(1);
  });

  it('goes to the administrators where there is no form, who grant it in a chat', async () => {
    await start(ADMIN);
    expect(await deliver(message('/access hr'))).toContain('Your administrators were asked for Personnel');
    await deliver(message('/access hr'));
    expect(pusher.messages).toHaveLength(1);
    expect(await deliver(message(`/grant ${code()}`, { account: 'eve' }))).toContain('Only the administrators');
    expect(await deliver(message('/grant BBBBBBBB', { account: 'boss' }))).toContain('There is no such request');
    await deliver(message(`/grant ${code()}`, { account: 'boss' }));
    expect(gateway.platform.texts).toContain(`${code()} (hr) is granted, and who asked is told.`);
    expect(gateway.platform.texts.filter((text) => text.startsWith('You have Personnel now'))).toHaveLength(1);
    expect(await deliver(message('/hr now?'))).toBe('you said: now?');
    expect(await deliver(message('/access hr'))).toContain('You have Personnel already');
  });

  /** An administrator presses a button under what was pushed to her. */
  const decide = (button: 'grant' | 'refuse', account: string) => {
    const [asked] = pusher.messages.filter(({ to, content }) => content.kind === 'question' && to.ids[0] === account);
    const index = button === 'grant' ? 0 : 1;
    return deliver(press(message('', { account }), { act: 'answer', push: asked?.key, index }));
  };

  it('is granted by a button, where presses come back, once and by whom it was sent to', async () => {
    await start(ADMIN);
    await deliver(message('/access hr'));
    const [asked] = pusher.messages;
    expect(asked?.content).toMatchObject({ kind: 'question', answers: [{ text: 'Grant' }, { text: 'Refuse' }] });
    await deliver(press(message('', { account: 'eve' }), { act: 'answer', push: asked?.key, index: 0 }));
    expect(await deliver(message('/hr now?'))).toContain('You may not use Hr');
    await decide('grant', 'boss');
    await decide('refuse', 'boss');
    expect(gateway.platform.texts.filter((text) => text.startsWith('You have Personnel now'))).toHaveLength(1);
    expect(await deliver(message('/hr now?'))).toBe('you said: now?');
    expect(gateway.platform.answers.map(({ toast }) => toast?.kind)).toEqual(['warning', 'success', 'info']);
  });

  it('is refused by a button too; who comes second, by whichever way, changes nothing and is told', async () => {
    await start({ administrators: ['paper/boss', 'paper/chief'] });
    await deliver(message('/access hr'));
    await decide('refuse', 'chief');
    expect(gateway.platform.texts.filter((text) => text.startsWith('You did not get Personnel'))).toHaveLength(1);
    await decide('grant', 'boss');
    expect(pusher.said.at(-1)).toContain('message user boss: Request');
    expect(pusher.said.at(-1)).toContain('was decided before');
    expect(await deliver(message('/hr now?'))).toContain('You may not use Hr');
  });

  it('cannot be granted by a button of somebody who is no administrator any more', async () => {
    const rules = { administrators: ['paper/boss'] };
    await start(rules);
    await deliver(message('/access hr'));
    rules.administrators.length = 0;
    await decide('grant', 'boss');
    expect(await deliver(message('/hr now?'))).toContain('You may not use Hr');
  });

  it('goes by words alone where no press comes back', async () => {
    await start(ADMIN);
    Object.assign(pusher, { asks: undefined });
    await deliver(message('/access hr'));
    expect(pusher.messages).toMatchObject([{ content: { kind: 'markdown' } }]);
    await deliver(message(`/grant ${code()}`, { account: 'boss' }));
    expect(await deliver(message('/hr now?'))).toBe('you said: now?');
  });

  it('tells a refusal too, and the first word of an administrator stays', async () => {
    await start(ADMIN);
    await deliver(message('/access hr'));
    await deliver(message(`/refuse ${code()}`, { account: 'boss' }));
    expect(gateway.platform.texts.filter((text) => text.startsWith('You did not get Personnel'))).toHaveLength(1);
    expect(await deliver(message(`/grant ${code()}`, { account: 'boss' }))).toContain('decided before');
    expect(await deliver(message('/hr now?'))).toContain('You may not use Hr');
  });

  it('lists what there is, keeps out of groups, and says so where nobody can be asked', async () => {
    await start({ administrators: [] });
    expect(await deliver(message('/access'))).toContain('- `/access hr` Personnel (7 days)');
    expect(await deliver(groupMessage('/access hr', 'ada'))).toContain('in a direct chat');
    expect(await deliver(message('/access hr'))).toContain('Please talk to one directly');
    expect(await deliver(message('/help'))).not.toContain('/grant');
  });
});
