import type { SourcedBlock } from './parse.ts';

/** The blocks of a text with what tells each of them from the others, as long as it is on the screen. */
export interface KeyedBlocks {
  readonly blocks: readonly SourcedBlock[];
  readonly keys: readonly number[];
}

/**
 * Gives each block the key that it had in the version before, wherever it stands now: what is drawn of it stays in the page,
 * with whatever somebody has marked, focused or pressed in it. A block that has changed goes on where one of its kind was.
 */
export function keyBlocks(before: KeyedBlocks | undefined, blocks: readonly SourcedBlock[]): KeyedBlocks {
  const old = before?.blocks ?? [];
  const partners = partnersOf(old, blocks);
  let fresh = Math.max(-1, ...(before?.keys ?? [])) + 1;
  const keys = blocks.map((_, index) => {
    const partner = partners[index];
    return (partner === undefined ? undefined : before?.keys[partner]) ?? fresh++;
  });
  return { blocks, keys };
}

/** For each block the place it had before. */
function partnersOf(old: readonly SourcedBlock[], blocks: readonly SourcedBlock[]): readonly (number | undefined)[] {
  let from = 0;
  const same = blocks.map(({ source }) => {
    const place = old.findIndex((one, at) => at >= from && one.source === source);
    if (place === -1) return undefined;
    from = place + 1;
    return place;
  });
  const taken = new Set(same);
  let after = -1;
  return same.map((place, index) => {
    const end = same.slice(index).find((one) => one !== undefined) ?? old.length;
    const found =
      place ??
      old.findIndex(
        (one, at) => at > after && at < end && !taken.has(at) && one.block.kind === blocks[index]?.block.kind,
      );
    if (found === -1) return undefined;
    after = found;
    return found;
  });
}
