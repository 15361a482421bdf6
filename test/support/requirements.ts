import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { postgresPrograms } from './postgres-server.ts';

/** A program that some tests need and a bare machine may lack. */
interface Requirement {
  /** Says where it is when we do not find it. */
  readonly variable: string;
  readonly find: () => string | undefined;
}

const REQUIREMENTS = {
  Chromium: {
    variable: 'CHROMIUM_PATH',
    find: () =>
      firstOf([
        '/usr/bin/chromium',
        '/usr/bin/chromium-browser',
        '/usr/bin/google-chrome',
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      ]),
  },
  PostgreSQL: { variable: 'POSTGRES_BIN', find: postgresPrograms },
  Redis: {
    variable: 'REDIS_SERVER_PATH',
    find: () => firstOf((process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'redis-server'))),
  },
} as const satisfies Record<string, Requirement>;

export type Need = keyof typeof REQUIREMENTS;

/** Whether a missing program is a failure: in CI, and for whoever sets POSTHOUSE_REQUIRE_ALL. */
const ALL_REQUIRED = process.env['CI'] === 'true' || process.env['POSTHOUSE_REQUIRE_ALL'] === '1';

/**
 * A `describe` for tests that need a program of the machine. Where it is missing, its tests are skipped and named at the
 * end of the run; where everything is required, they fail.
 *
 * @param body - Gets the program's path; called without it too, to learn the tests' names: use it inside tests and hooks.
 */
export function describeWith(need: Need, title: string, body: (path: string) => void): void {
  const path = find(need);
  if (path !== undefined) return void describe(title, () => body(path));
  if (!ALL_REQUIRED) return void describe.skip(`${title} (${need} was not found)`, () => body(''));
  describe(title, () => {
    it(`finds ${need}`, () => expect.fail(`install it or set ${REQUIREMENTS[need].variable}`));
  });
}

function find(need: Need): string | undefined {
  const { variable, find: look } = REQUIREMENTS[need];
  return firstOf([process.env[variable]]) ?? look();
}

function firstOf(paths: readonly (string | undefined)[]): string | undefined {
  return paths.find((path) => path !== undefined && path !== '' && existsSync(path));
}
