import type { ServerResponse } from 'node:http';
import type { EventKey } from '../core/ids.ts';
import type { Traced, TraceFields, Tracer, TraceStep } from '../core/tracer.ts';

/** One step, as it goes out: one JSON object an SSE event. */
export interface TraceRecord {
  readonly channel: string;
  readonly key: string;
  readonly turn?: string;
  readonly message?: string;
  readonly step: TraceStep;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Since the step before of the same key. */
  readonly ms?: number;
  readonly detail?: TraceFields;
}

/** Steps kept for who comes later. */
const RING = 1000;
/** Keys whose last step is remembered; frames of an older one have no `ms`. */
const MAX_KEYS = 2000;
/** A reader this far behind is cut off; it comes again and gets the ring. */
const MAX_BEHIND_BYTES = 1024 * 1024;
const HEARTBEAT_MS = 15_000;

export interface TraceStream extends Tracer {
  recent(): readonly TraceRecord[];
  /** Sends the ring and then each step as it happens, until the reader leaves or `end`. */
  stream(response: ServerResponse): void;
  /** Ends every stream, so that the server can close. */
  end(): void;
}

/** Keeps the last steps in memory and tells them to whoever listens. Only made when the settings ask for traces. */
export function createTraceStream(): TraceStream {
  const ring: TraceRecord[] = [];
  const lastAt = new Map<EventKey, number>();
  const readers = new Set<ServerResponse>();
  const heartbeat = setInterval(() => send(':\n\n'), HEARTBEAT_MS);
  heartbeat.unref();

  function send(text: string): void {
    for (const reader of readers) {
      if (reader.writableLength > MAX_BEHIND_BYTES) reader.destroy();
      else reader.write(text);
    }
  }

  function sinceLast(key: EventKey): number | undefined {
    const now = performance.now();
    const before = lastAt.get(key);
    lastAt.delete(key);
    lastAt.set(key, now);
    if (lastAt.size > MAX_KEYS) forgetOldest(lastAt);
    return before === undefined ? undefined : Math.round((now - before) * 1000) / 1000;
  }

  return {
    enabled: true,
    step(trace, name, fields) {
      const record = recordOf(trace, name, sinceLast(trace.key), fields);
      ring.push(record);
      if (ring.length > RING) ring.shift();
      if (readers.size > 0) send(eventOf(record));
    },
    during: (_trace, _piece, run) => run(),
    call() {},
    recent: () => [...ring],
    stream(response) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(`:\n\n${ring.map(eventOf).join('')}`);
      readers.add(response);
      response.once('close', () => readers.delete(response));
    },
    end() {
      clearInterval(heartbeat);
      for (const reader of readers) reader.end();
      readers.clear();
    },
  };
}

function forgetOldest(map: Map<EventKey, number>): void {
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

function recordOf(
  trace: Traced,
  step: TraceStep,
  ms: number | undefined,
  detail: TraceFields | undefined,
): TraceRecord {
  return {
    channel: trace.channel,
    key: trace.key,
    ...(trace.turn === undefined ? {} : { turn: trace.turn }),
    ...(trace.message === undefined ? {} : { message: trace.message }),
    step,
    at: Date.now(),
    ...(ms === undefined ? {} : { ms }),
    ...(detail === undefined ? {} : { detail }),
  };
}

function eventOf(record: TraceRecord): string {
  return `data: ${JSON.stringify(record)}\n\n`;
}
