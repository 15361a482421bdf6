import type { IncomingMessage, ServerResponse } from 'node:http';
import { toGatewayError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { HTTP_REFUSALS, refuse } from '../refusals.ts';
import type { AdminOptions } from './routes.ts';

export type { AdminOptions } from './routes.ts';

/** Everything that is neither a delivery nor a probe: the admin API, and what is not there. */
export interface AdminDoor {
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
}

/** Where the admin API begins. */
const PREFIX = '/api/v1/';

/**
 * Loads the admin API with the first request for it that might be let in: most gateways answer none, and what it is made of (Fastify, its schemas) takes a
 * tenth of a second of every start and 6 MB.
 */
export function createAdminDoor(options: AdminOptions, log: Log): AdminDoor {
  let opening: ReturnType<typeof open> | undefined;

  async function open() {
    const { createAdminServer } = await import('./server.ts');
    return createAdminServer(options, log);
  }

  return {
    handle(request, response) {
      const url = request.url ?? '';
      if (!isReadable(url)) return refuse(request, response, HTTP_REFUSALS.request_malformed, 'request_malformed');
      if (!url.startsWith(PREFIX)) return refuse(request, response, 404, 'not_found');
      if (options.token === undefined) {
        response.setHeader('cache-control', 'no-store');
        return refuse(request, response, HTTP_REFUSALS.admin_disabled, 'admin_disabled');
      }
      opening ??= open();
      opening.then(
        (server) => server.handle(request, response),
        (thrown: unknown) => {
          opening = undefined;
          const error = toGatewayError(thrown);
          log.error('the admin API cannot be loaded', { error });
          refuse(request, response, error.failure.status, error.code);
        },
      );
    },
    async close() {
      await opening?.then(
        (server) => server.close(),
        () => undefined,
      );
    },
  };
}

function isReadable(url: string): boolean {
  try {
    decodeURI(url);
    return true;
  } catch {
    return false;
  }
}
