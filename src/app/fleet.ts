import type { Settings } from '../config/settings.ts';
import { WordedError } from '../core/errors.ts';
import type { Fleet } from '../core/fleet.ts';
import type { ChannelName } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { Peers } from '../core/peers.ts';
import type { SharedCount } from '../core/shared-limits.ts';
import type { SharedTokens } from '../core/shared-tokens.ts';
import { localFleet } from '../queue/local-fleet.ts';
import { isPostgres } from '../store/place.ts';

/** The processes of this gateway, as the settings have it. Redis and its clients are loaded only where they are used. */
export async function openFleet({ redisUrl, databaseUrl, role }: Settings, log: Log): Promise<Fleet> {
  if (!isPostgres(databaseUrl)) {
    if (role === 'all') return localFleet();
    throw new WordedError('config_invalid', {
      zh: `角色 ${role} 需要可供多个进程使用的存储：请设置 DATABASE_URL=postgres://…`,
      en: `role ${role} needs a store for several processes: set DATABASE_URL=postgres://…`,
    });
  }
  if (redisUrl === undefined) return localFleet(false);
  const { redisFleet } = await import('../redis/fleet.ts');
  return redisFleet(redisUrl, `posthouse-${new URL(databaseUrl).pathname.slice(1)}`, log);
}

/** How often the store is looked through for work that nobody was told of. */
export function sweepEveryMs({ connected }: Fleet): number {
  return connected ? 5_000 : 1_000;
}

/** The adapters of a channel in all processes. */
export function peersOf(channel: ChannelName, fleet: Fleet): Peers {
  return {
    say: (text) => fleet.say('adapter', JSON.stringify([channel, text])),
    hear: (heard) =>
      fleet.hear('adapter', (line) => {
        const [of, text] = JSON.parse(line) as [string, string];
        if (of === channel) heard(text);
      }),
  };
}

/** A channel's limits among those of all. */
export function countOf(channel: ChannelName, { limits }: Fleet): { countTogether?: (name: string) => SharedCount } {
  return limits ? { countTogether: (name) => limits.count(`${channel}:${name}`) } : {};
}

/** A channel's tokens among those of all. */
export function tokensOf(channel: ChannelName, tokens: SharedTokens): SharedTokens {
  return { through: (name, secret, fetch) => tokens.through(`${channel}:${name}`, secret, fetch) };
}
