import type { ChannelName } from '../core/ids.ts';
import type { Summarize, SummarizeIn } from '../core/summary.ts';

/** Summaries for adapters, which are made before there is somebody who sums up. */
export interface LateSummaries {
  of(channel: ChannelName): Summarize;
  by(summarize: SummarizeIn): void;
}

export function createLateSummaries(): LateSummaries {
  const by = Promise.withResolvers<SummarizeIn>();
  return {
    of: (channel) => async (dialogue) => (await by.promise)(channel, dialogue),
    by: (summarize) => by.resolve(summarize),
  };
}
