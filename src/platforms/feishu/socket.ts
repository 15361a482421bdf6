import { GatewayError, toGatewayError } from '../../core/errors.ts';
import type { Delivery } from '../../core/event.ts';
import { isNotForUs, noteLost } from '../../core/lost-connection.ts';
import type { Ack, ConnectionState } from '../../core/platform.ts';
import type { PlatformDeps } from '../../core/platform-definition.ts';
import { HttpError } from '../../lib/http-client.ts';
import { type Json, numberAt, objectAt, parseObject, textAt } from '../../lib/read.ts';
import { type OpenSocket, ReconnectingSocket, type SocketTarget } from '../../lib/reconnecting-socket.ts';
import { ChunkMerger } from './chunks.ts';
import type { FeishuClient } from './client.ts';
import type { FeishuConfig } from './config.ts';
import { refusal } from './errors.ts';
import { decodeFrame, encodeFrame, headerOf, METHOD_CONTROL, METHOD_DATA, type WireFrame } from './frame-codec.ts';

export type Accept = (delivery: Delivery) => Promise<Ack>;

/** How the vendor wants the connection kept; it may change it with every pong. */
interface ClientConfig {
  readonly pingMs: number;
  readonly reconnectMs: number;
  /** Longest random wait before the first new try, so that not all clients come at once. */
  readonly jitterMs: number;
}

const DEFAULTS: ClientConfig = { pingMs: 120_000, reconnectMs: 120_000, jitterMs: 30_000 };
const ENDPOINT_TIMEOUT_MS = 15_000;
/** A connection is dead when a pong and a half have not come. */
const IDLE_PINGS = 1.5;
const MIN_PING_MS = 1_000;
/** The first failures are retried sooner than the vendor asks of an idle client: people are waiting. */
const FIRST_PAUSE_MS = 1_000;

/**
 * The long connection: events come over a WebSocket that we open, so no address of ours has to be reachable.
 *
 * An event is acknowledged only after it has been accepted, which is when it is stored; the vendor delivers it again otherwise.
 *
 * @see https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/request-url-configuration-case
 */
export class FeishuSocket {
  readonly #config: FeishuConfig;
  readonly #client: FeishuClient;
  readonly #deps: PlatformDeps;
  readonly #chunks: ChunkMerger;
  #keep: ClientConfig = DEFAULTS;
  #service = 0;
  #socket: ReconnectingSocket | undefined;

