import type { StorableEvent } from '../core/event.ts';
import { laneOf, urgentLane } from '../core/lane.ts';
import type { NewInboxRow } from '../core/store.ts';
import { commandIn } from './commands/index.ts';
import type { PipelineParts } from './parts.ts';

/** Where an event is worked off: in its conversation, unless it has to overtake it. */
export function rowFor(event: StorableEvent, { scopes }: Pick<PipelineParts, 'scopes'>): NewInboxRow {
  const { channel } = event.to;
  const overtakes = commandIn(event)?.command.urgent === true;
  const lane = overtakes ? urgentLane(event) : laneOf(event, scopes.of(event.to));
  return { channel, event, lane };
}
