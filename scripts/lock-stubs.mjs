/**
 * Completes package-lock.json with stubs for the packages of other platforms.
 *
 * A registry that does not serve a package's binaries for other systems makes npm drop them from the lockfile, and
 * `npm ci` then refuses it ("Missing: … from lock file"). A stub says which system the package is for, so npm passes it
 * over everywhere else without asking for it. Stubs carry no hash: where a complete registry is at hand, make the
 * lockfile of a release against that one.
 *
 * `node scripts/lock-stubs.mjs` writes, `--check` only says what is wrong (exit code 1). Run it after every change of
 * the dependencies.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const LOCKFILE = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

const text = readFileSync(LOCKFILE, 'utf8');
const lock = JSON.parse(text);
const missing = findMissing(lock.packages);
const hosted = Object.entries(lock.packages).filter(([, entry]) => entry.resolved?.startsWith('http'));

if (process.argv.includes('--check')) check();
else write();

function check() {
  for (const [path, { parent }] of missing)
    console.error(`package-lock.json: no entry for ${path}, wanted by ${parent}`);
  for (const [path] of hosted) console.error(`package-lock.json: ${path} names the registry it was fetched from`);
  if (missing.size + hosted.length === 0) return;
  console.error('Run `node scripts/lock-stubs.mjs` and commit package-lock.json.');
  process.exitCode = 1;
}

function write() {
  for (const [path, { stub }] of missing) lock.packages[path] = stub;
  for (const [, entry] of hosted) delete entry.resolved;
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
  const result = `${JSON.stringify(lock, null, 2)}\n`;
  if (result !== text) writeFileSync(LOCKFILE, result);
  console.log(`package-lock.json: ${missing.size} stubs added, ${hosted.length} registry addresses removed`);
}

/** Every optional dependency that no entry of the lockfile stands for, by the path where npm looks for it. */
function findMissing(packages) {
  const found = new Map();
  for (const [parent, entry] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      if (resolves(packages, parent, name)) continue;
      found.set(`node_modules/${name}`, { parent: parent || 'package.json', stub: makeStub(name, range, entry) });
    }
  }
  return found;
}

/** Looks where Node would: below the package itself, then below each package around it, last at the top. */
function resolves(packages, parent, name) {
  const around = parent.split(/\/?node_modules\//).slice(1);
  for (let depth = around.length; depth >= 0; depth--) {
    const path = [...around.slice(0, depth), name].map((part) => `node_modules/${part}`).join('/');
    if (packages[path] !== undefined) return true;
  }
  return false;
}

/** Reads the system off the package's name (`@oxlint/binding-linux-arm64-musl`). */
function makeStub(name, range, parent) {
  const words = name.slice(name.indexOf('/') + 1).split('-');
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  // Without a system npm would fetch the stub everywhere, and fail.
  if (os.length + cpu.length === 0) throw new Error(`cannot tell from its name which system ${name} is for`);
  return {
    version: range.replace(/^[\^~]/, ''),
    ...(cpu.length > 0 && { cpu }),
    ...(parent.dev && { dev: true }),
    ...(words.includes('musl') && { libc: ['musl'] }),
    optional: true,
    ...(os.length > 0 && { os }),
  };
}
