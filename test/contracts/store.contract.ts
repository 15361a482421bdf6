import { afterAll, afterEach, describe } from 'vitest';
import type { Store } from '../../src/core/store.ts';
import { openStore } from '../../src/store/open.ts';
import { approvalsContract } from './store/approvals.ts';
import { atOnceContract } from './store/at-once.ts';
import { callsContract } from './store/calls.ts';
import { crashContract } from './store/crash.ts';
import { departmentsContract } from './store/departments.ts';
import { directoryContract } from './store/directory.ts';
import { inboxContract } from './store/inbox.ts';
import { memosContract } from './store/memos.ts';
import { orderContract } from './store/order.ts';
import { outboxContract } from './store/outbox.ts';
import { peopleContract } from './store/people.ts';
import { placeholdersContract } from './store/placeholders.ts';
import { pushesContract } from './store/pushes.ts';
import { recordsContract } from './store/records.ts';
import { rightsContract } from './store/rights.ts';
import { sessionsContract } from './store/sessions.ts';
import { turnsContract } from './store/turns.ts';
import { upkeepContract } from './store/upkeep.ts';

/** An engine that keeps the store's promises. */
export interface StoreEngine {
  readonly name: string;
  /** An empty place for a store. */
  place(): Promise<StorePlace>;
  /** Whether only one process at a time may work on a store. */
  readonly oneOwner: boolean;
  /** Ends what `place` has started. */
  close?(): Promise<void>;
}

export interface StorePlace {
  /** What `DATABASE_URL` would say. */
  readonly url: string;
  remove(): Promise<void>;
}

/** What the parts of the suite stand on; everything is closed and removed after each test. */
export interface Ground {
  readonly engine: StoreEngine;
  /** A store in an empty place. */
  fresh(): Promise<Store>;
  /** An empty place, to be opened more than once. */
  place(): Promise<StorePlace>;
  open(place: StorePlace): Promise<Store>;
}

/** What every engine promises; see `core/store.ts`. */
export function storeContract(engine: StoreEngine): void {
  describe(`a store in ${engine.name}`, () => {
    const stores: Store[] = [];
    const places: StorePlace[] = [];

    afterEach(async () => {
      for (const store of stores.splice(0)) await store.close();
      for (const place of places.splice(0)) await place.remove();
    });
    afterAll(() => engine.close?.());

    const ground: Ground = {
      engine,
      async place() {
        const place = await engine.place();
        places.push(place);
        return place;
      },
      async open(place) {
        const store = await openStore(place.url);
        stores.push(store);
        return store;
      },
      fresh: async () => ground.open(await ground.place()),
    };

    inboxContract(ground);
    outboxContract(ground);
    turnsContract(ground);
    sessionsContract(ground);
    peopleContract(ground);
    recordsContract(ground);
    directoryContract(ground);
    departmentsContract(ground);
    pushesContract(ground);
    rightsContract(ground);
    callsContract(ground);
    approvalsContract(ground);
    memosContract(ground);
    placeholdersContract(ground);
    upkeepContract(ground);
    atOnceContract(ground);
    orderContract(ground);
    crashContract(ground);
  });
}
