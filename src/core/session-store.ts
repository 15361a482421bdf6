import type { AgentName, ChannelName, Lane, PersonId, SessionId } from './ids.ts';

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

export interface SessionStore {
  /** Ends the running session, so that the next message begins a new one. */
  reset(owner: SessionOwner, agent: AgentName, now: number): Promise<void>;
}
