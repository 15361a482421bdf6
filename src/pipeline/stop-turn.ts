import { type ChannelName, type ChatId, id, type MessageId, type TurnId } from '../core/ids.ts';
import type { PipelineParts } from './parts.ts';

/** What is to end: a turn that somebody stopped, the turn of a message that was taken back, or all that runs in a chat. */
type Ending =
  | { readonly turn: TurnId }
  | { readonly channel: ChannelName; readonly message: MessageId }
  | { readonly channel: ChannelName; readonly chat: ChatId };

/** Ends a turn wherever it is: here, in another process, with its next try, or with the next process that finds it. False when it is over already. */
export async function stopTurn(
  turn: TurnId,
  { store, fleet, remind, clock }: Pick<PipelineParts, 'store' | 'fleet' | 'remind' | 'clock'>,
): Promise<boolean> {
  const now = clock.now();
  const isToEnd = await store.turns.stop(turn, 'stopped', now);
  tellAll({ turn }, fleet);
  if (isToEnd) remind(now);
  return isToEnd;
}

/** Ends the turn of a message that its author has taken back; that it is to end is stored already. */
export function endRecalled(channel: ChannelName, message: MessageId, { fleet }: Pick<PipelineParts, 'fleet'>): void {
  tellAll({ channel, message }, fleet);
}

/** Ends what runs in a chat that nothing can be shown in any more. What runs nowhere at this moment finds out by itself when it shows something. */
export function endInChat(channel: ChannelName, chat: ChatId, { fleet }: Pick<PipelineParts, 'fleet'>): void {
  tellAll({ channel, chat }, fleet);
}

/** Ends turns that run here, whoever was told to. */
export function hearStops({ fleet, running }: Pick<PipelineParts, 'fleet' | 'running'>): void {
  fleet.hear('stop', (text) => {
    const ending = JSON.parse(text) as Ending;
    if ('turn' in ending) running.byTurn(id(ending.turn))?.stop('stopped');
    else if ('chat' in ending)
      for (const turn of running.inChat(id(ending.channel), id(ending.chat))) turn.stop('stopped');
    else running.byMessage(id(ending.channel), id(ending.message))?.stop('recalled');
  });
}

function tellAll(ending: Ending, fleet: PipelineParts['fleet']): void {
  fleet.say('stop', JSON.stringify(ending));
}
