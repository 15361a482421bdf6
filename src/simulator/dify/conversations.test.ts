import { describe, expect, it } from 'vitest';
import { eventually, type Json, standIn, type TestClient } from '../../../test/support/dify-client.ts';

const list = (body: Json): readonly Json[] => body.data as readonly Json[];

async function conversations({ call }: TestClient, query = ''): Promise<readonly Json[]> {
  return list((await call('GET', `/conversations?user=u-1${query}`)).body);
}

describe('conversations', () => {
  it('are listed for their own user and app, the latest used first', async () => {
    const client = await standIn({ speed: 1 });
    const first = (await client.ask('first')).last.conversation_id;
    await new Promise((done) => setTimeout(done, 5));
    const second = (await client.ask('second')).last.conversation_id;
    await client.ask('not hers', { user: 'u-2' });
    expect((await conversations(client)).map(({ id }) => id)).toEqual([second, first]);
    await new Promise((done) => setTimeout(done, 5));
    await client.ask('again', { conversation_id: first });
    expect((await conversations(client)).map(({ id }) => id)).toEqual([first, second]);
    expect((await conversations(client, '&sort_by=created_at')).map(({ id }) => id)).toEqual([first, second]);
    expect((await conversations(client, `&limit=1&last_id=${String(first)}`)).map(({ id }) => id)).toEqual([second]);
  });

  it('refuse a page that is too long and a last id nobody knows', async () => {
    const { call } = await standIn();
    expect((await call('GET', '/conversations?user=u-1&limit=101')).status).toBe(400);
    expect((await call('GET', '/conversations?user=u-1&last_id=x')).body.message).toBe('Last Conversation Not Exists.');
  });

  it('get a name from the model a second later, or the first 20 characters at once', async () => {
    const client = await standIn({ speed: 1 });
    await client.ask('How do I apply for annual leave?', { auto_generate_name: false });
    expect((await conversations(client))[0]).toMatchObject({ name: 'How do I apply for a…', status: 'normal' });
    await client.ask('年假怎么申请？', { user: 'u-3' });
    const names = async (): Promise<unknown> =>
      list((await client.call('GET', '/conversations?user=u-3')).body)[0]?.name;
    expect(await names()).toBe('New conversation');
    client.server.speed = 1000;
    await eventually(async () => (await names()) === '年假怎么申请？');
  });

  it('are renamed and deleted by their owner only', async () => {
    const client = await standIn();
    const id = String((await client.ask('hi')).last.conversation_id);
    const rename = (body: object) => client.call('POST', `/conversations/${id}/name`, { user: 'u-1', ...body });
    expect((await rename({ name: 'Leave' })).body.name).toBe('Leave');
    expect((await rename({ auto_generate: true })).body.name).toBe('hi');
    expect((await rename({})).status).toBe(400);
    expect((await client.call('DELETE', `/conversations/${id}`, { user: 'u-2' })).status).toBe(404);
    const gone = await client.call('DELETE', `/conversations/${id}`, { user: 'u-1' });
    expect([gone.status, gone.raw]).toEqual([204, '']);
    expect((await client.call('GET', `/messages?conversation_id=${id}&user=u-1`)).body.message).toBe(
      'Conversation Not Exists.',
    );
  });

  it('have variables', async () => {
    const { ask, call } = await standIn();
    const id = String((await ask('hi')).last.conversation_id);
    expect((await call('GET', `/conversations/${id}/variables?user=u-1`)).body.data).toMatchObject([
      { name: 'turns', value: '1' },
    ]);
  });
});

