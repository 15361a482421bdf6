import type { StorableEvent } from './event.ts';
import { type ChannelName, id, type Lane } from './ids.ts';
import type { PushAddress } from './push.ts';

/** Who shares a dialogue in a group: each member has her own, a topic has one, or the whole group has one. */
export type GroupScope = 'member' | 'topic' | 'group';

/**
 * The lane an event is worked off in: its conversation, so that answers keep their order. Full vendor ids, never shortened.
 *
 * What must not wait behind a running answer (a recall, a button, a stop, being taken out of the group) has a lane of its own.
 */
export function laneOf(event: StorableEvent, scope: GroupScope): Lane {
  // What happens to one approval is worked off in its order, and waits for nobody's answer.
  if (event.kind === 'approval') return id(join('approval', event.to.channel, event.instance));
  // The same for one member and one department of a directory.
  if (event.kind === 'directory') return directoryLane(event);
  if (URGENT.has(event.kind)) return urgentLane(event);
  return conversationLane(event, scope);
}

const URGENT: ReadonlySet<StorableEvent['kind']> = new Set([
  'card-action',
  'recalled',
  'reaction',
  'rated',
  'bot-removed',
]);

function directoryLane({ to, from, change }: StorableEvent & { readonly kind: 'directory' }): Lane {
  return id(join('directory', to.channel, change.of, change.of === 'member' ? from.account : change.department));
}

/** A lane of its own for something that overtakes the conversation. */
export function urgentLane(event: StorableEvent): Lane {
  return id(join('control', event.to.channel, event.key));
}

/** The conversation's lane; also the scope of its session. */
export function conversationLane(event: Pick<StorableEvent, 'to' | 'from'>, scope: GroupScope): Lane {
  const { channel, chat, kind, thread } = event.to;
  // By the account: some events (a menu) do not tell the chat, and a direct chat with a bot is one person's anyway.
  if (kind === 'direct') return id(join('direct', channel, event.from.account));
  if (scope === 'group') return id(join('group', channel, chat));
  if (scope === 'topic') return id(join('topic', channel, chat, thread ?? ''));
  return id(join('member', channel, chat, thread ?? '', event.from.account));
}

/** What is pushed to one receiver keeps its order; so does all that goes to many at once in one channel. */
export function pushLane({ channel, way, kind, ids }: PushAddress): Lane {
  return id(ids.length === 1 ? join('push', channel, way, kind, ...ids) : join('push', channel, way));
}

/** The channel whose events a lane holds. */
export function channelOf(lane: Lane): ChannelName {
  return id((JSON.parse(lane) as readonly string[])[1] ?? '');
}

// JSON keeps the borders between ids whatever characters a vendor puts into them.
function join(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}
