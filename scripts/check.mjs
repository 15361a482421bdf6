/**
 * `npm run check`: everything that CI asks for; all steps run, then the ones that failed are named.
 * `npm run fix` (`--fix`) repairs what can be repaired by itself. Runs on Node 18 or newer.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, node24, ROOT, run } from './project.mjs';

const FIXES = [
  ['format', 'node_modules/@biomejs/biome/bin/biome', 'check', '--write', '.'],
  ['lint', 'node_modules/oxlint/bin/oxlint', '--fix'],
  ['lockfile', 'scripts/lock-stubs.mjs'],
  ['generated pages', 'scripts/generate.mjs'],
];
const CHECKS = [
  ['lockfile', 'scripts/lock-stubs.mjs', '--check'],
  ['supply chain', 'scripts/supply-chain.mjs', '--check'],
  ['known weaknesses', 'scripts/audit.mjs'],
  ['format', 'node_modules/@biomejs/biome/bin/biome', 'ci', '.'],
  ['lint', 'node_modules/oxlint/bin/oxlint'],
  ['types', 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'],
  ['types of the page', 'node_modules/typescript/bin/tsc', '-p', 'web/tsconfig.json'],
  ['dead code', 'node_modules/knip/bin/knip.js'],
  ['generated pages', 'scripts/generate.mjs', '--check'],
  ['tests, architecture included', 'scripts/test.mjs'],
];

await ensureInstalled();
const failed = [];
for (const [name, ...args] of process.argv.includes('--fix') ? FIXES : CHECKS) {
  if (!existsSync(join(ROOT, args[0]))) continue;
  console.log(`\n▸ ${name}`);
  if ((await run(node24(), args)) !== 0) failed.push(name);
}
console.log(failed.length === 0 ? '\n✔ all in order' : `\n✘ failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
