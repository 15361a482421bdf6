import type { SimClock } from '../clock.ts';

/** What the organisation has used of a natural month, over all its apps. */
export interface QuotaState {
  /** `2026-01`, by the vendor's time (UTC+8). */
  readonly month: string;
  readonly calls: number;
  readonly pushes: number;
  readonly callLimit: number;
  readonly pushLimit: number;
  /** Calls that were refused because nothing was left; they are not counted. */
  readonly refused: number;
  /** Pushes that came stripped of their content. */
  readonly stripped: number;
}

export interface Quota {
  /** Whether it is counted out; it is counted in any case. */
  on: boolean;
  readonly state: QuotaState;
  /** @returns False when nothing is left. */
  takeCall(): boolean;
  takePush(): boolean;
  /** Sets what has been used, or what there is. */
  set(change: Partial<Pick<QuotaState, 'calls' | 'pushes' | 'callLimit' | 'pushLimit'>>): void;
  clear(): void;
}

const TO_BEIJING_MS = 8 * 3_600_000;

/** @param changed - Told after each change. */
export function createQuota(
  clock: SimClock,
  first: Pick<QuotaState, 'callLimit' | 'pushLimit'>,
  changed: () => void = () => undefined,
): Quota {
  const fresh = (month: string) => ({ month, calls: 0, pushes: 0, refused: 0, stripped: 0 });
  let limits = { ...first };
  let used = fresh('');
  const today = () => {
    const month = new Date(clock.now() + TO_BEIJING_MS).toISOString().slice(0, 7);
    if (used.month !== month) used = fresh(month);
    return used;
  };
  const quota: Quota = {
    on: true,
    get state() {
      return { ...today(), ...limits };
    },
    takeCall() {
      const now = today();
      if (quota.on && now.calls >= limits.callLimit) {
        now.refused += 1;
        changed();
        return false;
      }
      now.calls += 1;
      changed();
      return true;
    },
    takePush() {
      const now = today();
      now.pushes += 1;
      const isLeft = !quota.on || now.pushes <= limits.pushLimit;
      if (!isLeft) now.stripped += 1;
      changed();
      return isLeft;
    },
    set({ calls, pushes, callLimit, pushLimit }) {
      const now = today();
      now.calls = calls ?? now.calls;
      now.pushes = pushes ?? now.pushes;
      limits = { callLimit: callLimit ?? limits.callLimit, pushLimit: pushLimit ?? limits.pushLimit };
      changed();
    },
    clear() {
      used = fresh('');
      limits = { ...first };
      changed();
    },
  };
  return quota;
}
