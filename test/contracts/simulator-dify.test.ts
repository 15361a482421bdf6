import { describe, expect, it } from 'vitest';
import type { AppMode, FlavourName } from '../../src/simulator/dify/index.ts';
import { DEMO_APPS, FLAVOUR_NAMES, NODE_CANARY, SCENARIOS } from '../../src/simulator/dify/index.ts';
import { eventually, type Json, standIn } from '../support/dify-client.ts';
import { leapingClock } from '../support/leaping-clock.ts';

/** The demo key of each mode, and where it is asked. */
const APPS = {
  chat: { key: 'app-demo-chat', path: '/chat-messages' },
  'agent-chat': { key: 'app-demo-agent-chat', path: '/chat-messages' },
  'advanced-chat': { key: 'app-demo-chatflow', path: '/chat-messages' },
  workflow: { key: 'app-demo-workflow', path: '/workflows/run' },
  completion: { key: 'app-demo-completion', path: '/completion-messages' },
  agent: { key: 'app-demo-agent', path: '/chat-messages' },
} satisfies Record<AppMode, object>;

const CHATFLOW = APPS['advanced-chat'];
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

const MODES = Object.keys(APPS) as AppMode[];
const data = (event: Json | undefined): Json => (event?.data ?? {}) as Json;

describe('keys', () => {
  it.each([
    ['no header at all', {}, 'Bearer'],
    ['a key without a scheme', { authorization: 'app-demo-chat' }, "start with 'Bearer'"],
    ['another scheme', { authorization: 'Basic app-demo-chat' }, "must be 'Bearer'"],
    ['an unknown key', { authorization: 'Bearer app-nobody' }, 'Access token is invalid'],
    ['a revoked key', { authorization: 'Bearer app-demo-revoked' }, 'Access token is invalid'],
  ])('refuses %s with 401', async (_, headers, sentence) => {
    const { server } = await standIn();
    const response = await fetch(`${server.url}/info`, { headers: headers as Record<string, string> });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="api"');
    expect(await response.json()).toMatchObject({
      code: 'unauthorized',
      status: 401,
      message: expect.stringContaining(sentence) as string,
    });
  });

  it('refuses a disabled app with 403 and an unpublished one with 400', async () => {
    const { call } = await standIn();
    const disabled = await call('GET', '/parameters', undefined, { key: 'app-demo-disabled' });
    expect([disabled.status, disabled.body.code]).toEqual([403, 'forbidden']);
    const unpublished = await call('GET', '/parameters', undefined, { key: 'app-demo-unpublished' });
    expect([unpublished.status, unpublished.body.code]).toEqual([400, 'app_unavailable']);
  });

  it('tells its version without a key, and in a header always', async () => {
    const { server } = await standIn({ flavour: '1.16' });
    const response = await fetch(`${server.url}/`);
    expect(await response.json()).toMatchObject({ api_version: 'v1', server_version: '1.16.0' });
    expect(response.headers.get('x-version')).toBe('1.16.0');
  });
});

describe('what an app tells of itself', () => {
  it.each(MODES)('gives mode, parameters, site and meta of %s', async (mode) => {
    const { call } = await standIn({ flavour: '1.16' });
    const { key } = APPS[mode];
    expect((await call('GET', '/info', undefined, { key })).body).toMatchObject({ mode, tags: ['demo'] });
    const parameters = (await call('GET', '/parameters', undefined, { key })).body;
    expect(parameters).toMatchObject({ system_parameters: { image_file_size_limit: 10, file_size_limit: 15 } });
    expect(parameters.user_input_form).toBeInstanceOf(Array);
    expect((await call('GET', '/site', undefined, { key })).body).toMatchObject({ icon_type: 'emoji' });
    expect((await call('GET', '/meta', undefined, { key })).body).toHaveProperty('tool_icons');
  });

  it('does not know the New Agent before 1.16', async () => {
    const { call } = await standIn({ flavour: '1.14.2' });
    expect((await call('GET', '/info', undefined, { key: APPS.agent.key })).status).toBe(401);
  });
});

