import { parseObject } from '../../lib/read.ts';
import type { Receiver } from './apps.ts';
import { decrypt, signature } from './crypto.ts';
import { text } from './json.ts';
import { parseXml, xmlText } from './xml.ts';

/** The callback that is answered: bots must repeat its nonce. */
export interface SealedReply {
  readonly nonce: string;
}

/**
 * What an address answered in its response.
 * @returns The plain message; undefined when nothing was said (an empty body, or the word `success`).
 * @throws {Error} With the reason, when the vendor could not use it.
 */
export function readReply(
  receiver: Receiver,
  as: 'xml' | 'json',
  asked: SealedReply,
  body: string,
): string | undefined {
  const trimmed = body.trim();
  if (trimmed === '' || trimmed === 'success') return undefined;
  const { encrypted, signed, timestamp, nonce } = as === 'xml' ? fromXml(trimmed) : fromJson(trimmed);
  if (as === 'json' && nonce !== asked.nonce) throw new Error('the nonce of the answer is not the one of the callback');
  if (signed !== signature(receiver.token, timestamp, nonce, encrypted)) throw new Error('the signature is wrong');
  const plain = decrypt(encrypted, receiver.aesKey, receiver.receiveId);
  return plain === '' || plain === '{}' ? undefined : plain;
}

interface Envelope {
  readonly encrypted: string;
  readonly signed: string;
  readonly timestamp: string;
  readonly nonce: string;
}

function fromXml(body: string): Envelope {
  const root = parseXml(body);
  return {
    encrypted: xmlText(root, 'Encrypt'),
    signed: xmlText(root, 'MsgSignature'),
    timestamp: xmlText(root, 'TimeStamp'),
    nonce: xmlText(root, 'Nonce'),
  };
}

function fromJson(body: string): Envelope {
  const fields = parseObject(body);
  if (fields === undefined) throw new Error('the answer is not the JSON of an object');
  const { timestamp } = fields;
  if (typeof timestamp !== 'number') throw new Error('the timestamp of the answer is not a number');
  return {
    encrypted: text(fields['encrypt']),
    signed: text(fields['msgsignature']),
    timestamp: String(timestamp),
    nonce: text(fields['nonce']),
  };
}
