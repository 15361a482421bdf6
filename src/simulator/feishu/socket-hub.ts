import { randomBytes, randomInt } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { after, type SimClock } from '../clock.ts';
import type { FeishuApp } from './apps.ts';
import { CONTROL, cutPayload, DATA, decodeFrame, encodeFrame, type Frame } from './frame.ts';

/** What a client is told about its timers; all times in seconds. */
export interface ClientConfig {
  readonly ReconnectCount: number;
  readonly ReconnectInterval: number;
  readonly ReconnectNonce: number;
  readonly PingInterval: number;
}

export interface SocketOptions {
  /** Longest payload of one frame, in bytes; the vendor's own limit is not documented. Default 32 KiB. */
  chunkBytes: number;
  clientConfig: ClientConfig;
  /** Whether pings are answered; off, the line is alive and nothing comes. */
  answerPings: boolean;
  /** Cuts the line after so many frames of the next event, once. */
  cutAfterFrames: number | undefined;
  /** How a press on a card is labelled: `event` as the vendor does now, `card` as some apps still get it. */
  cardFrames: 'event' | 'card';
}

export const SOCKET_DEFAULTS: SocketOptions = {
  chunkBytes: 32 * 1024,
  clientConfig: { ReconnectCount: -1, ReconnectInterval: 120, ReconnectNonce: 30, PingInterval: 120 },
  answerPings: true,
  cutAfterFrames: undefined,
  cardFrames: 'event',
};

export type SocketAnswer =
  /** `data` is what the client's handler returned, decoded; undefined when it returned nothing. */
  | { readonly ok: true; readonly code: number; readonly data: string | undefined; readonly raw: string }
  | { readonly ok: false; readonly failed: 'no-connection' | 'timeout' | 'closed' };

/** The long connections of all apps. */
export interface SocketHub {
  readonly options: SocketOptions;
  count(app: string): number;
  /** The address of one new connection, good for one use. */
  ticket(app: FeishuApp, host: string): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sends to one connection, chosen at random, and waits for its ack. */
  send(app: FeishuApp, type: 'event' | 'card', payload: string, timeoutMs: number): Promise<SocketAnswer>;
  /** Cuts the lines of one app, or all. */
  drop(app?: string): void;
  close(): void;
}

interface Connection {
  readonly app: FeishuApp;
  readonly socket: WebSocket;
  readonly service: number;
}

