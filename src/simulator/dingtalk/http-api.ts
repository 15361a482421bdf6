import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, FaultKind } from '../contract.ts';
import { faultsOfCalls } from '../faults.ts';
import { BodyTooLarge, readBody } from '../http.ts';
import { randomHex } from '../ids.ts';
import type { WireLine } from '../wire.ts';
import type { DingtalkApp } from './apps.ts';
import { type Call, checkScope, count, type Endpoint, type Reply } from './call.ts';
import { ApiRefusal, badToken, isRefusal, notWhitelisted, OldRefusal, refusalOnDemand, tooFast } from './errors.ts';
import { findEndpoint } from './routes.ts';
import { uuidOf } from './stream/frames.ts';
import type { DingtalkWorld } from './world.ts';

/** Longest body of a call: the largest file and its form. */
const MAX_BODY_BYTES = 24 * 1024 * 1024;
const FAULTS: readonly FaultKind[] = [...faultsOfCalls, 'refuse'];
const TOKEN_HEADER = 'x-acs-dingtalk-access-token';

export interface HttpApi {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Cuts the calls that were left hanging. */
  close(): void;
}

/** One call while it is being answered. */
interface Exchange {
  readonly endpoint: Endpoint;
  readonly response: ServerResponse;
  readonly line: WireLine | undefined;
}

/** Both of the vendor's APIs: their paths do not collide. */
export function createHttpApi(world: DingtalkWorld): HttpApi {
  const hanging = new Set<ServerResponse>();

  const answer = async (exchange: Exchange, made: Omit<Call, 'app'>): Promise<void> => {
    const { endpoint, line } = exchange;
    try {
      const app = endpoint.token === 'none' ? undefined : tokenOf(world, endpoint, made);
      const fault = world.shared.faults.strike(FAULTS, { side: 'dingtalk', app: app?.id, path: endpoint.path });
      if (fault !== undefined) line?.fault(fault.kind);
      if (fault !== undefined && fault.afterEffect !== true) return fail(exchange, fault, app);
      if (app !== undefined) {
        checkIp(app, made.ip, endpoint);
        checkScope(app, endpoint.scope);
        count(world, endpoint, app.id);
      }
      const reply = await endpoint.run({ ...made, app });
      if (fault !== undefined) return fail(exchange, fault, app);
      send(world, exchange, reply);
    } catch (error) {
      refuse(world, exchange, error);
    }
  };

  const fail = (exchange: Exchange, fault: Fault, app: DingtalkApp | undefined): void => {
    const { endpoint, response, line } = exchange;
    const isOld = endpoint.api === 'old';
    switch (fault.kind) {
      case 'refuse':
        return refuse(world, exchange, refusalOnDemand(isOld, fault.refusal ?? fault.code, fault.status));
      case 'throttle':
        return refuse(world, exchange, tooFast(isOld));
      case 'expired-token':
        world.tokens.expire(app?.id);
        return refuse(world, exchange, badToken(isOld, 'expired'));
      case 'server-error':
        return refuse(world, exchange, isOld ? new OldRefusal(-1, 'system busy') : new ApiRefusal(500, 'system.error'));
      case 'hang':
        hanging.add(response);
        response.on('close', () => {
          hanging.delete(response);
          line?.end({ status: -1 });
        });
        return;
      default:
        line?.end({ status: -1 });
        response.destroy();
    }
  };

  return {
    async handle(request, response) {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const found = findEndpoint(request.method ?? '', url.pathname);
      if (found === undefined) {
        request.resume();
        const body = JSON.stringify({
          code: 'InvalidAction.NotFound',
          message: 'there is no such API',
          requestid: requestId(),
        });
        response.writeHead(404, { 'content-type': 'application/json' }).end(body);
        return;
      }
      let body: Buffer;
      try {
        body = await readBody(request, MAX_BODY_BYTES);
      } catch (error) {
        if (error instanceof BodyTooLarge) response.writeHead(413, { connection: 'close' }).end();
        return;
      }
      const { endpoint, params } = found;
      const line = begin(world, request, endpoint, body);
      const exchange = { endpoint, response, line };
      if (world.clock.now() < world.blockedUntil) return blocked(exchange);
      const headers = request.headers as Call['headers'];
      const ip = (request.socket.remoteAddress ?? '').replace('::ffff:', '');
      await answer(exchange, { world, endpoint, params, query: url.searchParams, body, headers, ip });
    },
    close() {
      for (const response of hanging) response.destroy();
    },
  };
}

function tokenOf(world: DingtalkWorld, { api, path }: Endpoint, { headers, query }: Omit<Call, 'app'>): DingtalkApp {
  const given = api === 'old' ? (query.get('access_token') ?? undefined) : headers[TOKEN_HEADER];
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

function shownHeaders({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      name === TOKEN_HEADER ? `${String(value).slice(0, 6)}…` : String(value),
    ]),
  );
}

function requestId(): string {
  return uuidOf(randomHex()).toUpperCase();
}

function send(world: DingtalkWorld, exchange: Exchange, reply: Reply): void {
  const { endpoint } = exchange;
  world.recorder.called(`${endpoint.method} ${endpoint.path}`, 0);
  if (reply.kind === 'xml') return sendText(exchange, 200, reply.body, 0, 'application/xml; charset=utf-8');
  const body =
    endpoint.api === 'new' ? reply.body : { errcode: 0, errmsg: 'ok', ...reply.body, request_id: requestId() };
  sendText(exchange, 200, JSON.stringify(body), 0);
}

/** What the vendor's outer wall says to an address that called too often. */
function blocked(exchange: Exchange): void {
  const body = JSON.stringify({ status: 1111, wait: 5, source: 'x5', punish: 'deny', uuid: randomHex() });
  sendText(exchange, 200, body, -1);
}

function sendText(
  { response, line }: Exchange,
  status: number,
  body: string,
  code: number,
  type = 'application/json; charset=utf-8',
): void {
  const headers = { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) };
  response.writeHead(status, headers).end(body);
  line?.end({ status, code, headers, body });
}

function refuse(world: DingtalkWorld, exchange: Exchange, error: unknown): void {
  const { endpoint, response, line } = exchange;
  if (!isRefusal(error)) {
    response.writeHead(500).end();
    throw error;
  }
  const { code, message } = error;
  world.recorder.called(`${endpoint.method} ${endpoint.path}`, code);
  line?.explain({ zh: `拒绝：${code}。`, en: `Refused: ${code} ${message}.` });
  if (error instanceof OldRefusal) {
    const sub = error.sub === undefined ? {} : { sub_code: error.sub.code, sub_msg: error.sub.message };
    const body = { errcode: error.code, errmsg: message, request_id: requestId(), ...sub };
    return sendText(exchange, 200, JSON.stringify(body), error.code);
  }
  const body = { code, message, requestid: requestId(), ...error.more };
  sendText(exchange, error.status, JSON.stringify(body), error.status);
}
