/** `npm start`: installs on the first run, builds the demo page, and starts the demo. Runs on Node 18 or newer. */
import { fileURLToPath } from 'node:url';
import { ensureInstalled, ensurePage } from './project.mjs';

await ensureInstalled();
await ensurePage();
process.argv.splice(1, 1, fileURLToPath(new URL('../bin/posthouse.mjs', import.meta.url)), 'demo');
await import('../bin/posthouse.mjs');
