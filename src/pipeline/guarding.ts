import type { AgentName, ChannelName } from '../core/ids.ts';
import type { Metrics } from '../core/metrics.ts';
import type { PrivacyDirection, PrivacyScene } from '../core/personal-data.ts';
import type { Platform } from '../core/platform.ts';
import type { Guard } from '../guard/guard.ts';
import type { Guards } from '../guard/guards.ts';
import type { Found } from '../guard/sweep.ts';

/** What it takes to find the guard for a place. */
export interface GuardSources {
  readonly guards: Guards;
  readonly platforms: ReadonlyMap<ChannelName, Pick<Platform, 'name'>>;
}

/** A place to which something goes, or from which it came. */
export interface Place {
  readonly channel: ChannelName;
  readonly kind?: NonNullable<PrivacyScene['audience']>;
}

/** What everything passes that goes to a platform. */
export function outGuard(to: Place, sources: GuardSources, agent?: AgentName): Guard {
  return guardFor('out', to, sources, agent);
}

/** What a person's words pass before an agent has them. */
export function inGuard(from: Place, sources: GuardSources, agent: AgentName): Guard {
  return guardFor('in', from, sources, agent);
}

function guardFor(direction: PrivacyDirection, place: Place, { guards, platforms }: GuardSources, agent?: AgentName) {
  const { channel, kind } = place;
  const platform = platforms.get(channel)?.name;
  return guards.of({
    direction,
    channel,
    ...(platform !== undefined && { platform }),
    ...(kind !== undefined && { audience: kind }),
    ...(agent !== undefined && { agent }),
  });
}

/** Counts what was found, never what it was. */
export function countFound(direction: PrivacyDirection, found: Found, metrics: Pick<Metrics, 'personalData'>): void {
  for (const [kind, values] of Object.entries(found)) metrics.personalData(direction, kind, values);
}
