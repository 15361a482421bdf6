import { execFileSync } from 'node:child_process';
import { postgresPrograms, startPostgres } from '../test/support/postgres-server.ts';
import { startRedis } from '../test/support/redis-server.ts';

/** A PostgreSQL that keeps what it was given, as an operator's does, and a Redis; each of its own, ended with the scenario. */
export interface Servers {
  /** What connects a gateway to them: each call names a new, empty database. */
  env(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

/** @throws {Error} Where one of the two is not installed. */
export async function startServers(): Promise<Servers> {
  const programs = postgresPrograms();
  if (programs === undefined)
    throw new Error('this scenario needs PostgreSQL: install it, or name its folder in POSTGRES_BIN');
  const redisProgram = execFileSync('sh', ['-c', 'command -v redis-server || true'], { encoding: 'utf8' }).trim();
  if (redisProgram === '') throw new Error('this scenario needs redis-server: install it');
  const postgres = await startPostgres(programs, { fsync: true });
  const redis = await startRedis(redisProgram);
  return {
    env: async () => ({ DATABASE_URL: await postgres.database(), REDIS_URL: redis.url }),
    async close() {
      await redis.close();
      await postgres.close();
    },
  };
}
