import { type Json, parseObject } from '../../lib/read.ts';
import type { WecomApp } from './apps.ts';
import { type WecomCode, WecomRefusal } from './errors.ts';
import type { TokenOwner } from './tokens.ts';
import type { WecomWorld } from './world.ts';

/** One call of the API, after its token has been checked. */
export interface Call {
  readonly world: WecomWorld;
  /** Undefined for calls without a token. */
  readonly owner: TokenOwner | undefined;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly contentType: string;
  readonly range: string | undefined;
}

export type Reply =
  /** `errcode` 0 is put before it. */
  | { readonly kind: 'json'; readonly body: Json }
  | { readonly kind: 'file'; readonly name: string; readonly mime: string; readonly content: Buffer | number };

export interface Endpoint {
  readonly method: 'GET' | 'POST';
  /** Below `/cgi-bin/`. */
  readonly path: string;
  /** Whose token it takes; `none` for calls that bring a key, a code or a secret of their own. */
  readonly token: 'app' | 'kf' | 'any' | 'none';
  /** @throws {WecomRefusal} */
  readonly run: (call: Call) => Reply | Promise<Reply>;
}

export function json(body: Json = {}): Reply {
  return { kind: 'json', body };
}

/** The app whose token it is; checked before an `app` endpoint runs. */
export function appOfCall(call: Call): WecomApp {
  if (call.owner?.kind !== 'app') throw new WecomRefusal(48002);
  return call.owner.app;
}

/** The body as an object. */
export function jsonBody(call: Call): Json {
  const source = call.body.toString();
  const body = parseObject(source);
  if (body === undefined) throw new WecomRefusal(40058, 'Warning: wrong json format.');
  // An escaped backslash before `u` is no escape of a character.
  if (/(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}/.test(source)) throw new WecomRefusal(40033);
  return body;
}

/** Texts only; the rest is a parameter of the wrong kind. */
export function stringList(value: unknown, max: number, code: WecomCode = 40058): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > max || value.some((one) => typeof one !== 'string')) {
    throw new WecomRefusal(code);
  }
  return value as string[];
}
