import { describe, expect, it } from 'vitest';
import { markdown } from './markdown.ts';

/** What a text shows: its words, a mark for what is not text. */
function shown(text: string): string {
  const of = (token: { type: string; content: string; children: unknown }): string => {
    if (Array.isArray(token.children)) return token.children.map(of).join('');
    if (token.type === 'text' || token.type === 'code_inline') return token.content;
    if (token.type === 'softbreak') return '⏎';
    return /inline|paragraph/.test(token.type) ? '' : `<${token.type}>`;
  };
  return markdown.parse(text, {}).map(of).join('');
}

describe('a formula', () => {
  it.each([
    '行内 $a_1 * b + c * d = \\{1\\}$ 之后',
    '$$\\int_0^1 x^2\\,dx = 3\\%$$',
    '其中 \\(x_i * y_j\\) 与 \\[E = mc^2\\] 成立',
    '$f*g$ 与 $h*k$',
    '**粗** $a\\\\b$'.replaceAll('**', ''),
  ])('stays as it was written: %s', (text) => {
    expect(shown(text)).toBe(text);
  });

  it('of several lines is no list and no heading, also right below words', () => {
    const formula = ['$$', 'x', '- y', '= \\frac{1}{2} \\\\', '+ z', '$$'];
    expect(shown(`其中：\n${formula.join('\n')}\n之后`)).toBe(`其中：${formula.join('⏎')}之后`);
    expect(shown('\\[\n\\begin{matrix}\n1 & 2 \\\\\n\\end{matrix}\n\\]')).toBe(
      '\\[⏎\\begin{matrix}⏎1 & 2 \\\\⏎\\end{matrix}⏎\\]',
    );
    expect(shown('- 一\n  $$\n  a = b\n  $$\n- 二')).toContain('$$⏎a = b⏎$$');
  });

  it.each([
    ['从 $5 到 $10', '从 $5 到 $10'],
    ['$5,$10 \\*', '$5,$10 *'],
    ['见 \\[1\\] 与 \\(注\\)', '见 [1] 与 (注)'],
    ['\\[no link\\](x)', '[no link](x)'],
    ['花了 $3*4*5 元', '花了 $3<em_open>4<em_close>5 元'],
    ['`$a\\,b$` \\$x_1\\$', '$a\\,b$ $x_1$'],
    ['$$ 没有结尾 \\*', '$$ 没有结尾 *'],
  ])('is none in %j', (text, words) => {
    expect(shown(text)).toBe(words);
  });

  it('that is open at the end of a text, or left open before a blank line, changes nothing', () => {
    expect(shown('$$\n- a')).toMatch(/^\$\$<bullet_list_open>/);
    expect(shown('$$\n\n- a\n$$')).toContain('<bullet_list_open>');
  });

  it('costs no more where many are left open', () => {
    const before = process.cpuUsage().user;
    shown('\\('.repeat(50_000));
    shown('$a_'.repeat(30_000));
    expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(5);
  });
});
