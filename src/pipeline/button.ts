import { id } from '../core/ids.ts';
import type { ButtonValue } from '../core/reply.ts';

const ACTS: ReadonlySet<string> = new Set(['up', 'down', 'regenerate', 'stop', 'ask'] satisfies ButtonValue['act'][]);

/** Reads what a pressed button carries; undefined when it is none of ours. Anybody can make it up, so it proves nothing. */
export function parseButton(value: unknown): ButtonValue | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { act, turn, index } = value as Record<string, unknown>;
  if (typeof act !== 'string' || !ACTS.has(act) || typeof turn !== 'string' || turn.length > 64) return undefined;
  const known = { act: act as ButtonValue['act'], turn: id<ButtonValue['turn']>(turn) };
  return Number.isInteger(index) ? { ...known, index: Number(index) } : known;
}
