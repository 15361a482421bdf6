import { LRUCache } from 'lru-cache';
import type { Clock } from '../core/clock.ts';
import type { Sender } from '../core/event.ts';
import type { ChannelName } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import { type Attribute, type Learned, normalAttribute } from '../core/members.ts';
import type { Platform } from '../core/platform.ts';
import type { Store } from '../core/store.ts';

const REMEMBERED = 50_000;
/** A vendor who takes longer keeps nobody from an answer: she is looked up another time. */
const LOOK_UP_MS = 3_000;
const AGAIN_AFTER_MS = 5 * 60_000;
const A_STEP = 50;

export interface DirectoryParts {
  readonly platforms: ReadonlyMap<ChannelName, Platform>;
  readonly store: Pick<Store, 'directory' | 'people'>;
  /** Attributes by which two accounts are one person's; none switches all of this off. */
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
  /** Looks up again whoever was last looked up too long ago, a few at a time. @returns true when persons may have changed. */
  refresh(signal: AbortSignal): Promise<boolean>;
}

export function createDirectoryWatch(parts: DirectoryParts): DirectoryWatch {
  const { platforms, store, trust, refreshMs, clock, log } = parts;
  const looked = new LRUCache<string, true>({ max: REMEMBERED });

  async function look(channel: ChannelName, sender: Pick<Sender, 'account' | 'ids'>): Promise<boolean> {
    const key = JSON.stringify([channel, sender.account]);
    if (trust.length === 0 || !platforms.get(channel)?.directory || looked.has(key)) return false;
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
    const found = await platforms.get(channel)?.directory?.member(sender, signal);
    const { account } = sender;
    const attributes = normal(found?.attributes ?? {});
    const own: Learned = { channel, account, attributes, isActive: found?.isActive ?? false };
    // Who never was a member has not left: customers and other companies' people.
    const learned = found ? [own, ...(await elsewhere(own, signal))] : await formerMember(own);
    if (learned.length === 0) return false;
    await store.directory.learn(learned, clock.now());
    const same = await store.directory.match(channel, account, trust);
    if (same === undefined) return found?.isActive !== true;
    const person = await store.people.identify(channel, sender, clock.now());
    await store.people.merge(same, person.id, { actor: 'directory', reason: 'directory' }, clock.now());
    return true;
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
    async refresh(signal) {
      let changed = false;
      if (trust.length === 0) return false;
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
export const noDirectoryWatch: DirectoryWatch = { look: async () => false, refresh: async () => false };

export function directoryWatchOf(
  input: Omit<DirectoryParts, 'trust' | 'refreshMs'>,
  directory: Pick<DirectoryParts, 'trust' | 'refreshMs'> | undefined,
): DirectoryWatch {
  return directory ? createDirectoryWatch({ ...input, ...directory }) : noDirectoryWatch;
}

const REFRESH_EVERY_MS = 60_000;

/** Keeps what is known of members up to date, a few of them a minute. */
export function startDirectoryRefresh(watch: DirectoryWatch, people: { forgetAll(): void }, log: Log) {
  const ended = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  async function step(): Promise<void> {
    try {
      if (await watch.refresh(ended.signal)) people.forgetAll();
    } catch (error) {
      log.error('directory not refreshed', { error });
    }
  }

  return {
    start() {
      if (watch === noDirectoryWatch) return;
      timer = setInterval(() => {
        running = running.then(step);
      }, REFRESH_EVERY_MS);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      ended.abort(new Error('the gateway is stopping'));
      await running;
    },
  };
}

function normal(attributes: Learned['attributes']): Learned['attributes'] {
  const entries = Object.entries(attributes) as [Attribute, string][];
  return Object.fromEntries(entries.map(([name, value]) => [name, normalAttribute(name, value)]));
}
