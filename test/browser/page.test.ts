import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWith } from '../support/requirements.ts';
import {
  answersIn,
  type Demo,
  launch,
  type OpenPage,
  openBot,
  openPage,
  openWindow,
  say,
  startDemo,
  windowOf,
} from './demo-page.ts';
import { looksOf } from './looks.ts';

const ANSWER = { timeout: 60_000 };
const LOOKS = [390, 1280, 1920].flatMap((width) =>
  (['light', 'dark'] as const).flatMap((theme) => (['zh', 'en'] as const).map((lang) => ({ width, theme, lang }))),
);

describeWith('Chromium', 'the demo page', (chromium) => {
  let demo: Demo;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo(), launch(chromium)]);
  });
  beforeEach(async () => {
    await demo.reset();
  });
  afterEach(async () => {
    await page.context().close();
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  it('shows one thing at a time on a phone: the windows, the way, the wire, the faults', async () => {
    const windows = ['desktop', 'phone'];
    ({ page } = await openPage(browser, demo.url, { width: 390, height: 844, lang: 'en', windows }));
    const choose = (name: string) => page.getByRole('navigation', { name: 'Windows' }).getByText(name).click();
    await openBot(windowOf(page, 'computer'));
    await say(windowOf(page, 'computer'), 'How do I apply for annual leave?');
    await choose('The way');
    await page.getByRole('region', { name: 'The way of this message' }).getByText('first text').waitFor(ANSWER);
    await choose('Wire');
    await page.getByRole('list', { name: 'Wire' }).getByRole('button').first().waitFor();
    await choose('Faults');
    await page.getByRole('button', { name: 'Kill the gateway' }).waitFor();
    await choose('Feishu phone');
    await windowOf(page, 'phone').getByRole('button', { name: '公司助理' }).click();
    await answersIn(windowOf(page, 'phone')).last().getByText('Three steps').waitFor(ANSWER);
    await windowOf(page, 'phone').getByRole('button', { name: 'Back' }).click();
    await windowOf(page, 'phone').getByRole('navigation', { name: 'Chats' }).waitFor();
  });

  it('is painted at once', async () => {
    ({ page } = await openPage(browser, demo.url));
    // The best of some: whatever else the machine does only adds. A second is the aim on a quiet one.
    const painted: number[] = [];
    for (let tries = 0; tries < 5 && !painted.some((ms) => ms < 1_000); tries += 1) {
      await page.reload();
      await page.getByRole('main').waitFor();
      painted.push(await page.evaluate<number>(`performance.getEntriesByName('first-contentful-paint')[0].startTime`));
    }
    expect(Math.min(...painted)).toBeLessThan(3_000);
  });

  it('can be used with the keyboard alone', async () => {
    ({ page } = await openPage(browser, demo.url));
    const desktop = windowOf(page, '电脑');
    await desktop.getByRole('combobox', { name: '公司助理' }).waitFor();
    await tabTo(page, /发送给 公司助理/);
    await page.keyboard.type('年假怎么申请？');
    await page.keyboard.press('Enter');
    await answersIn(desktop).last().getByRole('button', { name: '有用' }).waitFor(ANSWER);
    await tabTo(page, /有用/, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await answersIn(desktop).last().getByRole('button', { name: '已评为有用' }).waitFor(ANSWER);

    await tabTo(page, /更多/, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menuitem').first().waitFor({ state: 'detached' });
  });

  it('does not move while an answer is streamed, and keeps its end in sight', async () => {
    ({ page } = await openPage(browser, demo.url));
    const desktop = windowOf(page, '电脑');
    await desktop.getByRole('combobox', { name: '公司助理' }).waitFor();
    await say(desktop, '给我完整手册');
    const stop = answersIn(desktop).last().getByRole('button', { name: '停止' });
    await stop.waitFor(ANSWER);
    const places = await looksOf(page).watchPlaces(4_000);
    expect(new Set(places.composerTop).size).toBe(1);
    expect(Math.max(...places.pageScroll)).toBe(0);
    expect(Math.max(...places.fromEnd)).toBeLessThanOrEqual(2);
    expect(places.fromEnd.length).toBeGreaterThan(5);
    await stop.press('Enter');
  });

  it('stays where the reader has scrolled to', async () => {
    ({ page } = await openPage(browser, demo.url));
    const desktop = windowOf(page, '电脑');
    await desktop.getByRole('combobox', { name: '公司助理' }).waitFor();
    await say(desktop, '给我完整手册');
    await answersIn(desktop).last().getByText('第 1 章').first().waitFor(ANSWER);
    // What grows never stands still, so nobody waits for that.
    await desktop.getByRole('log').hover({ force: true });
    await page.mouse.wheel(0, -2_000);
    await desktop.getByRole('button', { name: '有新消息' }).waitFor(ANSWER);
    const before = await looksOf(page).scrollTop();
    await page.waitForTimeout(1_500);
    expect(await looksOf(page).scrollTop()).toBe(before);
    await desktop.getByRole('button', { name: '有新消息' }).press('Enter');
    await answersIn(desktop).last().getByRole('button', { name: '停止' }).press('Enter');
  });

  it('moves nothing for whoever wants no motion', async () => {
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    page = await context.newPage();
    await page.goto(`${demo.url}/?lang=zh`);
    const desktop = windowOf(page, '电脑');
    await desktop.getByRole('combobox', { name: '公司助理' }).waitFor();
    await say(desktop, '从 1 数到 30');
    await answersIn(desktop).last().getByText('1、2、3').waitFor(ANSWER);
    const moving = await looksOf(page).endlessMotion();
    expect(moving).toBe(0);
  });

  it('says what happened when the simulator cannot be reached, and tries again', async () => {
    const context = await browser.newContext();
    page = await context.newPage();
    let tries = 0;
    await page.route('**/sim/events', (route) => {
      tries += 1;
      return route.abort();
    });
    await page.goto(`${demo.url}/?lang=zh`);
    const failure = page.getByRole('alert');
    await failure.getByText('连不上模拟器').waitFor();
    // The page tries again by itself too, ever more rarely: the button is pressed in a long pause.
    await expect.poll(() => tries, { timeout: 60_000 }).toBeGreaterThan(4);
    await page.unroute('**/sim/events');
    await failure.getByRole('button', { name: '重试' }).click();
    await windowOf(page, '电脑').waitFor();
  });

  it('shows what is coming while it loads', async () => {
    const context = await browser.newContext();
    page = await context.newPage();
    await page.route('**/sim/events', () => undefined);
    await page.goto(`${demo.url}/?lang=en`);
    await page.getByRole('status', { name: 'Connecting to the simulator…' }).waitFor();
  });

  it('keeps what was there when the line is lost, and says so', async () => {
    const own = await startDemo();
    ({ page } = await openPage(browser, own.url));
    try {
      await windowOf(page, '电脑').getByRole('combobox', { name: '公司助理' }).waitFor();
    } finally {
      await own.stop();
    }
    await page.getByRole('alert').getByText('正在重新连接').waitFor();
    await windowOf(page, '电脑').getByRole('combobox', { name: '公司助理' }).waitFor();
  });

  it('changes language and look at once, and remembers them', async () => {
    const context = await browser.newContext({ locale: 'zh-CN' });
    page = await context.newPage();
    await page.goto(demo.url);
    await page.getByRole('heading', { name: '驿站' }).waitFor();
    await page.getByText('EN', { exact: true }).click();
    await page.getByRole('heading', { name: 'Posthouse' }).waitFor();
    await page.getByText('Dark', { exact: true }).click();
    await page.reload();
    await page.getByRole('heading', { name: 'Posthouse' }).waitFor();
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  it('shows the platforms side by side, opens what one wants, and the window of whom one plays', async () => {
    ({ page } = await openPage(browser, demo.url, { width: 1920, height: 1080 }));
    const window = (name: string) => page.getByRole('region', { name, exact: true });
    for (const name of ['飞书 · 电脑 · 林晓', '企业微信 · 林晓', '钉钉 · 电脑 · 林晓']) await window(name).waitFor();
    await page.getByRole('button', { name: '关闭窗口 钉钉 · 电脑' }).click();
    await window('钉钉 · 电脑 · 林晓').waitFor({ state: 'detached' });
    await openWindow(page, '飞书 · 手机');
    await page.getByRole('button', { name: /^扮演 陈宇/ }).click();
    for (const name of ['飞书 · 电脑 · 陈宇', '企业微信 · 陈宇', '飞书 · 手机 · 陈宇']) await window(name).waitFor();
    await page.getByRole('button', { name: /^扮演 赵一帆/ }).click();
    await window('微信 · 客户 · 赵一帆').waitFor();
    await page.reload();
    await window('微信 · 客户 · 赵一帆').waitFor();
    expect(await page.getByRole('region', { name: /^飞书 · 手机/ }).count()).toBe(0);
  });

  it('begins anew on demand', async () => {
    // What the tests before have left unanswered is still the gateway's, and would come first in this chat.
    await demo.beginAnew();
    ({ page } = await openPage(browser, demo.url));
    const desktop = windowOf(page, '电脑');
    await desktop.getByRole('combobox', { name: '公司助理' }).waitFor();
    await say(desktop, '你好');
    await answersIn(desktop).last().getByText('很高兴见到你').waitFor(ANSWER);
    await page.getByRole('button', { name: '重置' }).click();
    await page.getByRole('button', { name: '确定' }).click();
    await page.getByText('已重置').waitFor();
    await answersIn(desktop).getByText('很高兴见到你').waitFor({ state: 'detached' });
  });
});

describeWith('Chromium', 'the looks of the demo page', (chromium) => {
  let demo: Demo;
  let browser: Browser;
  let opened: OpenPage;

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo(), launch(chromium)]);
    opened = await openPage(browser, demo.url);
    const desktop = windowOf(opened.page, '电脑');
    await desktop.getByRole('combobox', { name: '公司助理' }).waitFor();
    for (const question of ['VPN 连不上怎么办？', 'How do I apply for annual leave?']) {
      await say(desktop, question);
      await answersIn(desktop).last().getByRole('button', { name: '有用' }).waitFor(ANSWER);
    }
    await opened.page.context().close();
  });
  afterEach(async () => {
    await opened.page.context().close();
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  it.each(LOOKS)('at $width px, $theme, $lang: whole, readable, with a name for every control', async (look) => {
    opened = await openPage(browser, demo.url, { ...look, height: look.width === 390 ? 844 : 800 });
    const { page, complaints } = opened;
    const window = windowOf(page, look.lang === 'zh' ? '电脑' : 'computer');
    if (look.width === 390) await openBot(window);
    await answersIn(window)
      .last()
      .getByRole('button', { name: /有用|Helpful/ })
      .waitFor(ANSWER);
    await page.getByRole('region', { name: /七步看懂|Seven steps/ }).waitFor();
    const looks = looksOf(page);
    expect(await looks.stickingOut()).toEqual([]);
    expect(await looks.cutTexts()).toEqual([]);
    expect(await looks.paleTexts()).toEqual([]);
    expect(await looks.namelessControls()).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

/** Presses Tab until what has the focus is called so; fails after going round the whole page. */
async function tabTo(page: Page, name: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press(key);
    if (name.test(await looksOf(page).focused())) return;
  }
  expect.fail(`nothing called ${String(name)} can be reached with ${key}`);
}
