import type { SimClock } from '../clock.ts';
import { randomHex } from '../ids.ts';
import { FeishuRefusal } from './errors.ts';
import type { FeishuLimits } from './limits.ts';
import type { FeishuMessage } from './model.ts';

interface CardToken {
  readonly message: FeishuMessage;
  readonly expiresAt: number;
  uses: number;
}

/** The `c-…` that each press on a card brings, for changing that card later. */
export interface CardTokens {
  mint(message: FeishuMessage): string;
  /** @throws {FeishuRefusal} 300020, 300030 or 300040. */
  use(token: unknown): FeishuMessage;
  clear(): void;
}

const MOST = 10_000;

export function createCardTokens(clock: SimClock, limits: FeishuLimits): CardTokens {
  const tokens = new Map<string, CardToken>();
  return {
    mint(message) {
      const token = `c-${randomHex()}`;
      tokens.set(token, { message, expiresAt: clock.now() + limits.cardTokenMs, uses: 0 });
      if (tokens.size > MOST) tokens.delete(tokens.keys().next().value ?? '');
      return token;
    },
    use(token) {
      const found = typeof token === 'string' ? tokens.get(token) : undefined;
      if (found === undefined) throw new FeishuRefusal(300020);
      if (clock.now() > found.expiresAt) throw new FeishuRefusal(300030);
      if (found.uses >= limits.cardTokenUses) throw new FeishuRefusal(300040);
      found.uses += 1;
      return found.message;
    },
    clear: () => tokens.clear(),
  };
}
