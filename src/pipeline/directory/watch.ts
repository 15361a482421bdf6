import type { Clock } from '../../core/clock.ts';
import type { DirectoryChange, Sender, StorableEvent } from '../../core/event.ts';
import type { ChannelName } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import { type Attribute, type Learned, normalAttribute } from '../../core/members.ts';
import type { Platform } from '../../core/platform.ts';
import type { Store } from '../../core/store.ts';
import { Recent } from '../../lib/recent.ts';
import { createDepartmentTree } from './departments.ts';

const REMEMBERED = 50_000;
/** A vendor who takes longer keeps nobody from an answer: she is looked up another time. */
const LOOK_UP_MS = 3_000;
const AGAIN_AFTER_MS = 5 * 60_000;
const A_STEP = 50;

export interface DirectoryParts {
  readonly platforms: ReadonlyMap<ChannelName, Platform>;
  readonly store: Pick<Store, 'directory' | 'people' | 'departments'>;
  /** Attributes by which two accounts are one person's; others are not kept. */
  readonly trust: readonly Attribute[];
  /** How long what a directory says is gone by. */
  readonly refreshMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Knows people by what their company's directory says of them. */
export interface DirectoryWatch {
  /** Looks up an account that was not looked up for a while. @returns true when its person may be another one by now. */
  look(channel: ChannelName, sender: Pick<Sender, 'account' | 'ids'>): Promise<boolean>;
  /** Looks an account up now. @throws what the directory refuses; whoever asked tries again. */
  lookNow(channel: ChannelName, sender: Pick<Sender, 'account' | 'ids'>, signal: AbortSignal): Promise<boolean>;
  /** Makes one person of two that a trusted attribute says are one. @returns whether there were two. */
  join(channel: ChannelName, sender: Pick<Sender, 'account' | 'ids'>): Promise<boolean>;
  /**
   * Goes by what a directory tells of by itself.
   * @param changed - Told each time when persons may have changed: also before it throws as `lookNow` does.
   */
  follow(
    event: StorableEvent & { readonly kind: 'directory' },
    changed: () => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Looks up again whoever was last looked up too long ago, a few at a time. @returns true when persons may have changed. */
  refresh(signal: AbortSignal): Promise<boolean>;
}

interface Following {
  readonly changed: () => void;
  readonly signal: AbortSignal;
}

export function createDirectoryWatch(parts: DirectoryParts): DirectoryWatch {
  const { platforms, store, trust, refreshMs, clock, log } = parts;
  const looked = new Recent<string, true>({ max: REMEMBERED });
  const tree = createDepartmentTree(parts);

  async function look(channel: ChannelName, sender: Pick<Sender, 'account' | 'ids'>): Promise<boolean> {
    const key = JSON.stringify([channel, sender.account]);
    if (!platforms.get(channel)?.directory || looked.has(key)) return false;
    try {
      looked.set(key, true, { ttl: refreshMs });
      return await learn(channel, sender, AbortSignal.timeout(LOOK_UP_MS));
    } catch (error) {
      looked.set(key, true, { ttl: AGAIN_AFTER_MS });
      log.warn('directory not read', { channel, error });
      return false;
    }
  }

  async function learn(channel: ChannelName, sender: Pick<Sender, 'account' | 'ids'>, signal: AbortSignal) {
    const directory = platforms.get(channel)?.directory;
    const found = await directory?.member(sender, signal);
    const { account } = sender;
    const departments = found?.departments ?? [];
    const own: Learned = {
      channel,
      account,
      attributes: trusted(found?.attributes ?? {}, trust),
      isActive: found?.isActive ?? false,
      departments,
    };
    // Who never was a member has not left: customers and other companies' people.
    const learned = found ? [own, ...(await elsewhere(own, signal))] : await formerMember(own);
    if (learned.length === 0) return false;
    if (directory?.company) await tree.place(channel, directory.company, departments, signal);
    const changed = await store.directory.learn(learned, clock.now());
    return (await joinSame(channel, sender)) || changed;
  }

  async function joinSame(channel: ChannelName, sender: Pick<Sender, 'account' | 'ids'>): Promise<boolean> {
    const same = trust.length > 0 ? await store.directory.match(channel, sender.account, trust) : undefined;
    if (same === undefined) return false;
    const person = await store.people.identify(channel, sender, clock.now());
    await store.people.merge(same, person.id, { actor: 'directory', reason: 'directory' }, clock.now());
    return true;
  }

  async function followMember(
    channel: ChannelName,
    sender: Pick<Sender, 'account' | 'ids'>,
    left: boolean,
    { changed, signal }: Following,
  ) {
    // Nothing is kept of people who have never written.
    if (!(await store.people.find(channel, sender.account))) return;
    const { account } = sender;
    const gone: Learned = { channel, account, attributes: {}, isActive: false };
    // At once, whether or not the vendor can be asked; who is there all the same is let in by the look.
    if (left && (await store.directory.learn([gone], clock.now()))) changed();
    if (await learn(channel, sender, signal)) changed();
  }

  async function followDepartment(
    channel: ChannelName,
    { department, gone }: DirectoryChange & { readonly of: 'department' },
    { changed, signal }: Following,
  ) {
    const company = platforms.get(channel)?.directory?.company;
    tree.forget(channel, department);
    const found = gone ? undefined : await company?.department(department, signal);
    if (found) await store.departments.place(channel, [found], clock.now());
    else await store.departments.drop(channel, department);
    changed();
  }

  async function formerMember(own: Learned): Promise<readonly Learned[]> {
    return (await store.directory.isKnown(own.channel, own.account)) ? [own] : [];
  }

  /** Whom the other directories know under the same attributes, where they find by them but do not tell them. */
  async function elsewhere(own: Learned, signal: AbortSignal): Promise<readonly Learned[]> {
    const found: Learned[] = [];
    for (const [channel, { directory }] of platforms) {
      if (channel === own.channel || !directory?.find) continue;
      for (const attribute of trust) {
        const value = own.attributes[attribute];
        const account = value === undefined ? undefined : await directory.find(attribute, value, signal);
        if (account !== undefined) found.push({ channel, account, attributes: { [attribute]: value } });
      }
    }
    return found;
  }

  return {
    look,
    lookNow: learn,
    join: joinSame,
    follow({ from, to, change }, changed, signal) {
      return change.of === 'member'
        ? followMember(to.channel, from, change.left, { changed, signal })
        : followDepartment(to.channel, change, { changed, signal });
    },
    async refresh(signal) {
      let changed = false;
      for (const { channel, ...sender } of await store.directory.due(clock.now() - refreshMs, A_STEP)) {
        if (signal.aborted) break;
        try {
          const limited = AbortSignal.any([signal, AbortSignal.timeout(LOOK_UP_MS)]);
          changed = (await learn(channel, sender, limited)) || changed;
        } catch (error) {
          if (!signal.aborted) log.warn('directory not read', { channel, error });
        }
      }
      return changed;
    },
  };
}

/** No look into any directory. */
export const noDirectoryWatch: DirectoryWatch = {
  look: async () => false,
  lookNow: async () => false,
  join: async () => false,
  follow: async () => undefined,
  refresh: async () => false,
};

export function directoryWatchOf(
  input: Omit<DirectoryParts, 'trust' | 'refreshMs'>,
  directory: Pick<DirectoryParts, 'trust' | 'refreshMs'> | undefined,
): DirectoryWatch {
  return directory ? createDirectoryWatch({ ...input, ...directory }) : noDirectoryWatch;
}

/** What may be gone by, in one form for all vendors; the rest is not kept. */
export function trusted(attributes: Learned['attributes'], trust: readonly Attribute[]): Learned['attributes'] {
  const entries = (Object.entries(attributes) as [Attribute, string][]).filter(([name]) => trust.includes(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, normalAttribute(name, value)]));
}
