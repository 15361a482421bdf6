import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const ROW = /\| `([\w./-]+\.test\.ts)` › (.+?) \|$/gm;

/** Rows of the document whose test is not where it says. */
function missingIn(document: string): string[] {
  return [...document.matchAll(ROW)]
    .filter(([, file = '', title = '']) => {
      const path = join(ROOT, file);
      return !existsSync(path) || !readFileSync(path, 'utf8').includes(title);
    })
    .map(([, file, title]) => `${file} › ${title}`);
}

const DOCUMENT = readFileSync(join(ROOT, 'docs/security-testing.md'), 'utf8');

it('every test that docs/security-testing.md names is there', () => {
  expect([...DOCUMENT.matchAll(ROW)].length).toBeGreaterThan(50);
  expect(missingIn(DOCUMENT)).toEqual([]);
});

it('a test that is not there is found', () => {
  expect(missingIn('| x | y | `test/no-such.test.ts` › title |')).toHaveLength(1);
  const gone = ['no', 'such', 'title'].join('-');
  expect(missingIn(`| x | y | \`test/security-testing.test.ts\` › ${gone} |`)).toHaveLength(1);
});
