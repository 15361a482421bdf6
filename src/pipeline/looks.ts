import { randomUUID } from 'node:crypto';
import type { Fleet } from '../core/fleet.ts';
import { id, type TurnId } from '../core/ids.ts';
import type { Frame } from '../core/reply.ts';
import type { RunningTurns } from './running.ts';

/** A platform that polls gives us a second or more; another process answers within some milliseconds. */
const ANSWER_WITHIN_MS = 400;

interface Asked {
  readonly turn: string;
  readonly question: string;
}

interface Answered {
  readonly question: string;
  readonly frame: Frame;
}

/** How answers look that grow in other processes. */
export interface Looks {
  /** The newest frame of a turn that another process runs; undefined where none does, or has nothing to show yet. */
  elsewhere(turn: TurnId): Promise<Frame | undefined>;
}

/** Asks the others, and answers them. */
export function createLooks(fleet: Fleet, running: RunningTurns): Looks {
  const waiting = new Map<string, (frame: Frame | undefined) => void>();

  fleet.hear('look', (text) => {
    const { turn, question } = JSON.parse(text) as Asked;
    const frame = running.byTurn(id(turn))?.frame();
    if (frame) fleet.say('frame', JSON.stringify({ question, frame } satisfies Answered));
  });
  fleet.hear('frame', (text) => {
    const { question, frame } = JSON.parse(text) as Answered;
    waiting.get(question)?.(frame);
  });

  return {
    async elsewhere(turn) {
      if (fleet.alone || !fleet.connected) return undefined;
      const question = randomUUID();
      const answer = new Promise<Frame | undefined>((resolve) => {
        const late = setTimeout(() => resolve(undefined), ANSWER_WITHIN_MS);
        waiting.set(question, (frame) => {
          clearTimeout(late);
          resolve(frame);
        });
      });
      fleet.say('look', JSON.stringify({ turn, question } satisfies Asked));
      return answer.finally(() => waiting.delete(question));
    },
  };
}
