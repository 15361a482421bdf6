import { GatewayError, toGatewayError } from '../../core/errors.ts';
import type { Delivery } from '../../core/event.ts';
import { isNotForUs, noteLost } from '../../core/lost-connection.ts';
import type { Ack, ConnectionState } from '../../core/platform.ts';
import type { PlatformDeps } from '../../core/platform-definition.ts';
import { RateLimiter } from '../../lib/rate-limiter.ts';
import { textAt } from '../../lib/read.ts';
import { type OpenSocket, ReconnectingSocket, type SocketTarget } from '../../lib/reconnecting-socket.ts';
import type { DingtalkClient } from './client.ts';
import type { DingtalkConfig } from './config.ts';
import { ackFrame, EVENT_LATER, EVENT_TAKEN, readFrame, responseData, type StreamFrame } from './frames.ts';
import { TOPIC_CARD, TOPIC_EVENTS, TOPIC_ROBOT } from './ingress.ts';

export type Accept = (delivery: Delivery) => Promise<Ack>;

/** The vendor pings every 20 to 30 s; a connection on which nothing of the application is heard for so long is dead. */
const IDLE_MS = 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** However often connections end: opening one is a call with a limit, and all of them are refused when it is passed. */
const OPENINGS = { limit: 6, windowMs: 30_000 };

/**
 * The long connection (Stream): events come over a WebSocket that we open, so no address of ours has to be reachable.
 *
 * A message is answered only after it has been accepted, which is when it is stored. What could not be stored is not answered at
 * all, so that the vendor delivers it again, in another frame. When the vendor announces the end of a connection, the next one is
 * opened before this one is left.
 *
 * @see https://opensource.dingtalk.com/developerpedia/docs/learn/stream/protocol
 */
export class DingtalkSocket {
  readonly #config: DingtalkConfig;
  readonly #client: DingtalkClient;
  readonly #deps: PlatformDeps;
  readonly #openings: RateLimiter;
  #socket: ReconnectingSocket | undefined;

  constructor(config: DingtalkConfig, client: DingtalkClient, deps: PlatformDeps) {
    this.#config = config;
    this.#client = client;
    this.#deps = deps;
    this.#openings = new RateLimiter([OPENINGS], deps.clock);
  }

  get state(): ConnectionState {
    return this.#socket?.state ?? { state: 'closed', attempts: 0 };
  }

  /** Runs until `signal` ends it. */
  async run(accept: Accept, signal: AbortSignal): Promise<void> {
    const { proxy, noProxy, clock } = this.#deps;
    this.#socket = new ReconnectingSocket(
      {
        target: (ending) => this.#target(ending),
        opened: () => this.#deps.log.info('long connection open', { channel: this.#deps.channel }),
        received: (data, _, socket) => this.#received(data, socket, accept),
        // The vendor does the pinging.
        heartbeatMs: () => IDLE_MS,
        beat: () => undefined,
        idleMs: () => IDLE_MS,
        pauseMs: (failures, error) => this.#pauseMs(failures, error),
        lost: (error, failures) => noteLost(this.#deps, error, failures),
      },
      { clock, proxy, noProxy },
    );
    await this.#socket.run(signal);
  }

  /** Asks where to connect. The address needs a ticket that is good for one try, so it is asked for before every one. */
  async #target(signal: AbortSignal): Promise<SocketTarget> {
    await this.#openings.acquire('final', signal);
    return askTarget(this.#client, this.#config, signal);
  }

  #received(data: Buffer, socket: OpenSocket, accept: Accept): void {
    const frame = readFrame(data.toString('utf8'));
    if (!frame) {
      // Whatever came, it is no event: the connection and the process go on.
      this.#deps.log.warn('frame not understood', { channel: this.#deps.channel, bytes: data.length });
    } else if (frame.type === 'SYSTEM') this.#system(frame, socket);
    else this.#deliver(frame, socket, accept);
  }

  #system(frame: StreamFrame, socket: OpenSocket): void {
    if (frame.topic === 'ping') return socket.send(ackFrame(frame.messageId, 200, frame.data));
    if (frame.topic !== 'disconnect') return;
    this.#deps.log.info('long connection is to end', { channel: this.#deps.channel });
    socket.replace();
  }

  #deliver(frame: StreamFrame, socket: OpenSocket, accept: Accept): void {
    accept(this.#deliveryOf(frame)).then(
      (ack) => this.#taken(frame, socket, ack),
      (error: unknown) => this.#refused(frame, socket, toGatewayError(error)),
    );
  }

  #deliveryOf(frame: StreamFrame): Delivery {
    const { type, topic, messageId, eventType } = frame;
    return {
      channel: this.#deps.channel,
      via: 'socket',
      method: 'POST',
      headers: { type, topic, 'message-id': messageId, ...(eventType !== '' && { 'event-type': eventType }) },
      query: {},
      body: Buffer.from(frame.data, 'utf8'),
    };
  }

  #taken(frame: StreamFrame, socket: OpenSocket, ack: Ack): void {
    const code = ack.status === 404 ? 404 : 200;
    const data = frame.type === 'EVENT' ? EVENT_TAKEN : responseData(ack.body);
    socket.send(ackFrame(frame.messageId, code, data));
  }

  /** What will never be taken is refused; what may be taken later is left for the vendor to bring again. */
  #refused(frame: StreamFrame, socket: OpenSocket, error: GatewayError): void {
    this.#deps.log.warn('delivery not accepted', { channel: this.#deps.channel, code: error.code, error });
    if (error.failure.retry === 'never' && error.failure.status < 500) {
      socket.send(ackFrame(frame.messageId, 400, responseData('')));
    } else if (frame.type === 'EVENT') socket.send(ackFrame(frame.messageId, 200, EVENT_LATER));
  }

  #pauseMs(failures: number, error: unknown): number {
    const { random } = this.#deps;
    if (isNotForUs(error)) return LONGEST_PAUSE_MS;
    const grown = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10));
    const asked = error instanceof GatewayError ? (error.retryAfterMs ?? 0) : 0;
    return Math.max(asked, grown * (0.5 + random() / 2));
  }
}

/**
 * Asks the vendor for the address of a long connection.
 *
 * @throws {GatewayError} what the vendor refused, or `platform_unavailable`.
 */
export async function askTarget(
  client: DingtalkClient,
  config: DingtalkConfig,
  signal: AbortSignal,
): Promise<SocketTarget> {
  const body = {
    clientId: config.clientId,
    clientSecret: config.clientSecret,
    ua: 'posthouse',
    subscriptions: [
      { type: 'EVENT', topic: TOPIC_EVENTS },
      { type: 'CALLBACK', topic: TOPIC_ROBOT },
      { type: 'CALLBACK', topic: TOPIC_CARD },
    ],
  };
  const answer = await client.openConnection(body, signal);
  const [endpoint, ticket] = [textAt(answer, 'endpoint'), textAt(answer, 'ticket')];
  if (endpoint === '' || ticket === '')
    throw new GatewayError('platform_unavailable', 'socket.open: no address or no ticket');
  return { url: `${endpoint}${endpoint.includes('?') ? '&' : '?'}ticket=${encodeURIComponent(ticket)}` };
}
