import type { FeishuApp } from './apps.ts';
import { record } from './card-check.ts';
import { FeishuRefusal } from './errors.ts';
import type { FeishuWorld } from './world.ts';

/** One call of the API, after its token has been checked. */
export interface Call {
  readonly world: FeishuWorld;
  readonly app: FeishuApp;
  /** The variable parts of the path, in their order. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly contentType: string;
}

export type Reply =
  /** Wrapped in `{code, msg, data}`. */
  | { readonly kind: 'data'; readonly data: unknown /** For the wire log. */; readonly message?: string }
  /** Given as it is; some older endpoints have no `data`. */
  | { readonly kind: 'flat'; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: 'file'; readonly name: string; readonly mime: string; readonly content: Buffer | number };

export interface Endpoint {
  readonly method: string;
  /** With `:name` for variable parts. */
  readonly path: string;
  /** False for those that are called without a token. */
  readonly token?: boolean;
  /** One of these rights is needed. */
  readonly scopes?: readonly string[];
  /** @throws {FeishuRefusal} */
  readonly run: (call: Call) => Reply | Promise<Reply>;
}

export function data(value: unknown, message?: string): Reply {
  return { kind: 'data', data: value, ...(message === undefined ? {} : { message }) };
}

export function flat(body: Readonly<Record<string, unknown>>): Reply {
  return { kind: 'flat', body };
}

/** The body as an object; an empty one is an empty object. */
export function jsonBody(call: Call): Record<string, unknown> {
  if (call.body.length === 0) return {};
  try {
    const parsed = record(JSON.parse(call.body.toString()));
    if (parsed !== undefined) return parsed;
  } catch {
    // Told below.
  }
  throw new FeishuRefusal(99992402, 'the body is not the JSON of an object');
}

/** A value that is JSON, or the same as a JSON string; both spellings occur in the vendor's own examples. */
export function unpacked(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw new FeishuRefusal(10002, 'a field that must be JSON is not');
  }
}
