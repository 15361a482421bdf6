import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Programs that some tests need and a bare machine may lack, with where to look for them. */
const REQUIREMENTS = {
  Chromium: {
    variable: 'CHROMIUM_PATH',
    paths: [
      '/usr/bin/chromium',
      '/usr/bin/chromium-browser',
      '/usr/bin/google-chrome',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
  },
} as const;

/** Whether a missing program is a failure: in CI, and for whoever sets POSTHOUSE_REQUIRE_ALL. */
const ALL_REQUIRED = process.env['CI'] === 'true' || process.env['POSTHOUSE_REQUIRE_ALL'] === '1';

/**
 * A `describe` for tests that need a program of the machine. Where it is missing, its tests are skipped and named at the
 * end of the run; where everything is required, they fail.
 *
 * @param body - Gets the program's path; called without it too, to learn the tests' names: use it inside tests and hooks.
 */
export function describeWith(need: keyof typeof REQUIREMENTS, title: string, body: (path: string) => void): void {
  const path = find(need);
  if (path !== undefined) return void describe(title, () => body(path));
  if (!ALL_REQUIRED) return void describe.skip(`${title} (${need} was not found)`, () => body(''));
  describe(title, () => {
    it(`finds ${need}`, () => expect.fail(`install it or set ${REQUIREMENTS[need].variable}`));
  });
}

function find(need: keyof typeof REQUIREMENTS): string | undefined {
  const { variable, paths } = REQUIREMENTS[need];
  return [process.env[variable], ...paths].find((path) => path !== undefined && existsSync(path));
}
