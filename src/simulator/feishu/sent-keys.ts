import type { SimClock } from '../clock.ts';

/** Which message a `uuid` stands for, as long as the vendor remembers. */
export interface SentKeys {
  find(app: string, uuid: string): string | undefined;
  remember(app: string, uuid: string, messageId: string): void;
  clear(): void;
}

/** @param keep - Most of them; the oldest go first. */
export function createSentKeys(clock: SimClock, windowMs: number, keep: number): SentKeys {
  // In the order of their age: what is remembered anew goes to the end.
  const known = new Map<string, { readonly messageId: string; readonly until: number }>();
  const forgetOld = (now: number): void => {
    for (const [key, { until }] of known) {
      if (until > now && known.size < keep) return;
      known.delete(key);
    }
  };
  return {
    find(app, uuid) {
      const found = known.get(`${app} ${uuid}`);
      return found === undefined || found.until <= clock.now() ? undefined : found.messageId;
    },
    remember(app, uuid, messageId) {
      const now = clock.now();
      forgetOld(now);
      known.delete(`${app} ${uuid}`);
      known.set(`${app} ${uuid}`, { messageId, until: now + windowMs });
    },
    clear: () => known.clear(),
  };
}
