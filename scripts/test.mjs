/** `npm test`: installs if need be, then runs every test. Takes Vitest's arguments. Runs on Node 18 or newer. */
import { ensureInstalled, ensurePage, node24, run } from './project.mjs';

await ensureInstalled();
await ensurePage();
process.exitCode = await run(node24(), ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)]);
