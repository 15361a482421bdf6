import { randomBytes, randomUUID } from 'node:crypto';

/** Where ids and numbers come from; with a seed, the same ones in every run. */
export interface Chance {
  /** 0 ≤ x < 1. */
  readonly next: () => number;
  readonly uuid: () => string;
}

export function createChance(seed?: number): Chance {
  return seed === undefined ? { next: Math.random, uuid: randomUUID } : seeded(seed);
}

function seeded(seed: number): Chance {
  let state = seed >>> 0;
  // A 32-bit mixer: a counter with a large odd step, then two rounds of multiply and shift.
  const word = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    const first = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
    return (second ^ (second >>> 16)) >>> 0;
  };
  return {
    next: () => word() / 2 ** 32,
    uuid: () => asUuid([word(), word(), word(), word()].map((part) => part.toString(16).padStart(8, '0')).join('')),
  };
}

function asUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

export function secretKey(): Buffer {
  return randomBytes(32);
}
