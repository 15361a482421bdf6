import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';

/** `sign` of a robot's push over HTTP: over time and secret, not over the body. (development-robot-overview) */
export function robotSign(timestamp: string, secret: string): string {
  return createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
}

/** `x-ddpaas-signature` of a card's callback. (register-card-callback-address) */
export function cardSign(timestamp: string, apiSecret: string): string {
  return createHmac('sha256', apiSecret).update(timestamp).digest('base64');
}

/** What events over HTTP are encrypted and signed with. (develop-stream-mode-push-server and its neighbour for HTTP) */
export interface EventKeys {
  readonly token: string;
  /** 43 letters and digits. */
  readonly aesKey: string;
  /** Stands behind each message: the client id. */
  readonly owner: string;
}

const BLOCK = 32;

/** AES-256-CBC: 16 random bytes, four of length, the message, its owner, padded to blocks of 32. */
export function encryptEvent(plain: string, { aesKey, owner }: EventKeys, random: Buffer = randomBytes(16)): string {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  const message = Buffer.from(plain);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const whole = Buffer.concat([random, length, message, Buffer.from(owner)]);
  const pad = BLOCK - (whole.length % BLOCK);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(whole), cipher.update(Buffer.alloc(pad, pad)), cipher.final()]).toString(
    'base64',
  );
}

/** @throws {Error} When it is no message for this owner. */
export function decryptEvent(encrypted: string, { aesKey, owner }: EventKeys): string {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(Buffer.from(encrypted, 'base64')), decipher.final()]);
  const whole = padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
  const end = 20 + whole.readUInt32BE(16);
  if (whole.subarray(end).toString() !== owner) throw new Error('the message is for somebody else');
  return whole.subarray(20, end).toString();
}

/** `msg_signature`: over token, time, nonce and ciphertext in the order of their bytes. */
export function signEvent(
  { token }: Pick<EventKeys, 'token'>,
  timestamp: string,
  nonce: string,
  encrypted: string,
): string {
  const parts = [token, timestamp, nonce, encrypted].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return createHash('sha1').update(parts.join('')).digest('hex');
}
