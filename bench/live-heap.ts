import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of a gateway that was started with {@link INSPECTED}, in MB. */
export interface Held {
  /** What is reachable on the main thread's heap, after a collection. */
  readonly heapMb: number;
  /** Buffers and the like beside it. */
  readonly buffersMb: number;
}

/** Lets a gateway be asked what it holds, at an address that it writes into its log. */
export const INSPECTED = ['--inspect=127.0.0.1:0'] as const;

/** Has a gateway collect its garbage and tells what is left. @param folder - Where it writes its log. */
export async function liveHeap(folder: string): Promise<Held> {
  const log = readFileSync(join(folder, 'gateway.log'), 'utf8');
  const address = [...log.matchAll(/Debugger listening on (ws:\S+)/g)].at(-1)?.[1];
  if (address === undefined) throw new Error('the gateway is not inspected');
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error(`no connection to ${address}`)));
  });
  const ask = asker(socket);
  await ask('HeapProfiler.enable');
  await ask('HeapProfiler.collectGarbage');
  await ask('HeapProfiler.collectGarbage');
  await ask('HeapProfiler.disable');
  const usage = await ask('Runtime.getHeapUsage');
  socket.close();
  return { heapMb: Number(usage['usedSize']) / 1e6, buffersMb: Number(usage['backingStorageSize'] ?? 0) / 1e6 };
}

type Ask = (method: string) => Promise<Readonly<Record<string, unknown>>>;

function asker(socket: WebSocket): Ask {
  const waiting = new Map<number, (result: Readonly<Record<string, unknown>>) => void>();
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: Readonly<Record<string, unknown>> };
    if (id === undefined) return;
    waiting.get(id)?.(result ?? {});
    waiting.delete(id);
  });
  return (method) => {
    last += 1;
    const id = last;
    socket.send(JSON.stringify({ id, method }));
    return new Promise((resolve) => waiting.set(id, resolve));
  };
}
