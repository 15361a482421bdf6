import { GatewayError } from './errors.ts';

/** A call to a vendor, by its name, and who may end it. */
interface Asked {
  readonly api: string;
  readonly signal: AbortSignal;
}

/**
 * What it means to us that a call got no answer.
 *
 * @param cause - What the HTTP client threw; its `kind` says what became of the request.
 */
export function unanswered(cause: unknown, { api, signal }: Asked): GatewayError {
  if (signal.aborted) return new GatewayError('platform_unavailable', `${api}: given up while it ran`, { cause });
  const kind = cause instanceof Error && 'kind' in cause ? String(cause.kind) : 'broken';
  if (kind === 'too-large') return new GatewayError('file_too_large', `${api}: larger than allowed`, { cause });
  return new GatewayError('platform_unavailable', `${api}: ${kind}`, { cause });
}

/** Whether a call was kept from leaving, for its caller was not sure that it still may be made; it has certainly not been. */
export function wasHeldBack({ cause }: GatewayError): boolean {
  return cause instanceof Error && 'kind' in cause && cause.kind === 'held-back';
}

/** A call that has no turn for so long that whoever makes it does better to come back. */
export function ownLimitReached(api: string, retryAfterMs: number): GatewayError {
  return new GatewayError('platform_throttled', `${api}: our own limit is reached`, { retryAfterMs });
}
