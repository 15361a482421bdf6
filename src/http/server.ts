import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { toGatewayError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { type AdminOptions, createAdminDoor } from './admin/door.ts';
import { checkReadiness, type HealthSources } from './health.ts';
import type { PrometheusMetrics } from './metrics.ts';
import { HTTP_REFUSALS, JSON_TYPE, refusalBody, refuse } from './refusals.ts';
import { createWebhooks, type WebhookOptions } from './webhooks.ts';

/** What a slow or silent caller may take, in milliseconds. Vendors wait 1 to 3 s for an answer, so theirs are quick. */
export interface HttpLimits {
  readonly headersTimeoutMs: number;
  /** From the first byte to the last of a request. */
  readonly requestTimeoutMs: number;
  /** How often the two above are looked at. */
  readonly checkEveryMs: number;
  /** An open connection without a request; above the 60 s that load balancers keep theirs. */
  readonly keepAliveMs: number;
  /** How long `close` waits for answers that are on their way. */
  readonly closeMs: number;
}

const LIMITS: HttpLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  checkEveryMs: 2_000,
  keepAliveMs: 72_000,
  closeMs: 5_000,
};

export interface HttpServerOptions extends Omit<WebhookOptions, 'metrics'> {
  readonly metrics: PrometheusMetrics;
  readonly health: HealthSources;
  readonly admin: AdminOptions;
  readonly log: Log;
  readonly limits?: Partial<HttpLimits>;
}

export interface HttpServer {
  /**
   * Opens the port and answers where it is reached.
   * @param port - 0 takes a free one.
   * @throws the system's error (`EADDRINUSE`, `EACCES`).
   */
  listen(host: string, port: number): Promise<string>;
  /** Takes no more, finishes the answers on their way, ends streams. */
  close(): Promise<void>;
}

/** The gateway's one port: the vendors' webhooks, health, metrics and the admin API. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const limits = { ...LIMITS, ...options.limits };
  const webhooks = createWebhooks(options);
  const door = createAdminDoor(options.admin, options.log);
  const pages = pagesOf(options);
  const server = nodeServer(limits, (request, response) => {
    const url = request.url ?? '';
    if (webhooks.takes(url)) return webhooks.handle(request, response);
    const page = request.method === 'GET' ? pages[url.split('?', 1)[0] ?? ''] : undefined;
    if (page) page(response).catch((error: unknown) => answerError(error, request, response, options.log));
    else door.handle(request, response);
  });
  server.on('clientError', onClientError);

  return {
    async listen(host, port) {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host, port }, () => {
          server.off('error', reject);
          resolve();
        });
      });
      return `http://${reachable(host)}:${(server.address() as AddressInfo).port}`;
    },
    async close() {
      webhooks.closing();
      options.admin.traces?.end();
      const cut = setTimeout(() => server.closeAllConnections(), limits.closeMs);
      // Of lines without a request on their way Node closes those it knows to be at rest.
      await new Promise<void>((resolve) => server.close(() => resolve()));
      clearTimeout(cut);
      await door.close();
    },
  };
}

function nodeServer(limits: HttpLimits, handler: (request: IncomingMessage, response: ServerResponse) => void): Server {
  return createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      keepAliveTimeout: limits.keepAliveMs,
      noDelay: true,
    },
    handler,
  );
}

type Page = (response: ServerResponse) => Promise<void>;

/** What anybody may ask, straight from `node:http`: a machine's probes come every few seconds, also where nobody uses the admin API. */
function pagesOf({ health, metrics }: HttpServerOptions): Readonly<Record<string, Page>> {
  return {
    '/healthz': async (response) => sendJson(response, 200, { status: 'ok' }),
    '/readyz': async (response) => {
      const readiness = await checkReadiness(health);
      sendJson(response, readiness.ready ? 200 : 503, readiness);
    },
    '/metrics': async (response) => {
      const text = await metrics.render();
      response.writeHead(200, { 'content-type': metrics.contentType, 'content-length': Buffer.byteLength(text) });
      response.end(text);
    },
  };
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  const text = JSON.stringify(value);
  const length = Buffer.byteLength(text);
  response.writeHead(status, { 'content-type': JSON_TYPE, 'content-length': length, 'cache-control': 'no-store' });
  response.end(text);
}

function answerError(error: unknown, request: IncomingMessage, response: ServerResponse, log: Log): void {
  const known = toGatewayError(error);
  log.error('request failed', { route: request.url, error: known });
  refuse(request, response, known.failure.status, known.code);
}

const CLIENT_ERRORS: Readonly<Record<string, keyof typeof HTTP_REFUSALS>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

/** What is not HTTP, or comes too slowly, gets a short answer and the line is cut. */
function onClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = CLIENT_ERRORS[error.code ?? ''] ?? 'request_malformed';
  const body = refusalBody(code);
  socket.end(
    `HTTP/1.1 ${HTTP_REFUSALS[code]} ${code}\r\nContent-Type: ${JSON_TYPE}\r\n` +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

/** An address one can open: "every address" is reached on this machine by loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
