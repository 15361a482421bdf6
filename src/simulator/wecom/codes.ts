import type { SimClock } from '../clock.ts';
import { randomHex } from '../ids.ts';

/** Codes that are good once, and for some time. */
export interface Codes<T> {
  issue(value: T, lifeMs: number): string;
  /** What it stands for, and that was its only use; undefined when it is unknown, used or over. */
  take(code: string): T | undefined;
  /** As {@link take}, without using it up. */
  look(code: string): T | undefined;
  clear(): void;
}

/** @param prefix - Makes the codes of one kind tell themselves from others. */
export function createCodes<T>(clock: SimClock, prefix: string): Codes<T> {
  const live = new Map<string, { readonly value: T; readonly expiresAt: number }>();
  const look = (code: string): T | undefined => {
    const found = live.get(code);
    return found === undefined || found.expiresAt <= clock.now() ? undefined : found.value;
  };
  return {
    issue(value, lifeMs) {
      const code = `${prefix}${randomHex()}`;
      live.set(code, { value, expiresAt: clock.now() + lifeMs });
      return code;
    },
    look,
    take(code) {
      const value = look(code);
      live.delete(code);
      return value;
    },
    clear: () => live.clear(),
  };
}
