import { type Json, listAt, numberAt, objectAt, textAt } from '../../lib/read.ts';
import { ADDRESS_BLOCKED, NOT_THE_VENDOR } from './errors.ts';

/** An answer as it came; without a body when that was no JSON object. */
export interface Answer {
  readonly status: number;
  readonly body: Json | undefined;
}

/** What the new API says: `0` for success, else its word for the refusal. */
export function codeOfNew({ status, body }: Answer): string {
  if (!body) return NOT_THE_VENDOR;
  if (isBlocked(body)) return ADDRESS_BLOCKED;
  const code = textAt(body, 'code') || textAt(body, 'Code');
  if (status >= 300) return code || String(status);
  return body['success'] === false ? code || 'success.false' : '0';
}

/** What the old API says, which answers 200 to everything: its number, of `88` and `15` the one inside. */
export function codeOfOld({ status, body }: Answer): string {
  if (!body) return NOT_THE_VENDOR;
  if (isBlocked(body)) return ADDRESS_BLOCKED;
  const code = numberAt(body, 'errcode');
  if (code === undefined) return NOT_THE_VENDOR;
  if (code === 0) return status < 300 ? '0' : String(status);
  const inside = textAt(body, 'sub_code');
  return (code === 88 || code === 15) && inside !== '' ? inside : String(code);
}

/** Too many calls from one address are answered by a guard before the API, in its own form. */
function isBlocked(body: Json): boolean {
  return body['status'] === 1111 && textAt(body, 'punish') !== '';
}

export function requestIdIn(body: Json): string {
  return textAt(body, 'requestid') || textAt(body, 'RequestId') || textAt(body, 'request_id');
}

/** The rights that a refusal names. */
export function scopesIn(body: Json): readonly string[] {
  const details = 'accessdenieddetail' in body ? 'accessdenieddetail' : 'AccessDeniedDetail';
  return listAt(objectAt(body, details), 'requiredScopes').filter((scope) => typeof scope === 'string');
}
