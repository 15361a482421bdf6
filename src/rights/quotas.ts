import type { Asker, Counter, Quota, QuotaPeriod } from '../core/rights.ts';

/** Days and months begin at midnight in China, where the platforms' own do. */
const OFFSET_MS = 8 * 60 * 60_000;

/** The name of the period that a time is in, the same for everybody. */
export function periodOf(per: QuotaPeriod, now: number): string {
  const length = { minute: 16, day: 10, month: 7 }[per];
  return `${per} ${new Date(now + OFFSET_MS).toISOString().slice(0, length)}`;
}

/** When the period that a time is in ends and everything is there again. */
export function endOfPeriod(per: QuotaPeriod, now: number): number {
  const there = new Date(now + OFFSET_MS);
  if (per === 'minute') return (Math.floor(now / 60_000) + 1) * 60_000;
  const [year, month, day] = [there.getUTCFullYear(), there.getUTCMonth(), there.getUTCDate()];
  return (per === 'day' ? Date.UTC(year, month, day + 1) : Date.UTC(year, month + 1, 1)) - OFFSET_MS;
}

/** What one message is counted on. A department's quota is counted on each that she is in herself, not on those above. */
export function countersOf(quotas: readonly Quota[], asker: Asker, now: number): readonly Counter[] {
  return quotas.flatMap(({ per, of, messages, tokens, warnAt }) => {
    const owners =
      of === 'person'
        ? [`person:${asker.person}`]
        : asker.ownDepartments.map((department) => `department:${department}`);
    return owners.map((owner) => ({ owner, period: periodOf(per, now), messages, tokens, warnAt }));
  });
}

/** A time as people read it, where days begin at midnight. */
export function shownTime(at: number): string {
  return new Date(at + OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ');
}
