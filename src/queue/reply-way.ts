import type { BudgetPlan, ReplyWay } from '../core/budget.ts';

const DAY_MS = 24 * 60 * 60_000;
/** The vendors' days and months begin at midnight in China. */
export const BEIJING_MS = 8 * 60 * 60_000;

/**
 * How answers are shown by what is used of the month.
 *
 * With `pace: 'month'` each day gets an equal share of what may go into showing, and what earlier days have left over: a busy day ends in
 * plain messages and the next one begins with cards again. It goes by the calendar alone, so every process and every restart sees the same.
 *
 * @param spent - Calls of this month so far.
 */
export function wayAt(plan: BudgetPlan, spent: number, now: number): ReplyWay {
  const { calls, pace = 'none', messagesFrom } = plan;
  if (calls === 0) return 'stream';
  const few = Math.min(plan.fewUpdatesFrom, messagesFrom) * calls;
  const most = messagesFrom * calls;
  const { day, days } = pace === 'month' ? dayOfMonth(now) : { day: 0, days: 1 };
  const dueTonight = (most * (day + 1)) / days;
  if (spent >= dueTonight) return 'message';
  return spent >= dueTonight - (most - few) / days ? 'few' : 'stream';
}

/** Which day of how many; the first is 0. */
function dayOfMonth(now: number): { readonly day: number; readonly days: number } {
  const date = new Date(now + BEIJING_MS);
  const begin = Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
  const end = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
  return { day: date.getUTCDate() - 1, days: Math.round((end - begin) / DAY_MS) };
}
