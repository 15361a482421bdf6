import { afterEach } from 'vitest';
import { type DifyStandInOptions, type DifyStandInServer, startDifyStandIn } from '../../src/simulator/dify/index.ts';

/** JSON as it came; tests say what they expect in it. */
export type Json = { readonly [name: string]: unknown };

/** One event of a stream; a ping has only its name. */
export type SeenEvent = Json & { readonly event: string };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly events: readonly SeenEvent[];
  /** Names of the events in order, each run of the same name once, pings left out. */
  readonly order: string;
  /** All text deltas, joined. */
  readonly text: string;
  /** How the stream ended: in order, or with a broken line. */
  readonly end: 'closed' | 'broken';
  readonly first: SeenEvent;
  readonly last: SeenEvent;
}

/** A client of a stand-in that is closed after the test. */
export interface TestClient {
  readonly server: DifyStandInServer;
  call(
    method: string,
    path: string,
    body?: unknown,
    more?: CallOptions,
  ): Promise<{ status: number; headers: Headers; body: Json; raw: string }>;
  ask(query: string, more?: AskOptions): Promise<Answer>;
  /** Opens the stream and reads nothing of it yet. */
  open(query: string, more?: AskOptions): Promise<OpenStream>;
  upload(
    name: string,
    bytes: Uint8Array | string,
    more?: { readonly user?: string; readonly key?: string; readonly path?: string; readonly mime?: string },
  ): Promise<{ status: number; body: Json }>;
}

export interface CallOptions {
  readonly key?: string;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

export interface AskOptions extends Json {
  readonly key?: string;
  readonly path?: string;
}

export interface OpenStream {
  /** Reads on until an event of that name has come. */
  until(event: string): Promise<SeenEvent>;
  rest(): Promise<Answer>;
}

const servers: DifyStandInServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** A fast one: pings after 10 ms, no pauses between words. */
export async function standIn(options: DifyStandInOptions = {}): Promise<TestClient> {
  const pace = { firstMs: 0, chunkMs: 0 };
  const server = await startDifyStandIn({ speed: 1000, pace, suggestMs: 0, ...options });
  servers.push(server);
  const client: TestClient = {
    server,
    async call(method, path, body, more = {}) {
      const response = await send(server, method, path, body, more);
      const raw = await response.text();
      return { status: response.status, headers: response.headers, body: asJson(raw), raw };
    },
    ask: async (query, more) => (await client.open(query, more)).rest(),
    async open(query, { key = 'app-demo-chat', path = '/chat-messages', ...more } = {}) {
      const inputs = path === '/chat-messages' ? {} : { query };
      const body = { query, inputs, user: 'u-1', response_mode: 'streaming', ...more };
      return readStream(await send(server, 'POST', path, body, { key }));
    },
    async upload(
      name,
      bytes,
      { user = 'u-1', key = 'app-demo-chat', path = '/files/upload', mime = 'application/octet-stream' } = {},
    ) {
      const form = new FormData();
      form.set('user', user);
      form.set('file', new Blob([bytes], { type: mime }), name);
      const headers = { authorization: `Bearer ${key}` };
      const response = await fetch(server.url + path, { method: 'POST', headers, body: form });
      return { status: response.status, body: asJson(await response.text()) };
    },
  };
  return client;
}

async function send(
  server: DifyStandInServer,
  method: string,
  path: string,
  body: unknown,
  more: CallOptions,
): Promise<Response> {
  const { key = 'app-demo-chat', headers = {}, signal } = more;
  const init: RequestInit = {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
  };
  if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body);
  if (signal !== undefined) init.signal = signal;
  return fetch(path.startsWith('http') ? path : server.url + path, init);
}

function asJson(raw: string): Json {
  try {
    return JSON.parse(raw) as Json;
  } catch {
    return {};
  }
}

function readStream(response: Response): OpenStream {
  const events: SeenEvent[] = [];
  let end: Answer['end'] = 'closed';
  const frames = framesOf(response, () => (end = 'broken'));
  const read = async (name?: string): Promise<SeenEvent | undefined> => {
    for (;;) {
      const { done, value } = await frames.next();
      if (done === true) return undefined;
      events.push(value);
      if (value.event === name) return value;
    }
  };
  return {
    async until(name) {
      const found = await read(name);
      if (found === undefined) throw new Error(`no ${name} among ${events.map(({ event }) => event).join(' ')}`);
      return found;
    },
    async rest() {
      await read();
      return summary(response, events, end);
    },
  };
}

async function* framesOf(response: Response, broken: () => void): AsyncGenerator<SeenEvent> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) yield parseFrame(part);
    }
  } catch {
    broken();
  }
}

function parseFrame(frame: string): SeenEvent {
  if (frame.startsWith('data: ')) return JSON.parse(frame.slice(6)) as SeenEvent;
  return { event: frame.replace('event: ', '') };
}

function summary(response: Response, events: readonly SeenEvent[], end: Answer['end']): Answer {
  const names = events.map(({ event }) => event).filter((name) => name !== 'ping');
  return {
    status: response.status,
    headers: response.headers,
    events,
    order: names.filter((name, at) => name !== names[at - 1]).join(' '),
    text: textOf(events),
    end,
    first: events[0] ?? { event: 'none' },
    last: events.findLast(({ event }) => event !== 'ping') ?? { event: 'none' },
  };
}

const DELTAS = ['message', 'agent_message', 'message_file', 'text_chunk'];

function textOf(events: readonly SeenEvent[]): string {
  const said = events.filter(({ event }) => DELTAS.includes(event));
  return said.map(({ answer, data }) => (answer ?? (data as Json | undefined)?.text ?? '') as string).join('');
}

/** Waits until something is true, some milliseconds at a time. */
export async function eventually(check: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await check()) return;
    await new Promise((done) => setTimeout(done, 5));
  }
  throw new Error('it never came true');
}
