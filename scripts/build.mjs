/**
 * Builds what the published package runs (npm calls this before it packs): JavaScript in dist/, since Node strips no
 * types below node_modules, in a few bundled files (bundle.mjs), the types of the simulator for who uses it as a library, the demo page
 * in dist/page, and what all of it is made of (dist/sbom.cdx.json, dist/licenses.txt, dist/notices.txt).
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { emitTypes } from './emit-types.mjs';
import { ensurePage, node24, ROOT, run } from './project.mjs';

for (const name of safeList('dist')) {
  if (name !== 'page') rmSync(join(ROOT, 'dist', name), { recursive: true });
}
await ensurePage();
for (const script of ['scripts/bundle.mjs', 'scripts/supply-chain.mjs --write']) {
  if ((await run(node24(), [...script.split(' '), 'dist'])) !== 0) process.exit(1);
}
await emitTypes('simulator/index.d.ts');

function safeList(folder) {
  try {
    return readdirSync(join(ROOT, folder));
  } catch {
    return [];
  }
}
