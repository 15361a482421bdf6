import type { ChannelName, Lane } from '../../core/ids.ts';
import type { InLanguages, Lang } from '../../core/lang.ts';
import type { Person } from '../../core/people-store.ts';
import type { SessionOwner } from '../../core/session-store.ts';
import type { PipelineParts, RowOf } from '../parts.ts';

/** What a command knows when it runs. */
export interface CommandContext {
  readonly parts: PipelineParts;
  readonly person: Person;
  readonly lang: Lang;
  /** The conversation it was given in, also when the command itself overtakes it. */
  readonly conversation: Lane;
  /** Whose dialogue the conversation is part of. */
  readonly owner: SessionOwner;
  readonly channel: ChannelName;
  /** The event that gave it. */
  readonly event: RowOf<'message' | 'menu'>['event'];
  /** What follows the command's word, trimmed; empty for a command alone. */
  readonly argument: string;
}

/** Something that Posthouse itself does when told in a chat. */
export interface Command {
  readonly name: string;
  /** Further words for it, in any language. */
  readonly aliases: readonly string[];
  readonly summary: InLanguages;
  /** Does not wait for an answer that is running in the same conversation. */
  readonly urgent: boolean;
  /** Words may follow; a command without is one only when it stands alone, for what goes on may be meant for the agent. */
  readonly takesWords?: boolean;
  /** For a few only, and not in the list of help. */
  readonly hidden?: boolean;
  /** Safe to run twice. @returns What the person reads; undefined when something else shows it. */
  run(context: CommandContext): Promise<string | undefined>;
}
