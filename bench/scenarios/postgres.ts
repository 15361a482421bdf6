import type { Bed } from '../bed.ts';
import type { Report } from '../figures.ts';
import { startServers } from '../servers.ts';
import { compareAnswering, midOf } from './throughput.ts';

/** The same as `throughput`, in one process on PostgreSQL (fsync on) and Redis beside one on SQLite. */
export async function postgres(bed: Bed): Promise<Report> {
  const servers = await startServers();
  try {
    const onPostgres = await bed.startGateway({ env: await servers.env() });
    const rounds = await compareAnswering(bed, [
      { ...onPostgres, name: 'postgres' },
      { ...(await bed.startGateway()), name: 'sqlite' },
    ]);
    await bed.stop(onPostgres);
    const figures = (['perSecond', 'ackP50', 'ackP99', 'cpu'] as const).map((field) => ({
      name: NAMES[field][0],
      value: midOf(rounds, 'postgres', field),
      unit: NAMES[field][1],
      beside: { name: 'SQLite', value: midOf(rounds, 'sqlite', field) },
    }));
    return { scenario: 'one process on PostgreSQL and Redis: 64 at once, each asks again when answered', figures };
  } finally {
    await servers.close();
  }
}

const NAMES = {
  perSecond: ['accepted and answered', '/s'],
  ackP50: ['ack p50', 'ms'],
  ackP99: ['ack p99', 'ms'],
  cpu: ['processor time a message, without the servers’', 'µs'],
} as const;
