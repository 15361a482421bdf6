/**
 * What the scripts of a clone share: where things are, whether they are installed and built, and how to run a step.
 * Plain JavaScript without dependencies, for before the first install any Node from 18 on runs it.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode, noNodeMessage } from '../bin/find-node.mjs';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const ZH = /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '');

/** Picks the language of the person at the terminal. */
export function say(zh, en) {
  return ZH ? zh : en;
}

/** Installs what package-lock.json asks for, unless it is there already. */
export async function ensureInstalled() {
  const wanted = wantedPackages();
  if (installedOf(wanted) === wanted.length) return;
  await step({
    title: say('安装依赖（首次运行，约 650 MB 磁盘空间）', 'Installing dependencies (first run, about 650 MB of disk)'),
    command: npmCommand(),
    // No package needs its install script: a Node comes as a package, and nothing is compiled or downloaded aside.
    args: [...npmPrefix(), 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    progress: () => `${presentOf(wanted)}/${wanted.length}`,
    hint: say(
      '请检查网络与 npm 镜像设置（npm config get registry），然后再试一次。',
      'Check the network and npm’s registry setting (npm config get registry), then try again.',
    ),
  });
}

/** Builds the demo page into dist/page, unless what is there is newer than everything it is made from. */
export async function ensurePage() {
  const built = timeOf(join(ROOT, 'dist/page/index.html'));
  const sources = ['web', 'src/simulator/contract.ts', 'package-lock.json'].map((path) => newest(join(ROOT, path)));
  if (built > Math.max(...sources)) return;
  await step({
    title: say('构建演示页面', 'Building the demo page'),
    command: node24(),
    args: ['node_modules/vite/bin/vite.js', 'build', '--config', 'web/vite.config.ts', '--logLevel', 'warn'],
    // Whatever the caller's is (tests have their own): this is the page that ships, without source paths.
    env: { NODE_ENV: 'production' },
    hint: say('页面没有构建成功，上面是原因。', 'The page could not be built; the reason stands above.'),
  });
}

/** The path of a Node that runs TypeScript; ends the process with a sentence where there is none. */
export function node24() {
  const node = findNode(fileURLToPath(import.meta.url));
  if (node !== undefined) return node;
  console.error(noNodeMessage());
  process.exit(1);
}

/** Runs a program with the terminal as it is, and answers its exit code. */
export function run(command, args) {
  return ended(start(command, args, 'inherit'), (child, signal) => {
    // A terminal sends Ctrl-C to the child itself; a second one would read as "at once, please".
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}

/** Runs a program quietly, showing that it goes on; on failure shows what it printed and ends the process. */
async function step({ title, command, args, env = {}, progress = () => '', hint }) {
  const began = Date.now();
  const status = showStatus(() => [title, progress(), seconds(began)].filter(Boolean).join('  '));
  const child = start(command, args, ['ignore', 'pipe', 'pipe'], env);
  let output = '';
  let stopped = false;
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await ended(child, () => {
    stopped = true;
    // npm does not listen while it unpacks. What it leaves behind counts as not installed, and is begun anew.
    child.kill('SIGKILL');
  });
  status.end(`${code === 0 ? '✔' : '✘'} ${title}  ${seconds(began)}`);
  if (code === 0) return;
  if (stopped) process.exit(128 + constants.signals.SIGINT);
  console.error(`${output.trimEnd()}\n${hint}`);
  process.exit(code);
}

function start(command, args, stdio, env = {}) {
  // Programs of the install come first, as in an npm script: there `node` is the one that came with it.
  const path = [join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  const shell = process.platform === 'win32' && command.endsWith('.cmd');
  return spawn(command, args, { cwd: ROOT, stdio, env: { ...process.env, ...env, PATH: path }, shell });
}

/** Waits for a child's end; `onSignal` is called for the signals that are meant to end us. */
function ended(child, onSignal) {
  const listeners = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
    const listener = () => onSignal(child, signal);
    process.on(signal, listener);
    return [signal, listener];
  });
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(error.message);
      resolve(127);
    });
    child.on('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  }).finally(() => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  });
}

/** One line that is rewritten each second; where there is no terminal, a new line every ten. */
function showStatus(line) {
  const tty = process.stderr.isTTY;
  const write = () => process.stderr.write(tty ? `\r\x1b[K… ${line()}` : `… ${line()}\n`);
  write();
  const timer = setInterval(write, tty ? 1_000 : 10_000);
  return {
    end(last) {
      clearInterval(timer);
      process.stderr.write(`${tty ? '\r\x1b[K' : ''}${last}\n`);
    },
  };
}

/** The entries of the lockfile that this machine needs, as [path, version]; other systems' packages are left out. */
function wantedPackages() {
  const { packages } = readJson('package-lock.json');
  const fits = (wanted, own) => wanted === undefined || wanted.includes(own);
  return Object.entries(packages)
    .filter(([path, entry]) => path !== '' && fits(entry.os, process.platform) && fits(entry.cpu, process.arch))
    .filter(([, entry]) => !entry.optional)
    .map(([path, entry]) => [path, entry.version]);
}

/** How many of them npm has noted as installed, in this version; npm writes that note last. */
function installedOf(wanted) {
  const { packages = {} } = readJson('node_modules/.package-lock.json');
  return wanted.filter(([path, version]) => packages[path]?.version === version).length;
}

function presentOf(wanted) {
  return wanted.filter(([path]) => existsSync(join(ROOT, path, 'package.json'))).length;
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
  } catch {
    return {};
  }
}

/** Modification time in milliseconds, 0 for what is not there. */
function timeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** The newest file below a folder, or the file itself. */
function newest(path) {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return timeOf(path);
  const inside = readdirSync(path).filter((name) => name !== 'node_modules');
  return Math.max(0, ...inside.map((name) => newest(join(path, name))));
}

/** The npm that runs us, else the one on the PATH. */
export function npmCommand() {
  if (process.env.npm_execpath !== undefined) return process.execPath;
  return process.platform === 'win32' ? 'npm.cmd' : 'npm';
}

export function npmPrefix() {
  return process.env.npm_execpath === undefined ? [] : [process.env.npm_execpath];
}

function seconds(since) {
  return `${Math.round((Date.now() - since) / 1000)} s`;
}