describe('messages', () => {
  it('come as the newest before a first one, oldest first inside a page', async () => {
    const { ask, call } = await standIn();
    const conversation_id = (await ask('1')).last.conversation_id;
    for (const query of ['2', '3', '4', '5']) await ask(query, { conversation_id });
    const page = async (more: string) =>
      (await call('GET', `/messages?user=u-1&conversation_id=${String(conversation_id)}&${more}`)).body;
    const newest = await page('limit=2');
    expect([list(newest).map(({ query }) => query), newest.has_more]).toEqual([['4', '5'], true]);
    const before = await page(`limit=9&first_id=${String(list(newest)[0]?.id)}`);
    expect([list(before).map(({ query }) => query), before.has_more]).toEqual([['1', '2', '3'], false]);
    expect((await page('first_id=x')).message).toBe('First Message Not Exists.');
  });

  it('exist from the start of a call and are filled at its end', async () => {
    const { open, call } = await standIn({ speed: 100 });
    const stream = await open('count to 9');
    const { conversation_id: id } = await stream.until('message');
    const answer = async () =>
      list((await call('GET', `/messages?user=u-1&conversation_id=${String(id)}`)).body)[0]?.answer;
    expect(await answer()).toBe('');
    const { text } = await stream.rest();
    expect(await answer()).toBe(text);
  });

  it('have token counts since 1.16', async () => {
    const { ask, call } = await standIn({ flavour: '1.16' });
    const id = (await ask('hi')).last.conversation_id;
    const { body } = await call('GET', `/messages?user=u-1&conversation_id=${String(id)}`);
    expect(list(body)[0]).toMatchObject({ currency: 'USD', total_tokens: expect.any(Number) as number });
  });
});

describe('suggested questions', () => {
  it('come in the language of the question, for the owner of the message', async () => {
    const { ask, call } = await standIn();
    const id = String((await ask('年假怎么申请？')).last.message_id);
    expect((await call('GET', `/messages/${id}/suggested?user=u-1`)).body).toMatchObject({
      result: 'success',
      data: ['能举个例子吗？', '整理成表格', expect.stringContaining('年假') as string],
    });
    expect((await call('GET', `/messages/${id}/suggested?user=u-2`)).body.message).toBe('Message Not Exists.');
    expect((await call('GET', `/messages/${id}/suggested`)).status).toBe(400);
  });

  it('can be off, empty, or later than anybody waits', async () => {
    const { ask, call } = await standIn({ speed: 300 });
    const off = String((await ask('hi', { key: 'app-demo-plain' })).last.message_id);
    const refused = await call('GET', `/messages/${off}/suggested?user=u-1`, undefined, { key: 'app-demo-plain' });
    expect([refused.status, refused.body.message]).toEqual([400, 'Suggested Questions Is Disabled.']);
    const none = String((await ask('#no-suggestions')).last.message_id);
    expect((await call('GET', `/messages/${none}/suggested?user=u-1`)).body.data).toEqual([]);
    const slow = String((await ask('#slow-suggestions')).last.message_id);
    const before = performance.now();
    await call('GET', `/messages/${slow}/suggested?user=u-1`);
    expect(performance.now() - before).toBeGreaterThan(95);
  });
});

describe('feedback', () => {
  it('is kept, overwritten as a whole, listed and taken back', async () => {
    const { ask, call } = await standIn();
    const { last } = await ask('hi');
    const rate = (body: object) =>
      call('POST', `/messages/${String(last.message_id)}/feedbacks`, { user: 'u-1', ...body });
    const stored = async () => list((await call('GET', '/app/feedbacks')).body);
    expect((await rate({ rating: 'like', content: 'well done' })).body).toEqual({ result: 'success' });
    expect(await stored()).toMatchObject([{ rating: 'like', content: 'well done', message_id: last.message_id }]);
    await rate({ rating: 'dislike' });
    expect(await stored()).toMatchObject([{ rating: 'dislike', content: null }]);
    expect((await rate({ rating: null })).status).toBe(200);
    expect(await stored()).toEqual([]);
  });

  it('cannot be taken back twice, given by others, or be anything else', async () => {
    const { ask, call } = await standIn();
    const path = `/messages/${String((await ask('hi')).last.message_id)}/feedbacks`;
    expect((await call('POST', path, { user: 'u-1', rating: null })).body.code).toBe('invalid_param');
    expect((await call('POST', path, { user: 'u-2', rating: 'like' })).status).toBe(404);
    expect((await call('POST', path, { user: 'u-1', rating: 'great' })).status).toBe(400);
    expect((await call('POST', path, { rating: 'like' })).status).toBe(400);
  });
});
