import { Agent } from 'undici';
import { after, type SimClock } from './clock.ts';
import type { Words } from './contract.ts';
import type { WireLine } from './wire.ts';

/** What came of one request to an address of the gateway; `failed` says why there is no status. */
export type OutgoingAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      readonly body: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly failed: OutgoingFailure };
export type OutgoingFailure = 'no-address' | 'connect' | 'name' | 'timeout' | 'broken';

/** A delivery as it goes over the line. */
export interface OutgoingRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Requests to the addresses of the gateway; redirects are not followed. */
export interface Outgoing {
  /** @param url - Undefined or empty: no address is set. */
  post(url: string | undefined, request: OutgoingRequest, timeoutMs: number): Promise<OutgoingAnswer>;
  get(url: string, timeoutMs: number): Promise<OutgoingAnswer>;
  close(): Promise<void>;
}

export interface OutgoingLimits {
  /** Most connections to one address at a time; what is more waits in line. */
  readonly connections: number;
  /** Longest answer that is read. */
  readonly maxAnswerBytes: number;
}

export const OUTGOING_LIMITS: OutgoingLimits = { connections: 128, maxAnswerBytes: 16 * 1024 * 1024 };

export function createOutgoing(clock: SimClock, { connections, maxAnswerBytes }: OutgoingLimits): Outgoing {
  // Time is kept by our own clock, so undici's two limits are off.
  const agent = new Agent({ connections, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 30_000 });
  const request = async (
    method: 'GET' | 'POST',
    url: string,
    timeoutMs: number,
    sent?: OutgoingRequest,
  ): Promise<OutgoingAnswer> => {
    const controller = new AbortController();
    const disarm = after(clock, timeoutMs, () => controller.abort());
    try {
      const { origin, pathname, search } = new URL(url);
      const { signal } = controller;
      const response = await agent.request({ origin, path: pathname + search, method, signal, ...sent });
      // Reading at once is quicker, and safe when the length is known.
      const isShort = Number(response.headers['content-length'] ?? Number.POSITIVE_INFINITY) <= maxAnswerBytes;
      const body = isShort ? await response.body.text() : await readAnswer(response.body, maxAnswerBytes);
      return { ok: true, status: response.statusCode, body, headers: flat(response.headers) };
    } catch (error) {
      return { ok: false, failed: controller.signal.aborted ? 'timeout' : failureOf(error) };
    } finally {
      disarm();
    }
  };
  return {
    post: async (url, sent, timeoutMs) =>
      url === undefined || url === '' ? { ok: false, failed: 'no-address' } : request('POST', url, timeoutMs, sent),
    get: (url, timeoutMs) => request('GET', url, timeoutMs),
    close: () => agent.destroy(),
  };
}

/** Ends a delivery's entry on the page with what came of it. @param failures - The vendor's words, by what failed. */
export function endPush(
  entry: WireLine | undefined,
  answer: OutgoingAnswer,
  failures: Readonly<Record<OutgoingFailure, Words>>,
): void {
  if (entry === undefined) return;
  if (!answer.ok) {
    entry.explain(failures[answer.failed]);
    return entry.end({ status: -1 });
  }
  entry.explain(
    answer.status === 200
      ? { zh: '对方在时限内应答 200：已确认。', en: 'Answered 200 in time: acknowledged.' }
      : { zh: `对方应答 ${answer.status}：没有确认。`, en: `Answered ${answer.status}: not acknowledged.` },
  );
  entry.end({ status: answer.status, headers: answer.headers, body: answer.body });
}

async function readAnswer(stream: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stream) {
    length += piece.length;
    if (length > maxBytes) throw new Error('the answer is too long');
    pieces.push(piece);
  }
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0].toString() : Buffer.concat(pieces).toString();
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return result;
}

function failureOf(error: unknown): OutgoingFailure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'EHOSTUNREACH') return 'connect';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ERR_INVALID_URL') return 'name';
  return 'broken';
}
