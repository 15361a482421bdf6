/**
 * Asks the registry for known weaknesses in what runs in production. Fails on those of moderate severity and above; where
 * the registry answers no such question, or cannot be reached, it says so and passes. `--root FOLDER` looks at another clone.
 */
import { spawnSync } from 'node:child_process';
import { npmCommand, npmPrefix, ROOT } from './project.mjs';

const SEVERE = ['moderate', 'high', 'critical'];

const at = process.argv.indexOf('--root');
const cwd = at === -1 ? ROOT : process.argv[at + 1];
const args = ['audit', '--json', '--omit=dev', '--package-lock-only', '--fetch-retries=0', '--fetch-timeout=20000'];
const { stdout } = spawnSync(npmCommand(), [...npmPrefix(), ...args], { cwd, encoding: 'utf8', maxBuffer: 1 << 26 });
const report = parsed(stdout);

if (report?.vulnerabilities === undefined) {
  console.log('not looked for: this registry answers no question about known weaknesses');
} else {
  const found = Object.values(report.vulnerabilities).filter(({ severity }) => SEVERE.includes(severity));
  for (const { name, severity, via } of found) console.error(`✘ ${name}: ${severity}, ${why(via)}`);
  if (found.length > 0) process.exitCode = 1;
  else console.log(`none known in ${report.metadata?.dependencies?.prod ?? 'the'} packages`);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is wrong, where the package itself has the weakness; else it has it from another one. */
function why(via) {
  const own = via
    .filter((one) => typeof one === 'object')
    .map(({ title, range, url }) => `${title} (${range}, ${url})`);
  return own.length > 0 ? own.join('; ') : `by ${via.join(', ')}`;
}
