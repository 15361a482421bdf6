import { randomBytes } from 'node:crypto';
import type { Words } from '../contract.ts';
import type { OutgoingRequest } from '../outgoing.ts';
import type { FeishuApp } from './apps.ts';
import { encrypt, sign } from './crypto.ts';

/** Encrypts and signs as the app's settings ask for. */
export function seal(app: FeishuApp, plain: string, now: number): OutgoingRequest {
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
