import type { ChannelName, Lane, MessageId, TurnId } from '../core/ids.ts';

/** Why a turn ends before its agent does: the person wants no more, or took her question back. */
export type StopReason = 'stopped' | 'recalled';

/** A turn that is being answered by this process. */
export interface RunningTurn {
  readonly turn: TurnId;
  readonly lane: Lane;
  readonly channel: ChannelName;
  readonly message: MessageId;
  stop(reason: StopReason): void;
}

/** The turns that are being answered by this process, so that a button or a recall reaches them. */
export interface RunningTurns {
  /** @returns A function that takes the turn off the list. */
  add(turn: RunningTurn): () => void;
  inLane(lane: Lane): RunningTurn | undefined;
  byTurn(turn: TurnId): RunningTurn | undefined;
  byMessage(channel: ChannelName, message: MessageId): RunningTurn | undefined;
  readonly size: number;
}

export function createRunningTurns(): RunningTurns {
  // One turn a lane at a time, so the lane is the key; the other look-ups are rare.
  const turns = new Map<Lane, RunningTurn>();
  function find(matches: (turn: RunningTurn) => boolean): RunningTurn | undefined {
    for (const turn of turns.values()) if (matches(turn)) return turn;
    return undefined;
  }
  return {
    add(turn) {
      turns.set(turn.lane, turn);
      return () => void (turns.get(turn.lane) === turn && turns.delete(turn.lane));
    },
    inLane: (lane) => turns.get(lane),
    byTurn: (id) => find((turn) => turn.turn === id),
    byMessage: (channel, message) => find((turn) => turn.channel === channel && turn.message === message),
    get size() {
      return turns.size;
    },
  };
}
