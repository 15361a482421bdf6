import type { IncomingMessage } from 'node:http';
import type { Json } from '../../lib/read.ts';
import type { Fault, FaultKind } from '../contract.ts';
import { faultsOfCalls } from '../faults.ts';
import { randomHex } from '../ids.ts';
import {
  type ApiParts,
  type Caller,
  createVendorApi,
  type Exchange,
  headersOf,
  sendText,
  type VendorApi,
} from '../vendor-api.ts';
import type { WireLine } from '../wire.ts';
import type { DingtalkApp } from './apps.ts';
import { type Call, checkScope, count, type Endpoint, type Reply } from './call.ts';
import {
  ApiRefusal,
  badToken,
  isRefusal,
  notWhitelisted,
  OldRefusal,
  type Refusal,
  refusalOnDemand,
  tooFast,
} from './errors.ts';
import { findEndpoint } from './routes.ts';
import { uuidOf } from './stream/frames.ts';
import type { DingtalkWorld } from './world.ts';

/** Longest body of a call: the largest file and its form. */
const MAX_BODY_BYTES = 24 * 1024 * 1024;
const FAULTS: readonly FaultKind[] = [...faultsOfCalls, 'refuse'];
const TOKEN_HEADER = 'x-acs-dingtalk-access-token';

type Route = NonNullable<ReturnType<typeof findEndpoint>>;

/** Both of the vendor's APIs: their paths do not collide. */
export function createHttpApi(world: DingtalkWorld): VendorApi {
  const parts: ApiParts<Route, DingtalkApp, Reply, Refusal> = {
    side: 'dingtalk',
    faultKinds: FAULTS,
    faults: world.shared.faults,
    recorder: world.recorder,
    maxBodyBytes: MAX_BODY_BYTES,
    find: findEndpoint,
    notFound() {
      const body = { code: 'InvalidAction.NotFound', message: 'there is no such API', requestid: requestId() };
      return { status: 404, type: 'application/json', body: JSON.stringify(body) };
    },
    begin: ({ endpoint }, request, body) => begin(world, request, endpoint, body),
    turnAway: (exchange) => turnAway(world, exchange),
    callerOf(exchange) {
      const account = exchange.route.endpoint.token === 'none' ? undefined : tokenOf(world, exchange);
      return { account, id: account?.id };
    },
    run: (exchange, app) => run(world, exchange, app),
    send,
    isRefusal,
    refuse,
    failureFor: (fault, { route }, caller) => failureFor(world, fault, route.endpoint.api === 'old', caller),
  };
  return createVendorApi(parts);
}

function run(
  world: DingtalkWorld,
  { route, request, query, body }: Exchange<Route>,
  app: DingtalkApp | undefined,
): Reply | Promise<Reply> {
  const { endpoint, params } = route;
  const ip = (request.socket.remoteAddress ?? '').replace('::ffff:', '');
  if (app !== undefined) {
    checkIp(app, ip, endpoint);
    checkScope(app, endpoint.scope);
    count(world, endpoint, app.id);
  }
  return endpoint.run({ world, endpoint, app, params, query, body, headers: headersIn(request), ip });
}

function failureFor(world: DingtalkWorld, fault: Fault, isOld: boolean, { id }: Caller<DingtalkApp>): Refusal {
  switch (fault.kind) {
    case 'refuse':
      return refusalOnDemand(isOld, fault.refusal ?? fault.code, fault.status);
    case 'throttle':
      return tooFast(isOld);
    case 'expired-token':
      world.tokens.expire(id);
      return badToken(isOld, 'expired');
    default:
      return isOld ? new OldRefusal(-1, 'system busy') : new ApiRefusal(500, 'system.error');
  }
}

function tokenOf(world: DingtalkWorld, { route, request, query }: Exchange<Route>): DingtalkApp {
  const { api, path } = route.endpoint;
  const given = api === 'old' ? (query.get('access_token') ?? undefined) : headersIn(request)[TOKEN_HEADER];
  try {
    return world.tokens.check(given, api);
  } catch (error) {
    // The paths below `topapi` say it in two numbers.
    if (!(error instanceof OldRefusal) || !path.startsWith('/topapi/')) throw error;
    throw new OldRefusal(88, 'ding talk error', { code: String(error.code), message: error.message });
  }
}

function checkIp({ trustedIps }: DingtalkApp, ip: string, { api }: Endpoint): void {
  if (trustedIps !== undefined && !trustedIps.has(ip)) throw notWhitelisted(api === 'old');
}

/** Secrets in an address are not for looking at, the page's wire log included. */
function shown(url: string): string {
  return url.replace(/(access_token|appsecret|session)=([^&]{6})[^&]*/g, '$1=$2…');
}

function begin(world: DingtalkWorld, request: IncomingMessage, endpoint: Endpoint, body: Buffer): WireLine | undefined {
  return world.shared.wire.begin(() => ({
    side: 'dingtalk',
    direction: 'in',
    transport: 'http',
    method: request.method ?? '',
    path: shown(request.url ?? ''),
    title: { zh: `调用 ${endpoint.path}`, en: `call of ${endpoint.path}` },
    body: endpoint.token === 'none' ? body.toString().replace(/("\w*[sS]ecret"\s*:\s*")[^"]*/g, '$1…') : body,
    headers: shownHeaders(request),
  }));
}

/** Headers as the endpoints read them: of none of theirs there are two. */
function headersIn({ headers }: IncomingMessage): Call['headers'] {
  return headers as Call['headers'];
}

function shownHeaders(request: IncomingMessage): Record<string, string> {
  const headers = headersOf(request);
  const token = headers[TOKEN_HEADER];
  return token === undefined ? headers : { ...headers, [TOKEN_HEADER]: `${token.slice(0, 6)}…` };
}

function requestId(): string {
  return uuidOf(randomHex()).toUpperCase();
}

const JSON_TYPE = 'application/json; charset=utf-8';

function send(exchange: Exchange<Route>, { kind, body }: Reply): void {
  if (kind === 'xml') {
    const headers = { 'content-type': 'application/xml; charset=utf-8' };
    return sendText(exchange, { status: 200, code: 0, headers }, body);
  }
  const isNew = exchange.route.endpoint.api === 'new';
  sendJson(exchange, 200, 0, isNew ? body : { errcode: 0, errmsg: 'ok', ...body, request_id: requestId() });
}

/** What the vendor's outer wall says to an address that called too often. */
function turnAway(world: DingtalkWorld, exchange: Exchange<Route>): boolean {
  if (world.clock.now() >= world.blockedUntil) return false;
  const body = { status: 1111, wait: 5, source: 'x5', punish: 'deny', uuid: randomHex() };
  sendJson(exchange, 200, -1, body);
  return true;
}

function sendJson(exchange: Exchange<Route>, status: number, code: number, body: Json): void {
  sendText(exchange, { status, code, headers: { 'content-type': JSON_TYPE } }, JSON.stringify(body));
}

function refuse(exchange: Exchange<Route>, refusal: Refusal): void {
  if (refusal instanceof OldRefusal) {
    const { code, message, sub } = refusal;
    const more = sub === undefined ? {} : { sub_code: sub.code, sub_msg: sub.message };
    return sendJson(exchange, 200, code, { errcode: code, errmsg: message, request_id: requestId(), ...more });
  }
  const { code, message, more, status } = refusal;
  sendJson(exchange, status, status, { code, message, requestid: requestId(), ...more });
}
