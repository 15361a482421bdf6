import { createHash } from 'node:crypto';
import { MAX_MSGID_CHARS } from './limits.ts';

/** Our own id of a message, as the vendor takes it: the same key is always the same id. */
export function msgidOf(key: string, piece: number | string = 0): string {
  const whole = piece === 0 ? key : `${key}_${piece}`;
  if (whole.length <= MAX_MSGID_CHARS && /^[0-9a-zA-Z_-]+$/.test(whole)) return whole;
  return createHash('sha256').update(whole).digest('hex').slice(0, MAX_MSGID_CHARS);
}
