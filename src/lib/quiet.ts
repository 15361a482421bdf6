const MAX_KINDS = 200;

/**
 * Keeps whoever repeats something from filling the log: the first of a kind is told at once, then one in `everyMs`.
 * @returns For each kind: how many were held back since the last one told, or undefined to say nothing now.
 */
export function createQuiet(now: () => number, everyMs = 60_000): (kind: string) => number | undefined {
  const kinds = new Map<string, { since: number; heldBack: number }>();
  return (kind) => {
    const last = kinds.get(kind);
    if (last !== undefined && now() - last.since < everyMs) {
      last.heldBack += 1;
      return undefined;
    }
    if (kinds.size >= MAX_KINDS) kinds.clear();
    kinds.set(kind, { since: now(), heldBack: 0 });
    return last?.heldBack ?? 0;
  };
}
