import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeHalfOpen } from './half-open.ts';
import { markdown } from './markdown.ts';

describe('an answer that is still being written', () => {
  it.each([
    ['Hello **wor', 'Hello **wor**'],
    ['Hello **', 'Hello'],
    ['Hello **world*', 'Hello **world**'],
    ['Hello **world** and', 'Hello **world** and'],
    ['Hello *', 'Hello '],
    ['一份 *清单* 或 *表', '一份 *清单* 或 *表*'],
    ['2*3 and * 4', '2*3 and * 4'],
    ['* one\n* two', '* one\n* two'],
    ['see `npm i', 'see `npm i`'],
    ['see `', 'see'],
    ['a ~~b', 'a ~~b~~'],
    ['2 \\** 3', '2 \\** 3'],
    ['`a ** b` and', '`a ** b` and'],
    ['```js\nlet a', '```js\nlet a\n```'],
    ['```js\nlet a\n``', '```js\nlet a\n```'],
    ['```js\nlet a\n```\n', '```js\nlet a\n```\n'],
    ['````\n```\na', '````\n```\na\n````'],
    ['look [here](https://exa', 'look '],
    ['look [he', 'look '],
    ['look [1] and', 'look [1] and'],
    ['pic ![a](https://x', 'pic '],
    ['pic !', 'pic '],
    ['text\n-', 'text\n'],
    ['text\n---', 'text\n'],
    ['text\n\n1.', 'text\n\n'],
    ['text\n\n| a | b |', 'text\n'],
    ['text\n\n| a | b |\n| -', 'text\n'],
    ['| a | b |\n| - | - |\n| 1', '| a | b |\n| - | - |\n| 1'],
    ['done. **All** of `it`.', 'done. **All** of `it`.'],
    ['', ''],
  ])('%j is shown as %j', (text, shown) => {
    expect(closeHalfOpen(text).trimEnd()).toBe(shown.trimEnd());
  });

  it('shows no stray mark at any moment of a usual answer', () => {
    const answer =
      '# 标题\n\n请看 **重点：**如下 `code`，[链接](https://a.example)\n\n- 一\n- **二**，*三* 与 *四*\n\n```js\nlet a = 1;\n```\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n完 ~~旧~~ 毕';
    for (let i = 0; i <= answer.length; i++) {
      const html = markdown.render(closeHalfOpen(answer.slice(0, i)));
      expect(html.replace(/<code[^]*?<\/code>/g, '')).not.toMatch(/\*|`|~~|\]\(|\| /);
    }
  });

  it('is never longer by more than the closing marks', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(closeHalfOpen(text).length).toBeLessThanOrEqual(text.length + 60);
      }),
    );
  });
});
