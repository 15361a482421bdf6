import type { SimClock } from '../clock.ts';
import type { ForgeVariant } from '../contract.ts';
import type { Outgoing } from '../outgoing.ts';
import type { WireLog } from '../wire.ts';
import type { Receiver } from './apps.ts';
import { aesKeyOf, encrypt } from './crypto.ts';
import { type Packing, type SealedRequest, seal, sign, signedUrl } from './line.ts';

export interface ForgeParts {
  readonly clock: SimClock;
  readonly line: Outgoing;
  readonly wire: WireLog;
  /** The last real callback to this address. */
  readonly last: SealedRequest | undefined;
}

const HOUR = 3_600_000;
const WAIT_MS = 5000;
/** A key that is not the receiver's. */
const OTHER_KEY = 'b3RoZXJrZXlvdGhlcmtleW90aGVya2V5b3RoZXJrZXk';

/** Sends a callback that an attacker made. */
export async function forge(
  parts: ForgeParts,
  receiver: Receiver,
  made: { readonly variant: ForgeVariant; readonly plain: string; readonly packing: Packing },
): Promise<{ readonly status: number; readonly ms: number }> {
  const startedAt = parts.clock.now();
  const { url, body, contentType } = forged(parts, receiver, made);
  const entry = parts.wire.begin(() => ({
    side: 'wecom',
    app: receiver.id,
    direction: 'out',
    transport: 'http',
    method: 'POST',
    path: url,
    title: { zh: `伪造的回调（${made.variant}）`, en: `forged callback (${made.variant})` },
    body,
    plain: made.plain,
  }));
  const answer = await parts.line.post(url, { headers: { 'content-type': contentType }, body }, WAIT_MS);
  const status = answer.ok ? answer.status : 0;
  entry?.end({ status: answer.ok ? status : -1 });
  return { status, ms: parts.clock.now() - startedAt };
}

function forged(
  { clock, last }: ForgeParts,
  receiver: Receiver,
  { variant, plain, packing }: { readonly variant: ForgeVariant; readonly plain: string; readonly packing: Packing },
): Pick<SealedRequest, 'url' | 'body' | 'contentType'> {
  const now = clock.now();
  const honest = seal(receiver, plain, packing, { now });
  const url = receiver.webhookUrl ?? '';
  switch (variant) {
    case 'signature': {
      // As the tutorials have it: without the ciphertext.
      const signed = sign(receiver, '', { now });
      return { ...honest, url: signedUrl(url, signed) };
    }
    case 'timestamp':
      return seal(receiver, plain, packing, { now: now - HOUR });
    case 'nonce':
      return last ?? honest;
    case 'unsigned':
      return { ...honest, url };
    case 'token':
      return seal({ ...receiver, token: 'another-token' }, plain, packing, { now });
    case 'key':
      return seal({ ...receiver, aesKey: aesKeyOf(OTHER_KEY) }, plain, packing, { now });
    case 'app': {
      // Right token and key, but encrypted for somebody else.
      const encrypted = encrypt(plain, receiver.aesKey, 'ww0000000000000000');
      const signed = sign(receiver, encrypted, { now });
      const body =
        packing.as === 'json' ? JSON.stringify({ encrypt: encrypted }) : `<xml><Encrypt>${encrypted}</Encrypt></xml>`;
      return { ...honest, url: signedUrl(url, signed), body };
    }
    default:
      return variant satisfies never;
  }
}
