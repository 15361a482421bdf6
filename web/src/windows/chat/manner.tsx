import { type ComponentType, createContext, useContext } from 'react';
import type {
  CardPress,
  SimApp,
  SimCard,
  SimChat,
  SimContent,
  SimMessage,
} from '../../../../src/simulator/contract.ts';
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

/** A question worth asking. */
export interface Hint {
  /** Ready to be sent. */
  readonly ask: string;
  /** What there is to see then. */
  readonly shows: string | undefined;
}

/** What is a vendor's own in a client that is otherwise like the others. Colours are in the vendor's style sheet. */
export interface Manner {
  readonly places: (words: Texts) => readonly ClientPlace[];
  readonly Card: ComponentType<CardProps>;
  /** Of messages in Markdown. */
  readonly markdown: Dialect;
  /** How a message shows that it was read: a ring that fills, a word, or not at all. */
  readonly readMark: 'ring' | 'word' | 'none';
  /** Emoji that people can put below a message, by the vendor's name; none where the client has no such thing. */
  readonly reactions: readonly string[];
  /** Stands below the list of chats. */
  readonly ListFoot?: ComponentType;
  /** Whether the list can be narrowed to chats with one, or with several. */
  readonly filters: boolean;
  readonly topics: boolean;
  readonly editing: boolean;
  /** What else one can do: send files and voices, send stickers, quote, take back, make groups; `reading` tells the vendor what was read. */
  readonly can: ReadonlySet<'files' | 'stickers' | 'quoting' | 'recalling' | 'groups' | 'reading'>;
  /** Where one vendor has several clients: whose colours it has, else the platform's. */
  readonly look?: string;
  /** Which of the platform's apps one talks to here; by default every one that can be talked to. */
  readonly talksTo?: (app: SimApp) => boolean;
  /** Questions worth asking here; by default the agent's. */
  readonly hints?: (words: Texts, told: readonly Hint[]) => readonly Hint[];
  /** Messages of the vendor's own kinds; without it their content is shown as it is. */
  readonly Other?: ComponentType<{ readonly message: SimMessage; readonly content: OtherContent }>;
  /** Text in the vendor's Markdown, where there is more to it than Markdown. */
  readonly Rich?: ComponentType<{ readonly content: MarkdownContent }>;
  /** Stands below a message. */
  readonly Below?: ComponentType<{ readonly message: SimMessage }>;
  /** Stands below the name at a conversation's head. */
  readonly HeadNote?: ComponentType<{ readonly chat: SimChat }>;
  /** In a chat of two it is plain what a bot answers; this client quotes it in groups only. */
  readonly botsQuoteInGroupsOnly?: boolean;
  /** Whether what bots say is said for the company of whoever reads it, and stands on her side. */
  readonly botsAreOurs?: boolean;
}

export type OtherContent = Extract<SimContent, { kind: 'other' }>;
export type MarkdownContent = Extract<SimContent, { kind: 'markdown' }>;

const MannerContext = createContext<Manner | undefined>(undefined);
export const MannerProvider = MannerContext;

export function useManner(): Manner {
  const manner = useContext(MannerContext);
  if (manner === undefined) throw new Error('used outside a window');
  return manner;
}
