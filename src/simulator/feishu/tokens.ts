import type { SimClock } from '../clock.ts';
import { randomHex } from '../ids.ts';
import type { FeishuApp } from './apps.ts';
import { FeishuRefusal } from './errors.ts';
import type { FeishuLimits } from './limits.ts';

interface Token {
  readonly app: FeishuApp;
  readonly value: string;
  readonly expiresAt: number;
}

/** tenant_access_tokens: at most two of an app live at once. */
export interface Tokens {
  /** The live one while it has half an hour or more, else a new one; `expire` in seconds. */
  issue(app: FeishuApp): { readonly token: string; readonly expire: number };
  /**
   * Whose call it is.
   * @param authorization - The request's header.
   * @throws {FeishuRefusal} 99991661, 99991663 or 99991671.
   */
  check(authorization: string | undefined): FeishuApp;
  /** Seconds the token in this header still lives. */
  secondsLeft(authorization: string | undefined): number;
  /** Makes every token of the app (or of all apps) invalid at once. */
  expire(app?: string): void;
}

export function createTokens(clock: SimClock, limits: FeishuLimits): Tokens {
  const live = new Map<string, Token>();
  const newest = new Map<string, Token>();
  // With a life shortened for a test, a quarter of it takes the part of the half hour.
  const renewMs = Math.min(limits.tokenRenewSeconds, limits.tokenSeconds / 4) * 1000;
  const prune = (now: number): void => {
    for (const [value, token] of live) if (token.expiresAt <= now) live.delete(value);
  };
  return {
    issue(app) {
      const now = clock.now();
      const current = newest.get(app.id);
      const left = current === undefined ? 0 : current.expiresAt - now;
      if (current !== undefined && left > 0 && left >= renewMs) {
        return { token: current.value, expire: Math.floor(left / 1000) };
      }
      prune(now);
      const token: Token = { app, value: `t-${randomHex()}`, expiresAt: now + limits.tokenSeconds * 1000 };
      live.set(token.value, token);
      newest.set(app.id, token);
      return { token: token.value, expire: limits.tokenSeconds };
    },
    check(authorization) {
      const value = bearer(authorization);
      if (value === undefined) throw new FeishuRefusal(99991661);
      if (!value.startsWith('t-') && !value.startsWith('u-')) throw new FeishuRefusal(99991671);
      const token = live.get(value);
      if (token === undefined || token.expiresAt <= clock.now()) throw new FeishuRefusal(99991663);
      return token.app;
    },
    secondsLeft(authorization) {
      const token = live.get(bearer(authorization) ?? '');
      return token === undefined ? 0 : Math.floor((token.expiresAt - clock.now()) / 1000);
    },
    expire(app) {
      for (const [value, token] of live) if (app === undefined || token.app.id === app) live.delete(value);
      if (app === undefined) newest.clear();
      else newest.delete(app);
    },
  };
}

function bearer(authorization: string | undefined): string | undefined {
  if (authorization === undefined || !authorization.startsWith('Bearer ')) return undefined;
  const value = authorization.slice(7).trim();
  return value === '' ? undefined : value;
}
