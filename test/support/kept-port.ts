import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** A port of this machine that stays its holder's, also while nobody listens on it. */
export interface KeptPort {
  readonly port: number;
  release(): Promise<void>;
}

/** Below those that the system gives to whoever asks for any. */
const FIRST_PORT = 15_000;
const LAST_PORT = 30_000;

/**
 * Keeps a port for a process that is killed and comes back to it. Its neighbour is listened on meanwhile: whoever
 * keeps a port asks for both, so two never keep the same, also between two processes.
 *
 * @param draw - An even port to try; any of a range that the system gives nobody when absent.
 */
export async function keepPort(draw = anyEven): Promise<KeptPort> {
  for (;;) {
    const port = draw();
    const neighbour = await listen(port + 1);
    const own = neighbour && (await listen(port));
    if (own) await close(own);
    if (neighbour && own) return { port, release: () => close(neighbour) };
    if (neighbour) await close(neighbour);
  }
}

function anyEven(): number {
  return randomInt(FIRST_PORT / 2, LAST_PORT / 2) * 2;
}

/** Undefined where somebody has it. */
async function listen(port: number): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server.unref()));
  });
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
