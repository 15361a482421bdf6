import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FailureCode } from '../core/errors.ts';

/** What only HTTP can do wrong; the other codes stand in `core/errors.ts`. */
export const HTTP_REFUSALS = {
  /** Another method than the route knows. */
  method_not_allowed: 405,
  /** Headers or body came too slowly. */
  request_timeout: 408,
  /** Not HTTP. */
  request_malformed: 400,
  /** Headers over 16 KiB. */
  headers_too_large: 431,
  /** The admin API has no token set, so nobody gets in. */
  admin_disabled: 403,
} as const;

export type RefusalCode = FailureCode | keyof typeof HTTP_REFUSALS;

/** The whole body of a refusal: whoever knocks without a key learns nothing else. */
export function refusalBody(code: RefusalCode): string {
  return `{"code":"${code}"}`;
}

export const JSON_TYPE = 'application/json; charset=utf-8';

/** Answers with a code and its status, and closes the line when the rest of the request was not read. */
export function refuse(request: IncomingMessage, response: ServerResponse, status: number, code: RefusalCode): void {
  if (response.headersSent || response.destroyed) return;
  const body = refusalBody(code);
  response.writeHead(status, {
    'content-type': JSON_TYPE,
    'content-length': body.length,
    ...(request.complete ? {} : { connection: 'close' }),
    ...(status === 405 ? { allow: 'GET, POST' } : {}),
    ...(status === 503 ? { 'retry-after': '5' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
