import type { Clock } from '../core/clock.ts';
import type { ReplyAddress } from '../core/event.ts';
import type { Fleet } from '../core/fleet.ts';
import type { ChannelName, ChatId, PersonId } from '../core/ids.ts';
import type { GroupScope } from '../core/lane.ts';
import type { Log } from '../core/log.ts';
import type { ChosenScope } from '../core/session-store.ts';
import type { Store } from '../core/store.ts';

/** What other processes have told and was lost on the way is found out after this time. */
const FRESH_MS = 60_000;

export interface ScopeParts {
  /** What the settings say of each channel. */
  readonly rules: ReadonlyMap<ChannelName, { readonly scope: GroupScope }>;
  readonly store: Pick<Store, 'groups'>;
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly log: Log;
}

/** Who shares a conversation in each group: what its owner has chosen, else what the settings say of the channel. */
export interface GroupScopes {
  /** Resolves once what was chosen is known here; at once but for the first time. */
  ready(): Promise<void>;
  /** Quick: it is asked for every message. */
  of(to: Pick<ReplyAddress, 'channel' | 'chat'>): GroupScope;
  /** For messages that come from now on; noted. @param scope - Undefined goes back to what the settings say. */
  choose(to: Pick<ReplyAddress, 'channel' | 'chat'>, scope: GroupScope | undefined, by: PersonId): Promise<void>;
}

/** One choice as processes tell each other. */
type Told = Pick<ChosenScope, 'channel' | 'chat'> & { readonly scope: GroupScope | null };

export function createGroupScopes({ rules, store, fleet, clock, log }: ScopeParts): GroupScopes {
  let chosen = new Map<string, GroupScope>();
  let readAt: number | undefined;
  let reading: Promise<void> | undefined;
  let changes = 0;

  fleet.hear('scope', (text) => take(JSON.parse(text) as Told));

  function take({ channel, chat, scope }: Told): void {
    changes += 1;
    if (scope === null) chosen.delete(keyOf(channel, chat));
    else chosen.set(keyOf(channel, chat), scope);
  }

  /** Read again when something was told meanwhile: it may be missing in what was read. */
  async function read(): Promise<void> {
    for (let before = -1; before !== changes; ) {
      before = changes;
      const rows = await store.groups.scopes();
      if (before === changes) chosen = new Map(rows.map((row) => [keyOf(row.channel, row.chat), row.scope]));
    }
    readAt = clock.now();
  }

  function readOnce(): Promise<void> {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  return {
    async ready() {
      if (readAt === undefined) return readOnce();
      if (clock.now() - readAt < FRESH_MS || reading) return;
      readOnce().catch((error: unknown) => log.warn('group scopes not read', { error }));
    },
    of: ({ channel, chat }) => chosen.get(keyOf(channel, chat)) ?? rules.get(channel)?.scope ?? 'member',
    async choose({ channel, chat }, scope, by) {
      await store.groups.choose(channel, chat, scope, by, clock.now());
      const told: Told = { channel, chat, scope: scope ?? null };
      take(told);
      fleet.say('scope', JSON.stringify(told));
    },
  };
}

function keyOf(channel: ChannelName, chat: ChatId): string {
  return JSON.stringify([channel, chat]);
}
