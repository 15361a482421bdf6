import { setTimeout as wait } from 'node:timers/promises';

/** The machine's time. Has the shape of the core's `Clock`. */
export const systemClock = {
  now: (): number => Date.now(),

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    try {
      await wait(Math.max(0, ms), undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
