/**
 * Why a request came to nothing.
 * - connect: nothing was sent; safe to try again.
 * - held-back: nothing was sent, for in that moment the caller was not sure that it still may be.
 * - timeout, broken: it may have arrived and been acted on.
 * - aborted: by the caller, or because the client was closed.
 * - too-large: the answer is longer than `maxBytes`; the connection is given up.
 */
export type HttpErrorKind = 'timeout' | 'connect' | 'held-back' | 'aborted' | 'too-large' | 'broken';

export class HttpError extends Error {
  readonly kind: HttpErrorKind;

  constructor(kind: HttpErrorKind, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HttpError';
    this.kind = kind;
  }
}

/** @param what - What was not sent. */
export function heldBack(what: string): HttpError {
  return new HttpError('held-back', `${what}: not sent, for it may be somebody else's by now`);
}

/** Whether it is certain that nothing has arrived. */
export function isUnsent(error: unknown): boolean {
  return error instanceof HttpError && (error.kind === 'connect' || error.kind === 'held-back');
}

/** What broke a connection, in our words. @param what - The request, without its query. */
export function brokenBy(error: unknown, what: string): HttpError {
  const code = codeOf(error);
  return new HttpError(kindOf(code), `${what}: ${code ?? 'connection failed'}`, { cause: error });
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

const NOTHING_SENT = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

function kindOf(code: string | undefined): HttpErrorKind {
  if (code === undefined) return 'broken';
  if (NOTHING_SENT.has(code)) return 'connect';
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') return 'aborted';
  return 'broken';
}
