import type { IncomingMessage } from 'node:http';
import type { Fault, FaultKind } from '../contract.ts';
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
import type { Endpoint, Reply } from './call.ts';
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

interface Route {
  readonly endpoint: Endpoint;
}

/** The vendor's HTTP API: everything is answered 200, with a number in the body. */
export function createHttpApi(world: WecomWorld): VendorApi {
  const routes = new Map(ENDPOINTS.map((endpoint) => [`${PREFIX}${endpoint.path}`, { endpoint }]));
  const parts: ApiParts<Route, TokenOwner, Reply, WecomRefusal> = {
    side: 'wecom',
    faultKinds: FAULTS,
    faults: world.shared.faults,
    recorder: world.recorder,
    maxBodyBytes: MAX_BODY_BYTES,
    find: (_method, path) => routes.get(path),
    notFound: () => ({ status: 404, type: 'text/plain', body: '404 page not found' }),
    begin: ({ endpoint }, request, body) => beginCall(world, request, endpoint, body),
    callerOf: (exchange) => callerOf(world, exchange),
    run: (exchange, owner) => run(world, exchange, owner),
    send,
    isRefusal: (error) => error instanceof WecomRefusal,
    refuse(exchange, { code, message }) {
      sendJson(exchange, code, { errcode: code, errmsg: dressed(message, code, OUTSIDE_IP) });
    },
    failureFor: (fault, _exchange, caller) => failureFor(world, fault, caller),
  };
  return createVendorApi(parts);
}

/** By its token, or by the key of a group's robot. */
function callerOf(world: WecomWorld, { route, request, query }: Exchange<Route>): Caller<TokenOwner> {
  const { method, token } = route.endpoint;
  if (request.method !== method) throw new WecomRefusal(40058, `use ${method}`);
  const account = token === 'none' ? undefined : world.tokens.check(query.get('access_token'));
  return { account, id: account?.id ?? query.get('key') ?? undefined };
}

async function run(
  world: WecomWorld,
  { route, request, query, body }: Exchange<Route>,
  owner: TokenOwner | undefined,
): Promise<Reply> {
  const { endpoint } = route;
  if (owner !== undefined) checkOwner(owner, endpoint);
  if (owner?.kind === 'app') checkIp(owner, request);
  if (!endpoint.path.startsWith('message/send')) world.rates.takeCall(endpoint.path);
  const { 'content-type': contentType = '', range } = request.headers;
  const reply = await endpoint.run({ world, owner, query, body, contentType, range });
  if (reply.kind === 'file' && rangeOf(range, reply) === undefined && lengthOf(reply) > world.limits.rangeBytes) {
    throw new WecomRefusal(830002);
  }
  return reply;
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

function failureFor(world: WecomWorld, fault: Fault, { account }: Caller<TokenOwner>): WecomRefusal | PlainAnswer {
  switch (fault.kind) {
    case 'refuse':
      return refusalOf(fault.code ?? -1);
    case 'throttle':
      return new WecomRefusal(45009);
    case 'expired-token':
      world.tokens.expire(account?.id);
      return new WecomRefusal(42001);
    default:
      return { status: 502, type: 'text/html', body: '<html><body>502 Bad Gateway</body></html>' };
  }
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
    headers: headersOf(request),
  }));
}

type FileReply = Reply & { kind: 'file' };

function send(exchange: Exchange<Route>, reply: Reply): void {
  if (reply.kind === 'json') return sendJson(exchange, 0, { errcode: 0, errmsg: 'ok', ...reply.body });
  const { name, mime, content } = reply;
  const plainName = name.replaceAll('"', "'").replaceAll(/[^\x20-\x7e]/g, '_');
  const headers = {
    'content-type': mime,
    'content-disposition': `attachment; filename="${plainName}"; filename*=UTF-8''${encodeURIComponent(name)}`,
  };
  const part = rangeOf(exchange.request.headers.range, reply);
  if (part === undefined) return sendFile(exchange, { status: 200, code: 0, headers }, content);
  const { from, to } = part;
  const range = { 'content-range': `bytes ${from}-${to}/${lengthOf(reply)}` };
  const bytes = typeof content === 'number' ? to - from + 1 : content.subarray(from, to + 1);
  sendFile(exchange, { status: 206, code: 0, headers: { ...headers, ...range } }, bytes);
}

function sendJson(exchange: Exchange<Route>, code: number, body: object): void {
  const headers = {
    'content-type': 'application/json; charset=UTF-8',
    ...(code === 0 ? {} : { 'error-code': String(code) }),
  };
  sendText(exchange, { status: 200, code, headers }, JSON.stringify(body));
}

function lengthOf({ content }: FileReply): number {
  return typeof content === 'number' ? content : content.length;
}

function rangeOf(header: string | undefined, reply: FileReply): { from: number; to: number } | undefined {
  const found = /^bytes=(\d+)-(\d*)$/.exec(header ?? '');
  if (found === null) return undefined;
  const length = lengthOf(reply);
  const from = Number(found[1]);
  const to = found[2] === '' ? length - 1 : Math.min(Number(found[2]), length - 1);
  return from > to ? undefined : { from, to };
}
