import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { ApprovalPort } from '../../src/core/approvals.ts';
import { toGatewayError } from '../../src/core/errors.ts';
import type { Delivery, InboundEvent } from '../../src/core/event.ts';
import type { Platform } from '../../src/core/platform.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import type { MovedClock } from './moved-clock.ts';

/** An address that events are delivered to, with as little of a gateway behind it as there can be. */
export interface ApprovalListener {
  readonly url: string;
  readonly deliveries: Delivery[];
  readonly events: InboundEvent[];
  close(): Promise<void>;
}

export async function listenFor(platform: Platform, now: () => number): Promise<ApprovalListener> {
  const deliveries: Delivery[] = [];
  const events: InboundEvent[] = [];
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: _, searchParams } = new URL(request.url ?? '/', 'http://gateway.example');
    const delivery: Delivery = {
      channel: platform.channel,
      via: 'webhook',
      method: request.method ?? '',
      headers: request.headers as Delivery['headers'],
      query: Object.fromEntries(searchParams),
      body: await buffer(request),
    };
    try {
      const receipt = platform.receive(delivery, now());
      if (receipt.kind === 'poll' || receipt.kind === 'question')
        throw new Error(`no ${receipt.kind} is expected here`);
      if (receipt.kind === 'events') {
        deliveries.push(delivery);
        events.push(...receipt.events);
      }
      response.writeHead(receipt.ack.status, { 'content-type': receipt.ack.contentType }).end(receipt.ack.body);
    } catch (error) {
      response.writeHead(toGatewayError(error).failure.status).end(toGatewayError(error).code);
    }
  }
  const server = createServer((request, response) => void take(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`,
    deliveries,
    events,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** What the case of every vendor has in common. */
export function caseBase<P extends Platform & { readonly approvals: ApprovalPort }>(
  platform: P,
  listener: ApprovalListener,
  sim: Simulator,
  clock: MovedClock,
) {
  return {
    platform,
    port: platform.approvals,
    simUrl: sim.url,
    deliveries: listener.deliveries,
    events: listener.events,
    now: () => clock.now(),
    pass: (ms: number) => clock.moveOn(ms),
    async close(): Promise<void> {
      await platform.close?.();
      await listener.close();
      await sim.close();
    },
  };
}
