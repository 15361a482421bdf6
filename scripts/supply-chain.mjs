/**
 * What the program is made of, from package-lock.json. Runs on Node 18 or newer.
 *
 * `--check` fails when a package has a licence that is not allowed, or no hash. `--write FOLDER` writes what goes out
 * with a release: `sbom.cdx.json` (CycloneDX 1.5) and `licenses.txt`, both of what runs in production. Alone, prints the
 * licences. `--root FOLDER` reads another clone.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Licences that ask for no more than that they are named; nothing that claims our own source. */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'PSF-2.0'];
/** Files under these stay under them, which touches nobody who only builds with them. */
const ALLOWED_FOR_DEVELOPMENT = [...ALLOWED, 'CC-BY-4.0', 'CC0-1.0', 'MPL-2.0', 'Python-2.0', 'Unlicense'];

const ROOT = valueOf('--root') ?? fileURLToPath(new URL('..', import.meta.url));
const lock = readJson('package-lock.json');
const packages = Object.entries(lock.packages)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => ({ ...entry, path, name: path.slice(path.lastIndexOf('node_modules/') + 13) }))
  .map((one) => ({
    ...one,
    license: one.license ?? licenseOf(one.path),
    stub: one.integrity === undefined && one.optional,
  }))
  // For another system, and nothing but its name is known here.
  .filter((one) => !(one.stub && one.license === undefined));
const shipped = packages.filter((one) => !one.dev && !one.devOptional && !one.optional);

if (process.argv.includes('--check')) check();
else if (valueOf('--write') !== undefined) write(valueOf('--write'));
else console.log(licenseList().trimEnd());

function check() {
  const faults = packages.flatMap((one) => {
    const allowed = one.dev ? ALLOWED_FOR_DEVELOPMENT : ALLOWED;
    const where = `${one.path} ${one.version}`;
    return [
      ...(isAllowed(one.license, allowed) ? [] : [`${where}: licence ${one.license ?? 'unknown'} is not allowed`]),
      ...(one.integrity?.startsWith('sha512-') || one.stub ? [] : [`${where}: no hash in package-lock.json`]),
    ];
  });
  for (const fault of faults) console.error(`✘ ${fault}`);
  if (faults.length === 0) return console.log(`${packages.length} packages, ${shipped.length} of them shipped`);
  console.error('Take another package, or allow the licence in scripts/supply-chain.mjs and say why in the commit.');
  process.exitCode = 1;
}

/** An SPDX expression without brackets in brackets: one of the alternatives must be allowed, of what is joined all. */
function isAllowed(license, allowed) {
  if (typeof license !== 'string') return false;
  const alternatives = license.replace(/[()]/g, '').split(/ or /i);
  return alternatives.some((names) => names.split(/ and /i).every((name) => allowed.includes(name.trim())));
}

function write(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(sbom(), null, 2)}\n`);
  writeFileSync(join(folder, 'licenses.txt'), licenseList());
}

function licenseList() {
  const names = shipped.map(({ name, version, license }) => `${name} ${version}  ${license}`);
  return `${[...new Set(names)].sort().join('\n')}\n`;
}

/** The same lockfile gives the same bytes: no time, and a serial number made of the lockfile. */
function sbom() {
  const { name, version, license } = lock.packages[''];
  const digest = createHash('sha256').update(JSON.stringify(lock)).digest('hex');
  const serial = [8, 4, 4, 4, 12].map((length, index, all) => {
    const from = all.slice(0, index).reduce((sum, one) => sum + one, 0);
    return digest.slice(from, from + length);
  });
  const root = { 'bom-ref': `${name}@${version}`, type: 'application', name, version, licenses: licenses(license) };
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber: `urn:uuid:${serial.join('-')}`,
    version: 1,
    metadata: { component: { ...root, purl: purl(name, version) } },
    components: shipped.map(component),
    dependencies: [{ ref: root['bom-ref'], dependsOn: refsOf('', lock.packages['']) }, ...shipped.map(dependency)],
  };
}

function component({ path, name, version, license, integrity }) {
  return {
    'bom-ref': path,
    type: 'library',
    name,
    version,
    purl: purl(name, version),
    licenses: licenses(license),
    ...(integrity && {
      hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.slice(7), 'base64').toString('hex') }],
    }),
  };
}

function dependency(one) {
  return { ref: one.path, dependsOn: refsOf(one.path, one) };
}

/** Where Node would find each dependency: below the package, then below each package around it. */
function refsOf(path, { dependencies = {} }) {
  const around = path.split(/\/?node_modules\//).slice(1);
  return Object.keys(dependencies).flatMap((name) => {
    for (let depth = around.length; depth >= 0; depth--) {
      const candidate = [...around.slice(0, depth), name].map((part) => `node_modules/${part}`).join('/');
      if (shipped.some((one) => one.path === candidate)) return [candidate];
    }
    return [];
  });
}

function licenses(license) {
  if (license === undefined) return [];
  return / /.test(license) ? [{ expression: license }] : [{ license: { id: license } }];
}

function purl(name, version) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** The lockfile leaves a licence out now and then; the package itself has it. */
function licenseOf(path) {
  const file = join(path, 'package.json');
  return existsSync(join(ROOT, file)) ? readJson(file).license : undefined;
}

function readJson(path) {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}

function valueOf(option) {
  const at = process.argv.indexOf(option);
  return at < 0 ? undefined : process.argv[at + 1];
}
