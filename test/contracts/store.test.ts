import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyDatabase, type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { describeWith } from '../support/requirements.ts';
import { type StoreEngine, storeContract } from './store.contract.ts';

const SQLITE: StoreEngine = {
  name: 'SQLite',
  oneOwner: true,
  async place() {
    const folder = await mkdtemp(join(tmpdir(), 'posthouse-store-'));
    return {
      url: join(folder, 'data', 'posthouse.db'),
      remove: () => rm(folder, { recursive: true, force: true }),
    };
  },
};

/** A database is used again when it is free, for making one costs more than most tests. */
function postgres(programs: string): StoreEngine {
  let server: Promise<PostgresServer> | undefined;
  const free: string[] = [];
  return {
    name: 'PostgreSQL',
    oneOwner: false,
    async place() {
      server ??= startPostgres(programs);
      const url = free.pop() ?? (await (await server).database());
      return {
        url,
        async remove() {
          await emptyDatabase(url);
          free.push(url);
        },
      };
    },
    close: async () => (await server)?.close(),
  };
}

storeContract(SQLITE);
describeWith('PostgreSQL', 'with a server', (programs) => storeContract(postgres(programs)));