/** @param changed - Told when an app gains or loses a connection. */
export function createSocketHub(clock: SimClock, options: SocketOptions, changed: (app: FeishuApp) => void): SocketHub {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 4 * 1024 * 1024 });
  const tickets = new Map<string, { readonly app: FeishuApp; readonly service: number }>();
  const live = new Map<string, Connection[]>();
  const waiting = new Map<string, (answer: SocketAnswer, from?: Connection) => void>();
  let sequence = 1n;

  const open = (connection: Connection): void => {
    const { app, socket } = connection;
    const ofApp = live.get(app.id) ?? [];
    ofApp.push(connection);
    live.set(app.id, ofApp);
    // Each event that waits for its ack listens for the line's end.
    socket.setMaxListeners(0);
    socket.on('message', (data: Buffer) => receive(connection, data));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      ofApp.splice(ofApp.indexOf(connection), 1);
      changed(app);
    });
    changed(app);
  };

  const receive = (connection: Connection, data: Buffer): void => {
    let frame: Frame;
    try {
      frame = decodeFrame(data);
    } catch {
      connection.socket.close(1002, 'not a frame');
      return;
    }
    if (frame.method === CONTROL && frame.headers['type'] === 'ping' && options.answerPings) {
      connection.socket.send(pongFrame(connection.service, options.clientConfig));
    }
    if (frame.method !== DATA) return;
    waiting.get(frame.headers['message_id'] ?? '')?.(readAck(frame.payload));
  };

  return {
    options,
    count: (app) => live.get(app)?.length ?? 0,
    ticket(app, host) {
      const ticket = randomBytes(12).toString('hex');
      const service = randomInt(1, 1_000_000);
      tickets.set(ticket, { app, service });
      // The official client loses the name of the first parameter, so something without meaning stands there.
      const query = `fpid=1&aid=2&device_id=${randomInt(1_000_000, 9_999_999)}&access_key=${randomBytes(8).toString('hex')}`;
      return `ws://${host}/ws/v2?${query}&service_id=${service}&ticket=${ticket}`;
    },
    upgrade(request, socket, head) {
      const query = new URLSearchParams(request.url?.split('?')[1] ?? '');
      const ticket = query.get('ticket') ?? '';
      const place = tickets.get(ticket);
      if (place === undefined) {
        socket.end('HTTP/1.1 403 Forbidden\r\nHandshake-Status: 403\r\nHandshake-Msg: ticket is invalid\r\n\r\n');
        return;
      }
      tickets.delete(ticket);
      server.handleUpgrade(request, socket, head, (webSocket) => open({ ...place, socket: webSocket }));
    },
    async send(app, type, payload, timeoutMs) {
      const ofApp = live.get(app.id);
      const connection = ofApp === undefined || ofApp.length === 0 ? undefined : ofApp[randomInt(ofApp.length)];
      if (connection === undefined) return { ok: false, failed: 'no-connection' };
      const id = randomBytes(16).toString('hex');
      sequence += 1n;
      const frames = framesOf(connection.service, sequence, type, id, payload, options.chunkBytes);
      return new Promise<SocketAnswer>((resolve) => {
        const onClose = (): void => settle({ ok: false, failed: 'closed' });
        const settle = (answer: SocketAnswer): void => {
          waiting.delete(id);
          disarm();
          connection.socket.off('close', onClose);
          resolve(answer);
        };
        const disarm = after(clock, timeoutMs, () => settle({ ok: false, failed: 'timeout' }));
        waiting.set(id, settle);
        connection.socket.once('close', onClose);
        const cut = options.cutAfterFrames;
        for (const frame of frames.slice(0, cut)) connection.socket.send(frame);
        if (cut === undefined) return;
        options.cutAfterFrames = undefined;
        connection.socket.terminate();
      });
    },
    drop(app) {
      for (const [id, connections] of live) {
        if (app === undefined || id === app) for (const { socket } of connections) socket.terminate();
      }
    },
    close() {
      for (const connections of live.values()) for (const { socket } of connections) socket.terminate();
      server.close();
    },
  };
}

function pongFrame(service: number, config: ClientConfig): Buffer {
  // The client takes the payload for its whole configuration: a part of it would turn its timers into NaN.
  const payload = Buffer.from(JSON.stringify(config));
  return encodeFrame({ seqId: 0n, logId: 0n, service, method: CONTROL, headers: { type: 'pong' }, payload });
}

function framesOf(
  service: number,
  sequence: bigint,
  type: string,
  id: string,
  payload: string,
  chunkBytes: number,
): Buffer[] {
  const pieces = cutPayload(Buffer.from(payload), chunkBytes);
  return pieces.map((piece, index) =>
    encodeFrame({
      seqId: sequence,
      logId: sequence,
      service,
      method: DATA,
      headers: { type, message_id: id, sum: String(pieces.length), seq: String(index), trace_id: id },
      payload: piece,
    }),
  );
}

function readAck(payload: Buffer | undefined): SocketAnswer {
  const raw = payload?.toString() ?? '';
  try {
    const ack: unknown = JSON.parse(raw);
    if (typeof ack !== 'object' || ack === null) return { ok: true, code: 0, data: undefined, raw };
    const code = 'code' in ack && typeof ack.code === 'number' ? ack.code : 0;
    const data = 'data' in ack && typeof ack.data === 'string' ? Buffer.from(ack.data, 'base64').toString() : undefined;
    return { ok: true, code, data, raw };
  } catch {
    return { ok: true, code: 0, data: undefined, raw };
  }
}
