import { performance } from 'node:perf_hooks';

const LOOK_EVERY_MS = 250;
/** From here on what comes next waits noticeably behind what is there. */
const BUSY = 0.6;

/** How much this thread's event loop has to do. */
export interface LoopLoad {
  /** Whether it was at work for most of the last quarter of a second. */
  readonly isBusy: boolean;
  stop(): void;
}

export function watchLoop(): LoopLoad {
  let before = performance.eventLoopUtilization();
  let isBusy = false;
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    isBusy = performance.eventLoopUtilization(now, before).utilization > BUSY;
    before = now;
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    get isBusy() {
      return isBusy;
    },
    stop: () => clearInterval(timer),
  };
}
