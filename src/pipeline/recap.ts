import type { Agent } from '../core/agent.ts';
import type { SessionId, TurnId } from '../core/ids.ts';
import type { InLanguages, Lang } from '../core/lang.ts';
import type { Log } from '../core/log.ts';
import type { Session } from '../core/session-store.ts';
import type { InboxRow, Store, Turn } from '../core/store.ts';
import type { Guard } from '../guard/guard.ts';
import type { Guards } from '../guard/guards.ts';
import { Recent } from '../lib/recent.ts';
import { inGuard } from './guarding.ts';

const MOST_TURNS = 4;
const LONGEST_TEXT = 600;
/** Of dialogues that were lost; one that is pushed out goes on without a recap. A place is held for each from the start on. */
const REMEMBERED = 1_000;

/** Read by the agent, not by people. */
const HEADS: InLanguages = {
  zh: '（以下是我们之前对话的摘录，供参考：）',
  en: '(For reference, the last of what we said before:)',
};

/** The question for which a recap is made. */
interface Asking {
  readonly row: Pick<InboxRow, 'lane'>;
  readonly session: Pick<Session, 'id'>;
  readonly turn: Pick<Turn, 'id' | 'to'>;
  readonly agent: Pick<Agent, 'name'>;
  readonly lang: Lang;
}

interface RecapParts {
  readonly store: Pick<Store, 'turns' | 'inbox' | 'outbox'>;
  readonly guards: Guards;
  readonly platforms: Parameters<typeof inGuard>[1]['platforms'];
  readonly log: Log;
}

/** What was said in a dialogue that its agent has forgotten. */
export interface Recaps {
  /** For the question at hand, from an agent that says so before it answers. */
  now(asking: Asking): Promise<string | undefined>;
  /** The agent has begun anew. Where it did so in silence, the next question is the first that a recap can go with. */
  lost(asking: Asking): void;
  /** A question, with the recap that is due. */
  late(text: string, asking: Asking): Promise<string>;
}

export function createRecaps(parts: RecapParts): Recaps {
  const told = new Recent<TurnId, true>({ max: REMEMBERED });
  const due = new Recent<SessionId, true>({ max: REMEMBERED });
  return {
    now(asking) {
      told.set(asking.turn.id, true);
      return recapFor(asking, parts);
    },
    lost({ turn, session }) {
      if (!told.delete(turn.id)) due.set(session.id, true);
    },
    async late(text, asking) {
      const recap = due.delete(asking.session.id) ? await recapFor(asking, parts) : undefined;
      return recap === undefined ? text : `${text}\n\n${recap}`;
    },
  };
}

/**
 * The last questions and answers of a dialogue, as far as they are still stored and were asked where this one is. Of the session itself
 * only: whoever reads the answer has read them.
 */
async function recapFor({ row, session, turn, agent, lang }: Asking, parts: RecapParts): Promise<string | undefined> {
  try {
    const guard = inGuard(turn.to, parts, agent.name);
    const turns = await parts.store.turns.lastOf(row.lane, session.id, MOST_TURNS);
    const texts = (await Promise.all(turns.map((one) => tell(one, guard, parts)))).filter((text) => text !== '');
    return texts.length === 0 ? undefined : [HEADS[lang], ...texts.reverse()].join('\n\n');
  } catch (error) {
    // Without it the question is asked all the same.
    parts.log.warn('recap not made', { turn: turn.id, error });
    return undefined;
  }
}

async function tell(turn: Turn, guard: Guard, { store }: RecapParts): Promise<string> {
  const [asked, answered] = await Promise.all([store.inbox.get(turn.seq), store.outbox.lastFrameOf(turn.id)]);
  const words = asked?.event.kind === 'message' ? asked.event.parts : [];
  const question = words.map((part) => (part.kind === 'text' ? part.text : '')).join(' ');
  const answer = answered?.message.kind === 'frame' ? answered.message.frame.answer : '';
  const lines = [short(question, guard), short(answer, guard)];
  return lines[0] === '' ? '' : lines.filter((line) => line !== '').join('\n→ ');
}

/** Masked before it is cut, for half a value is none that the guard knows. */
function short(text: string, guard: Guard): string {
  const characters = [...guard.mask(text.replace(/\s+/g, ' ').trim()).text];
  return characters.length > LONGEST_TEXT ? `${characters.slice(0, LONGEST_TEXT - 1).join('')}…` : characters.join('');
}
