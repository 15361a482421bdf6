import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from '../contract.ts';
import { faultsOfCalls } from '../faults.ts';
import { BodyTooLarge, readBody, sendZeros } from '../http.ts';
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

export interface HttpApi {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Cuts the calls that were left hanging. */
  close(): void;
}

/** The vendor's HTTP API. */
export function createHttpApi(world: FeishuWorld): HttpApi {
  const findRoute = createRouter();
  const hanging = new Set<ServerResponse>();

  const answer = async (
    route: Route,
    request: IncomingMessage,
    response: ServerResponse,
    query: string,
    body: Buffer,
    line: WireLine | undefined,
  ): Promise<void> => {
    const { endpoint } = route;
    let app: FeishuApp | undefined;
    try {
      app = endpoint.token === false ? undefined : world.tokens.check(request.headers.authorization);
      const fault = world.shared.faults.strike(faultsOfCalls, { side: 'feishu', app: app?.id, path: endpoint.path });
      if (fault !== undefined) line?.fault(fault.kind);
      if (fault !== undefined && fault.afterEffect !== true) return fail(fault, route, response, line, app);
      if (app !== undefined) checkRights(world, app, route);
      world.rates.takeCall(app?.id ?? '', endpoint.path);
      const call = {
        world,
        app: app ?? NOBODY,
        path: route.path,
        query: new URLSearchParams(query),
        body,
        contentType: request.headers['content-type'] ?? '',
      };
      const reply = await endpoint.run(call);
      if (fault !== undefined) return fail(fault, route, response, line, app);
      send(world, route, response, reply, line);
    } catch (error) {
      refuse(world, route, response, error, line);
    }
  };

  const fail = (
    fault: Fault,
    route: Route,
    response: ServerResponse,
    line: WireLine | undefined,
    app: FeishuApp | undefined,
  ): void => {
    switch (fault.kind) {
      case 'throttle':
        return refuse(world, route, response, tooMany(world.limits.perApiPerSecond, fault.delayMs ?? 1000), line);
      case 'expired-token':
        world.tokens.expire(app?.id);
        return refuse(world, route, response, new FeishuRefusal(99991663), line);
      case 'server-error':
        line?.end({ status: 500 });
        response.writeHead(500, { 'content-type': 'text/plain' }).end('internal server error');
        return;
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
      const { method = 'GET', url = '/' } = request;
      const cut = url.indexOf('?');
      const path = cut < 0 ? url : url.slice(0, cut);
      const route = findRoute(method, path);
      if (route === undefined) return notFound(world, method, path, request, response);
      let body: Buffer;
      try {
        body = await readBody(request, MAX_BODY_BYTES);
      } catch (error) {
        if (error instanceof BodyTooLarge) response.writeHead(413, { connection: 'close' }).end();
        return;
      }
      const line = beginCall(world, request, url, body);
      await answer(route, request, response, cut < 0 ? '' : url.slice(cut + 1), body, line);
    },
    close() {
      for (const response of hanging) response.destroy();
    },
  };
}

/** Stands in the call of an endpoint that needs no token; those read their app from the body. */
const NOBODY = Object.freeze({ id: '' }) as FeishuApp;

function checkRights(world: FeishuWorld, app: FeishuApp, { endpoint }: Route): void {
  const { scopes } = endpoint;
  if (!world.checkScopes || scopes === undefined || scopes.some((scope) => app.scopes.has(scope))) return;
  throw new FeishuRefusal(99991672, `one of these scopes is required: [${scopes.join(', ')}]`, {
    extra: {
      permission_violations: scopes.map((scope) => ({ type: 'action_scope_required', subject: scope })),
    },
  });
}

function beginCall(world: FeishuWorld, request: IncomingMessage, url: string, body: Buffer): WireLine | undefined {
  return world.line.wire.begin(() => ({
    side: 'feishu',
    direction: 'in',
    transport: 'http',
    method: request.method ?? '',
    path: url,
    body,
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    ...explainCall(world, request),
  }));
}

let logNumber = 0;

/** Each answer carries one; it is what the vendor's support asks for. */
function logId(): string {
  logNumber = (logNumber + 1) % 0x1_0000_0000;
  return `20261122120000DEMO${logNumber.toString(16).toUpperCase().padStart(14, '0')}`;
}

function send(
  world: FeishuWorld,
  route: Route,
  response: ServerResponse,
  reply: Reply,
  line: WireLine | undefined,
): void {
  world.recorder.called(`${route.endpoint.method} ${route.endpoint.path}`, 0);
  if (reply.kind === 'file') return sendFile(response, reply, line);
  const body =
    reply.kind === 'flat' ? JSON.stringify(reply.body) : JSON.stringify({ code: 0, msg: 'success', data: reply.data });
  if (reply.kind === 'data') line?.about(reply.message);
  sendText(response, 200, body, logId(), {}, line, 0);
}

function sendText(
  response: ServerResponse,
  status: number,
  body: string,
  log: string,
  extra: Readonly<Record<string, string>>,
  line: WireLine | undefined,
  code: number,
): void {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'x-tt-logid': log,
    ...extra,
  };
  response.writeHead(status, headers).end(body);
  line?.end({ status, code, headers, body });
}

function sendFile(
  response: ServerResponse,
  { name, mime, content }: Reply & { kind: 'file' },
  line: WireLine | undefined,
): void {
  const length = typeof content === 'number' ? content : content.length;
  const headers = {
    'content-type': mime,
    'content-length': String(length),
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    'x-tt-logid': logId(),
  };
  response.writeHead(200, headers);
  line?.end({ status: 200, code: 0, headers, body: `(${length} bytes)` });
  if (typeof content === 'number') sendZeros(response, content);
  else response.end(content);
}

function refuse(
  world: FeishuWorld,
  route: Route,
  response: ServerResponse,
  error: unknown,
  line: WireLine | undefined,
): void {
  if (!(error instanceof FeishuRefusal)) {
    line?.end({ status: 500 });
    response.writeHead(500).end();
    throw error;
  }
  world.recorder.called(`${route.endpoint.method} ${route.endpoint.path}`, error.code);
  const log = logId();
  const body = JSON.stringify({ code: error.code, msg: error.message, error: { log_id: log, ...error.extra } });
  line?.explain({ zh: `拒绝：${error.code}。`, en: `Refused: ${error.code} ${error.message}.` });
  sendText(response, error.status, body, log, error.headers, line, error.code);
}

function notFound(
  world: FeishuWorld,
  method: string,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.resume();
  world.line.wire
    .begin(() => ({
      side: 'feishu',
      direction: 'in',
      transport: 'http',
      method,
      path,
      title: { zh: '没有这个接口', en: 'no such endpoint' },
    }))
    ?.end({ status: 404 });
  response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
}
