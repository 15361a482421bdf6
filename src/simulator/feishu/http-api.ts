import type { IncomingMessage } from 'node:http';
import type { Fault } from '../contract.ts';
import { faultsOfCalls } from '../faults.ts';
import {
  type ApiParts,
  type Caller,
  createVendorApi,
  type Exchange,
  headersOf,
  type PlainAnswer,
  sendFile,
  sendText,
  type VendorApi,
} from '../vendor-api.ts';
import type { WireLine } from '../wire.ts';
import type { FeishuApp } from './apps.ts';
import type { Reply } from './call.ts';
import { FeishuRefusal } from './errors.ts';
import { explainCall } from './explain.ts';
import { tooMany } from './rates.ts';
import { createRouter, type Route } from './routes.ts';
import type { FeishuWorld } from './world.ts';

/** Longest body of a call: the largest file, and its form around it. */
const MAX_BODY_BYTES = 40 * 1024 * 1024;

/** The vendor's HTTP API. */
export function createHttpApi(world: FeishuWorld): VendorApi {
  const parts: ApiParts<Route, FeishuApp, Reply, FeishuRefusal> = {
    side: 'feishu',
    faultKinds: faultsOfCalls,
    faults: world.shared.faults,
    recorder: world.recorder,
    maxBodyBytes: MAX_BODY_BYTES,
    find: createRouter(),
    notFound: (request) => notFound(world, request),
    begin: (_route, request, body) => beginCall(world, request, body),
    callerOf({ route, request }) {
      const account = route.endpoint.token === false ? undefined : world.tokens.check(request.headers.authorization);
      return { account, id: account?.id };
    },
    run: (exchange, app) => run(world, exchange, app),
    send,
    isRefusal: (error) => error instanceof FeishuRefusal,
    refuse,
    failureFor: (fault, _exchange, caller) => failureFor(world, fault, caller),
  };
  return createVendorApi(parts);
}

/** Stands in the call of an endpoint that needs no token; those read their app from the body. */
const NOBODY = Object.freeze({ id: '' }) as FeishuApp;

function run(
  world: FeishuWorld,
  { route, request, query, body }: Exchange<Route>,
  app: FeishuApp | undefined,
): Reply | Promise<Reply> {
  const { endpoint, path } = route;
  if (app !== undefined) checkRights(world, app, route);
  world.rates.takeCall(app?.id ?? '', endpoint.path);
  const contentType = request.headers['content-type'] ?? '';
  return endpoint.run({ world, app: app ?? NOBODY, path, query, body, contentType });
}

function checkRights(world: FeishuWorld, app: FeishuApp, { endpoint }: Route): void {
  const { scopes } = endpoint;
  if (!world.checkScopes || scopes === undefined || scopes.some((scope) => app.scopes.has(scope))) return;
  throw new FeishuRefusal(99991672, `one of these scopes is required: [${scopes.join(', ')}]`, {
    extra: {
      permission_violations: scopes.map((scope) => ({ type: 'action_scope_required', subject: scope })),
    },
  });
}

function failureFor(world: FeishuWorld, fault: Fault, { id }: Caller<FeishuApp>): FeishuRefusal | PlainAnswer {
  switch (fault.kind) {
    case 'throttle':
      return tooMany(world.limits.perApiPerSecond, fault.delayMs ?? 1000);
    case 'expired-token':
      world.tokens.expire(id);
      return new FeishuRefusal(99991663);
    default:
      return { status: 500, type: 'text/plain', body: 'internal server error' };
  }
}

function beginCall(world: FeishuWorld, request: IncomingMessage, body: Buffer): WireLine | undefined {
  return world.line.wire.begin(() => ({
    side: 'feishu',
    direction: 'in',
    transport: 'http',
    method: request.method ?? '',
    path: request.url ?? '/',
    body,
    headers: headersOf(request),
    ...explainCall(world, request),
  }));
}

let logNumber = 0;

/** Each answer carries one; it is what the vendor's support asks for. */
function logId(): string {
  logNumber = (logNumber + 1) % 0x1_0000_0000;
  return `20261122120000DEMO${logNumber.toString(16).toUpperCase().padStart(14, '0')}`;
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

function send(exchange: Exchange<Route>, reply: Reply): void {
  const head = { status: 200, code: 0 };
  const log = { 'x-tt-logid': logId() };
  if (reply.kind === 'file') {
    const { name, mime, content } = reply;
    const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(name)}`;
    const headers = { 'content-type': mime, 'content-disposition': disposition, ...log };
    return sendFile(exchange, { ...head, headers }, content);
  }
  if (reply.kind === 'data') exchange.line?.about(reply.message);
  const body = reply.kind === 'flat' ? reply.body : { code: 0, msg: 'success', data: reply.data };
  sendText(exchange, { ...head, headers: { ...JSON_TYPE, ...log } }, JSON.stringify(body));
}

function refuse(exchange: Exchange<Route>, { code, status, message, headers, extra }: FeishuRefusal): void {
  const log = logId();
  const body = { code, msg: message, error: { log_id: log, ...extra } };
  const head = { status, code, headers: { ...JSON_TYPE, 'x-tt-logid': log, ...headers } };
  sendText(exchange, head, JSON.stringify(body));
}

function notFound(world: FeishuWorld, { method = 'GET', url = '/' }: IncomingMessage): PlainAnswer {
  world.line.wire
    .begin(() => ({
      side: 'feishu',
      direction: 'in',
      transport: 'http',
      method,
      path: url.split('?')[0] ?? '',
      title: { zh: '没有这个接口', en: 'no such endpoint' },
    }))
    ?.end({ status: 404 });
  return { status: 404, type: 'text/plain', body: '404 page not found' };
}
