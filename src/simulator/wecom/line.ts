import { randomInt } from 'node:crypto';
import type { Words } from '../contract.ts';
import type { OutgoingFailure } from '../outgoing.ts';
import type { Receiver } from './apps.ts';
import { encrypt, signature } from './crypto.ts';
import { toXml } from './xml.ts';

/** The signed part of an address. */
export interface Seal {
  readonly timestamp: string;
  readonly nonce: string;
  readonly signature: string;
}

export interface SealedRequest extends Seal {
  readonly url: string;
  readonly body: string;
  readonly contentType: string;
}

export function newNonce(): string {
  return String(randomInt(100_000_000, 2_000_000_000));
}

/** How a plain message is packed: XML for apps and customer service, JSON for bots. */
export type Packing = { readonly as: 'xml'; readonly agentId?: number } | { readonly as: 'json' };

export interface SealOptions {
  readonly now: number;
  /** Default: a new one. */
  readonly nonce?: string;
}

/** Encrypts, signs and packs a callback. */
export function seal(receiver: Receiver, plain: string, packing: Packing, options: SealOptions): SealedRequest {
  const encrypted = encrypt(plain, receiver.aesKey, receiver.receiveId);
  const signed = sign(receiver, encrypted, options);
  return { ...signed, url: signedUrl(receiver.webhookUrl ?? '', signed), ...packed(receiver, encrypted, packing) };
}

export function sign(receiver: Receiver, encrypted: string, { now, nonce = newNonce() }: SealOptions): Seal {
  const timestamp = String(Math.floor(now / 1000));
  return { timestamp, nonce, signature: signature(receiver.token, timestamp, nonce, encrypted) };
}

export function signedUrl(url: string, { timestamp, nonce, signature: signed }: Seal, extra = ''): string {
  const mark = url.includes('?') ? '&' : '?';
  return `${url}${mark}msg_signature=${signed}&timestamp=${timestamp}&nonce=${nonce}${extra}`;
}

function packed(receiver: Receiver, encrypted: string, packing: Packing): Pick<SealedRequest, 'body' | 'contentType'> {
  if (packing.as === 'json') {
    return { body: `{"encrypt":"${encrypted}"}`, contentType: 'application/json; charset=utf-8' };
  }
  const agent = packing.agentId === undefined ? '' : String(packing.agentId);
  const body = toXml({ ToUserName: receiver.receiveId, AgentID: agent, Encrypt: encrypted });
  return { body, contentType: 'text/xml; charset=utf-8' };
}

export const SEAL_EXPLANATION: readonly Words[] = [
  {
    zh: '正文用 AES-256-CBC 加密：16 字节随机数 + 4 字节长度 + 内容 + receiveid，补齐到 32 字节的整数倍。',
    en: 'The body is encrypted with AES-256-CBC: 16 random bytes, 4 bytes of length, the message, the receiveid, padded to whole blocks of 32 bytes.',
  },
  {
    zh: 'msg_signature = SHA-1(把 Token、timestamp、nonce、密文四项排序后拼接)，密文也参与签名。',
    en: 'msg_signature = SHA-1 over Token, timestamp, nonce and the ciphertext, sorted and joined; the ciphertext is one of the four.',
  },
];

export const LINE_FAILURES: Readonly<Record<OutgoingFailure, Words>> = {
  'no-address': { zh: '没有设置接收消息的 URL。', en: 'No callback URL is set.' },
  connect: { zh: '连接不上接收消息的 URL。', en: 'No connection to the callback URL.' },
  name: { zh: 'URL 的主机名解析不了。', en: 'The host of the callback URL cannot be found.' },
  timeout: { zh: '没有在时限内应答。', en: 'No answer within the time allowed.' },
  broken: { zh: '连接中途断了。', en: 'The line broke before the answer.' },
};
