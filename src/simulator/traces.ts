import { createParser } from 'eventsource-parser';
import { request } from 'undici';
import type { Bus } from './bus.ts';
import { after, type SimClock } from './clock.ts';
import type { TraceEvent } from './contract.ts';

/** The steps of messages through the gateway, as the gateway tells them. */
export interface Traces {
  add(event: TraceEvent): void;
  list(filter?: { readonly key?: string; readonly message?: string }): readonly TraceEvent[];
  clear(): void;
  /**
   * Reads the gateway's own stream of them, and opens it again whenever it ends.
   * @returns Stops that.
   */
  follow(url: string, headers?: Readonly<Record<string, string>>): () => void;
}

const KEEP = 3000;
const RETRY_MS = 300;

export function createTraces(clock: SimClock, bus: Bus): Traces {
  // By what makes a step itself, for after a break the gateway tells the last ones again.
  const events = new Map<string, TraceEvent>();
  const traces: Traces = {
    add(event) {
      const id = `${event.key} ${event.step} ${event.at} ${event.ms ?? ''}`;
      if (events.has(id)) return;
      events.set(id, event);
      if (events.size > KEEP) events.delete(events.keys().next().value ?? '');
      bus.emit({ type: 'trace', event });
    },
    list: ({ key, message } = {}) => {
      const all = [...events.values()];
      if (message === undefined) return key === undefined ? all : all.filter((event) => event.key === key);
      const keys = new Set(all.filter((event) => event.message === message).map((event) => event.key));
      return all.filter((event) => keys.has(event.key));
    },
    clear: () => events.clear(),
    follow(url, headers = {}) {
      const controller = new AbortController();
      let stopWaiting = (): void => undefined;
      const read = async (): Promise<void> => {
        try {
          await readStream(url, headers, controller.signal, (event) => traces.add(event));
        } catch {
          // The gateway is down or was killed; that is what this is for.
        }
        if (!controller.signal.aborted) stopWaiting = after(clock, RETRY_MS, () => void read());
      };
      void read();
      return () => {
        controller.abort();
        stopWaiting();
      };
    },
  };
  return traces;
}

async function readStream(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  add: (event: TraceEvent) => void,
): Promise<void> {
  const response = await request(url, { headers, signal, bodyTimeout: 0 });
  if (response.statusCode !== 200) {
    await response.body.dump();
    return;
  }
  const parser = createParser({
    onEvent({ data }) {
      const event = readTrace(data);
      if (event !== undefined) add(event);
    },
  });
  const decoder = new TextDecoder();
  for await (const piece of response.body) parser.feed(decoder.decode(piece as Uint8Array, { stream: true }));
}

/** Undefined when it is no trace event. */
export function readTrace(text: string): TraceEvent | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isTrace(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isTrace(value: unknown): value is TraceEvent {
  return (
    typeof value === 'object' &&
    value !== null &&
    'key' in value &&
    typeof value.key === 'string' &&
    'step' in value &&
    typeof value.step === 'string' &&
    'at' in value &&
    typeof value.at === 'number'
  );
}
