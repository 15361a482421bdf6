import { id, type Lane } from '../core/ids.ts';
import type { PipelineParts } from './parts.ts';

/** A lane that somebody works in while something is stored for it. */
export interface HeldLane {
  readonly lane: Lane;
  readonly holder: string;
}

/**
 * Tells whoever works in a lane that something was stored behind what they work on. They may have found nothing there before; and what we
 * have just seen held, they have not let go of before they hear of it, or they are through with it by then and look once more.
 */
export function tellHolder(held: HeldLane, { fleet }: Pick<PipelineParts, 'fleet'>): void {
  fleet.say('held', JSON.stringify(held));
}

/** Has this process look once more where it is told of a lane of its own. */
export function hearOfHeld(
  { fleet, leases }: Pick<PipelineParts, 'fleet' | 'leases'>,
  again: (lane: Lane) => void,
): void {
  fleet.hear('held', (text) => {
    const { lane, holder } = JSON.parse(text) as { readonly lane: string; readonly holder: string };
    if (leases.isOurs(holder)) again(id(lane));
  });
}
