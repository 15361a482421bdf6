import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Bus } from './bus.ts';
import type { SimEvent, SimSnapshot } from './contract.ts';

/** The pages that look on. */
export interface LiveStream {
  open(request: IncomingMessage, response: ServerResponse): void;
  /** Sends everybody the whole again. */
  resend(): void;
  close(): void;
}

/** A page this far behind is cut off; it comes back and begins with a whole snapshot. */
const MAX_BEHIND_BYTES = 8 * 1024 * 1024;
const HEARTBEAT_MS = 15_000;

export function createLiveStream(bus: Bus, snapshot: () => SimSnapshot): LiveStream {
  const readers = new Set<ServerResponse>();
  let number = 0;
  let unsubscribe: (() => void) | undefined;
  let heartbeat: NodeJS.Timeout | undefined;

  const frame = (event: SimEvent): string => {
    number += 1;
    return `id: ${number}\ndata: ${JSON.stringify(event)}\n\n`;
  };
  const sendAll = (text: string): void => {
    for (const reader of readers) {
      if (reader.writableLength > MAX_BEHIND_BYTES) reader.destroy();
      else reader.write(text);
    }
  };
  const start = (): void => {
    unsubscribe = bus.subscribe((event) => sendAll(frame(event)));
    heartbeat = setInterval(() => sendAll(':\n\n'), HEARTBEAT_MS);
    heartbeat.unref();
  };
  const stop = (): void => {
    unsubscribe?.();
    clearInterval(heartbeat);
  };

  return {
    open(request, response) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      request.socket.setNoDelay(true);
      response.write(`retry: 500\n${frame({ type: 'snapshot', state: snapshot() })}`);
      if (readers.size === 0) start();
      readers.add(response);
      response.once('close', () => {
        readers.delete(response);
        if (readers.size === 0) stop();
      });
    },
    resend() {
      if (readers.size > 0) sendAll(frame({ type: 'snapshot', state: snapshot() }));
    },
    close() {
      stop();
      for (const reader of readers) reader.end();
    },
  };
}
