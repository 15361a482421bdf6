import { createHash, randomUUID } from 'node:crypto';

/** 32 random hexadecimal digits. */
export function randomHex(): string {
  return randomUUID().replaceAll('-', '');
}

/** The same hexadecimal digits for the same words, so that a restart keeps people's and apps' ids. */
export function steadyHex(digits: number, ...words: readonly string[]): string {
  return createHash('sha256').update(words.join('\u0000')).digest('hex').slice(0, digits);
}