  constructor(config: FeishuConfig, client: FeishuClient, deps: PlatformDeps) {
    this.#config = config;
    this.#client = client;
    this.#deps = deps;
    this.#chunks = new ChunkMerger(() => deps.clock.now());
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
        opened: (socket) => this.#opened(socket),
        received: (data, isBinary, socket) => this.#received(data, isBinary, socket, accept),
        heartbeatMs: () => this.#keep.pingMs,
        beat: (socket) => this.#ping(socket),
        idleMs: () => this.#keep.pingMs * IDLE_PINGS,
        pauseMs: (failures, error) => this.#pauseMs(failures, error),
        lost: (error, failures) => noteLost(this.#deps, error, failures),
      },
      { clock, proxy, noProxy },
    );
    await this.#socket.run(signal);
  }

  /** Asks where to connect. The address holds a ticket, so it is asked for before every try. */
  async #target(signal: AbortSignal): Promise<SocketTarget> {
    const answer = await askEndpoint(this.#client, this.#config, this.#deps, signal);
    const url = textAt(answer, 'URL');
    this.#service = serviceOf(url);
    this.#configure(objectAt(answer, 'ClientConfig'));
    return { url };
  }

  #configure(config: Json): void {
    const seconds = (name: string, otherwise: number): number => (numberAt(config, name) ?? otherwise / 1000) * 1000;
    this.#keep = {
      pingMs: Math.max(MIN_PING_MS, seconds('PingInterval', this.#keep.pingMs)),
      reconnectMs: seconds('ReconnectInterval', this.#keep.reconnectMs),
      jitterMs: seconds('ReconnectNonce', this.#keep.jitterMs),
    };
  }

  #opened(socket: OpenSocket): void {
    this.#deps.log.info('long connection open', { channel: this.#deps.channel });
    this.#ping(socket);
  }

  #ping(socket: OpenSocket): void {
    const headers = [['type', 'ping']] as const;
    socket.send(encodeFrame({ seqId: 0n, logId: 0n, service: this.#service, method: METHOD_CONTROL, headers }));
  }

  #received(data: Buffer, isBinary: boolean, socket: OpenSocket, accept: Accept): void {
    try {
      if (!isBinary) throw new RangeError('a text message');
      const frame = decodeFrame(data);
      if (frame.method === METHOD_CONTROL) this.#control(frame);
      else if (frame.method === METHOD_DATA) this.#data(frame, socket, accept);
    } catch (error) {
      // Whatever came, it is no event: the connection and the process go on.
      this.#deps.log.warn('frame not understood', { channel: this.#deps.channel, bytes: data.length, error });
    }
  }

  #control(frame: WireFrame): void {
    if (headerOf(frame, 'type') !== 'pong' || frame.payload === undefined) return;
    const config = parseObject(Buffer.from(frame.payload).toString('utf8'));
    if (config) this.#configure(config);
  }

  #data(frame: WireFrame, socket: OpenSocket, accept: Accept): void {
    const type = headerOf(frame, 'type') ?? '';
    // Pressed cards come as events; an older server says `card` and means the same.
    if (type !== 'event' && type !== 'card') return;
    const message = headerOf(frame, 'message_id') ?? '';
    const [sum, seq] = [Number(headerOf(frame, 'sum') ?? 1), Number(headerOf(frame, 'seq') ?? 0)];
    const body = this.#chunks.add(message, sum, seq, frame.payload ?? new Uint8Array());
    if (!body) return;
    const startedAt = performance.now();
    const delivery = {
      channel: this.#deps.channel,
      via: 'socket',
      method: 'POST',
      headers: headersOf(frame),
      query: {},
      body,
    } as const;
    accept(delivery).then(
      (ack) => this.#acknowledge(frame, socket, startedAt, ackPayload(ack)),
      (error: unknown) => this.#refuse(frame, socket, startedAt, error),
    );
  }

  #refuse(frame: WireFrame, socket: OpenSocket, startedAt: number, error: unknown): void {
    this.#deps.log.warn('delivery not accepted', {
      channel: this.#deps.channel,
      code: toGatewayError(error).code,
      error,
    });
    this.#acknowledge(frame, socket, startedAt, { code: 500 });
  }

  #acknowledge(frame: WireFrame, socket: OpenSocket, startedAt: number, payload: Json): void {
    const ms = Math.round(performance.now() - startedAt);
    const headers = [...frame.headers, ['biz_rt', String(ms)] as const];
    socket.send(encodeFrame({ ...frame, headers, payload: Buffer.from(JSON.stringify(payload)) }));
  }

  #pauseMs(failures: number, error: unknown): number {
    const { random } = this.#deps;
    const isThrottled = error instanceof GatewayError && error.code === 'platform_throttled';
    if (isThrottled || isNotForUs(error)) return this.#keep.reconnectMs;
    if (failures === 1) return random() * Math.min(this.#keep.jitterMs, FIRST_PAUSE_MS);
    const grown = FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10);
    return Math.min(this.#keep.reconnectMs, grown) * (0.5 + random() / 2);
  }
}

/**
 * Asks the vendor for the address of the long connection.
 *
 * @throws {GatewayError} what the vendor refused, or `platform_unavailable`.
 */
export async function askEndpoint(
  client: FeishuClient,
  config: FeishuConfig,
  deps: PlatformDeps,
  signal: AbortSignal,
): Promise<Json> {
  const startedAt = performance.now();
  const told = (code: string): void =>
    deps.onCall?.({ api: 'socket.endpoint', code, ms: performance.now() - startedAt });
  try {
    const response = await client.http.request({
      method: 'POST',
      url: `${config.baseUrl}/callback/ws/endpoint`,
      headers: { 'content-type': 'application/json', locale: 'zh' },
      body: JSON.stringify({ AppID: config.appId, AppSecret: config.appSecret }),
      timeoutMs: ENDPOINT_TIMEOUT_MS,
      signal,
    });
    const answer = parseObject(await response.text()) ?? {};
    const code = numberAt(answer, 'code') ?? response.status;
    told(String(code));
    const logId = response.headers['x-tt-logid'] ?? '';
    const { status } = response;
    if (code !== 0)
      throw refusal({ api: 'socket.endpoint', status, code, message: textAt(answer, 'msg'), logId, resetMs: 0 });
    return objectAt(answer, 'data');
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    const kind = error instanceof HttpError ? error.kind : 'broken';
    told(kind);
    throw new GatewayError('platform_unavailable', `socket.endpoint: ${kind}`, { cause: error });
  }
}

function serviceOf(url: string): number {
  const service = URL.canParse(url) ? Number(new URL(url).searchParams.get('service_id')) : 0;
  return Number.isInteger(service) ? service : 0;
}

function headersOf(frame: WireFrame): Readonly<Record<string, string>> {
  return Object.fromEntries(frame.headers.map(([key, value]) => [key.toLowerCase(), value]));
}

/** What we have to say (a toast, a card) travels in base64; for an event there is nothing to say. */
function ackPayload(ack: Ack): Json {
  if (ack.status >= 400) return { code: 500 };
  if (ack.body === '{}' || ack.body === '') return { code: 200 };
  return { code: 200, data: Buffer.from(ack.body, 'utf8').toString('base64') };
}
