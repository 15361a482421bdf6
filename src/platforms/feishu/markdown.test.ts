import fc from 'fast-check';
import createMarkdown from 'markdown-it';
import { describe, expect, it } from 'vitest';
import { markdown } from '../../lib/markdown.ts';
import { imageUrls, type MarkdownOptions, renderMarkdown } from './markdown.ts';

const KEYS: Readonly<Record<string, string>> = { 'https://x.example/a.png': 'img_v3_a' };
const OPTIONS: MarkdownOptions = { imageKey: (url) => KEYS[url], imageLabel: '图片', maxTables: 3 };
/** The far side: CommonMark with tables and without any help for Chinese. */
const vendor = createMarkdown({ html: false });

const render = (text: string): string => renderMarkdown(text, OPTIONS);
const words = (html: string): string => html.replace(/<[^>]+>/g, '').replace(/\s+/g, '');

describe('Markdown in the dialect of a card', () => {
  it.each([
    ['plain words stay', '年假有 5 天。', '年假有 5 天。'],
    ['a heading', 'Title\n=====\ntext', '# Title\n\ntext'],
    ['emphasis by underscores', '__bold__ and _slanted_', '**bold** and *slanted*'],
    ['a nested list', '- a\n  - b\n    1. c\n- d', '- a\n    - b\n        1. c\n- d'],
    ['an ordered list that begins later', '3) c\n4) d', '3. c\n4. d'],
    ['a list item of two paragraphs', '- a\n\n  b\n- c', '- a\n\n    b\n\n- c'],
    ['a quote', '> a\n> b\n>\n> c', '> a\n> b\n>\n> c'],
    ['code in a list leaves it', '1. a\n   ```js\n   x\n   ```\n2. b', '1. a\n\n```js\nx\n```\n\n2. b'],
    ['indented code', '    x = 1', '```\nx = 1\n```'],
    ['code with a fence inside', '````\n```\n````', '````\n```\n````'],
    ['a fence that was never closed', '```js\nx', '```js\nx\n```'],
    ['a rule', 'a\n\n***\n\nb', 'a\n\n---\n\nb'],
    ['a hard break', 'a  \nb', 'a<br>\nb'],
    ['<br> stays', 'a<br/>b', 'a<br>b'],
    ['a link', '[doc](https://a.example/x_(1))', '[doc](https://a.example/x_%281%29)'],
    ['a link in angle brackets', '<https://a.example>', '[https://a.example](https://a.example)'],
    ['a link to somewhere odd', '[x](lark://client) [y](file:///etc)', 'x [y]&#40;file:///etc)'],
    ['an uploaded image', '![a](https://x.example/a.png)', '![a](img_v3_a)'],
    ['an image not uploaded', '![](https://x.example/b.png)', '[图片](https://x.example/b.png)'],
    ['somebody’s image key', '![a](img_v3_other)', 'a'],
    ['a table', '|a|b|\n|:-:|-:|\n|1|x\\|y|', '| a | b |\n| :---: | ---: |\n| 1 | x&#124;y |'],
    ['code with backticks', '`` a`b ``', '``a`b``'],
    ['tags', '<font color=red>x</font> a<b', '&#60;font color=red>x&#60;/font> a&#60;b'],
    ['stars and underscores that mean nothing', '2 * 3, snake_case, a\\*b', '2 * 3, snake_case, a&#42;b'],
    ['an entity written out', '\\&lt;', '&amp;lt;'],
    ['a formula', '即 $a_1\\,b$\n$$\n- x\n$$', '即 $a_1&#92;,b$\n\n$$\n&#45; x\n$$'],
    ['an emoji code', 'it is :DONE: at 10:30', 'it is &#58;DONE: at 10:30'],
    ['a line that only looks like a list', '1\\. one', '1&#46; one'],
    ['a line that only looks like a heading', '\\# one', '&#35; one'],
  ])('%s', (_, text, shown) => {
    expect(render(text)).toBe(shown);
  });

  it('never calls anybody', () => {
    for (const text of [
      '<at id=all></at>hi',
      '<AT user_id="ou_1">A</at>',
      '<<at>at id=all>',
      '`<at id=all>`',
      '< at id=x>',
      '<at\tid=x',
    ]) {
      expect(render(text)).not.toMatch(/<\s*at\b/i);
    }
  });

  it.each([
    ['**注意：**请看', '**注意：** 请看'],
    ['请**“注意”**看', '请 **“注意”** 看'],
    ['**30%**以上', '**30%** 以上'],
    ['*斜体。*后面', '*斜体。* 后面'],
    ['~~旧的。~~新的', '~~旧的。~~ 新的'],
    ['***重点！***请看', '***重点！*** 请看'],
    ['**已经**好了', '**已经**好了'],
    ['（**重点。**）', '（**重点。**）'],
    ['**`code`**请看', '**`code`** 请看'],
    ['**[链接](https://a.example)**请看', '**[链接](https://a.example)** 请看'],
  ])('makes %s bold where the vendor would not', (text, shown) => {
    expect(render(text)).toBe(shown);
    expect(vendor.renderInline(shown)).toMatch(/<(strong|em|s)>/);
    expect(vendor.renderInline(shown)).not.toMatch(/[*~]/);
  });

  it('shows the fourth table and those after it as code', () => {
    const table = '| 名称 | n |\n| --- | --- |\n| 甲 | 1 |\n';
    const shown = render(Array.from({ length: 5 }, () => table).join('\n\n文字\n\n'));
    expect(shown.match(/\| --- \|/g)).toHaveLength(3);
    expect(shown.match(/```\n名称 {2}n\n---- {2}-\n甲 {4}1\n```/g)).toHaveLength(2);
  });

  it('finds the images of a text', () => {
    const text =
      '![a](https://x.example/1.png) ![b](img_v3_x)\n\n- ![c](http://x.example/2.png)\n\n`![d](https://no.example)`';
    expect(imageUrls(text)).toEqual(['https://x.example/1.png', 'http://x.example/2.png']);
  });

  it('keeps every word, whatever the text', () => {
    const piece = fc.oneof(
      fc.stringMatching(/^[a-z你好，。 ]{1,12}$/),
      fc.constantFrom(
        '**',
        '*',
        '_',
        '~~',
        '`',
        '\n',
        '\n\n',
        '- ',
        '1. ',
        '> ',
        '# ',
        '[',
        '](https://a.example)',
        '|',
        '&amp;',
        '\\',
        '```\n',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const text = pieces.join('');
        const shown = vendor.render(render(text)).replaceAll('&lt;br&gt;', '');
        expect(words(shown)).toBe(words(markdown.render(text)));
      }),
      { numRuns: 2000 },
    );
  });

  it('is never confused by hostile text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', 'a', 't', ' ', '/', '&', '*', '`', '\n', '['), maxLength: 60 }),
        (text) => {
          expect(render(text)).not.toMatch(/<\s*\/?\s*at\b/i);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