describe('the request', () => {
  it.each([
    ['a missing user', { user: undefined }, 400, 'invalid_param'],
    ['an empty user', { user: '' }, 400, 'invalid_param'],
    ['missing inputs', { inputs: undefined }, 400, 'invalid_param'],
    ['a query that is no text', { query: 7 }, 400, 'invalid_param'],
    ['a conversation id that is no UUID', { conversation_id: 'c-1' }, 400, 'invalid_param'],
    ['an unknown response mode', { response_mode: 'fast' }, 400, 'invalid_param'],
    ['a conversation nobody knows', { conversation_id: UNKNOWN_ID }, 404, 'not_found'],
    ['an input that is too long', { inputs: { user_name: 'x'.repeat(300) } }, 400, 'invalid_param'],
  ])('is refused with %s', async (_, change, status, code) => {
    const { call, server } = await standIn();
    const body = { query: 'hi', inputs: {}, user: 'u-1', response_mode: 'streaming', ...change };
    const answer = await call('POST', '/chat-messages', body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(server.record.asked()).toHaveLength(0);
  });

  it('has to be JSON by type and by content', async () => {
    const { call } = await standIn();
    const wrongType = await call('POST', '/chat-messages', '{}', { headers: { 'content-type': 'text/plain' } });
    expect([wrongType.status, wrongType.body.code]).toEqual([415, 'unsupported_media_type']);
    const broken = await call('POST', '/chat-messages', '{"query"');
    expect([broken.status, broken.body.code]).toEqual([400, 'bad_request']);
  });

  it.each([
    ['/chat-messages', 'app-demo-workflow', 'not_chat_app'],
    ['/workflows/run', 'app-demo-chat', 'not_workflow_app'],
    ['/completion-messages', 'app-demo-chat', 'not_completion_app'],
    ['/chat-messages/t-1/stop', 'app-demo-workflow', 'not_chat_app'],
  ])('to %s is refused for %s as %s', async (path, key, code) => {
    const { call } = await standIn();
    const answer = await call('POST', path, { query: 'hi', inputs: { query: 'hi' }, user: 'u-1' }, { key });
    expect([answer.status, answer.body.code]).toEqual([400, code]);
  });

  it('keeps declared inputs only, strips NUL characters, and requires what the app requires', async () => {
    const { ask, call, server } = await standIn();
    await ask('h\0i', { inputs: { user_name: 'Lin', secret: 'x' } });
    expect(server.record.asked()[0]).toMatchObject({ query: 'hi', inputs: { user_name: 'Lin' } });
    const missing = await call('POST', '/workflows/run', { inputs: {}, user: 'u-1' }, { key: APPS.workflow.key });
    expect(missing.body).toMatchObject({
      status: 400,
      code: 'invalid_param',
      message: 'query is required in input form',
    });
  });

  it('finds nothing at other paths, and says so for other methods', async () => {
    const { call } = await standIn();
    expect((await call('GET', '/nothing')).status).toBe(404);
    expect((await call('GET', '/messages/m-1/suggested?user=u-1')).status).toBe(404);
    expect((await call('GET', '/chat-messages')).status).toBe(405);
  });
});

describe('the order of events', () => {
  const flow = 'workflow_started node_started node_finished node_started';
  const closing = 'node_finished node_started node_finished';
  const ORDERS: readonly (readonly [AppMode, FlavourName, string])[] = [
    ['chat', '1.14.2', 'message message_end'],
    ['agent-chat', '1.14.2', 'agent_message message_end'],
    ['agent', '1.16', 'agent_message message message_end'],
    ['completion', '1.14.2', 'message message_end'],
    ['workflow', '1.12', `${flow} text_chunk ${closing} workflow_finished`],
    ['workflow', '1.14.2', `${flow} text_chunk ${closing} workflow_finished`],
    ['advanced-chat', '1.12', `${flow} message ${closing} workflow_finished message_end`],
    ['advanced-chat', '1.13.0', `${flow} message ${closing} workflow_finished`],
    ['advanced-chat', '1.13.1', `${flow} message ${closing} message_end workflow_finished`],
    ['advanced-chat', '1.14.2', `${flow} message ${closing} message_end workflow_finished`],
    ['advanced-chat', '1.16', `${flow} message ${closing} message_end workflow_finished`],
  ];

  it.each(ORDERS)('of %s in %s', async (mode, flavour, order) => {
    const { ask } = await standIn({ flavour });
    expect((await ask('hi', APPS[mode])).order).toBe(order);
  });

  it.each(FLAVOUR_NAMES)('begins with a ping behind a relay only (%s)', async (flavour) => {
    const { ask } = await standIn({ flavour });
    const relay = flavour !== '1.12';
    expect((await ask('hi', CHATFLOW)).first.event).toBe(relay ? 'ping' : 'workflow_started');
    expect((await ask('hi')).first.event).toBe('message');
  });

  it('names task, conversation and message in every event but pings', async () => {
    const { ask } = await standIn();
    const { events } = await ask('hi', CHATFLOW);
    const ids = events
      .filter(({ event }) => event !== 'ping')
      .map((one) => `${one.task_id} ${one.conversation_id} ${one.message_id}`);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).not.toContain('undefined');
  });

  it('closes the New Agent with the whole answer and no citations', async () => {
    const { ask } = await standIn({ flavour: '1.16' });
    const { events } = await ask('hi', APPS.agent);
    const deltas = events
      .filter(({ event }) => event === 'agent_message')
      .map(({ answer }) => answer)
      .join('');
    expect(events.find(({ event }) => event === 'message')).toMatchObject({ answer: deltas });
    expect(events.at(-1)?.metadata).not.toHaveProperty('retriever_resources');
  });

  it('carries secrets in the payload of nodes and nowhere else', async () => {
    const { ask } = await standIn();
    const { events } = await ask('hi', CHATFLOW);
    const leaks = events.filter((one) => JSON.stringify(one).includes(NODE_CANARY)).map(({ event }) => event);
    expect(new Set(leaks)).toEqual(new Set(['node_started', 'node_finished']));
  });
});

