import type { AgentName } from './ids.ts';

/** Sends some questions to an agent: all that meet every condition it has. */
export interface Route {
  readonly agent: AgentName;
  /** For whoever reads the explanation. */
  readonly name?: string | undefined;
  readonly channel?: readonly string[] | undefined;
  /** Chats by the vendor's ids. */
  readonly chat?: readonly string[] | undefined;
  readonly department?: readonly string[] | undefined;
  readonly role?: readonly string[] | undefined;
  /** The word behind the slash with which a question begins (`/hr …`). */
  readonly command?: readonly string[] | undefined;
  /** Entries of the bot's menu that call for this agent from now on. */
  readonly menu?: readonly string[] | undefined;
  /** Any of them stands in the question, capitals or not. */
  readonly keyword?: readonly string[] | undefined;
  /** An expression that `lib/bounded-pattern.ts` accepts. */
  readonly pattern?: string | undefined;
}

/** A person in her organisation, as its directory has it. */
export interface Standing {
  /** Hers and all above them, as `channel/id`. */
  readonly departments: readonly string[];
  /** Those she is in herself. */
  readonly own: readonly OwnDepartment[];
  /** She is no longer there: nothing is for her any more. */
  readonly left: boolean;
}

export interface OwnDepartment {
  /** `channel/id` */
  readonly id: string;
  readonly name?: string | undefined;
}

export const UNKNOWN_STANDING: Standing = { departments: [], own: [], left: false };
