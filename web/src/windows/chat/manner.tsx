import { type ComponentType, createContext, useContext } from 'react';
import type { CardPress, SimCard } from '../../../../src/simulator/contract.ts';
import type { Dialect } from '../../parts/markdown/parse.ts';
import type { Texts } from '../../text/index.ts';

/** Presses something; resolves when the client may let go of it. Stays the same while the card streams. */
export type Press = (press: CardPress, label: string) => Promise<void>;

export interface CardProps {
  readonly card: SimCard;
  readonly nameOf: (id: string) => string;
  readonly press: Press;
}

/** A place of the vendor's client; the demo has the first one only. */
export interface ClientPlace {
  readonly name: string;
  readonly Icon: ComponentType;
}

/** What is a vendor's own in a client that is otherwise like the others. Colours are in the vendor's style sheet. */
export interface Manner {
  readonly places: (words: Texts) => readonly ClientPlace[];
  readonly Card: ComponentType<CardProps>;
  /** Of messages in Markdown. */
  readonly markdown: Dialect;
  /** How a message shows that it was read: a ring that fills, or a word. */
  readonly readMark: 'ring' | 'word';
  /** Emoji that people can put below a message, by the vendor's name; none where the client has no such thing. */
  readonly reactions: readonly string[];
  /** Stands below the list of chats. */
  readonly ListFoot?: ComponentType;
  /** Whether the list can be narrowed to chats with one, or with several. */
  readonly filters: boolean;
  readonly topics: boolean;
  readonly editing: boolean;
}

const MannerContext = createContext<Manner | undefined>(undefined);
export const MannerProvider = MannerContext;

export function useManner(): Manner {
  const manner = useContext(MannerContext);
  if (manner === undefined) throw new Error('used outside a window');
  return manner;
}
