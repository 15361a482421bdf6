import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { eventually, type Json, type SeenEvent, standIn, type TestClient } from '../../../test/support/dify-client.ts';
import { leapingClock } from '../../../test/support/leaping-clock.ts';
import { SEGMENT_CANARY } from './index.ts';

const CHATFLOW = { key: 'app-demo-chatflow' };
const AGENT = { key: 'app-demo-agent-chat' };

async function stored({ call, server }: TestClient, key = 'app-demo-chat'): Promise<Json> {
  const conversation = server.record.asked().at(-1)?.conversation ?? '';
  const { body } = await call('GET', `/messages?user=u-1&conversation_id=${conversation}`, undefined, { key });
  return (body.data as readonly Json[]).at(-1) ?? {};
}

describe('ordinary answers', () => {
  it('are in the language of the question and say what was asked', async () => {
    const { ask } = await standIn();
    expect((await ask('年假怎么申请？')).text).toMatch(/^你问的是“年假怎么申请？”。[^]*\*\*工作台/);
    expect((await ask('How do I apply for annual leave?')).text).toMatch(
      /^You asked “How do I apply for annual leave\?”[^]*\*\*Workplace/,
    );
  });

  it('call whoever asks by her name, as one does in her language', async () => {
    const { ask } = await standIn();
    const named = { inputs: { user_name: 'Lin' } };
    const { text, last } = await ask('How do I apply for annual leave?', named);
    expect(text).toMatch(/^Lin, you asked “How/);
    const { conversation_id } = last;
    expect((await ask('And sick leave?', { ...named, conversation_id })).text).toMatch(/^Lin, going on with “And/);
    expect((await ask('年假怎么申请？', named)).text).toMatch(/^Lin，你问的是“年假/);
  });

  it('remember what was asked before', async () => {
    const { ask } = await standIn();
    expect((await ask('What did I ask before?')).text).toContain('first question');
    const conversation_id = (await ask('年假怎么申请？')).last.conversation_id;
    await ask('那报销呢？', { conversation_id });
    const { text } = await ask('我刚才问了什么？', { conversation_id });
    expect(text).toContain('1. 年假怎么申请？\n2. 那报销呢？');
  });

  it('know who asks, as far as the gateway says', async () => {
    const { text } = await (await standIn()).ask('Who am I?', { inputs: { user_name: 'Lin', platform: 'feishu' } });
    expect(text).toContain('- `user`: u-1\n- `user_name`: Lin\n- `platform`: feishu');
  });

  it('come in as many pieces as asked for, or in one', async () => {
    const paced = await standIn({ pace: { firstMs: 0, chunkMs: 1, chunks: 20 }, answer: () => 'x'.repeat(100) });
    expect((await paced.ask('hi')).events.filter(({ event }) => event === 'message')).toHaveLength(20);
    const instant = await standIn({ scenario: 'instant' });
    expect((await instant.ask('hi', CHATFLOW)).order).toBe('workflow_started message message_end workflow_finished');
  });

  it('are the same in every run with a seed', async () => {
    const ids = async (): Promise<unknown> => (await (await standIn({ seed: 7 })).ask('hi')).last.message_id;
    expect(await ids()).toBe(await ids());
  });

  it('follow the words of the question, unless words are off', async () => {
    const { ask, server } = await standIn({ scenario: 'echo' });
    expect((await ask('hello')).text).toBe('echo: hello');
    expect((await ask('say nothing')).text).toBe('');
    server.tune({ words: false });
    expect((await ask('say nothing')).text).toBe('echo: say nothing');
  });
});

