import { LRUCache } from 'lru-cache';
import type { Sender } from '../core/event.ts';
import type { ChannelName } from '../core/ids.ts';
import type { Lang } from '../core/lang.ts';
import type { PeopleStore, Person } from '../core/store.ts';
import { guessLang } from '../core/text.ts';

const REMEMBERED = 10_000;
const REMEMBERED_MS = 10 * 60_000;

/** Finds the person behind an account. */
export interface People {
  identify(channel: ChannelName, sender: Sender, now: number): Promise<Person>;
}

/** People as the store knows them, remembered for ten minutes as long as the vendor tells the same of the account. */
export function createPeople(store: PeopleStore): People {
  const cache = new LRUCache<string, { readonly told: string; readonly person: Person }>({
    max: REMEMBERED,
    ttl: REMEMBERED_MS,
  });
  return {
    async identify(channel, sender, now) {
      const key = JSON.stringify([channel, sender.account]);
      const told = JSON.stringify([sender.name, sender.ids]);
      const known = cache.get(key);
      if (known?.told === told) return known.person;
      const person = await store.identify(channel, sender, now);
      cache.set(key, { told, person });
      return person;
    },
  };
}

/** The language to answer in: Chinese to who writes it, else what she chose or her client speaks, else what she writes. */
export function langOf(person: Person, sender: Sender, text = ''): Lang {
  const written = guessLang(text);
  if (written === 'zh') return 'zh';
  return person.lang ?? sender.lang ?? written ?? 'zh';
}
