/**
 * `node bench/page.ts [--seconds=10] [--json]`: how evenly the demo page paints while three cards stream, one in each platform's window.
 * Headless Chromium that draws with the processor; CHROMIUM_PATH names another one.
 *
 * Twice: live, with the whole demo beside it, where a gap depends on whatever else the machine does; and the same events once more, frame by
 * frame, where only the time counts that the page's own thread has a processor.
 */
import { parseArgs } from 'node:util';
import type { CDPSession, Locator, Page } from 'playwright-core';
import { launch, openPage, say, startDemo } from '../test/browser/demo-page.ts';
import { programOf } from '../test/support/programs.ts';
import { type Figure, percentile, type Report, tableOf } from './figures.ts';
import { lookAtMachine, watchMachine } from './machine.ts';
import { batchesOf, feedAll, type Heard, hearEvents, type InPage, waitForFeed } from './page-events.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' }, json: { type: 'boolean' } } });
const MEASURED_MS = Number(values.seconds) * 1_000;
/** The longest answer that the stand-in has: headings, lists, tables, code. */
const QUESTION = '给我完整手册 #long';
const WINDOWS = [
  { region: /^飞书 · /, bot: '公司助理' },
  { region: /^企业微信 · /, bot: 'AI 助理' },
  { region: /^钉钉 · /, bot: '公司助理' },
];
const LOOK = { width: 1600, height: 900, windows: ['desktop', 'wecom', 'dingtalk'] };
/** A frame of a screen that shows sixty a second, in milliseconds. */
const FRAME_MS = 1_000 / 60;

const chromium = programOf('Chromium');
const demo = await startDemo();
const browser = await launch(chromium);
try {
  const live = await watchLive();
  const work = await replay(live);
  const report: Report = {
    scenario: 'page',
    ...(live.others !== undefined && { others: live.others }),
    figures: [...gapFigures(live.idle, live.busy), ...workFigures(work)],
  };
  if (values.json) console.log(JSON.stringify({ machine: lookAtMachine(), report }, undefined, 2));
  else console.log(tableOf(report));
} finally {
  await browser.close();
  await demo.stop();
}

interface Live {
  readonly idle: readonly number[];
  readonly busy: readonly number[];
  /** When it began, by the page's clock. */
  readonly from: number;
  readonly heard: readonly Heard[];
  readonly others: number | undefined;
}

/** The page as somebody sees it, while she waits for three answers. */
async function watchLive(): Promise<Live> {
  const { page } = await openPage(browser, demo.url, LOOK, hearEvents);
  const windows = await openChats(page);
  const idle = await page.evaluate(gapsFor, 3_000);
  // One after the other: they share the keyboard.
  for (const window of windows) await say(window, QUESTION);
  for (const [index, { bot }] of WINDOWS.entries()) await streams(windows[index] as Locator, bot);
  const before = await lengths(windows);
  const use = watchMachine();
  const from = await page.evaluate(() => performance.now());
  const busy = await page.evaluate(gapsFor, MEASURED_MS);
  const others = use()?.byOthers;
  const grown = (await lengths(windows)).map((length, index) => length - (before[index] ?? 0));
  if (grown.some((more) => more < 100)) throw new Error(`a card has not streamed all the while: ${grown.join(', ')}`);
  const heard = await page.evaluate(() => (globalThis as unknown as InPage).heard);
  await page.context().close();
  return { idle, busy, from, heard, others };
}

/** The same once more, and what the page's thread worked for each frame, in milliseconds. */
async function replay({
  heard,
  from,
}: Live): Promise<{ frames: number; all: number; script: number; style: number; layout: number }> {
  const { page } = await openPage(browser, demo.url, LOOK, waitForFeed);
  await page.waitForFunction(() => 'feed' in globalThis);
  const dataOf = ({ data }: Heard): string => data;
  await page.evaluate(feedAll, [heard.filter(({ at }) => at < from).map(dataOf)]);
  await openChats(page);
  const wire = await page.context().newCDPSession(page);
  // Its own time on a processor, whatever else wants one.
  await wire.send('Performance.enable', { timeDomain: 'threadTicks' });
  const during = heard.filter(({ at }) => at >= from && at < from + MEASURED_MS);
  const batches = batchesOf(during, FRAME_MS);
  const before = await workOf(wire);
  await page.evaluate(feedAll, batches);
  const after = await workOf(wire);
  const a = (name: keyof typeof after): number => ((after[name] - before[name]) * 1_000) / batches.length;
  return { frames: batches.length, all: a('all'), script: a('script'), style: a('style'), layout: a('layout') };
}

async function openChats(page: Page): Promise<Locator[]> {
  const windows = WINDOWS.map(({ region }) => page.getByRole('region', { name: region }));
  for (const [index, { bot }] of WINDOWS.entries()) await openChat(windows[index] as Locator, bot);
  return windows;
}

async function openChat(window: Locator, bot: string): Promise<void> {
  await window.getByRole('button', { name: bot }).first().click();
  await window.getByRole('combobox', { name: bot }).waitFor();
}

/** Waits until its text has grown twice. */
async function streams(window: Locator, bot: string): Promise<void> {
  const answer = window.getByRole('article', { name: bot }).last();
  await answer.getByText('员工手册').first().waitFor();
}

function lengths(windows: readonly Locator[]): Promise<number[]> {
  return Promise.all(windows.map(async (window) => (await window.innerText()).length));
}

/** Runs in the page. */
function gapsFor(ms: number): Promise<number[]> {
  const { requestAnimationFrame: nextFrame } = globalThis as unknown as InPage;
  return new Promise((resolve) => {
    const gaps: number[] = [];
    let first: number | undefined;
    let last = 0;
    const look = (at: number): void => {
      if (first === undefined) first = at;
      else gaps.push(at - last);
      last = at;
      if (at - first < ms) nextFrame(look);
      else resolve(gaps);
    };
    nextFrame(look);
  });
}

async function workOf(wire: CDPSession): Promise<{ all: number; script: number; style: number; layout: number }> {
  const { metrics } = await wire.send('Performance.getMetrics');
  const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return {
    all: of('TaskDuration'),
    script: of('ScriptDuration'),
    style: of('RecalcStyleDuration'),
    layout: of('LayoutDuration'),
  };
}

function gapFigures(idle: readonly number[], busy: readonly number[]): Figure[] {
  const late = (gaps: readonly number[]): number =>
    (100 * gaps.filter((gap) => gap > 1.5 * FRAME_MS).length) / gaps.length;
  const figure = (name: string, unit: string, of: (gaps: readonly number[]) => number): Figure => ({
    name,
    value: of(busy),
    unit,
    beside: { name: 'nothing streams', value: of(idle) },
  });
  return [
    figure('gap between frames p50', 'ms', (gaps) => percentile(gaps, 0.5)),
    figure('… p95', 'ms', (gaps) => percentile(gaps, 0.95)),
    figure('frames that came late', '%', late),
  ];
}

function workFigures({ frames, all, script, style, layout }: Awaited<ReturnType<typeof replay>>): Figure[] {
  const parts = [`script ${script.toFixed(1)}`, `style ${style.toFixed(1)}`, `layout ${layout.toFixed(1)}`];
  return [
    {
      name: 'work of the page for one frame',
      value: all,
      unit: 'ms',
      budget: { atMost: FRAME_MS },
      note: `${parts.join(', ')}; ${frames} frames`,
    },
  ];
}
