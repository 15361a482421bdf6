import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { FileContent } from '../../src/core/agent.ts';
import type { Delivery } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import { noLog } from '../../src/core/log.ts';
import type { PlatformDeps } from '../../src/core/platform-definition.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { dingtalkConfigSchema } from '../../src/platforms/dingtalk/config.ts';

type Body = Record<string, unknown>;

export interface VendorCall {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: string;
  readonly token: string;
  readonly body: Body;
}

/** A card as the vendor has it. */
export interface VendorCard {
  readonly space: string;
  readonly params: Record<string, string>;
  finished: boolean;
}

interface Scripted {
  readonly pattern: RegExp;
  readonly status: number;
  readonly body: unknown;
  left: number;
}

/** A far side that says yes to everything and refuses what a test tells it to; it keeps cards, so that one can look at them. */
export class DingtalkVendor {
  readonly calls: VendorCall[] = [];
  readonly cards = new Map<string, VendorCard>();
  /** What was sent as a message, by either way. */
  readonly messages: { readonly chat: string; readonly text: string; readonly body: Body }[] = [];
  /** What came up the long connection. */
  readonly answers: Body[] = [];
  readonly sockets: WebSocket[] = [];
  /** Most connections that were open at once. */
  mostOpen = 0;
  readonly #tickets = new Set<string>();
  readonly #scripts: Scripted[] = [];
  readonly #late: { readonly pattern: RegExp; call?: VendorCall }[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #wss = new WebSocketServer({ noServer: true });
  #next = 0;
  url = '';

  static async start(): Promise<DingtalkVendor> {
    const vendor = new DingtalkVendor();
    vendor.#server.on('upgrade', (request, socket, head) => {
      const ticket = new URL(request.url ?? '', 'http://x').searchParams.get('ticket') ?? '';
      if (!vendor.#tickets.delete(ticket)) return void socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
      vendor.#wss.handleUpgrade(request, socket, head, (ws) => {
        vendor.sockets.push(ws);
        vendor.mostOpen = Math.max(
          vendor.mostOpen,
          vendor.sockets.filter((socket) => socket.readyState === socket.OPEN).length,
        );
        ws.on('message', (data: Buffer) => void vendor.answers.push(bodyOf(data.toString('utf8'))));
      });
    });
    vendor.#server.listen(0, '127.0.0.1');
    await once(vendor.#server, 'listening');
    vendor.url = `http://127.0.0.1:${(vendor.#server.address() as AddressInfo).port}`;
    return vendor;
  }

  async close(): Promise<void> {
    for (const socket of this.#wss.clients) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  /** `pattern` is matched against `METHOD /path`. @param times - For ever when absent. */
  reply(pattern: RegExp, status: number, body: unknown, times = Number.POSITIVE_INFINITY): void {
    this.#scripts.push({ pattern, status, body, left: times });
  }

  refuse(pattern: RegExp, code: string, status = 400, times?: number): void {
    this.reply(pattern, status, { code, message: 'refused', requestid: 'req-1' }, times);
  }

  refuseOld(pattern: RegExp, errcode: number, times?: number): void {
    this.reply(pattern, 200, { errcode, errmsg: 'refused', request_id: 'req-2' }, times);
  }

  /** The next such call gets no answer, and is carried out when that is asked for. */
  holdBack(pattern: RegExp): { carryOut(): void } {
    const late: { readonly pattern: RegExp; call?: VendorCall } = { pattern };
    this.#late.push(late);
    return {
      carryOut: () => {
        if (!late.call) throw new Error('no such call has come');
        this.#yes(late.call);
      },
    };
  }

  to(pattern: RegExp): readonly VendorCall[] {
    return this.calls.filter((call) => pattern.test(`${call.method} ${call.path}`));
  }

  /** Every call but those for tokens, short. */
  get story(): readonly string[] {
    const told = this.calls.filter(({ path }) => !/accessToken|gettoken/.test(path));
    return told.map(({ method, path }) => `${method} ${path.replace('/v1.0/', '')}`);
  }

  /** Sends a frame down the newest connection. */
  push(frame: unknown): void {
    this.sockets.at(-1)?.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = Buffer.concat((await request.toArray()) as Buffer[]).toString('utf8');
    const [path = '', query = ''] = (request.url ?? '').split('?');
    const token = String(
      request.headers['x-acs-dingtalk-access-token'] ?? new URLSearchParams(query).get('access_token') ?? '',
    );
    const call = { method: request.method ?? '', path, query, token, body: bodyOf(text) };
    this.calls.push(call);
    const line = `${call.method} ${path}`;
    const late = this.#late.find((one) => one.call === undefined && one.pattern.test(line));
    if (late) return void (late.call = call);
    const scripted = this.#scripts.find(({ pattern, left }) => left > 0 && pattern.test(line));
    if (scripted) scripted.left -= 1;
    const { status, body } = scripted ?? this.#yes(call);
    if (Buffer.isBuffer(body)) return void response.writeHead(status, { 'content-type': 'image/png' }).end(body);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  #yes(call: VendorCall): { status: number; body: unknown } {
    this.#next += 1;
    const n = this.#next;
    const ok = (body: unknown) => ({ status: 200, body });
    switch (`${call.method} ${call.path}`) {
      case 'POST /v1.0/oauth2/accessToken':
        return ok({ accessToken: `new-${n}`, expireIn: 7200 });
      case 'GET /gettoken':
        return ok({ errcode: 0, errmsg: 'ok', access_token: `old-${n}`, expires_in: 7200 });
      case 'POST /v1.0/gateway/connections/open': {
        const ticket = `ticket+${n}/=`;
        this.#tickets.add(ticket);
        return ok({ endpoint: `${this.url.replace('http', 'ws')}/connect`, ticket });
      }
      case 'POST /v1.0/card/instances/createAndDeliver':
        return this.#createCard(call.body);
      case 'PUT /v1.0/card/instances':
      case 'PUT /v1.0/card/streaming':
        return this.#changeCard(call);
      case 'POST /v1.0/robot/oToMessages/batchSend':
      case 'POST /v1.0/robot/groupMessages/send':
        return this.#send(call.body, n);
      case 'POST /robot/sendBySession':
        return this.#answer(call);
      case 'POST /media/upload':
        return ok({ errcode: 0, errmsg: 'ok', type: 'image', media_id: `@media${n}` });
      case 'POST /v1.0/robot/messageFiles/download':
        return ok({ downloadUrl: `${this.url}/file/${String(call.body['downloadCode'])}` });
      default:
        return call.path.startsWith('/file/')
          ? ok(Buffer.from('bytes'))
          : { status: 404, body: { code: 'InvalidAction.NotFound', message: 'x', requestid: 'req-0' } };
    }
  }

  #createCard(body: Body): { status: number; body: unknown } {
    const track = String(body['outTrackId']);
    if (this.cards.has(track)) return { status: 400, body: { code: 'param.cardAlreadyExist', requestid: 'r' } };
    const params = { ...(body['cardData'] as { cardParamMap: Record<string, string> }).cardParamMap };
    this.cards.set(track, { space: String(body['openSpaceId']), params, finished: params['flowStatus'] === '3' });
    return { status: 200, body: { success: true, result: { outTrackId: track, deliverResults: [{ success: true }] } } };
  }

  #changeCard({ path, body }: VendorCall): { status: number; body: unknown } {
    const card = this.cards.get(String(body['outTrackId']));
    if (!card) return { status: 400, body: { code: 'param.cardNotExist', requestid: 'r' } };
    if (path.endsWith('/streaming')) {
      if (card.finished) return { status: 500, body: { code: 'unknownError', requestid: 'r' } };
      card.params[String(body['key'])] = String(body['content']);
      card.finished = body['isFinalize'] === true;
    } else {
      Object.assign(card.params, (body['cardData'] as { cardParamMap: object }).cardParamMap);
      card.finished ||= card.params['flowStatus'] === '3';
    }
    return { status: 200, body: { success: true, result: true } };
  }

  #send(body: Body, n: number): { status: number; body: unknown } {
    const param = bodyOf(String(body['msgParam']));
    const [user] = (body['userIds'] as string[] | undefined) ?? [];
    const chat = user ?? String(body['openConversationId']);
    this.messages.push({ chat, text: wordsOf(param), body });
    return {
      status: 200,
      body: { processQueryKey: `pqk-${n}`, invalidStaffIdList: [], flowControlledStaffIdList: [] },
    };
  }

  #answer({ query, body }: VendorCall): { status: number; body: unknown } {
    const inner = body[String(body['msgtype'])] as Body;
    const chat = new URLSearchParams(query).get('session') ?? '';
    this.messages.push({ chat, text: wordsOf(inner), body });
    return { status: 200, body: { errcode: 0, errmsg: 'ok' } };
  }
}

