/**
 * `npm run generate`: writes the pages and the schema that are made from the code. With `--check` writes nothing and fails
 * when one of them is stale. Runs on Node 18 or newer.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { node24, ROOT, run } from './project.mjs';

const node = node24();
if (node === process.execPath) await generate();
else process.exitCode = await run(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)]);

async function generate() {
  const { generatedFiles } = await import('../src/cli/reference/index.ts');
  const root = pathToFileURL(ROOT);
  const stale = [...generatedFiles(root)].filter(([path, content]) => contentOf(new URL(path, root)) !== content);
  if (process.argv.includes('--check')) {
    for (const [path] of stale) console.error(`✘ ${path} is stale: npm run generate`);
    process.exitCode = stale.length === 0 ? 0 : 1;
    return;
  }
  for (const [path, content] of stale) {
    writeFileSync(new URL(path, root), content);
    console.log(`✔ ${path}`);
  }
}

function contentOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
