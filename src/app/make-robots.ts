import type { ChannelName } from '../core/ids.ts';
import type { Pusher, Robot } from '../core/push.ts';
import type { UrlFetcher } from '../lib/url-fetcher.ts';
import { robotDefinition } from '../platforms/robots.ts';
import { fetchingBy } from './fetch-for-answers.ts';
import { countOf } from './fleet.ts';
import { type Made, proxyOf } from './made.ts';

/** The robots of the settings. */
export function makeRobots(made: Made, fetcher: UrlFetcher): Map<ChannelName, Robot> {
  const { settings, clock, log, metrics, tracer, budgets, fleet } = made;
  const fetchUrl = fetchingBy(fetcher);
  const robots = settings.robots.map(({ name, platform, config }): [ChannelName, Robot] => {
    const deps = {
      channel: name,
      clock,
      log,
      fetchUrl,
      budget: budgets.of(name),
      onCall: ({ api, code, ms }: { api: string; code: string; ms: number }) => {
        metrics.vendorCall(name, api, code, ms);
        tracer.call({ to: 'vendor', name, api, code, ms });
      },
      ...countOf(name, fleet),
      ...proxyOf(settings),
    };
    return [name, robotDefinition(platform).create(config, deps)];
  });
  return new Map(robots);
}

export function pushersOf(robots: ReadonlyMap<ChannelName, Robot>): ReadonlyMap<ChannelName, Pusher> {
  return new Map([...robots].map(([name, { pusher }]) => [name, pusher]));
}
