import type { SimClock } from '../clock.ts';
import { randomHex } from '../ids.ts';
import type { DingtalkApp } from './apps.ts';
import { badToken } from './errors.ts';

/** Which of the two APIs a token is for. */
export type Api = 'new' | 'old';

export interface Tokens {
  /** The same token as long as it lives, which asking makes longer. */
  give(app: DingtalkApp, api: Api): string;
  /** @throws {Refusal} */
  check(token: string | undefined, api: Api): DingtalkApp;
  /** Ends the tokens of one app, or all. */
  expire(app?: string): void;
}

interface Token {
  readonly value: string;
  readonly app: DingtalkApp;
  readonly api: Api;
  until: number;
}

export function createTokens(clock: SimClock, lifeSeconds: number, anyToken: boolean): Tokens {
  const known = new Map<string, Token>();
  const current = new Map<string, Token>();
  return {
    give(app, api) {
      const key = `${api} ${app.id}`;
      const until = clock.now() + lifeSeconds * 1000;
      const held = current.get(key);
      if (held !== undefined && held.until > clock.now()) {
        held.until = until;
        return held.value;
      }
      const token: Token = { value: randomHex(), app, api, until };
      current.set(key, token);
      known.set(token.value, token);
      return token.value;
    },
    check(value, api) {
      if (value === undefined || value === '') throw badToken(api === 'old', 'missing');
      const token = known.get(value);
      if (token === undefined || (token.api !== api && !anyToken)) throw badToken(api === 'old', 'unknown');
      if (token.until <= clock.now()) throw badToken(api === 'old', 'expired');
      return token.app;
    },
    expire(app) {
      for (const token of known.values()) if (app === undefined || token.app.id === app) token.until = 0;
    },
  };
}
