import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Json } from '../../lib/read.ts';
import { type ManualClock, manualClock } from '../clock.ts';
import { type Simulator, startSimulator } from '../server.ts';
import type { DingtalkSide } from './index.ts';
import type { DingtalkOptions } from './options.ts';
import { TOPIC_CARD, TOPIC_ROBOT } from './stream/frames.ts';

export interface Answered {
  readonly status: number;
  readonly body: Json;
}

export interface TestFrame {
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: string;
}

/** A bare client of the long connection: it keeps what comes and answers nothing by itself. */
export interface TestLine {
  readonly socket: WebSocket;
  /** All but `ping`s, which stand apart. */
  readonly frames: TestFrame[];
  readonly pings: TestFrame[];
  /** Waits for the next frame that nobody took yet. */
  next(): Promise<TestFrame>;
  ack(frame: TestFrame, data?: unknown, code?: number): void;
}

/** A simulator on a clock that stands still, and bare clients of its API and its long connection. For tests only. */
export interface TestDingtalk {
  readonly sim: Simulator;
  readonly dingtalk: DingtalkSide;
  readonly clock: ManualClock;
  /** A call with the app's token, of the API that the path belongs to. */
  call(method: string, path: string, body?: unknown): Promise<Answered>;
  /** A call without one. */
  bare(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>;
  upload(type: string, content: Buffer, name: string): Promise<Answered>;
  /** The body of what opens a long connection. */
  opening(topics?: readonly string[]): Json;
  ticket(topics?: readonly string[]): Promise<{ readonly endpoint: string; readonly ticket: string }>;
  connect(topics?: readonly string[]): Promise<TestLine>;
  close(): Promise<void>;
}

const ALL_TOPICS = [TOPIC_ROBOT, TOPIC_CARD];

export async function startDingtalk(options: DingtalkOptions = {}): Promise<TestDingtalk> {
  const clock = manualClock();
  const sim = await startSimulator({ clock, dify: false, dingtalk: options });
  const { dingtalk } = sim;
  const sockets: WebSocket[] = [];

  const send = async (method: string, path: string, init: RequestInit): Promise<Answered> => {
    const response = await fetch(`${sim.url}${path}`, { method, ...init });
    return { status: response.status, body: (await response.json()) as Json };
  };
  const jsonInit = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const vendor: TestDingtalk = {
    sim,
    dingtalk,
    clock,
    bare: (method, path, body, headers) => send(method, path, jsonInit(body, headers)),
    async call(method, path, body) {
      const { id, secret } = dingtalk.app;
      if (!path.startsWith('/v1.0/')) {
        const { body: token } = await vendor.bare('GET', `/gettoken?appkey=${id}&appsecret=${secret}`);
        const mark = path.includes('?') ? '&' : '?';
        return vendor.bare(method, `${path}${mark}access_token=${String(token['access_token'])}`, body);
      }
      const { body: token } = await vendor.bare('POST', '/v1.0/oauth2/accessToken', { appKey: id, appSecret: secret });
      return vendor.bare(method, path, body, { 'x-acs-dingtalk-access-token': String(token['accessToken']) });
    },
    async upload(type, content, name) {
      const { id, secret } = dingtalk.app;
      const { body: token } = await vendor.bare('GET', `/gettoken?appkey=${id}&appsecret=${secret}`);
      const form = new FormData();
      form.append('media', new Blob([new Uint8Array(content)]), name);
      const path = `/media/upload?access_token=${String(token['access_token'])}&type=${type}`;
      return send('POST', path, { body: form });
    },
    opening(topics = ALL_TOPICS) {
      const callbacks = topics.map((topic) => ({ type: 'CALLBACK', topic }));
      const { id: clientId, secret: clientSecret } = dingtalk.app;
      return { clientId, clientSecret, ua: 'test', subscriptions: [{ type: 'EVENT', topic: '*' }, ...callbacks] };
    },
    async ticket(topics) {
      const headers = { accept: 'application/json' };
      const { body } = await vendor.bare('POST', '/v1.0/gateway/connections/open', vendor.opening(topics), headers);
      return body as unknown as { endpoint: string; ticket: string };
    },
    async connect(topics) {
      const { endpoint, ticket } = await vendor.ticket(topics);
      const socket = new WebSocket(`${endpoint}?ticket=${ticket}`);
      sockets.push(socket);
      const line = lineOf(socket);
      await once(socket, 'open');
      return line;
    },
    async close() {
      for (const socket of sockets) socket.terminate();
      await sim.close();
    },
  };
  return vendor;
}

function lineOf(socket: WebSocket): TestLine {
  const frames: TestFrame[] = [];
  const pings: TestFrame[] = [];
  const waiting: ((frame: TestFrame) => void)[] = [];
  let taken = 0;
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as TestFrame;
    if (frame.headers['topic'] === 'ping') return void pings.push(frame);
    frames.push(frame);
    const waiter = waiting.shift();
    if (waiter === undefined) return;
    taken += 1;
    waiter(frame);
  });
  return {
    socket,
    frames,
    pings,
    next() {
      const frame = frames[taken];
      if (frame === undefined) return new Promise((resolve) => waiting.push(resolve));
      taken += 1;
      return Promise.resolve(frame);
    },
    ack({ headers }, data = { response: null }, code = 200) {
      const { messageId } = headers;
      const ackHeaders = { messageId, contentType: 'application/json' };
      socket.send(JSON.stringify({ code, headers: ackHeaders, message: 'OK', data: JSON.stringify(data) }));
    },
  };
}
