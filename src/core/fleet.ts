import type { Lane } from './ids.ts';
import type { SharedLimits } from './shared-limits.ts';
import type { SharedTokens } from './shared-tokens.ts';

/** Whoever works lanes off in this process. */
export interface LaneWorker {
  /** Works the lane off when there is room. */
  wake(lane: Lane): void;
  /** Works the lane off; resolves when nothing is left to do now. */
  run(lane: Lane): Promise<void>;
  /** Most lanes at once. */
  readonly maxActive: number;
}

/**
 * What is said to every process.
 * - lane: a lane has work that only some of the processes can do.
 * - stop: a turn is to end now, whoever runs it.
 * - people: persons were linked, parted or changed.
 * - scope: who shares a conversation in a group was chosen anew.
 * - look, frame: how does a growing answer look, and so it looks.
 * - adapter: something between the adapters of a channel.
 * - place: one of the places that all share has become free.
 */
export type Topic = 'lane' | 'stop' | 'people' | 'scope' | 'look' | 'frame' | 'adapter' | 'place';

/**
 * What the processes of one gateway tell each other beside the store, so that nobody has to look for it. Any of it may be lost: the truth
 * is the store, and whatever depends on it is found there, a little later.
 */
export interface Fleet {
  /** Something was stored for this lane: one of those who work is told. Never throws, never waits. */
  wake(lane: Lane): void;
  /** From now on this process is one of those who work. */
  work(worker: LaneWorker): void;
  /** Says something to every process, this one included. Never throws, never waits. */
  say(topic: Topic, text: string): void;
  hear(topic: Topic, heard: (text: string) => void): void;
  /** Whether the others can be reached. */
  readonly connected: boolean;
  /** There are no others. */
  readonly alone: boolean;
  /** Vendors' tokens that all use; absent where there is nobody to share them with. */
  readonly tokens?: SharedTokens;
  /** Limits that hold for all together; absent where there is nobody to share them with. */
  readonly limits?: SharedLimits;
  /** Takes no more work from others; resolves when what it gave to the worker is over. */
  leave(): Promise<void>;
  close(): Promise<void>;
}