function wordsOf(from: Body): string {
  const words = from['text'] ?? from['content'];
  return typeof words === 'string' ? words : '';
}

function bodyOf(text: string): Body {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return { raw: text };
  }
}

export const APP = { clientId: 'dingsimapp0000000001', clientSecret: 'sim-app-secret-not-real' } as const;

/** Settings of an app at that vendor, with limits that no test meets unless it says so. */
export function vendorConfig(url: string, more: Readonly<Record<string, unknown>> = {}) {
  const limits = { perSecond: 10_000, perChatPerMinute: 10_000 };
  return dingtalkConfigSchema.parse({ ...APP, baseUrl: url, oapiBaseUrl: url, limits, ...more });
}

const ONE_PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkM/5fDwADZgGAWjR9awAAAABJRU5ErkJggg==';

export function vendorDeps(more: Partial<PlatformDeps> = {}): PlatformDeps {
  const png: FileContent = { bytes: Buffer.from(ONE_PIXEL, 'base64'), mime: 'image/png' };
  return {
    channel: id('dingtalk'),
    clock: systemClock,
    log: noLog,
    fetchUrl: () => Promise.resolve(png),
    random: () => 0.5,
    ...more,
  };
}

/** A payload as an HTTP delivery, signed by the published rule. */
export function signedDelivery(payload: unknown, at: number, secret: string = APP.clientSecret): Delivery {
  const timestamp = String(at);
  const sign = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
  const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  return { channel: id('dingtalk'), via: 'webhook', method: 'POST', headers: { timestamp, sign }, query: {}, body };
}

/** A payload as it comes over the long connection. */
export function socketDelivery(
  topic: string,
  payload: unknown,
  headers: Readonly<Record<string, string>> = {},
): Delivery {
  const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  const type = topic === '*' ? 'EVENT' : 'CALLBACK';
  const all = { type, topic, 'message-id': 'frame-1', ...headers };
  return { channel: id('dingtalk'), via: 'socket', method: 'POST', headers: all, query: {}, body };
}
