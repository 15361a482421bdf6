import type { Sender } from '../core/event.ts';
import type { Fleet } from '../core/fleet.ts';
import type { ChannelName, PersonId } from '../core/ids.ts';
import type { Lang } from '../core/lang.ts';
import type { PeopleStore, Person } from '../core/people-store.ts';
import { guessLang } from '../core/text.ts';
import { Recent } from '../lib/recent.ts';
import { type DirectoryWatch, noDirectoryWatch } from './directory/watch.ts';

const REMEMBERED = 10_000;
const REMEMBERED_MS = 10 * 60_000;

/** Finds the person behind an account. */
export interface People {
  /**
   * As remembered: up to ten minutes old. The beginning of a turn finds out when the account has become somebody else's (`moved`);
   * whoever acts on the person otherwise asks `identifyNow`.
   */
  identify(channel: ChannelName, sender: Sender, now: number): Promise<Person>;
  identifyNow(channel: ChannelName, sender: Sender, now: number): Promise<Person>;
  /** Persons were linked, parted or changed, here or by another process: what is remembered of them is void. */
  forget(persons: readonly PersonId[]): void;
  forgetAll(): void;
}

/**
 * People as the store knows them, remembered for ten minutes as long as the vendor tells the same of the account.
 *
 * @param fresh - Resolves when nothing is remembered any more that was changed long ago by somebody whom nobody has heard.
 */
export function createPeople(
  store: PeopleStore,
  watch: DirectoryWatch = noDirectoryWatch,
  fresh: () => Promise<unknown> = () => Promise.resolve(),
): People {
  const cache = new Recent<string, { readonly told: string; readonly person: Person }>({
    max: REMEMBERED,
    ttl: REMEMBERED_MS,
  });
  const toldBy = (sender: Sender) => JSON.stringify([sender.name, sender.ids]);
  const keyOf = (channel: ChannelName, sender: Sender) => JSON.stringify([channel, sender.account]);

  async function identifyNow(channel: ChannelName, sender: Sender, now: number): Promise<Person> {
    let person = await store.identify(channel, sender, now);
    const changed = await watch.look(channel, sender);
    // Who was shut out may have just been let in again.
    if (changed || person.hasLeft === true) person = await store.identify(channel, sender, now);
    cache.set(keyOf(channel, sender), { told: toldBy(sender), person });
    return person;
  }

  return {
    identifyNow,
    async identify(channel, sender, now) {
      await fresh();
      const known = cache.get(keyOf(channel, sender));
      return known?.told === toldBy(sender) ? known.person : identifyNow(channel, sender, now);
    },
    forgetAll: () => cache.clear(),
    forget(persons) {
      for (const [key, { person }] of cache.entries()) if (persons.includes(person.id)) cache.delete(key);
    },
  };
}

/** What is said for everybody. */
const ALL = '"all"';

/** What one process forgets, all do; and what depends on people (`others`) too. */
export function sharedPeople(people: People, others: Pick<People, 'forget' | 'forgetAll'>, fleet: Fleet): People {
  fleet.hear('people', (text) => {
    for (const one of [people, others]) {
      if (text === ALL) one.forgetAll();
      else one.forget(JSON.parse(text) as PersonId[]);
    }
  });
  return {
    ...people,
    forget: (persons) => fleet.say('people', JSON.stringify(persons)),
    forgetAll: () => fleet.say('people', ALL),
  };
}

/** The language to answer in: Chinese to who writes it, else what she chose or her client speaks, else what she writes. */
export function langOf(person: Person, sender: Sender, text = ''): Lang {
  const written = guessLang(text);
  if (written === 'zh') return 'zh';
  return person.lang ?? sender.lang ?? written ?? 'zh';
}
