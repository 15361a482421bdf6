import { networkInterfaces } from 'node:os';

/**
 * The address at which others find a server.
 *
 * One that listens everywhere (`0.0.0.0`, `::`) listens at no address that could be called: it is named by the machine's first own one, which is a
 * container's in the network that it shares with the others.
 *
 * @param host - What the server listens at.
 */
export function reachedAt(host: string, port: number, interfaces = networkInterfaces()): string {
  return `http://${hostIn(host === '0.0.0.0' || host === '::' ? ownAddress(interfaces) : host)}:${port}`;
}

function ownAddress(interfaces: ReturnType<typeof networkInterfaces>): string {
  const addresses = Object.values(interfaces).flatMap((found = []) => found);
  return addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1';
}

function hostIn(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
