import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DifyStandInOptions } from './options.ts';
import { createDifyStandIn, type DifyStandIn } from './stand-in.ts';

export interface DifyStandInServer extends Omit<DifyStandIn, 'handle'> {
  /** With `/v1`, as `DIFY_BASE_URL` wants it. */
  readonly url: string;
  readonly port: number;
}

/** Serves a stand-in on its own. Port 0 takes any that is free. */
export async function startDifyStandIn(
  options: DifyStandInOptions & { readonly port?: number; readonly host?: string } = {},
): Promise<DifyStandInServer> {
  const { port = 0, host = '127.0.0.1', ...rest } = options;
  const standIn = createDifyStandIn(rest);
  const server = createServer((req, res) => void standIn.handle(req, res));
  // Connections of a gateway's pool stay open for as long as it likes.
  server.keepAliveTimeout = 60_000;
  server.listen(port, host);
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  const closeStandIn = standIn.close.bind(standIn);
  return Object.assign(standIn, {
    url: `http://${host}:${bound}/v1`,
    port: bound,
    async close() {
      await closeStandIn();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  });
}
