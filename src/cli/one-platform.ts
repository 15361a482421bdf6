import { proxyOf } from '../app/made.ts';
import type { ChannelSettings, Settings } from '../config/settings.ts';
import type { CallBudget } from '../core/budget.ts';
import { GatewayError } from '../core/errors.ts';
import { noLog } from '../core/log.ts';
import type { Platform } from '../core/platform.ts';
import { systemClock } from '../lib/clock.ts';
import { platformDefinition } from '../platforms/registry.ts';

/** One channel's adapter for a command: it asks the vendor, sends no answers and logs nothing. To be closed. */
export function onePlatform(channel: ChannelSettings, settings: Settings, budget?: CallBudget): Platform {
  return platformDefinition(channel.platform).create(channel.config, {
    channel: channel.name,
    clock: systemClock,
    log: noLog,
    random: Math.random,
    fetchUrl: () => Promise.reject(new GatewayError('url_forbidden', 'a command fetches nothing')),
    ...(budget && { budget }),
    ...proxyOf(settings),
  });
}