describe('blocking', () => {
  it.each(['chat', 'advanced-chat', 'completion'] as const)('answers %s in one piece', async (mode) => {
    const { call } = await standIn();
    const { key, path } = APPS[mode];
    const { status, body } = await call(
      'POST',
      path,
      { query: '#echo hi', inputs: { query: '#echo hi' }, user: 'u-1', response_mode: 'blocking' },
      { key },
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      event: 'message',
      mode,
      answer: 'echo: #echo hi',
      metadata: { usage: { currency: 'USD' } },
    });
    expect('conversation_id' in body).toBe(mode !== 'completion');
  });

  it('is what is taken when nothing is said, and refused by agents', async () => {
    const { call } = await standIn();
    const ask = (key: string) => call('POST', '/chat-messages', { query: 'hi', inputs: {}, user: 'u-1' }, { key });
    expect((await ask(APPS.chat.key)).body.event).toBe('message');
    expect((await ask(APPS['agent-chat'].key)).body).toMatchObject({
      code: 'invalid_param',
      message: expect.stringContaining('blocking') as string,
    });
  });

  it('gives a failed workflow with 200 and a failed chat with its error', async () => {
    const { call } = await standIn();
    const workflow = await call(
      'POST',
      '/workflows/run',
      { inputs: { query: '#fail' }, user: 'u-1' },
      { key: APPS.workflow.key },
    );
    expect(workflow).toMatchObject({ status: 200, body: { data: { status: 'failed' } } });
    const chat = await call('POST', '/chat-messages', { query: '#error', inputs: {}, user: 'u-1' });
    expect(chat).toMatchObject({ status: 400, body: { code: 'completion_request_error' } });
  });

  it('gives the form of a paused chatflow', async () => {
    const { call } = await standIn();
    const { body } = await call(
      'POST',
      '/chat-messages',
      { query: '#human', inputs: {}, user: 'u-1' },
      { key: CHATFLOW.key },
    );
    expect(body).toMatchObject({
      event: 'workflow_paused',
      data: { status: 'paused', reasons: [{ TYPE: 'human_input_required' }] },
    });
  });
});

