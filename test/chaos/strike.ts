import { setTimeout as pause } from 'node:timers/promises';
import { isStreamed } from './answers.ts';
import { type Bed, LINES, relayOf } from './bed.ts';
import type { Strike } from './plan.ts';

/** Does one thing to a run and undoes it after its time; resolves then. @returns False when what it is for was not to be had. */
export async function perform(bed: Bed, strike: Strike): Promise<boolean> {
  if ('process' in strike && bed.fleet.isBusy(strike.process)) return false;
  await DEEDS[strike.name](bed, strike as never);
  return true;
}

type Of<Name extends Strike['name']> = Extract<Strike, { readonly name: Name }>;
type Deeds = { readonly [Name in Strike['name']]: (bed: Bed, strike: Of<Name>) => Promise<void> };

/** Servers that somebody restarts are not restarted twice at once. */
const restarting = new WeakSet<object>();

const DEEDS: Deeds = {
  kill: async ({ fleet }, { process, forMs }) => void (await fleet.restart(process, 'kill', forMs)),
  stop: async ({ fleet }, { process, forMs }) => void (await fleet.restart(process, 'stop', forMs)),
  pause: ({ fleet }, { process, forMs }) => fleet.pause(process, forMs),
  async clock({ fleet }, { process, byMs, forMs }) {
    fleet.setClock(process, byMs);
    await pause(forMs);
    fleet.setClock(process, 0);
  },
  'redis-restart': ({ redis }, { forMs }) => restart(redis, () => redis.kill(), forMs),
  'redis-flush': ({ redis }) => redis.flush(),
  'postgres-fast': ({ postgres }, { forMs }) => restart(postgres, () => postgres.stop(), forMs),
  'postgres-immediate': ({ postgres }, { forMs }) => restart(postgres, () => postgres.kill(), forMs),
  async partition({ relays }, { process, from, how, forMs }) {
    for (const far of from) await relays.call('break', { name: relayOf(process, far), how });
    await pause(forMs);
    for (const far of from) await relays.call('heal', relayOf(process, far));
  },
  async lines({ relays }, { how, forMs }) {
    await relays.call('break', { name: LINES, how });
    await pause(forMs);
    await relays.call('heal', LINES);
  },
  async vendor({ simulator }, { side, kind, share, afterEffect, forMs }) {
    simulator.faults.add({ side, kind, probability: share, forMs, afterEffect });
    await pause(forMs);
  },
  async agent({ simulator }, { kind, share, forMs }) {
    if (kind !== 'scenario-drop' && kind !== 'scenario-eof') {
      simulator.faults.add({ side: 'dify', kind, probability: share, forMs });
      return pause(forMs);
    }
    const scenario = kind === 'scenario-drop' ? 'drop' : 'eof';
    simulator.dify?.tune({ scenario: () => scenario });
    await pause(forMs);
    simulator.dify?.tune({ scenario: ({ query }) => (isStreamed(query) ? 'normal' : 'instant') });
  },
  async deliveries({ simulator }, { kind, share, forMs }) {
    simulator.faults.add({ kind, probability: share, forMs });
    await pause(forMs);
  },
};

async function restart(server: { start(): Promise<void> }, end: () => Promise<void>, forMs: number): Promise<void> {
  if (restarting.has(server)) return;
  restarting.add(server);
  await end();
  await pause(forMs);
  await server.start();
  restarting.delete(server);
}
