import { flushCompileCache } from 'node:module';
import { type RunningApp, startApp } from '../app/start-app.ts';
import type { Settings } from '../config/settings.ts';
import { createGuard, DEFAULT_RULES } from '../guard/guard.ts';
import { compileWhatRunsOften, giveBackMemory, limitHeap } from '../lib/heap.ts';
import { createLog, type PinoLog } from '../lib/log.ts';
import { printFailure } from './failure.ts';
import { readSettings } from './settings.ts';
import { firstSignal } from './signals.ts';
import { readVersion, type Terminal } from './terminal.ts';

/** When the start is over and the machine has a moment. */
const TIDY_AFTER_MS = 1000;

/** What a supervised gateway tells the process above it, once. */
export interface ReadyMessage {
  readonly ready: string;
}

/** What the process above says when the gateway is to stop in good order. */
export type StopMessage = 'stop';

export interface StartOptions {
  readonly config?: string;
  /** Goes before the setting. */
  readonly role?: Settings['role'];
}

/** Runs the gateway until it is told to stop; answers the exit code. */
export async function start(terminal: Terminal, options: StartOptions): Promise<number> {
  limitHeap();
  const version = readVersion();
  const begun = await begin(terminal, options, version);
  compileWhatRunsOften();
  if (begun === undefined) return 1;
  const { app, settings, log } = begun;
  terminal.err(readyLine(terminal, app.url, settings, version));
  process.send?.({ ready: app.url } satisfies ReadyMessage);
  setTimeout(tidyUp, TIDY_AFTER_MS).unref();
  const signal = await stopAsked();
  log.info('stopping', { signal, drainSeconds: settings.work.drainSeconds });
  await app.stop();
  log.info('stopped');
  log.flush();
  process.disconnect?.();
  // Nothing should be left to wait for; a connection that a library forgot must not keep the process.
  setTimeout(() => process.exit(0), 1000).unref();
  return 0;
}

function tidyUp(): void {
  // Written at the end of a process else, which a killed one does not reach; the next start is then slow.
  flushCompileCache();
  giveBackMemory();
}

interface Begun {
  readonly app: RunningApp;
  readonly settings: Settings;
  readonly log: PinoLog;
}

async function begin(terminal: Terminal, options: StartOptions, version: string): Promise<Begun | undefined> {
  let log: PinoLog | undefined;
  try {
    const read = await readSettings(terminal, options.config);
    const settings = { ...read, role: options.role ?? read.role };
    for (const warning of settings.warnings) terminal.err(`! ${terminal.say(warning)}`);
    // Whatever is let out to people: a log is read by others, and kept.
    const guard = createGuard(DEFAULT_RULES);
    log = createLog({
      level: settings.logLevel,
      format: formatOf(settings),
      colors: process.stdout.isTTY,
      scrub: (text) => guard.mask(text).text,
    });
    dieWith(log);
    const app = await startApp(settings, { log, version });
    log.info('gateway ready', {
      url: app.url,
      version,
      role: settings.role,
      pid: process.pid,
      channels: settings.channels.map(({ name }) => name),
      agents: settings.agents.map(({ name }) => name),
    });
    return { app, settings, log };
  } catch (error) {
    log?.error('gateway not started', { error });
    log?.flush();
    printFailure(terminal, error);
    return undefined;
  }
}

function formatOf(settings: Settings): 'json' | 'text' {
  if (settings.logFormat !== 'auto') return settings.logFormat;
  return process.stdout.isTTY ? 'text' : 'json';
}

function readyLine(terminal: Terminal, url: string, settings: Settings, version: string): string {
  const channels = settings.channels.map(({ name, config }) => `${name}${modeOf(config)}`).join(', ');
  const agents = settings.agents.map(({ name }) => name).join(', ');
  return terminal.say({
    zh: `Posthouse ${version} 已就绪：${url}  渠道 ${channels}  智能体 ${agents}`,
    en: `Posthouse ${version} is ready: ${url}  channels ${channels}  agents ${agents}`,
  });
}

function modeOf(config: unknown): string {
  const mode = (config as { readonly mode?: unknown } | undefined)?.mode;
  return typeof mode === 'string' ? ` (${mode})` : '';
}

/** What nobody foresaw is written down and ends the process: whatever runs it starts it again, and nothing stored is lost. */
function dieWith(log: PinoLog): void {
  const die = (event: string) => (error: unknown) => {
    log.error(event, { error });
    log.flush();
    process.exit(70);
  };
  process.on('uncaughtException', die('uncaught exception'));
  process.on('unhandledRejection', die('unhandled rejection'));
}

/** A signal, or the supervisor's word; without its supervisor the process ends at once. */
function stopAsked(): Promise<string> {
  if (process.connected) process.once('disconnect', () => process.exit(0));
  const word = new Promise<string>((resolve) => {
    process.on('message', (message) => {
      if (message === ('stop' satisfies StopMessage)) resolve('supervisor');
    });
  });
  return Promise.race([firstSignal(), word]);
}
