import { expect, it } from 'vitest';
import { type Counts, runOnce } from '../fuzz/fuzz.ts';
import { TARGETS } from '../fuzz/targets.ts';

/** Enough to notice what breaks a reader altogether; `npm run fuzz` goes on from there. */
const INPUTS = 400;

it.each(TARGETS.map((target) => [target.name, target] as const))(
  '%s reads hundreds of mutated payloads or refuses them, and nothing else',
  (_, target) => {
    const counts: Counts = { runs: 0, refused: 0 };
    const findings = Array.from({ length: INPUTS }, (__, at) => runOnce(target, 1, at, counts));
    expect(findings.filter((finding) => finding !== undefined)).toEqual([]);
    // Nearly every change to what is sealed is refused, as it should be; elsewhere the reader itself has to be reached.
    if (!target.name.endsWith('ciphertext')) expect(counts.refused).toBeLessThan(INPUTS);
  },
);

it('a reader that breaks is found, with what reads the same input again', () => {
  const weak = {
    name: 'weak',
    make: () => Buffer.from('x'),
    read: () => {
      throw new TypeError('not ours');
    },
  };
  const finding = runOnce(weak, 1, 7, { runs: 0, refused: 0 });
  expect(finding).toMatchObject({ target: 'weak', seed: 1, at: 7, why: expect.stringContaining('not ours') as string });
});
