import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { keepPort } from '../support/kept-port.ts';

/** Tries these, one after the other. */
function drawing(...ports: readonly number[]): () => number {
  const left = [...ports];
  return () => left.shift() as number;
}

describe('a port that is kept', () => {
  it('is nobody else’s, though nobody listens on it', async () => {
    const first = await keepPort();
    const other = await keepPort();
    await other.release();
    const second = await keepPort(drawing(first.port, first.port, other.port));
    expect(second.port).toBe(other.port);
    await Promise.all([first.release(), second.release()]);
  });

  it('can be listened on by its holder', async () => {
    const kept = await keepPort();
    const server = createServer().listen(kept.port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await kept.release();
  });

  it('is not one that somebody listens on already, and its neighbour is free again then', async () => {
    const [taken, free] = [await keepPort(), await keepPort()];
    const server = createServer().listen(taken.port, '127.0.0.1');
    await once(server, 'listening');
    await Promise.all([taken.release(), free.release()]);
    const kept = await keepPort(drawing(taken.port, free.port));
    expect(kept.port).toBe(free.port);
    server.close();
    await once(server, 'close');
    const again = await keepPort(drawing(taken.port));
    expect(again.port).toBe(taken.port);
    await Promise.all([kept.release(), again.release()]);
  });

  it('can be kept again once it was given back', async () => {
    const first = await keepPort();
    await first.release();
    const second = await keepPort(drawing(first.port));
    expect(second.port).toBe(first.port);
    await second.release();
  });
});
