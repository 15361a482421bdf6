import { openStore } from '../../../src/store/open.ts';
import { message, NOON } from './samples.ts';

/*
 * A gateway to which as many deliveries come at once as it is told, each in a chat of its own. It tells its parent of every one that it
 * would acknowledge.
 */

const [url = '', count = '0'] = process.argv.slice(2);
const store = await openStore(url);
process.send?.('open');
await Promise.all(
  Array.from({ length: Number(count) }, async (_, index) => {
    await store.inbox.accept([message(`burst-${index}`, `burst-${index}`)], NOON);
    process.send?.(`burst-${index}`);
  }),
);
