import { spawnSync } from 'node:child_process';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from './machine.ts';

const ROOT = join(import.meta.dirname, '..');

/**
 * The program as its package has it: JavaScript, started by its launcher. What a clone runs is the same TypeScript, but
 * every start then strips the types, and keeps what that needs in memory.
 *
 * @returns A folder of its own; the launcher is `bin/posthouse.mjs` in it.
 */
export function buildPackage(): string {
  const folder = newFolder();
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const args = [compiler, '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', join(folder, 'dist')];
  const built = spawnSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (built.status !== 0) throw new Error('the program does not compile');
  cpSync(join(ROOT, 'src'), join(folder, 'dist'), { recursive: true, filter: (path) => !/\.tsx?$/.test(path) });
  for (const name of ['bin', 'package.json']) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
