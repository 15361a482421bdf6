import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FarSide, Fault, FaultKind } from './contract.ts';
import type { FaultTable } from './faults.ts';
import { BodyTooLarge, readBody, sendZeros } from './http.ts';
import type { WireLine } from './wire.ts';

/** A vendor's HTTP API. */
export interface VendorApi {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Cuts the calls that were left hanging. */
  close(): void;
}

/** One call while it is being answered. */
export interface Exchange<Route> {
  readonly route: Route;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  /** Its entry on the page, where somebody looks on. */
  readonly line: WireLine | undefined;
}

/** Whose call it is: by the token it brought, if the endpoint takes one. */
export interface Caller<Account> {
  readonly account: Account | undefined;
  /** For the faults. */
  readonly id: string | undefined;
}

interface AnyRoute {
  readonly endpoint: { readonly method: string; readonly path: string };
}

interface AnyRefusal extends Error {
  readonly code: number | string;
}

/** An answer that is none of the API's: of the server before it. */
export interface PlainAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** What a vendor's API has of its own; a refusal is thrown wherever there is one. */
export interface ApiParts<Route extends AnyRoute, Account, Reply, Refusal extends AnyRefusal> {
  readonly side: FarSide;
  /** Those that can be ordered here. */
  readonly faultKinds: readonly FaultKind[];
  readonly faults: FaultTable;
  readonly recorder: { called(api: string, code: number | string): void };
  /** Longest body of a call. */
  readonly maxBodyBytes: number;
  find(method: string, path: string): Route | undefined;
  notFound(request: IncomingMessage): PlainAnswer;
  begin(route: Route, request: IncomingMessage, body: Buffer): WireLine | undefined;
  /** Answers in place of the API; true when it did. */
  turnAway?(exchange: Exchange<Route>): boolean;
  callerOf(exchange: Exchange<Route>): Caller<Account>;
  /** Checks rights and rates, and does what was asked for. */
  run(exchange: Exchange<Route>, account: Account | undefined): Reply | Promise<Reply>;
  send(exchange: Exchange<Route>, reply: Reply): void;
  isRefusal(error: unknown): error is Refusal;
  refuse(exchange: Exchange<Route>, refusal: Refusal): void;
  /** What a fault answers a call with; of a line that hangs or is cut it is not asked, they are the same everywhere. */
  failureFor(fault: Fault, exchange: Exchange<Route>, caller: Caller<Account>): Refusal | PlainAnswer;
}

export function createVendorApi<Route extends AnyRoute, Account, Reply, Refusal extends AnyRefusal>(
  vendor: ApiParts<Route, Account, Reply, Refusal>,
): VendorApi {
  const hanging = new Set<ServerResponse>();

  const answer = async (exchange: Exchange<Route>): Promise<void> => {
    const { endpoint } = exchange.route;
    try {
      const caller = vendor.callerOf(exchange);
      const fault = vendor.faults.strike(vendor.faultKinds, { side: vendor.side, app: caller.id, path: endpoint.path });
      if (fault !== undefined) exchange.line?.fault(fault.kind);
      if (fault !== undefined && fault.afterEffect !== true) return fail(exchange, fault, caller);
      const reply = await vendor.run(exchange, caller.account);
      if (fault !== undefined) return fail(exchange, fault, caller);
      vendor.recorder.called(`${endpoint.method} ${endpoint.path}`, 0);
      vendor.send(exchange, reply);
    } catch (error) {
      refuse(exchange, error);
    }
  };

  const fail = (exchange: Exchange<Route>, fault: Fault, caller: Caller<Account>): void => {
    const { response, line } = exchange;
    if (fault.kind === 'hang') {
      hanging.add(response);
      response.on('close', () => {
        hanging.delete(response);
        line?.end({ status: -1 });
      });
    } else if (fault.kind === 'drop') {
      line?.end({ status: -1 });
      response.destroy();
    } else {
      const failure = vendor.failureFor(fault, exchange, caller);
      if (vendor.isRefusal(failure)) return refuse(exchange, failure);
      line?.end({ status: failure.status });
      sendPlain(response, failure);
    }
  };

  const refuse = (exchange: Exchange<Route>, error: unknown): void => {
    const { route, response, line } = exchange;
    if (!vendor.isRefusal(error)) {
      line?.end({ status: 500 });
      response.writeHead(500).end();
      throw error;
    }
    const { code, message } = error;
    vendor.recorder.called(`${route.endpoint.method} ${route.endpoint.path}`, code);
    line?.explain({ zh: `拒绝：${code}。`, en: `Refused: ${code} ${message}.` });
    vendor.refuse(exchange, error);
  };

  return {
    async handle(request, response) {
      const { method = 'GET', url = '/' } = request;
      const [path, query] = splitUrl(url);
      const route = vendor.find(method, path);
      if (route === undefined) {
        request.resume();
        return sendPlain(response, vendor.notFound(request));
      }
      let body: Buffer;
      try {
        body = await readBody(request, vendor.maxBodyBytes);
      } catch (error) {
        if (error instanceof BodyTooLarge) response.writeHead(413, { connection: 'close' }).end();
        return;
      }
      const line = vendor.begin(route, request, body);
      const exchange = { route, request, response, query: new URLSearchParams(query), body, line };
      if (vendor.turnAway?.(exchange) !== true) await answer(exchange);
    },
    close() {
      for (const response of hanging) response.destroy();
    },
  };
}

function sendPlain(response: ServerResponse, { status, type, body }: PlainAnswer): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}

/** @returns The path, and the query without its question mark. */
function splitUrl(url: string): readonly [path: string, query: string] {
  const cut = url.indexOf('?');
  return cut < 0 ? [url, ''] : [url.slice(0, cut), url.slice(cut + 1)];
}

/** What is said of an answer beside its body. */
export interface AnswerHead {
  readonly status: number;
  /** The vendor's code, for the page. */
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;
}

export function sendText(
  { response, line }: Exchange<unknown>,
  { status, code, ...head }: AnswerHead,
  body: string,
): void {
  const headers = { ...head.headers, 'content-length': String(Buffer.byteLength(body)) };
  response.writeHead(status, headers).end(body);
  line?.end({ status, code, headers, body });
}

/** @param content - A number of bytes: so many zeros. */
export function sendFile(
  { response, line }: Exchange<unknown>,
  { status, code, ...head }: AnswerHead,
  content: Buffer | number,
): void {
  const bytes = typeof content === 'number' ? content : content.length;
  const headers = { ...head.headers, 'content-length': String(bytes) };
  response.writeHead(status, headers);
  line?.end({ status, code, headers, body: `(${bytes} bytes)` });
  if (typeof content === 'number') sendZeros(response, content);
  else response.end(content);
}

/** The headers of a request as the page shows them. */
export function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
