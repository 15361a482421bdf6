import type { Settings } from '../config/settings.ts';
import { GatewayError, toGatewayError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { parsePushTo } from '../core/push-to.ts';
import { say } from '../core/text.ts';
import type { PushService } from '../pipeline/index.ts';
import type { BudgetReached } from '../queue/call-budgets.ts';

/** Tells the administrators of the settings that a month's quota runs out. */
export interface BudgetAlerts {
  reached(reached: BudgetReached): void;
  /** From now on there is something that pushes; what was reached before is told now. */
  pushBy(pushes: PushService): void;
}

const AGAIN_AFTER_MS = 60_000;

/** Once each in a month: the push's key says what is told, and the store knows it, whatever process asks. */
export function createBudgetAlerts({ to, lang }: Settings['alerts'], log: Log): BudgetAlerts {
  const waiting: BudgetReached[] = [];
  let by: PushService | undefined;

  async function tell(reached: BudgetReached, pushes: PushService): Promise<void> {
    for (const one of to) await tellOne(reached, one, pushes);
  }

  async function tellOne(reached: BudgetReached, one: string, pushes: PushService): Promise<void> {
    const { month, channel, unit, share } = reached;
    const key = `quota ${month} ${channel} ${unit} ${share} to ${one}`;
    const content = { kind: 'markdown', title: say(lang, 'quotaTitle'), text: textOf(reached) } as const;
    try {
      const target = parsePushTo(one);
      if (!target) throw new GatewayError('push_malformed', 'alerts.to names nobody');
      // The numbers differ from one process to the next; what was told first stays.
      if (!(await pushes.find(key))) await pushes.push({ key, to: [target], content, lang });
    } catch (error) {
      log.error('administrator not told', { channel, unit, share, error });
      if (toGatewayError(error).failure.retry === 'never') return;
      setTimeout(() => void tellOne(reached, one, pushes), AGAIN_AFTER_MS).unref();
    }
  }

  function textOf({ channel, unit, used, limit, way }: BudgetReached): string {
    const words = {
      channel,
      used: String(used),
      limit: String(limit),
      percent: String(Math.floor((used / limit) * 100)),
    };
    const effect = unit === 'pushes' ? say(lang, 'quotaPushes') : say(lang, WAYS[way]);
    return `${say(lang, unit === 'calls' ? 'quotaCallsUsed' : 'quotaPushesUsed', words)}\n\n${effect}`;
  }

  return {
    reached(one) {
      if (by) void tell(one, by);
      else waiting.push(one);
    },
    pushBy(pushes) {
      by = pushes;
      for (const one of waiting.splice(0)) void tell(one, pushes);
    },
  };
}

const WAYS = { stream: 'quotaStream', few: 'quotaFew', message: 'quotaMessage' } as const;
