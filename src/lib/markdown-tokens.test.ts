import { describe, expect, it } from 'vitest';
import { markdown } from './markdown.ts';
import { eachBlock, isPlain, numbersOf, pictureUrls } from './markdown-tokens.ts';

describe('a text read as Markdown', () => {
  it('says whether it has marks at all', () => {
    expect([
      isPlain('好的。'),
      isPlain('a - b: c'),
      isPlain('**x**'),
      isPlain('- x'),
      isPlain('[x](https://x.example)'),
    ]).toEqual([true, true, false, false, false]);
  });

  it('names the web addresses of its pictures, each once and wherever they stand', () => {
    const text =
      '![a](https://a.example/1) | ![b](b.png)\n\n> - **![c](HTTP://c.example)**\n\n![a](https://a.example/1)';
    expect(pictureUrls(text)).toEqual(['https://a.example/1', 'HTTP://c.example']);
  });

  it('is gone through block by block, with what stands within each', () => {
    const seen: [string, number][] = [];
    eachBlock(markdown.parse('# h\n\n- a\n- b\n\n---', {}), ({ type }, inner) => void seen.push([type, inner.length]));
    expect(seen).toEqual([
      ['heading_open', 1],
      ['bullet_list_open', 10],
      ['hr', 0],
    ]);
  });

  it('goes on counting where an ordered list begins', () => {
    const [list] = markdown.parse('7. a\n8. b', {});
    const next = list && numbersOf(list);
    expect([next?.(), next?.()]).toEqual(['7. ', '8. ']);
  });
});
