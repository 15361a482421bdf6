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
import v8 from 'node:v8';
import { findNode, noNodeMessage } from './find-node.mjs';

const SELF = fileURLToPath(import.meta.url);
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Set for the second process. */
const LAUNCHED = 'POSTHOUSE_LAUNCHED';

const node = findNode(SELF);
// npm's shell passes no signal on, and a launcher that was killed outright could not: do not outlive them. A gateway that
// somebody put into the background on purpose (`nohup posthouse start &`) has neither above it.
if (process.env[LAUNCHED] || ['start', 'npx'].includes(process.env.npm_lifecycle_event)) endWithParent();
delete process.env[LAUNCHED];

if (node === undefined) {
  console.error(noNodeMessage());
  process.exitCode = 1;
} else if (node === process.execPath) {
  await run();
} else {
  goOnIn(node);
}

async function run() {
  module.enableCompileCache?.();
  const source = new URL('../src/cli/main.ts', import.meta.url);
  const built = new URL('../dist/cli/main.js', import.meta.url);
  // A clone that was packed once has both: what is being worked on is meant.
  const inClone = existsSync(source);
  // See vitest.config.ts: what strips the types of several threads can crash V8 otherwise.
  if (inClone) v8.setFlagsFromString('--wasm-wrapper-tiering-budget=2147483647');
  await import(inClone ? source.href : built.href);
}

/** Starts this file once more in `path`, hands signals on, and ends as that process ends. */
function goOnIn(path) {
  const child = spawn(path, [SELF, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, [LAUNCHED]: '1' },
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

/** Ends in good order as soon as the process that started this one is gone. */
function endWithParent() {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, 1_000).unref();
}
