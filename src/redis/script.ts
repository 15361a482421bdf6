import { hash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A script that a Redis runs as one step: called by its digest, so that its text crosses once and not with every call. */
export type Script = (redis: Redis, keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

export function scriptOf(text: string): Script {
  const digest = hash('sha1', text);
  return async (redis, keys, args) => {
    try {
      return await redis.evalsha(digest, keys.length, ...keys, ...args);
    } catch (error) {
      // A Redis that was emptied or started anew has forgotten it.
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return redis.eval(text, keys.length, ...keys, ...args);
    }
  };
}
