import { describe, expect, it } from 'vitest';
import { imageUrls, renderMarkdown } from './markdown.ts';

describe('Markdown for cards and messages', () => {
  it.each([
    ['plain words', 'plain words'],
    ['# Title\n\ntext', '# Title\n\ntext'],
    ['**bold** *slanted* `code`', '**bold** *slanted* `code`'],
    ['one\ntwo', 'one  \ntwo'],
    ['- a\n- b\n  - c', '- a\n- b\n  - c'],
    ['3. a\n4. b', '3. a\n4. b'],
    ['> a\n> b', '> a  \n> b'],
    ['[name](https://a.example/x)', '[name](https://a.example/x)'],
    ['[name](javascript:alert)', '[name](javascript:alert)'],
    ['```ts\nconst a = 1;\n```', '```ts\nconst a = 1;\n```'],
    ['| a | b |\n|---|---|\n| 1 | 2 |', '| a | b |\n| --- | --- |\n| 1 | 2 |'],
    ['a\n\n---\n\nb', 'a\n\n---\n\nb'],
    ['~~gone~~', 'gone'],
    ['so $a_1\\,b$ and \\(x_1*y*z\\)', 'so $a_1\\,b$ and \\(x_1*y*z\\)'],
  ])('writes %j as %j', (given, shown) => {
    expect(renderMarkdown(given).replaceAll('\u200b', '')).toBe(shown);
  });

  it('lets no tag through that would call people or paint', () => {
    const text = renderMarkdown('<a atId=lin.mei>Lin</a> <font color=red>x</font> <script>');
    expect(text).not.toMatch(/<[a-z/]/i);
  });

  it('lets no code block be left by a fence inside it', () => {
    expect(renderMarkdown('````\n```\n````')).toBe('````\n```\n````');
  });

  it('shows an image that was uploaded, and links to any other', () => {
    const images = (url: string) => (url.endsWith('1.png') ? '@media1' : undefined);
    const text = renderMarkdown('![a](https://a.example/1.png) ![b](https://a.example/2.png)', images);
    expect(text).toBe('![a](@media1) [🖼 b](https://a.example/2.png)');
  });

  it('finds the images of a text, once each', () => {
    const text = '![a](https://a.example/1.png) **![b](https://a.example/1.png)** ![c](data:x)';
    expect(imageUrls(text)).toEqual(['https://a.example/1.png']);
  });
});
