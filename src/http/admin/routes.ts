import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { GatewayError } from '../../core/errors.ts';
import type { DeadLetter } from '../../core/upkeep-store.ts';
import type { TraceStream } from '../traces.ts';
import { DeadLetterQuery, type GatewayStatus, openApi, ReplayParams } from './contract.ts';

/** What the admin API asks the gateway for. */
export interface AdminApi {
  status(): Promise<GatewayStatus>;
  deadLetters(limit: number): Promise<readonly DeadLetter[]>;
  /** Puts a dead letter back to work; false when there is none of that number. */
  replay(box: 'inbox' | 'outbox', seq: number): Promise<boolean>;
}

export interface AdminOptions {
  readonly api: AdminApi;
  /** Without one the admin API lets nobody in. */
  readonly token: string | undefined;
  /** Absent when traces are off. */
  readonly traces: TraceStream | undefined;
  readonly version: string;
}

/** `/api/v1/…`, each call behind the bearer token. */
export function registerAdmin(server: FastifyInstance, options: AdminOptions): void {
  // The door is shut while there is none; should somebody come through all the same, no token fits.
  const isAllowed = options.token === undefined ? () => false : tokenCheck(options.token);
  server.register(
    async (admin) => {
      admin.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
        reply.header('cache-control', 'no-store');
        if (!isAllowed(request.headers.authorization)) throw new GatewayError('not_authorized', 'a wrong admin token');
      });
      const document = openApi(options.version);
      admin.get('/openapi.json', async () => document);
      admin.get('/status', async () => options.api.status());
      admin.get('/dead-letters', async (request) => {
        const { limit } = read(DeadLetterQuery, request.query);
        return { items: await options.api.deadLetters(limit) };
      });
      admin.post('/dead-letters/:box/:seq/replay', async (request) => {
        const { box, seq } = read(ReplayParams, request.params);
        const replayed = await options.api.replay(box, seq);
        if (!replayed) throw new GatewayError('not_found', `no dead letter ${seq} in the ${box}`);
        return { box, seq, replayed };
      });
      admin.get('/traces', (_request, reply) => {
        if (options.traces === undefined) throw new GatewayError('not_found', 'traces are off');
        reply.hijack();
        options.traces.stream(reply.raw);
      });
    },
    { prefix: '/api/v1' },
  );
}

function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw new GatewayError('body_malformed', 'a wrong parameter for the admin API');
  return result.data;
}

/** Compares digests, so that neither the token's length nor how much of it was right shows in the time. */
function tokenCheck(token: string): (header: string | undefined) => boolean {
  const expected = digest(token);
  return (header) => {
    const given = /^Bearer (\S+)$/i.exec(header ?? '')?.[1];
    return given !== undefined && timingSafeEqual(digest(given), expected);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
