import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Agent, AgentEvent, Ask } from '../../core/agent.ts';
import { type AgentName, id } from '../../core/ids.ts';
import { noLog } from '../../core/log.ts';
import { systemClock } from '../../lib/clock.ts';
import { dify } from './index.ts';

/** What the stand-in does not do: proxies, old releases, and stored runs in every state. A far side of a few lines. */
type Answer = (req: IncomingMessage, res: ServerResponse) => unknown;

const signal = new AbortController().signal;
const HOUR_AGO = Math.floor(Date.now() / 1000) - 3600;
const NOW = Math.floor(Date.now() / 1000);
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe('a stored run', () => {
  const run = { user: 'u_1', conversation: 'c1', message: 'm1' };

  it.each([
    [
      'finished when it has an answer',
      { id: 'm1', status: 'normal', answer: '<think>hm</think>Yes ![a](/files/a)' },
      'finished',
    ],
    ['running when it has none and is young', { id: 'm1', status: 'normal', answer: '', created_at: NOW }, 'running'],
    [
      'lost when it has none and is an hour old',
      { id: 'm1', status: 'normal', answer: '', created_at: HOUR_AGO },
      'lost',
    ],
    ['lost when it failed', { id: 'm1', status: 'error', answer: 'half', error: 'x', created_at: NOW }, 'lost'],
    ['lost when it is not there', { id: 'm2', status: 'normal', answer: 'of another' }, 'lost'],
  ])('is %s', async (_, message, kind) => {
    const agent = await agentOn({ '/v1/messages': (_req, res) => json(res, { data: [message] }) });
    expect(await agent.recover?.(run, signal)).toMatchObject({ kind });
  });

  it('is told as people read it', async () => {
    const message = { id: 'm1', status: 'normal', answer: '<think>hm</think>Yes ![a](/files/a)', message_files: [] };
    const agent = await agentOn({ '/v1/messages': (_req, res) => json(res, { data: [message] }) });
    const recovered = await agent.recover?.(run, signal);
    expect(recovered).toMatchObject({
      answer: expect.stringMatching(/^Yes !\[a\]\(http:\/\/127\.0\.0\.1:\d+\/files\/a\)$/) as string,
    });
  });

  it.each([
    [
      { status: 'succeeded', outputs: { text: 'Done.' } },
      { kind: 'finished', answer: 'Done.', succeeded: true },
    ],
    [
      { status: 'succeeded', outputs: '{"text":"Done."}' },
      { kind: 'finished', answer: 'Done.' },
    ],
    [{ status: 'running', created_at: NOW }, { kind: 'running' }],
    [{ status: 'running', created_at: HOUR_AGO }, { kind: 'lost' }],
    [{ status: 'failed', error: 'x' }, { kind: 'lost' }],
  ])('of a workflow: %o', async (stored, expected) => {
    const agent = await agentOn({ '/v1/workflows/run/r1': (_req, res) => json(res, stored) }, 'workflow');
    expect(await agent.recover?.({ user: 'u_1', workflow: 'r1' }, signal)).toMatchObject(expected);
  });

  it('says what it has cost, where Dify still knows', async () => {
    const message = { id: 'm1', status: 'normal', answer: 'Yes', total_tokens: 42 };
    const chat = await agentOn({ '/v1/messages': (_req, res) => json(res, { data: [message] }) });
    expect(await chat.recover?.(run, signal)).toMatchObject({ tokens: 42 });
    const older = await agentOn({
      '/v1/messages': (_req, res) => json(res, { data: [{ ...message, total_tokens: undefined }] }),
    });
    expect(await older.recover?.(run, signal)).not.toHaveProperty('tokens');
    const stored = { status: 'succeeded', outputs: { text: 'Done.' }, total_tokens: 7 };
    const flow = await agentOn({ '/v1/workflows/run/r1': (_req, res) => json(res, stored) }, 'workflow');
    expect(await flow.recover?.({ user: 'u_1', workflow: 'r1' }, signal)).toMatchObject({ tokens: 7 });
  });

  it('is not called lost when Dify cannot be asked', async () => {
    const agent = await agentOn({ '/v1/messages': (_req, res) => json(res, { code: 'x' }, 500) });
    await expect(agent.recover?.(run, signal)).rejects.toMatchObject({ code: 'agent_failed' });
  });
});

