import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { postgresPrograms } from './postgres-server.ts';

/** A program that some tests and commands need and a bare machine may lack. */
interface Requirement {
  /** Says where it is when we do not find it. */
  readonly variable: string;
  readonly find: () => string | undefined;
}

export const PROGRAMS = {
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
    find: () => onPath('redis-server'),
  },
  promtool: { variable: 'PROMTOOL_PATH', find: () => onPath('promtool') },
} as const satisfies Record<string, Requirement>;

export type Need = keyof typeof PROGRAMS;

/** Its path; undefined where it is not. */
export function findProgram(need: Need): string | undefined {
  const { variable, find: look } = PROGRAMS[need];
  return firstOf([process.env[variable]]) ?? look();
}

function onPath(name: string): string | undefined {
  return firstOf((process.env['PATH'] ?? '').split(':').map((folder) => join(folder, name)));
}

function firstOf(paths: readonly (string | undefined)[]): string | undefined {
  return paths.find((path) => path !== undefined && path !== '' && existsSync(path));
}

/** The path of a program that a command cannot do without. @throws {Error} When it is not there. */
export function programOf(need: Need): string {
  const path = findProgram(need);
  if (path === undefined) throw new Error(`${need} was not found: install it or set ${PROGRAMS[need].variable}`);
  return path;
}
