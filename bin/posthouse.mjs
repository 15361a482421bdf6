#!/usr/bin/env node
/**
 * The `posthouse` command. Plain JavaScript for whatever Node a machine has (18 or newer): it finds a Node that is new
 * enough, goes on there, and runs the program: TypeScript as it is in a clone, JavaScript in the published package.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { findNode, noNodeMessage } from './find-node.mjs';

const SELF = fileURLToPath(import.meta.url);
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Set for the second process: the first one's id, so that it does not outlive it. */
const PARENT_VARIABLE = 'POSTHOUSE_LAUNCHER_PID';

const node = findNode(SELF);
if (node === undefined) {
  console.error(noNodeMessage());
  process.exitCode = 1;
} else if (node === process.execPath) {
  await run();
} else {
  goOnIn(node);
}

async function run() {
  endWithLauncher(Number(process.env[PARENT_VARIABLE]));
  delete process.env[PARENT_VARIABLE];
  module.enableCompileCache?.();
  const source = new URL('../src/cli/main.ts', import.meta.url);
  const built = new URL('../dist/cli/main.js', import.meta.url);
  // A clone that was packed once has both: what is being worked on is meant.
  await import(existsSync(source) ? source.href : built.href);
}

/** Starts this file once more in `path`, hands signals on, and ends as that process ends. */
function goOnIn(path) {
  const child = spawn(path, [SELF, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, [PARENT_VARIABLE]: String(process.pid) },
  });
  for (const signal of FORWARDED) process.on(signal, () => forward(child, signal));
  child.on('error', (error) => {
    console.error(`${path}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => endAs(code, signal));
}

function forward(child, signal) {
  // A terminal sends Ctrl-C to every process of the group itself; a second one would read as "at once, please".
  if (signal === 'SIGINT' && process.stdin.isTTY) return;
  child.kill(signal);
}

function endAs(code, signal) {
  if (signal === null) process.exit(code ?? 1);
  for (const forwarded of FORWARDED) process.removeAllListeners(forwarded);
  if (process.platform === 'win32') process.exit(128 + (constants.signals[signal] ?? 0));
  process.kill(process.pid, signal);
}

/** A launcher that was killed outright could hand nothing on: notice that it is gone and end in good order. */
function endWithLauncher(launcher) {
  if (!Number.isInteger(launcher) || launcher <= 0) return;
  setInterval(() => {
    if (process.ppid !== launcher) process.kill(process.pid, 'SIGTERM');
  }, 1_000).unref();
}
