import { useCallback } from 'react';
import type { Words } from '../../../src/simulator/contract.ts';
import { type Lang, usePreferences } from '../api/preferences.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

export type Texts = typeof zh;
export type { TourStepName } from './zh.ts';

const TEXTS: Readonly<Record<Lang, Texts>> = { zh, en };

/** The words of the page in the language of the person who looks at it. */
export function useText(): Texts {
  return TEXTS[usePreferences().lang];
}

/** Picks from words that came in both languages. */
export function useWords(): (words: Words) => string {
  const { lang } = usePreferences();
  return useCallback((words) => words[lang], [lang]);
}