describe('a stream from Dify', () => {
  it('may be cut anywhere, have other line ends and lack its last blank line', async () => {
    const bytes = Buffer.from(
      `event: ping\r\n\r\ndata: ${said('你好，')}\r\n\r\ndata: ${said('世界')}\r\n\r\ndata: ${ENDED}`,
    );
    const agent = await agentOn({
      '/v1/chat-messages': async (_req, res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
        for (let at = 0; at < bytes.length; at += 7) {
          res.write(bytes.subarray(at, at + 7));
          if (at % 70 === 0) await new Promise((resolve) => setImmediate(resolve));
        }
        res.end();
      },
    });
    expect(textOf(await listen(agent))).toBe('你好，世界');
  });

  it('of a flow that has done its work says so, whether it says anything else or not', async () => {
    const flow = await agentOn({ '/v1/workflows/run': stream(FLOW_ENDED) }, 'workflow');
    expect(await listen(flow)).toMatchObject([{ kind: 'started' }, { kind: 'done', stopped: false, succeeded: true }]);
    const chat = await agentOn({ '/v1/chat-messages': stream(said(''), ENDED) });
    expect((await listen(chat)).at(-1)).toEqual({ kind: 'done', stopped: false });
  });

  it('is kept by the agent, as it was told', async () => {
    const agent = await agentOn({
      '/v1/chat-messages': stream(said('See [it'), said('](/files/a) '), said('and\n'), said('more](/fi'), ENDED),
    });
    let read = (): string => '';
    let told = '';
    const hear = (event: AgentEvent): void => {
      if (event.kind === 'text') told += event.delta;
      expect(read().startsWith(told)).toBe(true);
    };
    await agent.run({ ...ask(), keptBy: (telling) => (read = () => telling.told) }, hear, signal);
    expect(told).toMatch(/^See \[it\]\(http:.*\/files\/a\) and\nmore\]\(\/fi$/);
    expect(read()).toBe(told);
  });

  it('may have nodes of megabytes between its words', async () => {
    const node = `{"event":"node_finished","task_id":"t1","data":{"id":"n1","outputs":"${'x'.repeat(3_000_000)}"}}`;
    const agent = await agentOn({ '/v1/chat-messages': stream(said('a'), node, said('b'), ENDED) });
    expect(textOf(await listen(agent))).toBe('ab');
  });

  it('leaves its connection to the next question', async () => {
    const sockets = new Set<unknown>();
    const agent = await agentOn({
      '/v1/chat-messages': (req, res) => {
        sockets.add(req.socket);
        stream(said('a'), ENDED)(req, res);
      },
    });
    for (let round = 0; round < 5; round++) await listen(agent);
    // Two, because the app was asked for itself by two calls at once.
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  it('that says no more after its last event is not waited for', async () => {
    const agent = await agentOn({
      '/v1/chat-messages': (_req, res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' });
        res.write(`data: ${said('a')}\n\ndata: ${ENDED}\n\n`);
      },
    });
    const startedAt = performance.now();
    expect(textOf(await listen(agent))).toBe('a');
    expect(performance.now() - startedAt).toBeLessThan(400);
  });

  it('that is a web page says that the address is wrong', async () => {
    const agent = await agentOn({
      '/v1/chat-messages': (_req, res) => res.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    });
    await expect(listen(agent)).rejects.toMatchObject({ code: 'agent_misconfigured' });
  });

  it('is left when the listener leaves', async () => {
    const { promise: left, resolve } = Promise.withResolvers<void>();
    const agent = await agentOn({
      '/v1/chat-messages': (_req, res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' });
        res.write(`data: ${said('a')}\n\n`);
        res.on('close', resolve);
      },
    });
    const listening = new AbortController();
    const leave = (event: AgentEvent): void => void (event.kind === 'text' && listening.abort());
    await expect(agent.run(ask(), leave, listening.signal)).rejects.toThrow(/abort/i);
    await left;
  });
});

describe('an app of Dify', () => {
  it.each([
    ['a chat app', { '/v1/conversations': 200 }, 'chat-messages'],
    ['a workflow', { '/v1/conversations': 400, '/v1/workflows/logs': 200 }, 'workflows/run'],
    ['a completion app', { '/v1/conversations': 400, '/v1/workflows/logs': 400 }, 'completion-messages'],
  ] as const)('of a release that does not tell its mode is found to be %s', async (_, statuses, path) => {
    const asked: string[] = [];
    const probes = Object.entries(statuses).map(([probe, status]) => [
      probe,
      (_req: IncomingMessage, res: ServerResponse) => json(res, { code: 'not_x_app' }, status),
    ]);
    const agent = await agentOn(
      {
        ...Object.fromEntries(probes),
        [`/v1/${path}`]: (req, res) => {
          asked.push(req.url ?? '');
          stream(said('a'), ENDED, FLOW_ENDED)(req, res);
        },
      },
      '',
    );
    await listen(agent);
    expect(asked).toHaveLength(1);
  });

  it('is asked for itself once, however many questions come at once', async () => {
    let reads = 0;
    const agent = await agentOn({
      '/v1/parameters': (_req, res) => {
        reads += 1;
        json(res, FORM);
      },
      '/v1/chat-messages': stream(said('a'), ENDED),
    });
    await Promise.all([1, 2, 3, 4].map(() => listen(agent)));
    expect(reads).toBe(1);
    expect(agent.title).toBe('Helper');
  });

  it('tells how it begins, without the variables nobody has filled', async () => {
    const agent = await agentOn({
      '/v1/parameters': (_req, res) => json(res, { opening_statement: '你好 {{user_name}}，请提问。' }),
    });
    expect(await agent.profile?.(signal)).toEqual({ opening: '你好，请提问。', suggested: [], takes: [] });
  });

  it('that redirects is told from one that is down', async () => {
    const agent = await agentOn({
      '/v1/parameters': (_req, res) => res.writeHead(301, { location: 'https://x.example' }).end(),
    });
    expect(await agent.check?.(signal)).toEqual([
      { zh: expect.stringContaining('重定向'), en: expect.stringContaining('redirects') },
    ]);
  });
});

const FORM = { user_input_form: [{ paragraph: { variable: 'query', label: 'Query', required: false } }] };
const ENDED = '{"event":"message_end","task_id":"t1","message_id":"m1","conversation_id":"c1","metadata":{}}';
const FLOW_ENDED =
  '{"event":"workflow_finished","task_id":"t1","workflow_run_id":"r1","data":{"status":"succeeded","outputs":{}}}';

function said(answer: string): string {
  return JSON.stringify({ event: 'message', task_id: 't1', message_id: 'm1', conversation_id: 'c1', answer });
}

function stream(...events: string[]): Answer {
  return (_req, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.end(events.map((event) => `data: ${event}\n\n`).join(''));
  };
}

function json(res: ServerResponse, body: unknown, status = 200): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** An agent whose Dify answers these paths; the app is of that mode, or does not tell. */
async function agentOn(answers: Readonly<Record<string, Answer>>, mode = 'chat'): Promise<Agent> {
  const all: Readonly<Record<string, Answer>> = {
    '/v1/info': (_req, res) => json(res, { name: 'Helper', ...(mode === '' ? {} : { mode }) }),
    '/v1/parameters': (_req, res) => json(res, FORM),
    ...answers,
  };
  const server = createServer((req, res) => {
    const answer = all[(req.url ?? '').split('?', 1)[0] ?? ''];
    req.resume();
    if (answer) void answer(req, res);
    else json(res, { code: 'not_found', message: 'The requested URL was not found' }, 404);
  });
  const agent = dify.create(dify.configSchema.parse({ baseUrl: await listenOn(server), apiKey: 'app-demo' }), {
    name: id<AgentName>('demo'),
    clock: systemClock,
    log: noLog,
    random: () => 0,
  });
  closing.push(async () => {
    await agent.close?.();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return agent;
}

async function listenOn(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

function ask(): Ask {
  return { user: 'u_1', text: 'hello', files: [], inputs: {}, lang: 'en' };
}

async function listen(agent: Agent): Promise<AgentEvent[]> {
  const events: AgentEvent[] = [];
  await agent.run(ask(), (event) => events.push(event), signal);
  return events;
}

function textOf(events: readonly AgentEvent[]): string {
  return events.map((event) => (event.kind === 'text' ? event.delta : '')).join('');
}
