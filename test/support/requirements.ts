import { describe, expect, it } from 'vitest';
import { findProgram, type Need, PROGRAMS } from './programs.ts';

export type { Need } from './programs.ts';

/** Whether a missing program is a failure: in CI, and for whoever sets POSTHOUSE_REQUIRE_ALL. */
const ALL_REQUIRED = process.env['CI'] === 'true' || process.env['POSTHOUSE_REQUIRE_ALL'] === '1';

/**
 * A `describe` for tests that need a program of the machine. Where it is missing, its tests are skipped and named at the
 * end of the run; where everything is required, they fail.
 *
 * @param body - Gets the program's path; called without it too, to learn the tests' names: use it inside tests and hooks.
 */
export function describeWith(need: Need, title: string, body: (path: string) => void): void {
  const path = findProgram(need);
  if (path !== undefined) return void describe(title, () => body(path));
  if (!ALL_REQUIRED) return void describe.skip(`${title} (${need} was not found)`, () => body(''));
  describe(title, () => {
    it(`finds ${need}`, () => expect.fail(`install it or set ${PROGRAMS[need].variable}`));
  });
}
