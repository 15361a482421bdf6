import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StoreEngine, storeContract } from './store.contract.ts';

/** Every engine runs the same suite; PostgreSQL joins this list. */
const ENGINES: readonly StoreEngine[] = [
  {
    name: 'SQLite',
    oneOwner: true,
    async place() {
      const folder = await mkdtemp(join(tmpdir(), 'posthouse-store-'));
      return {
        url: join(folder, 'data', 'posthouse.db'),
        remove: () => rm(folder, { recursive: true, force: true }),
      };
    },
  },
];

for (const engine of ENGINES) storeContract(engine);
