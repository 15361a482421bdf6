import { type Json, parseObject, textAt } from '../../lib/read.ts';
import type { DingtalkApp } from './apps.ts';
import { ApiRefusal, denied, OldRefusal, tooFast, usedUp } from './errors.ts';
import type { DingtalkWorld } from './world.ts';

/** One call of the API, after its token has been checked. */
export interface Call {
  readonly world: DingtalkWorld;
  readonly endpoint: Endpoint;
  /** Undefined for calls without a token. */
  readonly app: DingtalkApp | undefined;
  /** Parts of the path that differ. */
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Where it comes from. */
  readonly ip: string;
}

export type Reply = { readonly kind: 'json'; readonly body: Json } | { readonly kind: 'xml'; readonly body: string };

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Parts that differ stand as `*`. */
  readonly path: string;
  /** Which API it is of; webhooks are refused like the old one. */
  readonly api: 'new' | 'old';
  /** Whose token it takes; `none` for calls that bring a secret or a session of their own. */
  readonly token: 'app' | 'none';
  /** Permission it takes. */
  readonly scope?: string;
  /** Whether it is one of the month's calls. */
  readonly counted: boolean;
  /** @throws {Refusal} */
  readonly run: (call: Call) => Reply | Promise<Reply>;
}

export function json(body: Json = {}): Reply {
  return { kind: 'json', body };
}

/** The app whose token it is. */
export function appOf({ app }: Call): DingtalkApp {
  if (app === undefined) throw new Error('this endpoint takes no token');
  return app;
}

/** The body as an object. */
export function jsonBody({ body, endpoint, headers }: Call): Json {
  if (!(headers['content-type'] ?? '').includes('application/json')) {
    if (endpoint.api === 'old') throw new OldRefusal(43004, 'the Content-Type has to be application/json');
    throw new ApiRefusal(415, 'UnsupportedMediaType', 'the Content-Type has to be application/json');
  }
  const found = parseObject(body.toString());
  if (found !== undefined) return found;
  if (endpoint.api === 'old') throw new OldRefusal(40035, 'the body is not JSON');
  throw new ApiRefusal(400, 'InvalidParameter.body', 'the body is not JSON');
}

/** Checks that the code is that of the app's own robot. */
export function checkRobot(app: DingtalkApp, body: Json): void {
  const code = textAt(body, 'robotCode');
  if (code === '') throw new ApiRefusal(400, 'invalidParameter.robotCode.empty', 'robotCode is empty');
  if (code !== app.robotCode)
    throw new ApiRefusal(400, 'invalidParameter.robotCode.auth', 'the robot is not the app’s');
}

export function checkScope(app: DingtalkApp, scope: string | undefined): void {
  if (scope !== undefined && !app.scopes.has(scope)) throw denied(scope);
}

/** Counts a call: first against the second's, then, where it is one of them, against the month's. */
export function count(world: DingtalkWorld, { api, path, counted }: Endpoint, app: string): void {
  const { rates, limits, quota } = world;
  if (!rates.take(`${app} ${path}`, limits.perApiPerSecond, 1000)) throw tooFast(api === 'old');
  if (counted && !quota.takeCall()) throw usedUp(api === 'old');
}
