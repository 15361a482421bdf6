import { afterEach, describe, expect, it } from 'vitest';
import type { MessageEvent } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import { groupMessage, startGateway, type TestGateway, type TestGatewayOptions } from '../support/gateway.ts';

let gateway: TestGateway;
afterEach(() => gateway.close());

/** A group that ada owns. */
async function start(options: TestGatewayOptions = {}): Promise<void> {
  gateway = await startGateway(options);
  gateway.platform.chatOwner = async () => id('ada');
}

async function said(event: MessageEvent): Promise<string> {
  await gateway.deliver(event);
  await gateway.quiet();
  return gateway.platform.texts.at(-1) ?? '';
}

const conversations = () => gateway.agent.asked.map(({ conversation }) => conversation);

describe('/scope in a group', () => {
  it('lets its owner choose that all share one conversation, from the next message on', async () => {
    await start();
    await said(groupMessage('mine', 'ada'));
    await said(groupMessage('yours', 'bob'));
    expect(conversations()).toEqual([undefined, undefined]);
    expect(await said(groupMessage('/范围 群', 'ada'))).toContain('本群所有人共用一段对话');
    await said(groupMessage('ours', 'ada'));
    await said(groupMessage('and on', 'bob'));
    const [, , shared] = gateway.agent.asked;
    expect(conversations().slice(2)).toEqual([undefined, `c-${shared?.user}`]);
    const elsewhere = groupMessage('another group', 'bob');
    await said({ ...elsewhere, to: { ...elsewhere.to, chat: id('group 2') } });
    expect(conversations().at(-1)).toBeUndefined();
  });

  it('does not touch what was asked before: it is answered in its own conversation', async () => {
    await start();
    const asking = Promise.withResolvers<void>();
    const going = Promise.withResolvers<void>();
    gateway.agent.answer = async function* (ask) {
      asking.resolve();
      await going.promise;
      yield {
        kind: 'started',
        run: { user: ask.user, conversation: ask.conversation ?? `c-${ask.text}` },
        forgotten: false,
      };
      yield { kind: 'text', delta: 'yes' };
    };
    await gateway.deliver(groupMessage('before', 'bob'));
    await asking.promise;
    await gateway.deliver(groupMessage('also before', 'bob'));
    await gateway.deliver(groupMessage('/scope group', 'ada'));
    await expect.poll(() => gateway.platform.texts.join(' '), { timeout: 10_000 }).toContain('everybody shares');
    going.resolve();
    await gateway.quiet();
    await said(groupMessage('after', 'bob'));
    expect(conversations()).toEqual([undefined, 'c-before', undefined]);
  });

  it('is refused to everybody else, and the owner can go back to the settings', async () => {
    await start();
    expect(await said(groupMessage('/scope group', 'bob'))).toContain('Only the group’s owner');
    expect(await said(groupMessage('/scope', 'bob'))).toContain('each member has a conversation of her own');
    expect(await said(groupMessage('/scope topic', 'ada'))).toContain('each topic');
    expect(await said(groupMessage('/scope auto', 'ada'))).toContain('each member');
    expect(await said(groupMessage('/scope everything', 'ada'))).toContain('/scope auto');
    expect(gateway.agent.asked).toEqual([]);
  });

  it('is the administrators’ where the platform does not tell the owner, or cannot', async () => {
    await start({ options: { administrators: [{ kind: 'user', channel: id('paper'), id: 'root' }] } });
    gateway.platform.chatOwner = () => Promise.reject(new Error('no such right'));
    expect(await said(groupMessage('/scope group', 'ada'))).toContain('Only the group’s owner');
    expect(await said(groupMessage('/scope group', 'root'))).toContain('everybody shares');
  });

  it('is theirs who decide about access as well, and is noted', async () => {
    await start({ access: { administrators: ['paper/boss'] } });
    expect(await said(groupMessage('/scope group', 'bob'))).toContain('Only the group’s owner');
    expect(await said(groupMessage('/scope group', 'boss'))).toContain('everybody shares');
    const boss = await gateway.store.people.find(id('paper'), id('boss'));
    const noted = await gateway.store.records.audit(boss?.id ?? id(''), 5);
    expect(noted).toMatchObject([
      { actor: boss?.id, action: 'choose-scope', detail: { chat: 'group', scope: 'group' } },
    ]);
  });

  it('outlives a crash', async () => {
    await start();
    await said(groupMessage('/scope group', 'ada'));
    await gateway.crash();
    await said(groupMessage('ours', 'ada'));
    await said(groupMessage('and on', 'bob'));
    expect(conversations()).toEqual([undefined, `c-${gateway.agent.asked[0]?.user}`]);
  });
});
