import type { SimClock } from '../clock.ts';
import { randomHex } from '../ids.ts';
import type { WecomApp } from './apps.ts';
import { WecomRefusal } from './errors.ts';
import type { WecomLimits } from './limits.ts';

/** Whose secret a token was fetched with. */
export type TokenOwner =
  | { readonly kind: 'app'; readonly id: string; readonly app: WecomApp }
  /** The secret of customer service itself. */
  | { readonly kind: 'kf'; readonly id: string };

interface Token {
  readonly owner: TokenOwner;
  readonly value: string;
  readonly expiresAt: number;
}

/** access_tokens: one of an owner at a time, given again until it is over. */
export interface Tokens {
  issue(owner: TokenOwner): { readonly access_token: string; readonly expires_in: number };
  /** @throws {WecomRefusal} 41001, 40014 or 42001. */
  check(value: string | null): TokenOwner;
  /** Ends tokens early: calls answer 42001, or 40014 when they are to look unknown. */
  expire(owner?: string, as?: 42001 | 40014): void;
}

export function createTokens(clock: SimClock, limits: WecomLimits): Tokens {
  const live = new Map<string, Token>();
  const current = new Map<string, Token>();
  const over = new Set<string>();
  return {
    issue(owner) {
      const now = clock.now();
      const known = current.get(owner.id);
      if (known !== undefined && known.expiresAt > now) {
        return { access_token: known.value, expires_in: Math.ceil((known.expiresAt - now) / 1000) };
      }
      const token: Token = { owner, value: newToken(), expiresAt: now + limits.tokenSeconds * 1000 };
      live.set(token.value, token);
      current.set(owner.id, token);
      return { access_token: token.value, expires_in: limits.tokenSeconds };
    },
    check(value) {
      if (value === null || value === '') throw new WecomRefusal(41001);
      const token = live.get(value);
      if (token === undefined) throw new WecomRefusal(over.has(value) ? 42001 : 40014);
      if (token.expiresAt <= clock.now()) throw new WecomRefusal(42001);
      return token.owner;
    },
    expire(owner, as = 42001) {
      for (const [value, token] of live) {
        if (owner !== undefined && token.owner.id !== owner) continue;
        live.delete(value);
        current.delete(token.owner.id);
        if (as === 42001) over.add(value);
      }
    },
  };
}

function newToken(): string {
  return Buffer.from([1, 2, 3, 4].map(randomHex).join(''), 'hex').toString('base64url');
}
