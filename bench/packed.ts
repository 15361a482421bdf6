import { spawnSync } from 'node:child_process';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from './machine.ts';

export const ROOT = join(import.meta.dirname, '..');

/**
 * The program as its package has it: JavaScript, started by its launcher. What a clone runs is the same TypeScript, but
 * every start then strips the types, and keeps what that needs in memory.
 *
 * @param inFiles - Compiled file by file instead of bundled: slower to start, and a profile names the files.
 * @returns A folder of its own; the launcher is `bin/posthouse.mjs` in it.
 */
export function buildPackage(inFiles = false): string {
  const folder = newFolder();
  const dist = join(folder, 'dist');
  const args = inFiles
    ? [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', dist]
    : [join(ROOT, 'scripts/bundle.mjs'), dist];
  const built = spawnSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (built.status !== 0) throw new Error('the program does not compile');
  for (const name of ['bin', 'package.json']) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
