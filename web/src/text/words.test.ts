import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { zh } from './zh.ts';

/** Every text with its path; those that take words or numbers are given some. */
function texts(value: unknown, path: string): (readonly [string, string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return texts(value(3, 5), path);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, child]) => texts(child, `${path}.${key}`));
}

const PATHS_ZH = texts(zh, 'text');
const PATHS_EN = texts(en, 'text');

describe('the words of the page', () => {
  it('say the same things in both languages', () => {
    expect(PATHS_EN.map(([path]) => path).toSorted()).toEqual(PATHS_ZH.map(([path]) => path).toSorted());
  });

  it('are never empty', () => {
    expect([...PATHS_ZH, ...PATHS_EN].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('have no Chinese among the English', () => {
    expect(PATHS_EN.filter(([, text]) => /\p{Script=Han}/u.test(text))).toEqual([]);
  });
});