describe('pings and limits', () => {
  it('pings a slow chat every 10 s, from its start', async () => {
    const { ask } = await standIn({ clock: leapingClock() });
    const { events } = await ask('#slow');
    expect(events.slice(0, 3).map(({ event }) => event)).toEqual([
      'ping',
      'ping',
      expect.stringMatching(/ping|message/) as string,
    ]);
  });

  it('ends a relay that says nothing after 300 s of pings', async () => {
    const { ask, server } = await standIn({ clock: leapingClock() });
    const { events, end } = await ask('#pings', CHATFLOW);
    expect(new Set(events.map(({ event }) => event))).toEqual(new Set(['ping', 'workflow_started']));
    expect(end).toBe('closed');
    expect(server.record.asked()[0]?.endedAt).toBeDefined();
  });

  it('lets further chatflows wait on pings when all workers are busy', async () => {
    const { open, ask } = await standIn({ workers: 1, speed: 200 });
    const first = await open('count to 20', CHATFLOW);
    await first.until('message');
    const waiting = ask('#echo me', CHATFLOW);
    const [done, waited] = await Promise.all([first.rest(), waiting]);
    expect(done.order).toContain('workflow_finished');
    expect(waited.text).toBe('echo: #echo me');
  });

  it('refuses more runs than the app may have at one time', async () => {
    const { open, call } = await standIn({ maxActive: 1, speed: 100 });
    const first = await open('count to 20');
    await first.until('message');
    const body = { query: 'hi', inputs: {}, user: 'u-2', response_mode: 'streaming' };
    const second = await call('POST', '/chat-messages', body);
    expect([second.status, second.body.code]).toEqual([429, 'too_many_requests']);
    expect(second.headers.get('retry-after')).toBeNull();
    await first.rest();
    expect((await call('POST', '/chat-messages', body)).status).toBe(200);
  });
});

describe('stopping', () => {
  const WORDS = 'count to 200';

  it.each([
    ['chat', '1.14.2', 'message message_end'],
    ['agent-chat', '1.14.2', 'agent_message message_end'],
    ['completion', '1.14.2', 'message message_end'],
  ] as const)('ends %s with what was said so far', async (mode, flavour, order) => {
    const { open, call } = await standIn({ flavour, speed: 10 });
    const { key, path } = APPS[mode];
    const stream = await open(WORDS, APPS[mode]);
    const { task_id: task } = await stream.until(mode === 'agent-chat' ? 'agent_message' : 'message');
    expect((await call('POST', `${path}/${String(task)}/stop`, { user: 'u-1' }, { key })).body).toEqual({
      result: 'success',
    });
    const answer = await stream.rest();
    expect(answer.order).toBe(order);
    expect(answer.text.length).toBeLessThan(100);
  });

  it('keeps the partial answer in the history', async () => {
    const { open, call } = await standIn({ speed: 10 });
    const stream = await open(WORDS);
    const { task_id: task, conversation_id: conversation } = await stream.until('message');
    await call('POST', `/chat-messages/${String(task)}/stop`, { user: 'u-1' });
    const { text } = await stream.rest();
    const { body } = await call('GET', `/messages?conversation_id=${String(conversation)}&user=u-1`);
    expect(body.data).toMatchObject([{ answer: text, status: 'normal' }]);
  });

  it('does nothing to a chat of another user, though it says success', async () => {
    const { open, call } = await standIn({ speed: 300 });
    const stream = await open('count to 20');
    const { task_id: task } = await stream.until('message');
    expect((await call('POST', `/chat-messages/${String(task)}/stop`, { user: 'u-2' })).status).toBe(200);
    expect((await stream.rest()).text).toContain('20');
  });

  it.each([
    ['1.12', 'workflow_finished message_end'],
    ['1.14.2', 'workflow_finished'],
  ] as const)('ends a chatflow of any user with status stopped (%s)', async (flavour, order) => {
    const { open, call } = await standIn({ flavour, speed: 10 });
    const stream = await open(WORDS, CHATFLOW);
    const { task_id: task } = await stream.until('message');
    await call('POST', `/chat-messages/${String(task)}/stop`, { user: 'u-2' }, { key: CHATFLOW.key });
    const answer = await stream.rest();
    expect(answer.order.endsWith(`message ${order}`)).toBe(true);
    expect(data(answer.events.find(({ event }) => event === 'workflow_finished')).status).toBe('stopped');
  });

  it('succeeds for unknown tasks, wants a user, and can be without effect', async () => {
    const { open, call } = await standIn({ speed: 300 });
    expect((await call('POST', '/chat-messages/t-unknown/stop', { user: 'u-1' })).body).toEqual({ result: 'success' });
    expect((await call('POST', '/chat-messages/t-unknown/stop', {})).status).toBe(400);
    const stream = await open('count to 9 #unstoppable', { key: APPS.chat.key });
    const { task_id: task } = await stream.until('message');
    await call('POST', `/chat-messages/${String(task)}/stop`, { user: 'u-1' });
    expect((await stream.rest()).order).toBe('message message_end');
  });

  it('is not what a closed connection does', async () => {
    const { server, call } = await standIn({ speed: 300 });
    const abort = new AbortController();
    const body = JSON.stringify({ query: 'count to 20', inputs: {}, user: 'u-1', response_mode: 'streaming' });
    const headers = { authorization: 'Bearer app-demo-chatflow', 'content-type': 'application/json' };
    const response = await fetch(`${server.url}/chat-messages`, {
      method: 'POST',
      headers,
      body,
      signal: abort.signal,
    });
    await response.body?.getReader().read();
    abort.abort();
    await eventually(() => server.record.asked()[0]?.endedAt !== undefined);
    const { conversation } = server.record.asked()[0]!;
    const list = await call('GET', `/messages?conversation_id=${conversation}&user=u-1`, undefined, {
      key: CHATFLOW.key,
    });
    expect(list.body.data).toMatchObject([{ answer: expect.stringContaining('20') as string }]);
  });
});

