import type { IncomingMessage, ServerResponse } from 'node:http';
import Fastify, { type FastifyReply } from 'fastify';
import { toGatewayError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { JSON_TYPE, type RefusalCode, refusalBody } from '../refusals.ts';
import { type AdminOptions, registerAdmin } from './routes.ts';

/** The admin API behind somebody else's port. */
export interface AdminServer {
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
}

export async function createAdminServer(options: AdminOptions, log: Log): Promise<AdminServer> {
  const server = Fastify({
    logger: false,
    exposeHeadRoutes: false,
    return503OnClosing: true,
    bodyLimit: 64 * 1024,
    frameworkErrors: (_error, _request, reply) => sendCode(reply, 400, 'request_malformed'),
  });
  server.setNotFoundHandler((_request, reply) => sendCode(reply, 404, 'not_found'));
  server.setErrorHandler((error, request, reply) => answerError(error, reply, log, request.routeOptions.url));
  registerAdmin(server, options);
  await server.ready();
  return { handle: (request, response) => server.routing(request, response), close: () => server.close() };
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
