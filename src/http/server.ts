import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { toGatewayError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { type AdminOptions, registerAdmin } from './admin/routes.ts';
import { checkReadiness, type HealthSources } from './health.ts';
import type { PrometheusMetrics } from './metrics.ts';
import { HTTP_REFUSALS, JSON_TYPE, type RefusalCode, refusalBody } from './refusals.ts';
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
  const server = Fastify({
    logger: false,
    exposeHeadRoutes: false,
    return503OnClosing: true,
    bodyLimit: 64 * 1024,
    clientErrorHandler: onClientError,
    frameworkErrors: (_error, _request, reply) => sendCode(reply, 400, 'request_malformed'),
    serverFactory: (handler) =>
      nodeServer(limits, (request, response) => {
        if (webhooks.takes(request.url ?? '')) webhooks.handle(request, response);
        else handler(request, response);
      }),
  });
  server.setNotFoundHandler((_request, reply) => sendCode(reply, 404, 'not_found'));
  server.setErrorHandler((error, request, reply) => answerError(error, reply, options.log, request.routeOptions.url));
  registerHealth(server, options);
  registerAdmin(server, options.admin);

  return {
    async listen(host, port) {
      await server.listen({ host, port });
      const { port: taken } = server.server.address() as { port: number };
      return `http://${reachable(host)}:${taken}`;
    },
    async close() {
      webhooks.closing();
      options.admin.traces?.end();
      const cut = setTimeout(() => server.server.closeAllConnections(), limits.closeMs);
      await server.close();
      clearTimeout(cut);
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

function registerHealth(server: FastifyInstance, options: HttpServerOptions): void {
  server.get('/healthz', async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));
  server.get('/readyz', async (_request, reply) => {
    const readiness = await checkReadiness(options.health);
    return reply
      .header('cache-control', 'no-store')
      .code(readiness.ready ? 200 : 503)
      .send(readiness);
  });
  server.get('/metrics', async (_request, reply) => {
    const text = await options.metrics.render();
    return reply.type(options.metrics.contentType).send(text);
  });
}

function sendCode(reply: FastifyReply, status: number, code: RefusalCode): void {
  void reply.code(status).type(JSON_TYPE).send(refusalBody(code));
}

function answerError(error: unknown, reply: FastifyReply, log: Log, route: string | undefined): void {
  const status = statusOf(error);
  // What Fastify itself refuses has a 4xx of its own (a body that is too long or is no JSON).
  if (status === 413) return sendCode(reply, 413, 'body_too_large');
  if (status !== undefined && status < 500) return sendCode(reply, 400, 'body_malformed');
  const known = toGatewayError(error);
  if (known.failure.status >= 500) log.error('request failed', { route, error: known });
  sendCode(reply, known.failure.status, known.code);
}

function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
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
