import type { ChannelName, TurnId } from '../core/ids.ts';
import { noticeKey, turnSendKey } from '../core/keys.ts';
import type { PolledLook } from '../core/platform.ts';
import type { PipelineParts } from './parts.ts';

/**
 * How an answer looks right now, for a platform that fetches it: as it grows in this process, else as it is stored, else as it grows in
 * another process. Asks no agent and no vendor, so the platform has it within its own request.
 *
 * An answer that is neither here nor stored is still to come: its question waits in the inbox, or is being taken up after a restart.
 */
export async function lookAt(turn: TurnId, channel: ChannelName, parts: PipelineParts): Promise<PolledLook> {
  const running = parts.running.byTurn(turn);
  if (running) {
    const frame = running.frame();
    return frame ? { kind: 'growing', frame } : { kind: 'waiting' };
  }
  const { outbox } = parts.store;
  const row = (await outbox.ofKey(channel, turnSendKey(turn, '0'))) ?? (await outbox.ofKey(channel, noticeKey(turn)));
  // Nobody waits for a push, so none is found under such a key.
  if (row && row.message.kind !== 'push') return { kind: 'whole', message: row.message };
  const frame = await parts.looks.elsewhere(turn);
  return frame ? { kind: 'growing', frame } : { kind: 'waiting' };
}
