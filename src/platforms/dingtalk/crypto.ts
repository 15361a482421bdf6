import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * What a robot's HTTP delivery carries as `sign`: HMAC-SHA256 over the timestamp, a line end and the secret, keyed with the
 * secret, in base64. It does not cover the body.
 *
 * @param timestamp - As the header has it, in milliseconds.
 * @see https://open.dingtalk.com/document/development/customize-robot-security-settings
 */
export function robotSignature(timestamp: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest();
}

/**
 * What the HTTP delivery of a pressed card carries: HMAC-SHA256 over the timestamp alone.
 *
 * @see https://open.dingtalk.com/document/development/register-card-callback-address
 */
export function cardSignature(timestamp: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(timestamp).digest();
}

/**
 * Whether `given` is that signature, written as the vendor writes it; takes the same time whatever is wrong with it. It is not
 * decoded: base64 is read past doubled values, blanks and marks, and each of those would be one more way to write a signature.
 */
export function verifySignature(given: string, expected: Buffer): boolean {
  const [actual, wanted] = [Buffer.from(given), Buffer.from(expected.toString('base64'))];
  return actual.length === wanted.length && timingSafeEqual(actual, wanted);
}
