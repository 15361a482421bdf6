/** A bare `node:http` server that gives back what it gets: the most that one loop of Node can acknowledge. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from './program.ts';

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  });
});

const HANDLERS = {
  /** Answers its address. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  },
};
export type EchoServer = typeof HANDLERS;
serve(HANDLERS);
