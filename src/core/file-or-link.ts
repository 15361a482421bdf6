import { wasHeldBack } from './call-failures.ts';
import { type FailureCode, GatewayError } from './errors.ts';
import type { ChannelName } from './ids.ts';
import type { Log } from './log.ts';

/** Of these a vendor's answer to an upload is worth another try; a file's own address does not get better by waiting. */
const WORTH_WAITING: readonly FailureCode[] = ['platform_throttled'];

/**
 * A file that an agent made, once the vendor has it.
 *
 * @param bringing - Fetches it, at once, for its address lives for minutes, and hands it to the vendor.
 * @param more - Further failures that are worth another try here.
 * @returns Undefined where it cannot be had or is not taken: its address has to do.
 * @throws What is worth another try, and whatever is thrown once `signal` has ended it.
 */
export async function fileOrLink<File>(
  bringing: Promise<File>,
  { log, channel }: { readonly log: Log; readonly channel: ChannelName },
  signal: AbortSignal,
  more: readonly FailureCode[] = [],
): Promise<File | undefined> {
  try {
    return await bringing;
  } catch (error) {
    if (signal.aborted || isWorthWaiting(error, more)) throw error;
    log.warn('file sent as a link', { channel, error });
    return undefined;
  }
}

function isWorthWaiting(error: unknown, more: readonly FailureCode[]): boolean {
  if (!(error instanceof GatewayError)) return false;
  return WORTH_WAITING.includes(error.code) || more.includes(error.code) || wasHeldBack(error);
}