describe('shapes of an answer', () => {
  it('says one character a delta', async () => {
    const { events } = await (await standIn()).ask('#letters');
    const lengths = events
      .filter(({ event }) => event === 'message')
      .map(({ answer }) => Array.from(String(answer)).length);
    expect(Math.max(...lengths)).toBe(1);
  });

  it('splits a character over two TCP writes', async () => {
    const { server } = await standIn();
    const chunks = await rawChunks(server.url, '拆开字节');
    expect(chunks.some((chunk) => chunk.toString('utf8').endsWith('\uFFFD'))).toBe(true);
    expect(Buffer.concat(chunks).toString('utf8')).toContain('字被拆开了，');
  });

  it('makes 50 kB, and a handbook longer than any card', async () => {
    const { ask } = await standIn();
    const big = (await ask('#big')).text;
    expect(Buffer.byteLength(big)).toBeGreaterThan(50_000);
    const { text } = await ask('给我完整手册');
    expect(Buffer.byteLength(text)).toBeGreaterThan(30_000);
    expect(text).toMatch(/\| --- \|[^]*```ts[^]*全文完/);
  });

  it('cuts the tags of a think block over several deltas', async () => {
    const { events, text } = await (await standIn()).ask('边想边说');
    const pieces = events.filter(({ event }) => event === 'message').map(({ answer }) => String(answer));
    expect(pieces.some((piece) => piece.includes('<think>') || piece.includes('</think>'))).toBe(false);
    expect(text).toMatch(/^<think>\n[^]+\n<\/think>\n\n/);
  });

  it('closes a think block that was never opened', async () => {
    const { text } = await (await standIn()).ask('#lone-think');
    expect([text.includes('<think>'), text.split('</think>').length]).toEqual([false, 2]);
  });

  it('puts reasoning into events of its own since 1.16, into the text before', async () => {
    const now = await (await standIn({ flavour: '1.16' })).ask('#reasoning', CHATFLOW);
    const chunks = now.events
      .filter(({ event }) => event === 'reasoning_chunk')
      .map(({ data }) => (data as Json).is_final);
    expect([chunks.length > 1, chunks.at(-1), now.text.includes('think>')]).toEqual([true, true, false]);
    expect((await (await standIn()).ask('#reasoning', CHATFLOW)).text).toContain('</think>');
  });

  it('cites three segments of two documents, where the app cites at all', async () => {
    const { ask } = await standIn();
    const { last } = await ask('With sources, please');
    const cited = (last.metadata as Json).retriever_resources as readonly Json[];
    expect([cited.length, new Set(cited.map(({ document_id }) => document_id)).size]).toEqual([3, 2]);
    expect(JSON.stringify(cited)).toContain(SEGMENT_CANARY);
    const plain = await ask('With sources, please', { key: 'app-demo-plain' });
    expect(plain.events.find(({ event }) => event === 'message_end')?.metadata).toMatchObject({
      retriever_resources: [],
    });
  });

  it('uses two tools, each thought first empty and then filled', async () => {
    const client = await standIn();
    const { events } = await client.ask('上海天气', AGENT);
    const thoughts = events.filter(({ event }) => event === 'agent_thought');
    expect(thoughts[0]).toMatchObject({ thought: '', tool: '', observation: '' });
    expect(new Set(thoughts.map(({ id }) => id)).size).toBe(3);
    expect(new Set(thoughts.map(({ tool }) => tool))).toEqual(new Set(['', 'city_lookup', 'weather_now']));
    expect((await stored(client, AGENT.key)).agent_thoughts).toHaveLength(3);
  });

  it('sends a file by its address, and text under the name of a file', async () => {
    const { ask } = await standIn();
    const file = await ask('#message-file');
    expect(file.order).toBe('message message_file message message_end');
    expect(file.events.find(({ event }) => event === 'message_file')).toMatchObject({
      type: 'image',
      belongs_to: 'assistant',
    });
    const quirk = await ask('#file-answer');
    expect(quirk.order).toBe('message_file message_end');
    expect(quirk.text).toContain('You asked');
  });

  it('takes back what it said', async () => {
    const client = await standIn();
    const { events } = await client.ask('#replace');
    const replaced = events.find(({ event }) => event === 'message_replace') as SeenEvent;
    expect(replaced.reason).toBe('output_moderation');
    expect((await stored(client)).answer).toBe(replaced.answer);
  });

  it('says nothing, hostile things, personal data, and Chinese emphasis', async () => {
    const { ask } = await standIn();
    expect((await ask('#empty')).order).toBe('message_end');
    expect((await ask('#hostile')).text).toContain('<script>');
    expect((await ask('个人信息')).text).toContain('13800138000');
    expect((await ask('#cjk')).text).toContain('**注意：**请看');
  });

  it('mixes audio in, and gives a workflow that has outputs only', async () => {
    const { ask } = await standIn();
    expect((await ask('#speech')).order).toContain('tts_message_end message_end');
    const outputs = await ask('#outputs', { key: 'app-demo-workflow', path: '/workflows/run' });
    expect([outputs.text, ((outputs.last.data as Json).outputs as Json).text]).toEqual([
      '',
      expect.stringContaining('You asked'),
    ]);
  });
});

describe('faults of a run', () => {
  it.each([
    ['a chat', {}, '1.14.2', 'message error'],
    ['a chatflow of 1.12', CHATFLOW, '1.12', 'workflow_started message workflow_finished error'],
    ['a chatflow behind a relay', CHATFLOW, '1.14.2', 'workflow_started message workflow_finished'],
  ] as const)('tell a model error in the stream of %s', async (_, app, flavour, order) => {
    const client = await standIn({ flavour });
    const answer = await client.ask('#error', app);
    expect(answer.order).toBe(order);
    expect(answer.end).toBe('closed');
    expect(await stored(client, client.server.record.asked()[0]?.app)).toMatchObject({ status: 'error' });
  });

  it('tell a bare error, after which a relay pings on', async () => {
    const { ask } = await standIn({ clock: leapingClock() });
    expect((await ask('#error-bare')).last).toEqual({
      event: 'error',
      message: expect.any(String) as string,
      status: 500,
    });
    const relayed = await ask('#error-bare', CHATFLOW);
    expect(relayed.last.event).toBe('error');
    // One at once, then one every 10 s until the relay has heard nothing for 300 s.
    expect(relayed.events.filter(({ event }) => event === 'ping')).toHaveLength(30);
  });

  it('tell a failed run', async () => {
    const { ask } = await standIn();
    const { last } = await ask('#fail', CHATFLOW);
    expect(last).toMatchObject({
      event: 'workflow_finished',
      data: { status: 'failed', error: expect.stringContaining('API key') as string },
    });
    expect((await ask('#fail')).last).toMatchObject({ event: 'error', code: 'invalid_param' });
  });

  it('end with message_end alone and pings behind it', async () => {
    const { ask } = await standIn({ clock: leapingClock() });
    const { last, events } = await ask('#half-end', CHATFLOW);
    expect([last.event, events.at(-1)?.event]).toEqual(['message_end', 'ping']);
  });

  it('drop the line, with the answer kept or lost', async () => {
    const client = await standIn({ pace: { firstMs: 0, chunkMs: 20 } });
    for (const [query, kept] of [
      ['#drop', true],
      ['#drop-lost', false],
    ] as const) {
      const { end, text, order } = await client.ask(query, CHATFLOW);
      expect([end, order.includes('workflow_finished')]).toEqual(['broken', false]);
      expect(text.length).toBeGreaterThan(0);
      await eventually(() => client.server.record.asked().at(-1)?.endedAt !== undefined);
      const { answer } = await stored(client, CHATFLOW.key);
      if (kept) expect(String(answer).length).toBeGreaterThan(text.length);
      else expect(answer).toBe('');
    }
  });

  it('end the stream without a last word, the answer kept', async () => {
    const client = await standIn();
    const { end, order } = await client.ask('#eof');
    expect([end, order]).toEqual(['closed', 'message']);
    await eventually(async () => String((await stored(client)).answer).includes('table'));
  });

  it.each([
    ['#busy', 429, 'application/json', 'too_many_requests'],
    ['#quota', 429, 'application/json', 'rate_limit_error'],
    ['#edge', 429, 'text/html', '1015'],
    ['#html-502', 502, 'text/html', '502 Bad Gateway'],
    ['#html-504', 504, 'text/html', '504'],
    ['#html-524', 524, 'text/html', '524'],
    ['#server-error', 500, 'application/json', 'internal_server_error'],
    ['#no-quota', 400, 'application/json', 'provider_quota_exceeded'],
    ['#completed', 400, 'application/json', 'conversation_completed'],
  ])('refuse %s with %i', async (query, status, type, word) => {
    const { call, server } = await standIn();
    const answer = await call('POST', '/chat-messages', { query, inputs: {}, user: 'u-1', response_mode: 'streaming' });
    expect([answer.status, answer.headers.get('content-type')?.startsWith(type), answer.raw.includes(word)]).toEqual([
      status,
      true,
      true,
    ]);
    expect(server.record.asked()).toHaveLength(0);
  });
});

describe('faults on demand', () => {
  it('strike as often as told, where told', async () => {
    const { ask, call, server } = await standIn();
    server.faults.add({ does: { kind: 'page', status: 503 }, times: 2, path: '/chat-messages', app: 'app-demo-chat' });
    expect((await call('GET', '/info')).status).toBe(200);
    expect((await ask('hi', CHATFLOW)).status).toBe(200);
    expect([(await ask('hi')).status, (await ask('hi')).status, (await ask('hi')).status]).toEqual([503, 503, 200]);
    expect(server.faults.list()).toEqual([]);
  });

  it('force a scenario, cut the line, and make late', async () => {
    const { ask, call, server } = await standIn({ speed: 100 });
    server.faults.add({ does: { kind: 'scenario', name: 'echo' } });
    expect((await call('GET', '/info')).status).toBe(200);
    expect((await ask('hi')).text).toBe('echo: hi');
    server.faults.add({ does: { kind: 'disconnect' } });
    await expect(ask('hi')).rejects.toThrow('fetch failed');
    server.faults.add({ does: { kind: 'late', ms: 5000 } });
    const before = performance.now();
    expect((await ask('hi')).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThan(45);
    expect(server.record.queries()).toEqual(['hi', 'hi']);
  });

  it('hang until the client gives up', async () => {
    const { call, server } = await standIn();
    const id = server.faults.add({ does: { kind: 'hang' }, times: Infinity });
    await expect(call('GET', '/info', undefined, { signal: AbortSignal.timeout(30) })).rejects.toThrow();
    server.faults.remove(id);
    expect((await call('GET', '/info')).status).toBe(200);
  });
});

describe('a watcher', () => {
  it('is told of requests, frames and answers, never of keys', async () => {
    const log: string[] = [];
    const watch = {
      request: ({ id, method, path, body }: { id: number; method: string; path: string; body: Uint8Array }) =>
        void log.push(`${id} ${method} ${path} ${body.length > 0 ? 'with a body' : ''}`),
      frame: ({ id }: { id: number }, text: string) => void log.push(`${id} ${text.slice(0, 30)}`),
      response: ({ id }: { id: number }, status: number, body: string) =>
        void log.push(`${id} ${status} ${body.slice(0, 9)}`),
    };
    const { ask, call } = await standIn({ watch });
    await ask('#empty');
    await call('GET', '/info?x=1');
    await eventually(() => log.length === 5);
    expect(log).toEqual([
      '1 POST /v1/chat-messages with a body',
      '1 data: {"event":"message_end","',
      '1 200 ',
      '2 GET /v1/info?x=1 ',
      '2 200 {"name":"',
    ]);
  });
});

function rawChunks(url: string, query: string): Promise<Buffer[]> {
  const headers = { authorization: 'Bearer app-demo-chat', 'content-type': 'application/json' };
  return new Promise((done, failed) => {
    const sent = request(`${url}/chat-messages`, { method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done(chunks));
    });
    sent.on('error', failed);
    sent.end(JSON.stringify({ query, inputs: {}, user: 'u-1', response_mode: 'streaming' }));
  });
}
