import type { ChannelName } from './ids.ts';
import type { Lang } from './lang.ts';

/** A dialogue that somebody has to know in short. */
export interface Dialogue {
  /** Names it: the same again is the same one. */
  readonly key: string;
  /** Who said what, oldest first, a line each. */
  readonly lines: readonly string[];
  readonly lang: Lang;
}

/** Has the channel's agent sum a dialogue up. @returns Undefined where it cannot, or not in time; never fails. */
export type Summarize = (dialogue: Dialogue) => Promise<string | undefined>;

/** The same for every channel. */
export type SummarizeIn = (channel: ChannelName, dialogue: Dialogue) => Promise<string | undefined>;
