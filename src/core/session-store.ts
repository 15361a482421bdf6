import type { AgentName, ChannelName, ChatId, Lane, PersonId, SessionId } from './ids.ts';
import type { GroupScope } from './lane.ts';

/**
 * Whose dialogue a turn belongs to.
 * - person: the asker's own, on whatever platform she writes.
 * - lane: that of everybody who shares the lane (a group's member, a topic, the whole group).
 */
export type SessionScope = 'person' | 'lane';

export interface Session {
  readonly id: SessionId;
  readonly agent: AgentName;
  /** The agent's name for whoever talks in this session; kept even when people are merged. */
  readonly user: string;
  /** The agent's own id of the dialogue. */
  readonly conversation?: string;
  readonly lastUsedAt: number;
  /** Given by the person. */
  readonly name?: string;
  /** Where it was used last. */
  readonly channel?: ChannelName;
}

/** Whose sessions are meant. */
export type SessionOwner =
  | { readonly scope: 'person'; readonly person: PersonId }
  | { readonly scope: 'lane'; readonly lane: Lane };

/** A session as its owner sees it in a list. */
export interface ListedSession extends Session {
  readonly isRunning: boolean;
  readonly startedAt: number;
  /** The inbox row that began it. */
  readonly firstTurn?: number;
}

export interface SessionStore {
  /** A person's own, the one used last first. */
  list(person: PersonId, limit: number): Promise<readonly ListedSession[]>;
  /** @returns false when it is not this person's. */
  rename(person: PersonId, session: SessionId, name: string | undefined): Promise<boolean>;
  /** Goes on with a session of hers, however old; the one that runs with this agent ends. @returns false when it is not hers. */
  resume(person: PersonId, session: Pick<Session, 'id' | 'agent'>, now: number): Promise<boolean>;
  /** The agent that was called for in these dialogues on this channel, whatever it is by now. */
  chosen(owner: SessionOwner, channel: ChannelName): Promise<AgentName | undefined>;
  /** Calls for an agent; undefined goes back to what the rules say. */
  choose(owner: SessionOwner, channel: ChannelName, agent: AgentName | undefined, now: number): Promise<void>;
  /** Ends the running session, so that the next message begins a new one. */
  reset(owner: SessionOwner, agent: AgentName, now: number): Promise<void>;
}

/** Who shares a conversation in a group whose owner has chosen it. */
export interface ChosenScope {
  readonly channel: ChannelName;
  readonly chat: ChatId;
  readonly scope: GroupScope;
}

export interface GroupStore {
  /** All that was chosen. */
  scopes(): Promise<readonly ChosenScope[]>;
  /** @param scope - Undefined goes back to what the settings say. */
  choose(channel: ChannelName, chat: ChatId, scope: GroupScope | undefined, by: PersonId, now: number): Promise<void>;
}
