import { GatewayError } from './errors.ts';
import type { PlatformDeps } from './platform-definition.ts';

const NOT_FOR_US: ReadonlySet<string> = new Set(['platform_misconfigured', 'platform_forbidden', 'platform_rejected']);

/** Whether the vendor has no long connection for us until somebody changes something. */
export function isNotForUs(error: unknown): error is GatewayError {
  return error instanceof GatewayError && NOT_FOR_US.has(error.code);
}

/** Notes that a long connection was lost, or that a try to open one failed. @param failures - Tries since the last one that worked. */
export function noteLost(
  { log, channel }: Pick<PlatformDeps, 'log' | 'channel'>,
  error: unknown,
  failures: number,
): void {
  const fields = { channel, failures, error };
  if (isNotForUs(error)) log.error('long connection refused', fields);
  else log.warn('long connection lost', fields);
}
