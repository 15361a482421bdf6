/** The declarations of what the package offers as a library, in dist/ beside its JavaScript. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { node24, ROOT, run } from './project.mjs';

/** What a declaration imports from its neighbours; always written with the source's ending. */
const IMPORT = /((?:from |import\()')(\.[^']*)\.ts(')/g;

/**
 * Writes a declaration and those that it refers to, near or far, into dist/; ends the process when they cannot be made.
 * @param {string} entry Path of the declaration below dist/.
 */
export async function emitTypes(entry) {
  const folder = mkdtempSync(join(tmpdir(), 'posthouse-types-'));
  try {
    const compile = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json', '--outDir', folder];
    const code = await run(node24(), compile);
    if (code !== 0) process.exit(code);
    for (const path of reached(join(folder, entry))) {
      const target = join(ROOT, 'dist', relative(folder, path));
      cpSync(path, target, { recursive: true });
      writeFileSync(target, readFileSync(path, 'utf8').replaceAll(IMPORT, '$1$2.js$3'));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A declaration and everything that it imports. */
function reached(first) {
  const found = new Set([first]);
  for (const path of found) {
    for (const [, , target] of readFileSync(path, 'utf8').matchAll(IMPORT)) {
      found.add(join(dirname(path), `${target}.d.ts`));
    }
  }
  return found;
}