describe('a conversation that is not known', () => {
  it.each([
    ['1.12', 'refuse'],
    ['1.13.0', 'hang'],
    ['1.13.1', 'hang'],
    ['1.14.2', 'fork'],
    ['1.16', 'refuse'],
  ] as const)('makes a chatflow of %s %s', async (flavour, outcome) => {
    const { ask, server } = await standIn({ flavour, speed: 5000 });
    const answer = await ask('hi', { ...CHATFLOW, conversation_id: UNKNOWN_ID });
    expect(answer.status).toBe(outcome === 'refuse' ? 404 : 200);
    if (outcome === 'hang') expect(answer.events.every(({ event }) => event === 'ping')).toBe(true);
    if (outcome === 'fork') expect(answer.last.conversation_id).not.toBe(UNKNOWN_ID);
    expect(server.record.asked()).toHaveLength(outcome === 'fork' ? 1 : 0);
  });

  it('is one of another user or of another app, too', async () => {
    const { ask } = await standIn();
    const { last } = await ask('hi');
    const conversation_id = last.conversation_id;
    expect((await ask('again', { conversation_id })).last.conversation_id).toBe(conversation_id);
    expect((await ask('again', { conversation_id, user: 'u-2' })).status).toBe(404);
    expect((await ask('again', { conversation_id, key: 'app-demo-agent-chat' })).status).toBe(404);
  });

  it('is one that was told to forget', async () => {
    const { ask } = await standIn();
    const { last } = await ask('forget me');
    expect((await ask('hi', { conversation_id: last.conversation_id })).status).toBe(404);
  });
});

describe('starting over', () => {
  it('cuts every line, forgets everything, and goes on with free slots', async () => {
    const { open, ask, server, call } = await standIn({ speed: 10, maxActive: 1, workers: 1 });
    const stream = await open('count to 200', CHATFLOW);
    const { conversation_id } = await stream.until('message');
    server.faults.add({ does: { kind: 'hang' } });
    server.reset();
    expect((await stream.rest()).end).toBe('broken');
    expect(server.record.asked()).toEqual([]);
    const list = await call('GET', '/conversations?user=u-1', undefined, { key: CHATFLOW.key });
    expect(list.body.data).toEqual([]);
    const answer = await ask('hi', { ...CHATFLOW, conversation_id });
    expect(answer.last.event).toBe('workflow_finished');
  });

  it('ends streams and timers when it is closed', async () => {
    const { open, server } = await standIn({ speed: 1 });
    const streams = [await open('count to 200'), await open('#pings', CHATFLOW)];
    await server.close();
    for (const stream of streams) expect((await stream.rest()).end).toBe('broken');
  });
});

describe('what a demo page is told', () => {
  it('has a hint for people in both languages, and apps of all modes', () => {
    const hints = SCENARIOS.filter((scenario) => 'ask' in scenario);
    expect(hints.length).toBeGreaterThan(15);
    expect(new Set(DEMO_APPS.map(({ mode }) => mode))).toEqual(new Set(MODES));
  });
});
