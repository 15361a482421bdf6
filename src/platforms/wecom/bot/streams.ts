import type { TurnId } from '../../../core/ids.ts';
import { id } from '../../../core/ids.ts';

/** A stream that the platform polls: which turn it shows, and since when. Its name says both, so that any process knows. */
export interface PolledStream {
  readonly turn: TurnId;
  /** Epoch milliseconds, to the second. */
  readonly since: number;
}

export function streamName({ turn, since }: PolledStream): string {
  return `${turn}.${Math.floor(since / 1000).toString(36)}`;
}

/** @returns Undefined for a name that is none of ours. */
export function parseStreamName(name: string): PolledStream | undefined {
  const found = /^(t[A-Za-z0-9]{24})\.([0-9a-z]{1,8})$/.exec(name);
  if (!found) return undefined;
  return { turn: id(found[1] ?? ''), since: Number.parseInt(found[2] ?? '', 36) * 1000 };
}
