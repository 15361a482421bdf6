import { describe, expect, it } from 'vitest';
import { standIn } from '../../../test/support/dify-client.ts';
import { Recorder } from './record.ts';

describe('the record', () => {
  it('keeps the questions of each person and conversation in order', async () => {
    const { ask, server } = await standIn();
    const { last } = await ask('one');
    await ask('two', { conversation_id: last.conversation_id });
    await ask('other', { user: 'u-2' });
    expect(server.record.queries({ user: 'u-1' })).toEqual(['one', 'two']);
    expect(server.record.queries({ conversation: String(last.conversation_id) })).toEqual(['one', 'two']);
    expect(server.record.asked({ app: 'app-demo-chat' }).map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  it('tells what was asked twice by the same person', async () => {
    const { ask, server } = await standIn();
    for (const [query, user] of [
      ['a', 'u-1'],
      ['a', 'u-2'],
      ['b', 'u-1'],
      ['a', 'u-1'],
    ] as const)
      await ask(query, { user });
    expect([...server.record.repeated().values()]).toEqual([2]);
  });

  it('tells what ran at once in one conversation', async () => {
    const { ask, open, server } = await standIn({ speed: 100 });
    const conversation_id = (await ask('hi')).last.conversation_id;
    await ask('in order', { conversation_id });
    expect(server.record.overlapping()).toEqual([]);
    const first = await open('count to 9', { conversation_id });
    await first.until('message');
    await ask('too early', { conversation_id });
    await first.rest();
    expect(server.record.overlapping().map((pair) => pair.map(({ query }) => query))).toEqual([
      ['count to 9', 'too early'],
    ]);
  });

  it('keeps requests without their keys', async () => {
    const { ask, call, server } = await standIn();
    await ask('hi');
    await call('GET', '/conversations?user=u-1');
    expect(server.record.requests).toMatchObject([
      { method: 'POST', path: '/v1/chat-messages', app: 'app-demo-chat', status: 200, body: { query: 'hi' } },
      { method: 'GET', path: '/v1/conversations', query: { user: 'u-1' } },
    ]);
    expect(JSON.stringify(server.record.requests.map(({ headers }) => headers))).not.toContain('app-demo');
  });

  it('forgets the oldest requests first', () => {
    const recorder = new Recorder(2);
    const request = { at: 0, method: 'GET', query: {}, app: undefined, headers: {}, body: undefined, status: 200 };
    for (let n = 1; n <= 7; n += 1) recorder.add({ ...request, path: `/${n}` });
    expect(recorder.requests.map(({ path }) => path)).toEqual(['/6', '/7']);
  });
});
