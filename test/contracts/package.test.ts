import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const exec = promisify(execFile);

/** As in a shell of the person who installs it: her own Node first, nothing of ours on the PATH or in the settings. */
const ENV = Object.fromEntries(
  Object.entries(process.env)
    .filter(([name]) => !/^(?:npm_|NODE_|VITEST|POSTHOUSE_)/.test(name) && name !== 'INIT_CWD')
    .map(([name, value]) => [name, name === 'PATH' ? withoutOurs(value ?? '') : value]),
);

describe('the published package', () => {
  let folder: string;
  let files: readonly string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'posthouse-package-'));
    await exec('npm', ['pack', '--pack-destination', folder], { cwd: ROOT, env: ENV });
    const tarball = (await readdir(folder))[0] ?? '';
    const { stdout } = await exec('tar', ['-tzf', join(folder, tarball)]);
    files = stdout.trim().split('\n');
    await writeFile(join(folder, 'package.json'), '{ "private": true }');
    const install = ['install', '--ignore-scripts', '--omit=dev', '--prefer-offline', '--no-audit', `./${tarball}`];
    await exec('npm', install, { cwd: folder, env: ENV });
  }, 600_000);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('holds the program, the built page and the licence, and no source or test', () => {
    const needed = [
      'bin/posthouse.mjs',
      'dist/cli/main.js',
      'dist/page/index.html',
      'dist/sbom.cdx.json',
      'dist/notices.txt',
      'LICENSE',
      'README.md',
    ];
    expect(files).toEqual(expect.arrayContaining(needed.map((name) => `package/${name}`)));
    expect(files.filter((name) => /\.tsx?$|\.test\.|^package\/(?:src|test|web|bench)\//.test(name))).toEqual([]);
  });

  it('names what of others is bundled, each with the text of its licence', async () => {
    const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
    const { stdout } = await exec('tar', ['-xzOf', join(folder, tarball), 'package/dist/notices.txt']);
    const notices = stdout.split(/^-{80}$/m).filter((notice) => notice.trim() !== '');
    expect(notices.map((notice) => notice.trim().split(' ')[0])).toEqual(
      expect.arrayContaining(['zod', 'fastify', 'ws']),
    );
    const without = notices.filter((notice) => notice.trim().split('\n').length < 3);
    // Its package brings the licence's name and no text.
    expect(without.map((notice) => notice.trim().split(' ')[0])).toEqual(['abstract-logging']);
  });

  it('says nothing of the folder it was made in', async () => {
    const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
    const { stdout } = await exec('tar', ['-xzOf', join(folder, tarball)], { maxBuffer: 64 * 1024 * 1024 });
    expect(stdout.length).toBeGreaterThan(1_000_000);
    expect(stdout.includes(ROOT)).toBe(false);
  });

  it('tells its version on the Node of the machine, whichever that is', async () => {
    const { stdout } = await posthouse('--version');
    expect(stdout.trim()).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('knows its commands', async () => {
    const { stdout } = await posthouse('--help');
    for (const command of ['demo', 'start', 'check', 'simulate', 'mask']) expect(stdout).toContain(command);
  });

  it('says what is missing when nothing is configured, and shows no stack trace', async () => {
    const failure = await posthouse('check').then(
      () => expect.fail('the check of an empty folder passed'),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    expect(failure.code).toBe(1);
    expect(failure.stdout + failure.stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
    expect((failure.stdout + failure.stderr).trim()).not.toBe('');
  });

  it('shows the demo within thirty seconds', async () => {
    const demo = spawn('npx', ['--no-install', 'posthouse', 'demo', '--port', '0'], { cwd: folder, env: ENV });
    try {
      const url = await firstUrl(demo);
      const page = await fetch(url);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('<div id="root">');
    } finally {
      const ended = once(demo, 'close');
      demo.kill('SIGTERM');
      await ended;
    }
  }, 60_000);

  function posthouse(...args: string[]) {
    return exec('npx', ['--no-install', 'posthouse', ...args], { cwd: folder, env: ENV });
  }
});

/** The address that the demo prints, within thirty seconds. */
function firstUrl(demo: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    const timer = setTimeout(() => failed(new Error(`no address after 30 s: ${output}`)), 30_000);
    let output = '';
    demo.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const url = /http:\/\/127\.0\.0\.1:\d+\S*/.exec(output)?.[0];
      if (url === undefined) return;
      clearTimeout(timer);
      found(url);
    });
  });
}

function withoutOurs(path: string): string {
  return path
    .split(delimiter)
    .filter((folder) => !folder.startsWith(ROOT))
    .join(delimiter);
}
