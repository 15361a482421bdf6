import { randomBytes } from 'node:crypto';
import { Agent } from 'undici';
import { after, type SimClock } from '../clock.ts';
import type { Words } from '../contract.ts';
import type { FeishuApp } from './apps.ts';
import { encrypt, sign } from './crypto.ts';

/** A delivery as it goes over the line. */
export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What came of one try.
 * `failed` says why there is no status: no address, could not connect, name not found, or no answer in time.
 */
export type PushAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      readonly body: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly failed: PushFailure };
export type PushFailure = 'no-address' | 'connect' | 'name' | 'timeout' | 'broken';

/** Longest answer that is read, in bytes. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Encrypts and signs as the app's settings ask for. */
export function seal(app: FeishuApp, plain: string, now: number): SignedRequest {
  if (app.encryptKey === '') return { headers: { 'content-type': 'application/json; charset=utf-8' }, body: plain };
  const body = `{"encrypt":"${encrypt(plain, app.aesKey)}"}`;
  return { headers: signatureHeaders(app.encryptKey, body, now), body };
}

export function signatureHeaders(encryptKey: string, body: string, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const nonce = randomBytes(8).toString('hex');
  return {
    'content-type': 'application/json; charset=utf-8',
    'x-lark-request-timestamp': timestamp,
    'x-lark-request-nonce': nonce,
    'x-lark-signature': sign(timestamp, nonce, encryptKey, body),
  };
}

export function explainSeal(app: FeishuApp): Words[] {
  if (app.encryptKey === '') {
    return [
      {
        zh: '没有设置 Encrypt Key：正文是明文，也没有签名，只有 verification token 可以核对。',
        en: 'No Encrypt Key is set: the body is plain and unsigned, only the verification token can be compared.',
      },
    ];
  }
  return [
    {
      zh: '正文用 AES-256-CBC 加密，密钥是 Encrypt Key 的 SHA-256，IV 在最前面的 16 字节。',
      en: 'The body is encrypted with AES-256-CBC; the key is the SHA-256 of the Encrypt Key, the IV its first 16 bytes.',
    },
    {
      zh: 'X-Lark-Signature = SHA-256(timestamp + nonce + Encrypt Key + 密文正文)。',
      en: 'X-Lark-Signature = SHA-256(timestamp + nonce + Encrypt Key + the encrypted body).',
    },
  ];
}

export interface Webhooks {
  /** One POST; redirects are not followed. */
  post(url: string | undefined, request: SignedRequest, timeoutMs: number): Promise<PushAnswer>;
  close(): Promise<void>;
}

/** @param connections - Most connections to one address at a time; what is more waits in line. */
export function createWebhooks(clock: SimClock, connections: number): Webhooks {
  // Time is kept by our own clock, so undici's two limits are off.
  const agent = new Agent({ connections, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 30_000 });
  return {
    async post(url, request, timeoutMs) {
      if (url === undefined || url === '') return { ok: false, failed: 'no-address' };
      const controller = new AbortController();
      const disarm = after(clock, timeoutMs, () => controller.abort());
      try {
        const { origin, pathname, search } = new URL(url);
        const response = await agent.request({
          origin,
          path: pathname + search,
          method: 'POST',
          headers: request.headers,
          body: request.body,
          signal: controller.signal,
        });
        // Reading at once is quicker, and safe when the length is known.
        const isShort = Number(response.headers['content-length'] ?? Number.POSITIVE_INFINITY) <= MAX_ANSWER_BYTES;
        const body = isShort ? await response.body.text() : await readAnswer(response.body);
        return { ok: true, status: response.statusCode, body, headers: flat(response.headers) };
      } catch (error) {
        return { ok: false, failed: controller.signal.aborted ? 'timeout' : failureOf(error) };
      } finally {
        disarm();
      }
    },
    close: () => agent.destroy(),
  };
}

async function readAnswer(stream: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stream) {
    length += piece.length;
    if (length > MAX_ANSWER_BYTES) throw new Error('the answer is too long');
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

function failureOf(error: unknown): PushFailure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'EHOSTUNREACH') return 'connect';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ERR_INVALID_URL') return 'name';
  return 'broken';
}
