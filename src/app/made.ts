import type { Settings } from '../config/settings.ts';
import type { Clock } from '../core/clock.ts';
import type { Fleet } from '../core/fleet.ts';
import type { Log } from '../core/log.ts';
import type { Tracer } from '../core/tracer.ts';
import type { PrometheusMetrics } from '../http/metrics.ts';
import type { CallBudgets } from '../queue/call-budgets.ts';

/** What adapters and agents are made with. */
export interface Made {
  readonly settings: Settings;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: () => number;
  readonly metrics: PrometheusMetrics;
  readonly tracer: Tracer;
  readonly budgets: CallBudgets;
  readonly fleet: Fleet;
}

/** How adapters and agents reach the world outside. */
export function proxyOf({ proxy, noProxy }: Pick<Settings, 'proxy' | 'noProxy'>): { proxy?: string; noProxy?: string } {
  return { ...(proxy !== undefined && { proxy }), ...(noProxy !== undefined && { noProxy }) };
}
