import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
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
      'dist/simulator/index.d.ts',
      'dist/sbom.cdx.json',
      'dist/notices.txt',
      'LICENSE',
      'README.md',
    ];
    expect(files).toEqual(expect.arrayContaining(needed.map((name) => `package/${name}`)));
    expect(files.filter((name) => /(?<!\.d)\.tsx?$|\.test\.|^package\/(?:src|test|web|bench)\//.test(name))).toEqual(
      [],
    );
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
    await using demo = program({}, 'demo', '--port', '0');
    const page = await fetch(await firstUrl(demo.child));
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<div id="root">');
  }, 60_000);

  it('masks what is piped through it', async () => {
    const masking = posthouse('mask', '--lang', 'en');
    masking.child.stdin?.end('Call 13800138000 or mail lin@demo.example.\n');
    const { stdout } = await masking;
    expect(stdout).toMatch(/^Call 138\*+\d* or mail \S*\*\S*/);
    expect(stdout).not.toContain('13800138000');
  });

  it('simulates a platform for a bot of one’s own, and prints the settings with which a gateway starts', async () => {
    await using far = program({}, 'simulate', '--port', '0', '--platforms', 'feishu');
    const url = await firstUrl(far.child);
    const output = await far.printed(/^DIFY_API_KEY=.+$/m);
    const settings = Object.fromEntries(output.split('\n').map((line) => line.split(/=(.*)/, 2)));
    expect(settings).toMatchObject({
      FEISHU_BASE_URL: url.replace(/\/$/, ''),
      FEISHU_APP_ID: expect.stringMatching(/^cli_/),
    });
    const token = await fetch(`${settings.FEISHU_BASE_URL}/open-apis/auth/v3/tenant_access_token/internal`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ app_id: settings.FEISHU_APP_ID, app_secret: settings.FEISHU_APP_SECRET }),
    });
    expect(await token.json()).toMatchObject({ code: 0, tenant_access_token: expect.any(String) });
    await using gateway = program({ ...settings, FEISHU_MODE: 'socket', PORT: '0' }, 'start', '--lang', 'en');
    const said = / is ready: (http:\S+)/;
    const address = said.exec(await gateway.printed(said))?.[1];
    // Ready when its long connection is open.
    await expect.poll(async () => (await fetch(`${address}/readyz`)).status, { timeout: 20_000 }).toBe(200);
  }, 90_000);

  it('is a library: a bot of one’s own has an exchange with the simulator, as the manual shows it', async () => {
    await writeFile(join(folder, 'bot.test.mjs'), await manualExample());
    const { stdout } = await exec(process.execPath, ['--test', '--test-reporter', 'tap', 'bot.test.mjs'], {
      cwd: folder,
      env: ENV,
    });
    expect(stdout).toMatch(/^# pass 1$/m);
    expect(stdout).toMatch(/^# fail 0$/m);
  }, 60_000);

  it('has types that hold for who uses it as a library', async () => {
    const right = await compiled(`
      import { type NewFault, type RecordedAnswer, type Simulator, startSimulator } from 'posthouse/simulator';
      const fault: NewFault = { kind: 'throttle', side: 'feishu' };
      export async function ask(sim: Simulator): Promise<RecordedAnswer> {
        sim.faults.add(fault);
        return sim.feishu.record.answered(sim.feishu.say({ from: 'lin', text: 'hello' }).messageId);
      }
      export const sim: Promise<Simulator> = startSimulator({ dify: false });
    `);
    expect(right).toBe('');
    const wrong = await compiled(`
      import { startSimulator } from 'posthouse/simulator';
      export const sim = startSimulator({ port: 'any' });
    `);
    expect(wrong).toContain("Type 'string' is not assignable to type 'number'");
  }, 120_000);

  /** What the compiler has to say of a file beside the installed package; it looks into the package's declarations too. */
  async function compiled(source: string): Promise<string> {
    await writeFile(join(folder, 'bot.mts'), source);
    const types = ['--typeRoots', join(ROOT, 'node_modules/@types'), '--types', 'node'];
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', ...types, 'bot.mts'];
    const compiler = [join(ROOT, 'node_modules/typescript/bin/tsc'), ...options];
    return exec(process.execPath, compiler, { cwd: folder }).then(
      ({ stdout }) => stdout,
      (error: { stdout: string }) => error.stdout,
    );
  }

  /** A command that runs until the end of the block. */
  function program(settings: Record<string, string | undefined>, ...args: string[]) {
    const child = spawn('npx', ['--no-install', 'posthouse', ...args], { cwd: folder, env: { ...ENV, ...settings } });
    return {
      child,
      printed: (pattern: RegExp) => printed(child, pattern),
      async [Symbol.asyncDispose]() {
        const ended = once(child, 'close');
        child.kill('SIGTERM');
        await ended;
      },
    };
  }

  function posthouse(...args: string[]) {
    return exec('npx', ['--no-install', 'posthouse', ...args], { cwd: folder, env: ENV });
  }
});

/** The address that a program prints first, within thirty seconds. */
async function firstUrl(child: ChildProcess): Promise<string> {
  const url = /http:\/\/127\.0\.0\.1:\d+\S*/;
  return url.exec(await printed(child, url))?.[0] ?? '';
}

/** All that a program has printed as soon as the pattern is in it. */
function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  const output = OUTPUTS.get(child) ?? follow(child);
  return new Promise((found, failed) => {
    const timer = setTimeout(() => failed(new Error(`no ${pattern} after 30 s: ${output.text}`)), 30_000);
    const look = (): void => {
      if (!pattern.test(output.text)) return;
      clearTimeout(timer);
      for (const stream of [child.stdout, child.stderr]) stream?.off('data', look);
      found(output.text);
    };
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', look);
    look();
  });
}

const OUTPUTS = new WeakMap<ChildProcess, { text: string }>();

function follow(child: ChildProcess): { text: string } {
  const output = { text: '' };
  OUTPUTS.set(child, output);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output.text += chunk.toString();
    });
  }
  return output;
}

/** The program of docs/simulator.md. */
async function manualExample(): Promise<string> {
  const page = await readFile(join(ROOT, 'docs/simulator.md'), 'utf8');
  return /```js\n([^]*?)```/.exec(page)?.[1] ?? expect.fail('docs/simulator.md shows no program');
}

function withoutOurs(path: string): string {
  return path
    .split(delimiter)
    .filter((folder) => !folder.startsWith(ROOT))
    .join(delimiter);
}
