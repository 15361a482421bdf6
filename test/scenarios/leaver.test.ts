import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { turnIdOf } from '../../src/core/keys.ts';
import { message, press, startGateway, type TestGateway } from '../support/gateway.ts';

const DAY = 86_400_000;

let gateway: TestGateway;
let employed: Set<string>;
beforeEach(async () => {
  employed = new Set(['ada', 'bob']);
  gateway = await startGateway({ options: { directory: { trust: ['number'], refreshMs: DAY, syncMs: 0 } } });
  gateway.platform.directory = {
    member: async ({ account }) => ({
      isActive: employed.has(account),
      attributes: { number: account },
      departments: [],
    }),
  };
});
afterEach(() => gateway.close());

async function said(event: ReturnType<typeof message>): Promise<string> {
  await gateway.deliver(event);
  await gateway.quiet();
  return gateway.platform.texts.at(-1) ?? '';
}

/** Bob leaves, and the gateway finds out as it does whenever it looks: here because it starts anew. */
async function bobLeaves(): Promise<void> {
  employed.delete('bob');
  await gateway.crash();
  expect(await said(message('let me in', { account: 'bob' }))).toContain('no longer in the company');
}

describe('who has left the company', () => {
  it('is told so, and no agent, command or conversation is hers any more', async () => {
    expect(await said(message('hello', { account: 'bob' }))).toContain('hello');
    await bobLeaves();
    expect(await said(message('/sessions', { account: 'bob' }))).toContain('no longer in the company');
    expect(await said(message('and I?', { account: 'ada' }))).toContain('and I?');
    expect(gateway.agent.asked.map(({ text }) => text)).toEqual(['hello', 'and I?']);
  });

  it('presses buttons for nothing: no rating, no new question', async () => {
    const asked = message('rate me', { account: 'bob' });
    await said(asked);
    await bobLeaves();
    for (const act of ['up', 'regenerate']) {
      await gateway.deliver(press(asked, { act, turn: turnIdOf(asked) }));
      await gateway.quiet();
      expect(gateway.platform.answers.at(-1)?.toast?.text).toContain('no longer in the company');
    }
    expect((await gateway.store.turns.get(turnIdOf(asked)))?.rating).toBe('none');
    expect(gateway.agent.rated).toEqual([]);
    expect(gateway.agent.asked).toHaveLength(1);
  });

  it('is let in again when the directory has her back', async () => {
    await said(message('hello', { account: 'bob' }));
    await bobLeaves();
    employed.add('bob');
    await gateway.crash();
    expect(await said(message('back again', { account: 'bob' }))).toContain('back again');
  });
});
