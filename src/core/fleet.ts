import type { Lane } from './ids.ts';
import type { SharedLimits } from './shared-limits.ts';
import type { SharedTokens } from './shared-tokens.ts';

/** Whoever works lanes off in this process. */
export interface LaneWorker {
  /** Works the lane off when there is room. */
  wake(lane: Lane): void;
  /** Whether another lane could be begun at once. */
  readonly hasRoom: boolean;
  /** Resolves when there is room, or when there will be none any more. */
  room(): Promise<void>;
}

/**
 * What is said to every process.
 * - lane: a lane has work that only some of the processes can do.
 * - held: a lane has more work than whoever works in it may have seen.
 * - stop: a turn is to end now, whoever runs it.
 * - people: persons were linked, parted or changed.
 * - scope: who shares a conversation in a group was chosen anew.
 * - look, frame: how does a growing answer look, and so it looks.
 * - adapter: something between the adapters of a channel.
 * - place: one of the places that all share has become free.
 * - wanted: somebody has found none of them.
 */
export type Topic = 'lane' | 'held' | 'stop' | 'people' | 'scope' | 'look' | 'frame' | 'adapter' | 'place' | 'wanted';

/**
 * What the processes of one gateway tell each other beside the store, so that nobody has to look for it. Any of it may be lost: the truth
 * is the store, and whatever depends on it is found there, a little later.
 */
export interface Fleet {
  /** Something was stored for this lane: one of those who work is told, this process itself where it has time. Never throws, never waits. */
  wake(lane: Lane): void;
  /** Whether a lane for which something is stored here would be worked off here, as things are. */
  keepsLanes(): boolean;
  /** A lane has work that this process no longer does: one of the others is told, where there are any. Never throws, never waits. */
  handOn(lane: Lane): void;
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
  /** Takes no more work from others, and keeps nothing more of its own. */
  leave(): Promise<void>;
  close(): Promise<void>;
}
