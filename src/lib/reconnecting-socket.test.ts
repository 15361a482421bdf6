import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { systemClock } from './clock.ts';
import { type OpenSocket, ReconnectingSocket, type SocketHooks } from './reconnecting-socket.ts';

let server: WebSocketServer;
let url: string;
let ending: AbortController;
let running: Promise<void> | undefined;
const far: WebSocket[] = [];
const heard: string[] = [];

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  server.on('connection', (socket) => {
    far.push(socket);
    socket.on('message', (data: Buffer) => heard.push(data.toString()));
  });
  ending = new AbortController();
});
afterEach(async () => {
  ending.abort();
  await running;
  for (const socket of far.splice(0)) socket.terminate();
  heard.length = 0;
  await new Promise((done) => server.close(done));
});

interface Watched {
  readonly socket: ReconnectingSocket;
  readonly received: string[];
  readonly lost: unknown[];
  current: OpenSocket | undefined;
}

function start(hooks: Partial<SocketHooks> = {}, proxy?: string): Watched {
  const all: SocketHooks = {
    target: () => Promise.resolve({ url }),
    opened: (socket) => {
      watched.current = socket;
    },
    received: (data) => void watched.received.push(data.toString()),
    heartbeatMs: () => 1_000,
    beat: (socket) => socket.send('beat'),
    idleMs: () => 5_000,
    pauseMs: () => 5,
    lost: (error) => void watched.lost.push(error),
    ...hooks,
  };
  const socket = new ReconnectingSocket(all, { clock: systemClock, ...(proxy !== undefined && { proxy }) });
  const watched: Watched = { socket, received: [], lost: [], current: undefined };
  running = socket.run(ending.signal);
  return watched;
}

const soon = <T>(check: () => T): Promise<T> => vi.waitFor(check, { timeout: 3_000, interval: 5 });

describe('a socket that is kept open', () => {
  it('goes straight to a plain address, whatever proxy TLS goes through', async () => {
    const { received } = start({}, 'http://127.0.0.1:9');
    await soon(() => expect(far).toHaveLength(1));
    far[0]?.send('hello');
    await soon(() => expect(received).toEqual(['hello']));
  });

  it('takes no packed frames, also where the far side offers them', async () => {
    const packing = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: { threshold: 0 } });
    await once(packing, 'listening');
    const asked: (string | undefined)[] = [];
    packing.on('connection', (socket, request) => {
      asked.push(request.headers['sec-websocket-extensions'], socket.extensions);
      far.push(socket);
    });
    start({ target: async () => ({ url: `ws://127.0.0.1:${(packing.address() as AddressInfo).port}/` }) });
    await soon(() => expect(asked).toEqual([undefined, '']));
    ending.abort();
    packing.close();
  });

  it('carries frames both ways', async () => {
    const { received, socket, ...watched } = start();
    await soon(() => expect(far).toHaveLength(1));
    far[0]?.send('hello');
    await soon(() => expect(received).toEqual(['hello']));
    expect(socket.state).toMatchObject({ state: 'open', attempts: 1 });
    expect(socket.state.lastFrameAt).toBeGreaterThan(0);
    expect(watched.lost).toEqual([]);
  });

  it('is opened again when the far side closes or breaks it', async () => {
    const { socket, lost } = start();
    await soon(() => expect(far).toHaveLength(1));
    far[0]?.close(1001);
    await soon(() => expect(far).toHaveLength(2));
    far[1]?.terminate();
    await soon(() => expect(far).toHaveLength(3));
    expect(lost).toHaveLength(2);
    expect(socket.state.attempts).toBe(3);
  });

  it('is tried again when it cannot be opened, and counts its failures', async () => {
    const pauses: number[] = [];
    const pauseMs = (failures: number): number => {
      pauses.push(failures);
      return 1;
    };
    let wrong = 3;
    const target = () => (wrong-- > 0 ? Promise.reject(new Error('no ticket')) : Promise.resolve({ url }));
    start({ target, pauseMs });
    await soon(() => expect(far).toHaveLength(1));
    expect(pauses).toEqual([1, 2, 3]);
  });

  it('beats as often as it is told, also when that changes', async () => {
    let everyMs = 10_000;
    start({
      heartbeatMs: () => everyMs,
      received: () => {
        everyMs = 10;
      },
    });
    await soon(() => expect(far).toHaveLength(1));
    far[0]?.send('beat faster');
    await soon(() => expect(heard.length).toBeGreaterThan(2));
  });

  it('is given up when nothing is heard for too long, however alive the line is', async () => {
    const { lost } = start({ idleMs: () => 40 });
    await soon(() => expect(far.length).toBeGreaterThan(1));
    expect(String(lost[0])).toContain('nothing was heard');
  });

  it('opens the next one before it leaves one whose end was announced', async () => {
    const watched = start();
    await soon(() => expect(far).toHaveLength(1));
    let closedBefore = false;
    far[0]?.on('close', () => {
      closedBefore = far.length === 1;
    });
    const closed = once(far[0] as WebSocket, 'close');
    await soon(() => expect(watched.current).toBeDefined());
    watched.current?.replace();
    await closed;
    expect(closedBefore).toBe(false);
    expect(far).toHaveLength(2);
    expect(watched.lost).toEqual([]);
    await soon(() => expect(watched.socket.state.state).toBe('open'));
  });

  it('says nothing into a connection that has gone', async () => {
    const watched = start({ pauseMs: () => 10_000 });
    await soon(() => expect(far).toHaveLength(1));
    far[0]?.terminate();
    await soon(() => expect(watched.lost).toHaveLength(1));
    expect(() => watched.current?.send('anybody?')).not.toThrow();
  });

  it('ends when it is told to, whatever it is doing', async () => {
    const waiting = start({ target: () => Promise.reject(new Error('no')), pauseMs: () => 60_000 });
    await soon(() => expect(waiting.lost).toHaveLength(1));
    ending.abort();
    await running;
    expect(waiting.socket.state.state).toBe('closed');
    ending = new AbortController();
    const open = start();
    await soon(() => expect(open.socket.state.state).toBe('open'));
    ending.abort();
    await running;
    expect(open.socket.state.state).toBe('closed');
  });
});
