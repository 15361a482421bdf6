import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { asObject, type Json, parseObject } from '../../../lib/read.ts';
import { after, type SimClock } from '../../clock.ts';
import { randomHex } from '../../ids.ts';
import type { WireLog } from '../../wire.ts';
import type { WecomBot } from '../apps.ts';
import { newMsgId } from '../chats.ts';
import { dressed, WecomRefusal } from '../errors.ts';
import { text } from '../json.ts';

/** How the long connections behave; can be changed at any time. */
export interface SocketRules {
  /** Whether answers are acknowledged at all. */
  acks: boolean;
  /** How late. */
  ackDelayMs: number;
  /** The line looks alive, and nothing comes through in either direction. */
  halfOpen: boolean;
}

export const SOCKET_RULES: SocketRules = { acks: true, ackDelayMs: 0, halfOpen: false };

export interface Frame {
  readonly cmd?: string;
  readonly headers: { readonly req_id: string };
  readonly body?: Json;
  readonly errcode?: number;
  readonly errmsg?: string;
}

/** What is asked of a WebSocket; in our words, so that the library's types need no other package's. */
interface Socket {
  readonly readyState: number;
  readonly OPEN: number;
  send(data: string): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** One line; it belongs to nobody until it has subscribed. */
export interface Connection {
  readonly socket: Socket;
  bot: WecomBot | undefined;
  /** Answers that are not acknowledged yet, by req_id. */
  readonly busy: Set<string>;
}

/** What became of a command: the ack's body, no ack, or the end of the line. */
export type Handled = { readonly body?: Json } | 'silence' | 'cut';
export type Handler = (connection: Connection, cmd: string, reqId: string, body: Json) => Handled;

/** The long connections of all bots; each bot has one that lives. */
export interface SocketHub {
  readonly rules: SocketRules;
  count(bot: string): number;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Makes this line the bot's; an older one is told, and closed. */
  bind(connection: Connection, bot: WecomBot): void;
  /** @returns Whether there was a line. */
  push(bot: WecomBot, frame: Frame, event: string, message: string | undefined): boolean;
  /** Cuts the lines of one bot, or all. */
  drop(bot?: string): void;
  close(): void;
}

const MAX_FRAME_BYTES = 140 * 1024 * 1024;
const IP = '203.0.113.9';

export interface HubParts {
  readonly clock: SimClock;
  readonly wire: WireLog;
  readonly rules: SocketRules;
  readonly handle: Handler;
  readonly called: (cmd: string, code: number) => void;
  readonly changed: (bot: WecomBot) => void;
}

export function createSocketHub({ clock, wire, rules, handle, called, changed }: HubParts): SocketHub {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_FRAME_BYTES });
  const lines = new Set<Connection>();
  const live = new Map<string, Connection>();

  const send = (connection: Connection, frame: Frame): void => {
    if (!rules.halfOpen) connection.socket.send(JSON.stringify(frame));
  };

  const receive = (connection: Connection, data: Buffer): void => {
    if (rules.halfOpen) return;
    const source = data.toString();
    const frame = parseObject(source);
    const cmd = text(frame?.['cmd']);
    const reqId = text(asObject(frame?.['headers'])?.['req_id']);
    const line = wire.begin(() => ({
      side: 'wecom',
      app: connection.bot?.id,
      direction: 'in',
      transport: 'websocket',
      method: cmd,
      path: '/wecom/aibot',
      title: { zh: `长连接 ${cmd}`, en: `frame ${cmd}` },
      body: source.replace(/("secret":")[^"]*/, '$1…'),
    }));
    const ack = (code: number, message: string, body?: Json): void => {
      called(cmd, code);
      line?.end({ status: 200, code });
      const end = (): void => {
        connection.busy.delete(reqId);
        if (!rules.acks || connection.socket.readyState !== connection.socket.OPEN) return;
        send(connection, {
          headers: { req_id: reqId },
          errcode: code,
          errmsg: code === 0 ? 'ok' : dressed(message, code, IP),
          ...(body === undefined ? {} : { body }),
        });
      };
      if (rules.ackDelayMs === 0) return end();
      after(clock, rules.ackDelayMs, end);
    };
    try {
      if (frame === undefined) throw new WecomRefusal(40058, 'not a JSON object');
      if (connection.busy.has(reqId)) throw new WecomRefusal(6000);
      if (rules.ackDelayMs > 0) connection.busy.add(reqId);
      const handled = handle(connection, cmd, reqId, asObject(frame['body']) ?? {});
      if (handled === 'cut') return connection.socket.terminate();
      if (handled !== 'silence') ack(0, '', handled.body);
    } catch (error) {
      if (!(error instanceof WecomRefusal)) throw error;
      ack(error.code, error.message);
    }
  };

  return {
    rules,
    count: (bot) => (live.has(bot) ? 1 : 0),
    upgrade(request, socket, head) {
      server.handleUpgrade(request, socket, head, (webSocket) => {
        const connection: Connection = { socket: webSocket, bot: undefined, busy: new Set() };
        lines.add(connection);
        webSocket.on('message', (data: Buffer) => receive(connection, data));
        webSocket.on('error', () => webSocket.terminate());
        webSocket.on('close', () => {
          lines.delete(connection);
          const { bot } = connection;
          if (bot === undefined || live.get(bot.id) !== connection) return;
          live.delete(bot.id);
          changed(bot);
        });
      });
    },
    bind(connection, bot) {
      const older = live.get(bot.id);
      live.set(bot.id, connection);
      Object.assign(connection, { bot });
      if (older !== undefined && older !== connection) {
        send(older, disconnected(bot, clock.now()));
        older.socket.close(1000, 'another connection took over');
      }
      changed(bot);
    },
    push(bot, frame, event, message) {
      const connection = live.get(bot.id);
      const isThere = connection !== undefined && connection.socket.readyState === connection.socket.OPEN;
      wire
        .begin(() => ({
          side: 'wecom',
          app: bot.id,
          direction: 'out',
          transport: 'websocket',
          method: frame.cmd ?? '',
          path: '/wecom/aibot',
          title: { zh: `回调 ${event}`, en: `callback ${event}` },
          body: JSON.stringify(frame),
          message,
        }))
        ?.end({ status: isThere ? 200 : -1 });
      if (isThere) send(connection, frame);
      return isThere;
    },
    drop(bot) {
      for (const connection of lines)
        if (bot === undefined || connection.bot?.id === bot) connection.socket.terminate();
    },
    close() {
      for (const { socket } of lines) socket.terminate();
      server.close();
    },
  };
}

function disconnected(bot: WecomBot, now: number): Frame {
  return {
    cmd: 'aibot_event_callback',
    headers: { req_id: randomHex() },
    body: {
      msgid: newMsgId(),
      create_time: Math.floor(now / 1000),
      aibotid: bot.id,
      msgtype: 'event',
      event: { eventtype: 'disconnected_event' },
    },
  };
}
