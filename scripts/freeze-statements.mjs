/**
 * `node scripts/freeze-statements.mjs [--name=<name>] [--revision=<revision>]`: writes down what this version (or a revision) asks of its store, in both engines' SQL, and the
 * migrations that it knows, as `test/fixtures/statements/<name>.json`; the name is the version of package.json when it is not given. Done once for each release: from then on a test
 * asks the same of every newer schema. A file that is there stays as it is. Runs on Node 18 or newer.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { node24, ROOT, run } from './project.mjs';

const ENGINES = ['sqlite', 'postgres'];
const FOLDER = join(ROOT, 'test/fixtures/statements');

const node = node24();
if (node === process.execPath) await freeze();
else process.exitCode = await run(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)]);

async function freeze() {
  const { values } = parseArgs({ options: { name: { type: 'string' }, revision: { type: 'string' } } });
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const file = join(FOLDER, `${values.name ?? version}.json`);
  if (existsSync(file)) {
    console.error(`✘ ${file} is there: what a released version asks does not change`);
    process.exitCode = 1;
    return;
  }
  const engines = [];
  for (const engine of ENGINES)
    engines.push(`${JSON.stringify(engine)}: ${textOf(await read(engine, values.revision))}`);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(file, `{\n${engines.join(',\n')}\n}\n`);
  console.log(`✔ ${file}`);
}

/** The module of an engine's statements, as it is or as a revision had it. */
async function read(engine, revision) {
  const path = `src/store/${engine}/statements.generated.ts`;
  if (revision === undefined) return import(pathToFileURL(join(ROOT, path)).href);
  const folder = mkdtempSync(join(tmpdir(), 'posthouse-freeze-'));
  const copy = join(folder, `${engine}.ts`);
  writeFileSync(copy, execFileSync('git', ['show', `${revision}:${path}`], { cwd: ROOT, maxBuffer: 64 << 20 }));
  const module = await import(pathToFileURL(copy).href);
  rmSync(folder, { recursive: true });
  return module;
}

/** A line for each statement and each migration, so that two files can be compared by eye. */
function textOf({ STATEMENTS, SCRIPTS }) {
  const statements = Object.entries(STATEMENTS).map(
    ([name, statement]) => `${JSON.stringify(name)}: ${JSON.stringify(statement)}`,
  );
  const migrations = SCRIPTS.map((script) => JSON.stringify(script));
  return `{\n"statements": {\n${statements.join(',\n')}\n},\n"migrations": [\n${migrations.join(',\n')}\n]\n}`;
}
