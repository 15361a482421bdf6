import type { Clock } from '../../src/core/clock.ts';
import { systemClock } from '../../src/lib/clock.ts';

/** The most that passes between two looks: whoever got no processor has let nobody wait. */
const STEP_MS = 10;

/**
 * Time that runs so many times faster, for the vendor and for us alike. It stands still while this process does: a deadline of five seconds is
 * 83 ms at sixty times the speed, which a busy machine lets pass without giving anybody a turn.
 */
export function fastClock(speed: number): Clock {
  let time = Date.now();
  let lookedAt = performance.now();
  const look = (): number => {
    const at = performance.now();
    time += Math.min(at - lookedAt, STEP_MS) * speed;
    lookedAt = at;
    return time;
  };
  // It goes on while nobody asks for it; ends with the tests of the file.
  setInterval(look, STEP_MS / 2).unref();
  return {
    now: () => Math.round(look()),
    async sleep(ms, signal) {
      const until = look() + ms;
      let left = ms;
      do {
        await systemClock.sleep(Math.min(left / speed, STEP_MS), signal);
        left = until - look();
      } while (left > 0);
    },
  };
}
