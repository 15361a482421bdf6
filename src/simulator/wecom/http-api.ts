import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, FaultKind } from '../contract.ts';
import { faultsOfCalls } from '../faults.ts';
import { BodyTooLarge, readBody, sendZeros } from '../http.ts';
import type { WireLine } from '../wire.ts';
import type { Call, Endpoint, Reply } from './call.ts';
import { dressed, refusalOf, WecomRefusal } from './errors.ts';
import { ENDPOINTS } from './routes.ts';
import type { TokenOwner } from './tokens.ts';
import type { WecomWorld } from './world.ts';

const PREFIX = '/cgi-bin/';
/** Longest body of a call: a bot's pictures in base64, or the largest file and its form. */
const MAX_BODY_BYTES = 140 * 1024 * 1024;
const FAULTS: readonly FaultKind[] = [...faultsOfCalls, 'refuse'];
/** Named in refusals; a documentation address (RFC 5737). */
const OUTSIDE_IP = '203.0.113.9';

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

/** The vendor's HTTP API: everything is answered 200, with a number in the body. */
export function createHttpApi(world: WecomWorld): HttpApi {
  const routes = new Map(ENDPOINTS.map((endpoint) => [`${PREFIX}${endpoint.path}`, endpoint]));
  const hanging = new Set<ServerResponse>();

  const answer = async (exchange: Exchange, request: IncomingMessage, query: string, body: Buffer): Promise<void> => {
    const { endpoint, line } = exchange;
    try {
      if (request.method !== endpoint.method) throw new WecomRefusal(40058, `use ${endpoint.method}`);
      const params = new URLSearchParams(query);
      const owner = endpoint.token === 'none' ? undefined : world.tokens.check(params.get('access_token'));
      const app = owner?.id ?? params.get('key') ?? undefined;
      const fault = world.shared.faults.strike(FAULTS, { side: 'wecom', app, path: endpoint.path });
      if (fault !== undefined) line?.fault(fault.kind);
      if (fault !== undefined && fault.afterEffect !== true) return fail(exchange, fault, owner);
      if (owner !== undefined) checkOwner(owner, endpoint);
      if (owner?.kind === 'app') checkIp(owner, request);
      if (!endpoint.path.startsWith('message/send')) world.rates.takeCall(endpoint.path);
      const call: Call = {
        world,
        owner,
        query: params,
        body,
        contentType: request.headers['content-type'] ?? '',
        range: request.headers.range,
      };
      const reply = await endpoint.run(call);
      if (fault !== undefined) return fail(exchange, fault, owner);
      send(world, exchange, reply, call.range);
    } catch (error) {
      refuse(world, exchange, error);
    }
  };

  const fail = (exchange: Exchange, fault: Fault, owner: TokenOwner | undefined): void => {
    const { response, line } = exchange;
    switch (fault.kind) {
      case 'refuse':
        return refuse(world, exchange, refusalOf(fault.code ?? -1));
      case 'throttle':
        return refuse(world, exchange, new WecomRefusal(45009));
      case 'expired-token':
        world.tokens.expire(owner?.id);
        return refuse(world, exchange, new WecomRefusal(42001));
      case 'server-error':
        line?.end({ status: 502 });
        response.writeHead(502, { 'content-type': 'text/html' }).end('<html><body>502 Bad Gateway</body></html>');
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
      const { url = '/' } = request;
      const cut = url.indexOf('?');
      const endpoint = routes.get(cut < 0 ? url : url.slice(0, cut));
      if (endpoint === undefined) {
        request.resume();
        response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
        return;
      }
      let body: Buffer;
      try {
        body = await readBody(request, MAX_BODY_BYTES);
      } catch (error) {
        if (error instanceof BodyTooLarge) response.writeHead(413, { connection: 'close' }).end();
        return;
      }
      const line = beginCall(world, request, endpoint, body);
      await answer({ endpoint, response, line }, request, cut < 0 ? '' : url.slice(cut + 1), body);
    },
    close() {
      for (const response of hanging) response.destroy();
    },
  };
}

