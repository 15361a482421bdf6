import type { Bus } from './bus.ts';
import type { SimClock } from './clock.ts';
import type { FarSide, FaultKind, WireBody, WireDetail, WireEntry, WireFrame, Words } from './contract.ts';

/** What is known when a request or a frame starts. Bodies are bytes as they stand on the wire. */
export interface WireStart {
  readonly side: FarSide;
  readonly app?: string | undefined;
  readonly direction: 'in' | 'out';
  readonly transport: WireEntry['transport'];
  readonly method: string;
  readonly path: string;
  readonly title: Words;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly plain?: Uint8Array | string;
  readonly message?: string | undefined;
  readonly explanation?: readonly Words[];
}

export interface WireEnd {
  /** −1 when the line broke or time ran out. */
  readonly status: number;
  readonly code?: number | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** One entry while it is being written. */
export interface WireLine {
  /** Adds a sentence on why it was accepted or refused. */
  explain(words: Words): void;
  about(message: string | undefined): void;
  fault(kind: FaultKind): void;
  frame(direction: 'in' | 'out', title: string, body: Uint8Array | string): void;
  end(end: WireEnd): void;
}

/** Everything that went over the line, both ways, for people to look at. Nothing is kept while it is switched off. */
export interface WireLog {
  on: boolean;
  /** Undefined while the log is off, so that nothing has to be put together for it. */
  begin(start: () => WireStart): WireLine | undefined;
  list(limit?: number): readonly WireEntry[];
  find(id: string): WireDetail | undefined;
  clear(): void;
}

/** Longest body kept, in bytes. */
const MAX_BODY_BYTES = 64 * 1024;
/** Most frames kept of one stream. */
const MAX_FRAMES = 500;

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Draft = Writable<WireDetail> & { explanation: Words[]; stream: WireFrame[] };

/** @param keep - Most entries; the oldest go first. */
export function createWireLog(clock: SimClock, bus: Bus, keep: number): WireLog {
  const entries = new Map<string, Draft>();
  let counter = 0;

  const log: WireLog = {
    on: true,
    begin(start) {
      if (!log.on) return undefined;
      counter += 1;
      const draft = draftOf(`w${counter}`, clock.now(), start());
      entries.set(draft.id, draft);
      if (entries.size > keep) entries.delete(entries.keys().next().value ?? '');
      if (bus.watched) bus.emit({ type: 'wire-added', entry: entryOf(draft) });
      return lineOf(draft, clock, bus);
    },
    list: (limit = keep) => [...entries.values()].slice(-limit).map(entryOf),
    find: (id) => entries.get(id),
    clear() {
      entries.clear();
      bus.emit({ type: 'wire-cleared' });
    },
  };
  return log;
}

function draftOf(id: string, at: number, start: WireStart): Draft {
  return {
    id,
    at,
    side: start.side,
    ...(start.app === undefined ? {} : { app: start.app }),
    direction: start.direction,
    transport: start.transport,
    method: start.method,
    path: start.path,
    status: 0,
    title: start.title,
    ...(start.message === undefined ? {} : { message: start.message }),
    frames: 0,
    requestHeaders: start.headers ?? {},
    requestBody: wireBody(start.body ?? ''),
    ...(start.plain === undefined ? {} : { plainBody: wireBody(start.plain) }),
    responseHeaders: {},
    explanation: [...(start.explanation ?? [])],
    stream: [],
  };
}

function lineOf(draft: Draft, clock: SimClock, bus: Bus): WireLine {
  const changed = (): void => {
    if (bus.watched) bus.emit({ type: 'wire-changed', entry: entryOf(draft) });
  };
  return {
    explain: (words) => void draft.explanation.push(words),
    about(message) {
      if (message !== undefined) draft.message = message;
    },
    fault(kind) {
      draft.fault = kind;
    },
    frame(direction, title, body) {
      draft.frames += 1;
      if (draft.stream.length < MAX_FRAMES)
        draft.stream.push({ at: clock.now(), direction, title, body: wireBody(body) });
      // A stream of a thousand pieces is a thousand changes; the page needs to hear of some.
      if (draft.frames === 1 || draft.frames % 10 === 0) changed();
    },
    end(end) {
      draft.status = end.status;
      draft.ms = clock.now() - draft.at;
      if (end.code !== undefined) draft.code = end.code;
      if (end.headers !== undefined) draft.responseHeaders = end.headers;
      if (end.body !== undefined) draft.responseBody = wireBody(end.body);
      changed();
    },
  };
}

function entryOf(draft: Draft): WireEntry {
  const { requestHeaders, requestBody, plainBody, responseHeaders, responseBody, explanation, stream, ...entry } =
    draft;
  return entry;
}

export function wireBody(body: Uint8Array | string): WireBody {
  const bytes =
    typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const kept = bytes.subarray(0, MAX_BODY_BYTES);
  const cut = kept.length < bytes.length;
  const isText = typeof body === 'string' || !kept.subarray(0, 512).includes(0);
  return {
    text: kept.toString(isText ? 'utf8' : 'base64'),
    encoding: isText ? 'utf8' : 'base64',
    bytes: bytes.length,
    cut,
  };
}
