import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Where things stand each time the conversation has grown, in pixels. */
export interface Places {
  readonly composerTop: readonly number[];
  readonly pageScroll: readonly number[];
  /** How far the conversation is from its end. */
  readonly fromEnd: readonly number[];
}

/** What can only be seen from inside the page; `in-page.js` does the looking. */
interface Looks {
  /** Every text in sight whose contrast is below WCAG's AA: 4.5, or 3 for large text. */
  paleTexts(): Promise<string[]>;
  /** Controls that a screen reader could not name. */
  namelessControls(): Promise<string[]>;
  /** Texts that end in “…” and of which the rest is nowhere to be seen. */
  cutTexts(): Promise<string[]>;
  /** What sticks out to the right of the screen. */
  stickingOut(): Promise<string[]>;
  watchPlaces(forMs: number): Promise<Places>;
  /** Of the first conversation. */
  scrollTop(): Promise<number>;
  /** Number of animations that would go on for ever. */
  endlessMotion(): Promise<number>;
  /** What has the focus, as it would be read out. */
  focused(): Promise<string>;
  /** Marks these words where they stand last, as with the mouse. */
  mark(words: string): Promise<void>;
  /** What is marked. */
  marked(): Promise<string>;
}

const SCRIPT = join(import.meta.dirname, 'in-page.js');

export function looksOf(page: Page): Looks {
  const look = async <T>(call: string): Promise<T> => {
    if (!(await page.evaluate<boolean>('"looks" in globalThis'))) await page.addScriptTag({ path: SCRIPT });
    return page.evaluate<T>(`looks.${call}`);
  };
  return {
    paleTexts: () => look('paleTexts()'),
    namelessControls: () => look('namelessControls()'),
    cutTexts: () => look('cutTexts()'),
    stickingOut: () => look('stickingOut()'),
    watchPlaces: (forMs) => look(`watchPlaces(${forMs})`),
    scrollTop: () => look('scrollTop()'),
    endlessMotion: () => look('endlessMotion()'),
    focused: () => look('focused()'),
    mark: (words) => look(`mark(${JSON.stringify(words)})`),
    marked: () => look('marked()'),
  };
}
