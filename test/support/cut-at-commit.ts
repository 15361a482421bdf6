import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

/** Stands between a gateway and its PostgreSQL, and breaks a connection when the server has committed and nobody has heard of it. */
export class CutAtCommit {
  /** The commits behind these statements are not heard of, each name once. */
  readonly next = new Set<string>();
  /** Whether nobody gets through. */
  away = false;
  /** Called when a connection was broken so. */
  atCut: () => void = () => undefined;
  readonly #server: Server;
  readonly #socketPath: string;
  readonly #open = new Set<Socket>();

  private constructor(database: string) {
    this.#socketPath = join(new URL(database).searchParams.get('host') ?? '', '.s.PGSQL.5432');
    this.#server = createServer((client) => this.#join(client));
  }

  /** @param database - The address of a test's server, which is reached over a socket in a folder. @returns With the address through here. */
  static async before(database: string): Promise<{ readonly cut: CutAtCommit; readonly url: string }> {
    const cut = new CutAtCommit(database);
    cut.#server.listen(0, '127.0.0.1');
    await once(cut.#server, 'listening');
    const { port } = cut.#server.address() as AddressInfo;
    return { cut, url: `postgres://posthouse@127.0.0.1:${port}${new URL(database).pathname}` };
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise((done) => this.#server.close(done));
  }

  #join(client: Socket): void {
    const server = connect(this.#socketPath);
    let isDoomed = false;
    const end = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      this.#open.add(socket);
      socket.on('error', end).on('close', () => {
        this.#open.delete(socket);
        end();
      });
    }
    if (this.away) return end();
    client.on('data', (bytes) => {
      const found = [...this.next].find((name) => bytes.includes(name));
      if (found !== undefined) isDoomed = this.next.delete(found);
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (!isDoomed || !bytes.includes('COMMIT\0')) return void client.write(bytes);
      end();
      this.atCut();
    });
  }

  /** Ends what is open and lets nobody in. */
  goAway(): void {
    this.away = true;
    for (const socket of this.#open) socket.destroy();
  }
}
