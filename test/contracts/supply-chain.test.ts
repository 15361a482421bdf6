import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const SCRIPT = resolve(import.meta.dirname, '../../scripts/supply-chain.mjs');
const HASH = `sha512-${Buffer.alloc(64, 7).toString('base64')}`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'posthouse-supply-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Entry {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** A clone with nothing but a lockfile; every package is pinned and MIT unless it says otherwise. */
function lock(entries: Readonly<Record<string, Entry>>): void {
  const packages = Object.fromEntries(
    Object.entries(entries).map(([path, entry]) => [
      path,
      { version: '1.0.0', license: 'MIT', integrity: HASH, ...entry },
    ]),
  );
  const root = { name: 'clone', version: '2.0.0', license: 'Apache-2.0', dependencies: { good: '1.0.0' } };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': root, ...packages } }));
}

const check = () => spawnSync(process.execPath, [SCRIPT, '--check', '--root', folder], { encoding: 'utf8' });

it('what we are made of has licences that are allowed, and a hash each', () => {
  expect(execFileSync(process.execPath, [SCRIPT, '--check'], { encoding: 'utf8' })).toMatch(/^\d+ packages/);
});

it('a licence that asks for our source is refused by name, and a better alternative is taken', () => {
  lock({
    'node_modules/good': { license: '(GPL-3.0-only OR MIT)' },
    'node_modules/bad': { license: 'AGPL-3.0-only' },
    'node_modules/both': { license: 'MIT AND GPL-2.0-only' },
    'node_modules/builder': { license: 'MPL-2.0', dev: true },
    'node_modules/shipped': { license: 'MPL-2.0' },
  });
  const { status, stderr } = check();
  expect(status).toBe(1);
  const named = stderr.match(/node_modules\/\w+/g);
  expect(named).toEqual(['node_modules/bad', 'node_modules/both', 'node_modules/shipped']);
});

it('a package without a hash, or with none of the strong ones, is refused', () => {
  lock({ 'node_modules/good': {}, 'node_modules/weak': { integrity: 'sha1-AAAA' } });
  expect(check().stderr).toContain('node_modules/weak 1.0.0: no hash');
  lock({ 'node_modules/good': {} });
  expect(check().status).toBe(0);
});

it('the bill of materials names what runs, where it was found and what needs what, the same each time', () => {
  lock({
    'node_modules/good': { dependencies: { deep: '2.0.0' } },
    'node_modules/deep': { version: '1.0.0' },
    'node_modules/good/node_modules/deep': { version: '2.0.0' },
    'node_modules/@scope/builder': { dev: true },
  });
  const write = () => execFileSync(process.execPath, [SCRIPT, '--write', folder, '--root', folder]);
  write();
  const first = readFileSync(join(folder, 'sbom.cdx.json'), 'utf8');
  const bom = JSON.parse(first) as {
    components: { purl: string; hashes: { content: string }[] }[];
    dependencies: object[];
  };
  expect(bom.components.map(({ purl }) => purl)).toEqual([
    'pkg:npm/good@1.0.0',
    'pkg:npm/deep@1.0.0',
    'pkg:npm/deep@2.0.0',
  ]);
  expect(bom.components[0]?.hashes[0]?.content).toBe('07'.repeat(64));
  expect(bom.dependencies).toContainEqual({ ref: 'clone@2.0.0', dependsOn: ['node_modules/good'] });
  expect(bom.dependencies).toContainEqual({
    ref: 'node_modules/good',
    dependsOn: ['node_modules/good/node_modules/deep'],
  });
  expect(readFileSync(join(folder, 'licenses.txt'), 'utf8')).toBe(
    'deep 1.0.0  MIT\ndeep 2.0.0  MIT\ngood 1.0.0  MIT\n',
  );
  write();
  expect(readFileSync(join(folder, 'sbom.cdx.json'), 'utf8')).toBe(first);
});
