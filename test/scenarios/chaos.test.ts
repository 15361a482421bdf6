import { expect, it } from 'vitest';
import { runChaos } from '../chaos/chaos.ts';
import { FAULT_NAMES } from '../chaos/plan.ts';
import { describeWith } from '../support/requirements.ts';

/** `CHAOS_SEED` takes another one; longer runs: `npm run chaos`. */
const SEED = Number(process.env['CHAOS_SEED'] ?? 20_261_130);

describeWith('PostgreSQL', 'two gateways and three workers under fire', (postgres) => {
  describeWith('Redis', 'for less than a minute', (redis) => {
    it('keep every promise', { timeout: 480_000 }, async () => {
      const run = await runChaos({
        programs: { postgres, redis },
        seed: SEED,
        messages: 200,
        minutes: 2,
        names: FAULT_NAMES,
        conversations: 30,
        longestPauseMs: 4_000,
        everyMs: 1_200,
        patienceMs: 150_000,
        tell: () => undefined,
      });
      const broken = Object.entries(run.findings).filter(([, list]) => list.length > 0);
      expect(Object.fromEntries(broken), `seed ${SEED}, what the processes wrote: ${run.folder}`).toEqual({});
      expect(run.counts['acknowledged']).toBeGreaterThan(100);
      expect(run.strikes.length).toBeGreaterThan(5);
    });
  });
});
