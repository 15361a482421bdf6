import type { ChannelName, ChatId, Lane, MessageId, TurnId } from '../core/ids.ts';
import type { Frame } from '../core/reply.ts';
import type { StopReason } from '../core/store.ts';

/** A turn that is being answered by this process. */
export interface RunningTurn {
  readonly turn: TurnId;
  readonly lane: Lane;
  readonly channel: ChannelName;
  readonly chat: ChatId;
  readonly message: MessageId;
  /** The newest look of its answer, where the platform comes and asks for it. */
  frame(): Frame | undefined;
  stop(reason: StopReason): void;
}

/** The turns that are being answered by this process, so that a button or a recall reaches them. */
export interface RunningTurns {
  /** @returns A function that takes the turn off the list. */
  add(turn: RunningTurn): () => void;
  byTurn(turn: TurnId): RunningTurn | undefined;
  byMessage(channel: ChannelName, message: MessageId): RunningTurn | undefined;
  inChat(channel: ChannelName, chat: ChatId): readonly RunningTurn[];
  readonly size: number;
}

export function createRunningTurns(): RunningTurns {
  // One turn a lane at a time. A platform that polls asks for a turn every second; the look-up by message is rare.
  const byLane = new Map<Lane, RunningTurn>();
  const byTurn = new Map<TurnId, RunningTurn>();
  return {
    add(turn) {
      byLane.set(turn.lane, turn);
      byTurn.set(turn.turn, turn);
      return () => {
        if (byLane.get(turn.lane) === turn) byLane.delete(turn.lane);
        if (byTurn.get(turn.turn) === turn) byTurn.delete(turn.turn);
      };
    },
    byTurn: (id) => byTurn.get(id),
    byMessage(channel, message) {
      for (const turn of byLane.values()) if (turn.channel === channel && turn.message === message) return turn;
      return undefined;
    },
    inChat: (channel, chat) => [...byLane.values()].filter((turn) => turn.channel === channel && turn.chat === chat),
    get size() {
      return byLane.size;
    },
  };
}