function checkOwner(owner: TokenOwner, { token }: Endpoint): void {
  if (token === 'any' || token === owner.kind) return;
  if (token === 'kf' && owner.kind === 'app' && owner.app.kf) return;
  throw new WecomRefusal(48002);
}

function checkIp({ app }: TokenOwner & { kind: 'app' }, request: IncomingMessage): void {
  const ip = (request.socket.remoteAddress ?? '').replace('::ffff:', '');
  if (app.trustedIps !== undefined && !app.trustedIps.has(ip)) throw new WecomRefusal(60020);
}

/** Secrets in an address are not for looking at, the page's wire log included. */
function shown(url: string): string {
  return url.replace(/(access_token|corpsecret|key)=([^&]{6})[^&]*/g, '$1=$2…');
}

function beginCall(
  world: WecomWorld,
  request: IncomingMessage,
  endpoint: Endpoint,
  body: Buffer,
): WireLine | undefined {
  return world.shared.wire.begin(() => ({
    side: 'wecom',
    direction: 'in',
    transport: 'http',
    method: request.method ?? '',
    path: shown(request.url ?? ''),
    title: { zh: `调用 ${endpoint.path}`, en: `call of ${endpoint.path}` },
    body,
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
  }));
}

function send(world: WecomWorld, exchange: Exchange, reply: Reply, range: string | undefined): void {
  const { endpoint } = exchange;
  if (reply.kind === 'file') return sendFile(world, exchange, reply, range);
  world.recorder.called(`${endpoint.method} ${endpoint.path}`, 0);
  sendText(exchange, JSON.stringify({ errcode: 0, errmsg: 'ok', ...reply.body }), 0);
}

function sendText({ response, line }: Exchange, body: string, code: number): void {
  const headers = {
    'content-type': 'application/json; charset=UTF-8',
    'content-length': String(Buffer.byteLength(body)),
    ...(code === 0 ? {} : { 'error-code': String(code) }),
  };
  response.writeHead(200, headers).end(body);
  line?.end({ status: 200, code, headers, body });
}

function sendFile(
  world: WecomWorld,
  exchange: Exchange,
  { name, mime, content }: Reply & { kind: 'file' },
  range: string | undefined,
): void {
  const { endpoint, response, line } = exchange;
  const whole = typeof content === 'number' ? content : content.length;
  const part = rangeOf(range, whole);
  if (part === undefined && whole > world.limits.rangeBytes) throw new WecomRefusal(830002);
  const { from, to } = part ?? { from: 0, to: whole - 1 };
  const status = part === undefined ? 200 : 206;
  const headers = {
    'content-type': mime,
    'content-length': String(to - from + 1),
    'content-disposition': `attachment; filename="${name.replaceAll('"', "'").replaceAll(/[^\x20-\x7e]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name)}`,
    ...(part === undefined ? {} : { 'content-range': `bytes ${from}-${to}/${whole}` }),
  };
  world.recorder.called(`${endpoint.method} ${endpoint.path}`, 0);
  response.writeHead(status, headers);
  line?.end({ status, code: 0, headers, body: `(${to - from + 1} bytes)` });
  if (typeof content === 'number') sendZeros(response, to - from + 1);
  else response.end(content.subarray(from, to + 1));
}

function rangeOf(header: string | undefined, length: number): { from: number; to: number } | undefined {
  const found = /^bytes=(\d+)-(\d*)$/.exec(header ?? '');
  if (found === null) return undefined;
  const from = Number(found[1]);
  const to = found[2] === '' ? length - 1 : Math.min(Number(found[2]), length - 1);
  return from > to ? undefined : { from, to };
}

function refuse(world: WecomWorld, exchange: Exchange, error: unknown): void {
  const { endpoint, response, line } = exchange;
  if (!(error instanceof WecomRefusal)) {
    response.writeHead(500).end();
    throw error;
  }
  const { code, message } = error;
  world.recorder.called(`${endpoint.method} ${endpoint.path}`, code);
  line?.explain({ zh: `拒绝：${code}。`, en: `Refused: ${code} ${message}.` });
  const body = { errcode: code, errmsg: dressed(message, code, OUTSIDE_IP) };
  sendText(exchange, JSON.stringify(body), code);
}
