import { describe, expect, it } from 'vitest';
import { isPictureIn, withoutLinksTo } from './file-links.ts';

const CHART = 'http://dify/files/chart.png?sign=1';
const TABLE = { kind: 'file', name: 'table.csv', url: 'http://dify/files/table.csv?sign=1' } as const;

describe('whether a text shows a file as a picture', () => {
  it.each([
    [`look: ![chart](${CHART})`, true],
    ['look: ![](<http://dify/files/chart.png?sign=2> "the chart")', true],
    [`a mere link: [chart](${CHART})`, false],
    [`![other](http://dify/files/other.png) and ${CHART}`, false],
    ['![longer](http://dify/files/chart.png.zip)', false],
    ['nothing of it', false],
  ])('%s: %s', (text, isShown) => {
    expect(isPictureIn(text, CHART)).toBe(isShown);
  });
});

describe('links to files that come in messages of their own', () => {
  it('leave their words', () => {
    const text = 'Here: [the **table**](http://dify/files/table.csv?sign=2), as asked.';
    expect(withoutLinksTo([TABLE], text)).toBe('Here: the **table**, as asked.');
  });

  it('leave the file’s name where they have no words', () => {
    expect(withoutLinksTo([TABLE], `![](<${TABLE.url}>)`)).toBe('table.csv');
  });

  it('are told from links to anything else', () => {
    const text = '[docs](https://docs.example/a(1)) and [other](http://dify/files/table.csv.zip) and [x] (y)';
    expect(withoutLinksTo([TABLE], text)).toBe(text);
  });
});
