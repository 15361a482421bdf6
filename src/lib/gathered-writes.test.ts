import { once } from 'node:events';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gatherWrites } from './gathered-writes.ts';

describe('gathered writes', () => {
  const server = createServer();
  let here: Socket;
  let there: Socket;

  beforeEach(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    here = new Socket();
    gatherWrites(here);
    here.connect((server.address() as AddressInfo).port, '127.0.0.1');
    [there] = (await once(server, 'connection')) as [Socket];
    if (here.pending) await once(here, 'connect');
  });
  afterEach(async () => {
    here.destroy();
    there.destroy();
    server.close();
    await once(server, 'close');
  });

  it('go to the system in one call for each turn of the loop, in their order', async () => {
    const socket = here as unknown as Record<'_write' | '_writev', (...args: unknown[]) => void>;
    const many = vi.spyOn(socket, '_writev');
    const single = vi.spyOn(socket, '_write');
    for (const text of ['a', 'b']) here.write(text);
    await Promise.resolve();
    for (const bytes of ['c', 'd']) here.write(Buffer.from(bytes));
    await new Promise((resolve) => setImmediate(resolve));
    here.write('e');
    here.end('f');
    expect(await textOf(there)).toBe('abcdef');
    expect(many.mock.calls.length + single.mock.calls.length).toBe(2);
  });

  it('are not held back by who corks the socket too, and are heard of when they are done', async () => {
    here.cork();
    const done = new Promise((resolve) => here.write('x', resolve));
    here.uncork();
    await done;
    here.end();
    expect(await textOf(there)).toBe('x');
  });
});

async function textOf(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}
