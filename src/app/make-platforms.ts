import type { Settings } from '../config/settings.ts';
import type { ChannelName } from '../core/ids.ts';
import type { Platform } from '../core/platform.ts';
import type { Store } from '../core/store.ts';
import type { UrlFetcher } from '../lib/url-fetcher.ts';
import { platformDefinition } from '../platforms/registry.ts';
import { fetchingBy } from './fetch-for-answers.ts';
import { countOf, peersOf, tokensOf } from './fleet.ts';
import type { LateSummaries } from './late-summaries.ts';
import { type Made, proxyOf } from './made.ts';
import type { PushOrders } from './push-orders.ts';

/** The channels of the settings. */
export function makePlatforms(
  made: Made,
  store: Store,
  fetcher: UrlFetcher,
  late: { readonly orders?: PushOrders; readonly summaries?: LateSummaries } = {},
): Map<ChannelName, Platform> {
  const { settings, log, clock, random, metrics, tracer, budgets, fleet } = made;
  const fetchUrl = fetchingBy(fetcher);
  const platforms = settings.channels.map(({ name, platform, config }): [ChannelName, Platform] => {
    const definition = platformDefinition(platform);
    const made = definition.create(config, {
      channel: name,
      clock,
      log,
      random,
      fetchUrl,
      onCall: ({ api, code, ms }) => {
        metrics.vendorCall(name, api, code, ms);
        tracer.call({ to: 'vendor', name, api, code, ms });
      },
      budget: budgets.of(name, definition.budget?.(config)),
      ...(!fleet.alone && { peers: peersOf(name, fleet) }),
      ...(fleet.tokens && { tokens: tokensOf(name, fleet.tokens) }),
      ...countOf(name, fleet),
      memos: store.memos.of(name),
      ...(late.orders && { order: late.orders.of(name) }),
      ...(late.summaries && { summarize: late.summaries.of(name) }),
      ...proxyOf(settings),
    });
    return [name, made];
  });
  return new Map(platforms);
}

/** The operator's own agents may stand inside the network that nobody else may point into. */
export function trustedOrigins(settings: Settings): ReadonlySet<string> {
  const urls = settings.agents.map(({ config }) => (config as { readonly baseUrl?: unknown }).baseUrl);
  return new Set(
    urls.filter((url) => typeof url === 'string' && URL.canParse(url)).map((url) => new URL(String(url)).origin),
  );
}
