import type { Bed } from '../bed.ts';
import type { Figure, Report } from '../figures.ts';
import { startServers } from '../servers.ts';
import { checkComplete } from './throughput.ts';

const COUNTS = [1, 2, 4] as const;
/** Conversations that one worker has in hand at once, each for as long as the agent takes: the agent is the limit, not the machine. */
const AT_ONCE = 12;
/** An answer of a second, in four pieces. */
const AGENT = { pieces: 4, everyMs: 333 };
const PLAN = { chats: 96, concurrent: 96, nextWhen: 'answered', count: 5_000, forMs: 10_000, drainMs: 20_000 } as const;

/** One gateway and 1, 2 and 4 workers on PostgreSQL and Redis, with an agent that takes a second for each answer. */
export async function workers(bed: Bed): Promise<Report> {
  const servers = await startServers();
  try {
    const rates: number[] = [];
    for (const count of COUNTS) rates.push(await rateWith(count, bed, await servers.env()));
    const [one = Number.NaN] = rates;
    const figures = rates.map((rate, index): Figure => {
      const figure = { name: `answered by ${COUNTS[index]}`, value: rate, unit: '/s' };
      if (index === 0) return figure;
      const beside = { name: 'one', value: one };
      return index === COUNTS.length - 1 ? { ...figure, beside, budget: { atLeast: 3.6 } } : { ...figure, beside };
    });
    return { scenario: `workers, ${AT_ONCE} conversations at once each, an agent that takes a second`, figures };
  } finally {
    await servers.close();
  }
}

async function rateWith(count: number, bed: Bed, env: Readonly<Record<string, string>>): Promise<number> {
  const gateway = await bed.startGateway({ env: { ...env, ROLE: 'gateway' } });
  const all = [gateway];
  for (let number = 0; number < count; number += 1) {
    all.push(await bed.startGateway({ env: { ...env, ROLE: 'worker', WORK_MAX_ACTIVE: String(AT_ONCE) } }));
  }
  await bed.far.call('plan', AGENT);
  const ran = await bed.run(gateway, PLAN);
  checkComplete(gateway, ran);
  for (const one of all.toReversed()) await bed.stop(one);
  return (ran.answered / ran.answeredInMs) * 1000;
}
