/**
 * Builds what the published package runs (npm calls this before it packs): JavaScript in dist/, since Node strips no
 * types below node_modules, the files that are not TypeScript beside it, the demo page in dist/page, and what all of it
 * is made of (dist/sbom.cdx.json, dist/licenses.txt).
 */
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePage, node24, ROOT, run } from './project.mjs';

for (const name of safeList('dist')) {
  if (name !== 'page') rmSync(join(ROOT, 'dist', name), { recursive: true });
}
await ensurePage();
const code = await run(node24(), ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
if (code !== 0) process.exit(code);
if ((await run(node24(), ['scripts/supply-chain.mjs', '--write', 'dist'])) !== 0) process.exit(1);
cpSync(join(ROOT, 'src'), join(ROOT, 'dist'), { recursive: true, filter: (path) => !/\.tsx?$/.test(path) });

function safeList(folder) {
  try {
    return readdirSync(join(ROOT, folder));
  } catch {
    return [];
  }
}
