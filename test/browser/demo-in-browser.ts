import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type Demo, launch, type OpenPage, openPage, startDemo } from './demo-page.ts';

type Look = Parameters<typeof openPage>[2];

/** The demo and a browser, from the first test of a suite to its last. */
export interface DemoInBrowser {
  readonly demo: Demo;
  /** Opens the page that a test looks at. It is closed behind the test, and must not have complained of anything. */
  open(look?: Look): Promise<Page>;
}

/** To be called within a suite. @param chromium - Where the browser is. */
export function demoInBrowser(chromium: string): DemoInBrowser {
  let demo: Demo;
  let browser: Browser;
  let opened: OpenPage;

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo(), launch(chromium)]);
  });
  afterEach(async () => {
    await opened.page.context().close();
    expect(opened.complaints).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });
  return {
    get demo() {
      return demo;
    },
    async open(look) {
      opened = await openPage(browser, demo.url, look);
      return opened.page;
    },
  };
}
