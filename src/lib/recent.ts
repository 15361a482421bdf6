import { LRUCache } from 'lru-cache';

type Options<Key extends {}, Value extends {}> = Pick<
  LRUCache.Options<Key, Value, unknown>,
  'perf' | 'updateAgeOnGet'
> & {
  /** How many entries are kept at most. */
  readonly max: number;
  /** How long one is kept, in milliseconds; for good when absent. */
  readonly ttl?: number;
};

/**
 * Keeps what was used last. The package sets room aside for all of `max` at once, 200 KB for 10,000; told that each entry has the size 1 and
 * how large all may be, it takes room for those there are.
 */
export class Recent<Key extends {}, Value extends {}> extends LRUCache<Key, Value> {
  constructor({ max, ttl = 0, ...more }: Options<Key, Value>) {
    super({ ...more, ttl, maxSize: max, sizeCalculation: () => 1 });
  }
}
