import { randomInt, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { parseObject } from '../../../lib/read.ts';
import { after, type SimClock } from '../../clock.ts';
import type { WireLog } from '../../wire.ts';
import type { DingtalkLimits } from '../limits.ts';
import { type Ack, type DownFrame, newFrameId, readAck, written } from './frames.ts';
import { createTickets, type Subscription, type Ticket } from './tickets.ts';

/** How the long connections behave; can be changed at any time. */
export interface StreamRules {
  /** The lines look alive, and nothing comes through in either direction. */
  halfOpen: boolean;
  /** Whether `ping` frames are sent. */
  pings: boolean;
}

/** One try to open a long connection, or to use a ticket. */
export interface RecordedOpen {
  readonly app: string;
  readonly at: number;
  readonly step: 'ticket' | 'connected' | 'refused';
  readonly ua?: string;
  readonly subscriptions?: readonly Subscription[];
}

/** One line, until it is closed. */
interface Line {
  readonly id: string;
  readonly socket: WebSocket;
  readonly app: string;
  readonly topics: ReadonlySet<string>;
  /** It was told to go, and gets nothing any more. */
  leaving: boolean;
  lastHeardAt: number;
}

/** The long connections of all apps; an app may have several, and each push goes to one of them. */
export interface StreamHub {
  readonly rules: StreamRules;
  readonly opens: readonly RecordedOpen[];
  /** `ping`s and farewells that were answered so far. */
  readonly echoes: number;
  /** Lines that get pushes. */
  count(app: string): number;
  /** A ticket for one line, good for 90 s. */
  ticket(wanted: Omit<Ticket, 'until'>): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** @returns The frame's id; undefined when no line is there that wants it. */
  push(
    app: string,
    frame: DownFrame,
    about?: { readonly event: string; readonly message?: string },
  ): string | undefined;
  /** Tells the lines of one app, or all, to go; they are closed after ten seconds of silence. */
  disconnect(app?: string, reason?: string): void;
  /** Cuts the lines of one app, or all. */
  drop(app?: string): void;
  /** Sends anything at all, as it stands, down one line of the app; for what no vendor should send. */
  raw(app: string, text: string): boolean;
  clear(): void;
  close(): void;
}

export interface HubParts {
  readonly clock: SimClock;
  readonly wire: WireLog;
  readonly limits: DingtalkLimits;
  readonly acked: (app: string, ack: Ack) => void;
  readonly changed: (app: string) => void;
}

export const STREAM_PATH = '/connect';
const MAX_FRAME_BYTES = 1024 * 1024;

export function createStreamHub({ clock, wire, limits, acked, changed }: HubParts): StreamHub {
  // Pongs are ours to give: a half-open line gives none.
  const options = { noServer: true, perMessageDeflate: false, maxPayload: MAX_FRAME_BYTES, autoPong: false };
  const server = new WebSocketServer(options);
  const tickets = createTickets(clock, limits.ticketMs);
  const lines = new Set<Line>();
  const timers = new Map<Line, () => void>();
  const rules: StreamRules = { halfOpen: false, pings: true };
  /** Frames of ours that are no pushes, as long as they are not answered. */
  const systemFrames = new Set<string>();
  let opens: RecordedOpen[] = [];
  let echoes = 0;

  const note = (open: Omit<RecordedOpen, 'at'>): void => void opens.push({ at: clock.now(), ...open });
  const send = (line: Line, frame: DownFrame): string => {
    const id = frame.id ?? newFrameId();
    const text = written(frame, id, { app: line.app, connection: line.id, now: clock.now() });
    if (frame.type === 'SYSTEM') systemFrames.add(id);
    if (!rules.halfOpen && line.socket.readyState === line.socket.OPEN) line.socket.send(text);
    return id;
  };
  const own = (app: string | undefined): Line[] => [...lines].filter((line) => app === undefined || line.app === app);
  const arm = (line: Line, ms: number, run: () => void): void => {
    timers.get(line)?.();
    timers.set(line, after(clock, ms, run));
  };

  const beat = (line: Line): void => {
    arm(line, limits.pingMs, () => {
      const data = JSON.stringify({ opaque: randomUUID() });
      if (rules.pings) send(line, { type: 'SYSTEM', topic: 'ping', data });
      beat(line);
    });
  };

  const endWhenStill = (line: Line): void => {
    arm(line, limits.farewellMs, () => {
      if (clock.now() - line.lastHeardAt >= limits.farewellMs) line.socket.close(1000, 'bye');
      else endWhenStill(line);
    });
  };

  const receive = (line: Line, data: Buffer): void => {
    if (rules.halfOpen) return;
    line.lastHeardAt = clock.now();
    const source = data.toString();
    const ack = readAck(parseObject(source));
    wire
      .begin(() => ({
        side: 'dingtalk',
        app: line.app,
        direction: 'in',
        transport: 'websocket',
        method: 'ACK',
        path: STREAM_PATH,
        title: { zh: `长连接应答 ${ack?.code ?? '?'}`, en: `ack ${ack?.code ?? '?'}` },
        body: source,
      }))
      ?.end({ status: ack?.code ?? -1 });
    if (ack === undefined) return;
    if (!systemFrames.delete(ack.messageId)) return acked(line.app, ack);
    echoes += 1;
    changed(line.app);
  };

  const welcome = (socket: WebSocket, { app, subscriptions }: Ticket): void => {
    const topics = new Set(subscriptions.map(({ type, topic }) => `${type} ${topic}`));
    const line: Line = { id: randomUUID(), socket, app, topics, leaving: false, lastHeardAt: clock.now() };
    lines.add(line);
    note({ app, step: 'connected' });
    socket.on('message', (data: Buffer) => receive(line, data));
    socket.on('ping', (data) => {
      if (rules.halfOpen) return;
      line.lastHeardAt = clock.now();
      socket.pong(data);
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      timers.get(line)?.();
      timers.delete(line);
      lines.delete(line);
      changed(app);
    });
    beat(line);
    changed(app);
  };

  const hub: StreamHub = {
    rules,
    get opens() {
      return opens;
    },
    get echoes() {
      return echoes;
    },
    count: (app) => own(app).filter(({ leaving }) => !leaving).length,
    ticket(wanted) {
      const { app, ua, subscriptions } = wanted;
      note({ app, step: 'ticket', ua, subscriptions });
      return tickets.give(wanted);
    },
    upgrade(request, socket, head) {
      const ticket = tickets.use(new URL(request.url ?? '/', 'ws://localhost').searchParams.get('ticket') ?? '');
      if (ticket === undefined) {
        note({ app: '', step: 'refused' });
        socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, (webSocket) => welcome(webSocket, ticket));
    },
    push(app, frame, about) {
      const wanting = own(app).filter(
        ({ leaving, topics, socket }) =>
          !leaving && topics.has(`${frame.type} ${frame.topic}`) && socket.readyState === socket.OPEN,
      );
      const line = wanting.length === 0 ? undefined : wanting[randomInt(wanting.length)];
      wire
        .begin(() => ({
          side: 'dingtalk',
          app,
          direction: 'out',
          transport: 'websocket',
          method: frame.type,
          path: frame.topic,
          title: { zh: `推送 ${about?.event ?? frame.topic}`, en: `push ${about?.event ?? frame.topic}` },
          body: frame.data,
          message: about?.message,
        }))
        ?.end({ status: line === undefined ? -1 : 200 });
      return line === undefined ? undefined : send(line, frame);
    },
    disconnect(app, reason = 'connection is expired') {
      for (const line of own(app)) {
        if (line.leaving) continue;
        line.leaving = true;
        line.lastHeardAt = clock.now();
        send(line, { type: 'SYSTEM', topic: 'disconnect', data: JSON.stringify({ reason }) });
        endWhenStill(line);
        changed(line.app);
      }
    },
    drop(app) {
      for (const { socket } of own(app)) socket.terminate();
    },
    raw(app, text) {
      const [line] = own(app).filter(({ leaving }) => !leaving);
      line?.socket.send(text);
      return line !== undefined;
    },
    clear() {
      opens = [];
      echoes = 0;
      systemFrames.clear();
    },
    close() {
      for (const cancel of timers.values()) cancel();
      for (const { socket } of lines) socket.terminate();
      server.close();
    },
  };
  return hub;
}
