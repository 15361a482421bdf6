import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';

const ROOT = join(import.meta.dirname, '../..');
const READY_WITHIN_MS = 40_000;

const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The real demo in processes of its own: simulator, gateway and page, as `posthouse demo` starts them. */
export interface Demo {
  readonly url: string;
  /** The simulator as at the start; the gateway, which takes a while to begin anew, goes on. */
  reset(): Promise<void>;
  /** All as at the start, the gateway too. */
  beginAnew(): Promise<void>;
  stop(): Promise<void>;
}

/** @throws {Error} With what the demo printed, when it is not ready in time. */
export async function startDemo(): Promise<Demo> {
  await buildPage();
  const folder = await mkdtemp(join(tmpdir(), 'posthouse-browser-'));
  const child = spawn(process.execPath, [join(ROOT, 'bin/posthouse.mjs'), 'demo', '--port', '0', '--lang', 'en'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await addressOf(child).catch(async (error: Error) => {
    await end(child);
    throw error;
  });
  return {
    url,
    async reset() {
      await fetch(`${url}/sim/reset?gateway=keep`, { method: 'POST' });
    },
    async beginAnew() {
      await fetch(`${url}/sim/reset`, { method: 'POST' });
    },
    async stop() {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Builds the page when something it is made from is newer than it, as `npm test` has done already. */
async function buildPage(): Promise<void> {
  const { ensurePage } = (await import(join(ROOT, 'scripts/project.mjs'))) as { ensurePage(): Promise<void> };
  await ensurePage();
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (): void => reject(new Error(`the demo did not start:\n${output}`));
    const timer = setTimeout(fail, READY_WITHIN_MS);
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? [];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => {
      clearTimeout(timer);
      fail();
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

export function launch(path: string): Promise<Browser> {
  return chromium.launch({ executablePath: path, headless: true, args: CHROMIUM_ARGS });
}

interface Look {
  readonly lang?: 'zh' | 'en';
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  /** Which are open; as a newcomer finds them when absent. */
  readonly windows?: readonly string[];
}

/** A page as a newcomer sees it, and what it complained about. */
export interface OpenPage {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/** @param first - Runs in the page before anything of its own. */
export async function openPage(browser: Browser, url: string, look: Look = {}, first?: () => void): Promise<OpenPage> {
  const { lang = 'zh', theme = 'light', width = 1280, height = 800, windows } = look;
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'no-preference' });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  if (first !== undefined) await page.addInitScript(first);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  const open = windows === undefined ? '' : `&windows=${windows.join(',')}`;
  await page.goto(`${url}/?lang=${lang}&theme=${theme}${open}`);
  return { page, complaints };
}

/** The window on the computer or the one on the phone. */
export function windowOf(page: Page, which: '电脑' | '手机' | 'computer' | 'phone'): Locator {
  return page.getByRole('region', { name: new RegExp(`(?:飞书|Feishu) · ${which}`) });
}

/** Opens one more window, or has it in the place of the last one, as the menus at the windows' heads do. */
export async function openWindow(page: Page, name: string, how: 'beside' | 'instead' = 'beside'): Promise<void> {
  const menu = how === 'beside' ? /^(?:再开一个窗口|Open another window)$/ : /^(?:换掉窗口|Change window)/;
  await page.getByRole('button', { name: menu }).last().click();
  await page.getByRole('menuitem', { name }).click();
  await page.getByRole('region', { name: new RegExp(`^${name} · `) }).waitFor();
}

/** Opens the direct chat with the bot, as by a press on it in the list of chats. */
export async function openBot(window: Locator): Promise<void> {
  await window.getByRole('button', { name: '公司助理' }).click();
  await window.getByRole('combobox', { name: '公司助理' }).waitFor();
}

/** Writes into a window and sends it with Enter. */
export async function say(window: Locator, text: string): Promise<void> {
  const input = window.getByRole('combobox').first();
  await input.fill(text);
  await input.press('Enter');
}

/** The bot's messages in a window, oldest first. */
export function answersIn(window: Locator): Locator {
  return window.getByRole('article', { name: '公司助理' });
}
