import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderMarkdown, renderPlain } from './markdown.ts';

const ANSWER = [
  '# Leave',
  '',
  'You have **five** *days*, ~~six~~; see [the page](https://example.org/a_(b)) or `leave()`.',
  '',
  '- one',
  '- two',
  '  - deeper',
  '',
  '1. first',
  '2. second',
  '',
  '> quoted',
  '> twice',
  '',
  '| day | **left** |',
  '| --- | ---: |',
  '| Mon | 5 |',
  '',
  '```js',
  'if (a < b) {',
  '',
  '  go();',
  '}',
  '```',
  '',
  '---',
  '',
  '![chart](https://example.org/c.png)',
].join('\n');

describe('Markdown in a message of an app', () => {
  it('keeps what is shown and puts the rest into words', () => {
    expect(renderMarkdown(ANSWER)).toBe(
      [
        '# Leave',
        '',
        'You have **five** days, six; see [the page](https://example.org/a_%28b%29) or `leave()`.',
        '',
        '• one',
        '• two',
        '　◦ deeper',
        '',
        '1. first',
        '2. second',
        '',
        '> quoted',
        '> twice',
        '',
        '**day | left**',
        'Mon | 5',
        '',
        '`if (a < b) {`',
        '',
        '`  go();`',
        '`}`',
        '',
        '————————',
        '',
        '[🖼 chart](https://example.org/c.png)',
      ].join('\n'),
    );
  });

  it('ends bold at Chinese punctuation', () => {
    expect(renderMarkdown('**注意：**请看')).toBe('**注意：**请看');
  });

  it('shows plain words as they stand', () => {
    expect(renderMarkdown('好的，明天见。')).toBe('好的，明天见。');
  });

  it('leaves a link without its address when that is no address', () => {
    expect(renderMarkdown('[press](javascript:alert(1))')).not.toContain('](');
  });

  it.each([
    '<@lin.mei>',
    '<@all>',
    '<font color="warning">x</font>',
    '<a href="https://example.org">x</a>',
    '<script>',
  ])('takes the meaning from %s', (tag) => {
    for (const text of [tag, `**${tag}**`, `- ${tag}`, `> ${tag}`, `| a |\n| - |\n| ${tag} |`, `# ${tag}`]) {
      expect(renderMarkdown(text)).not.toMatch(/<(@|\/?font|\/?a\b|script)/i);
    }
  });

  it('calls nobody from code either, and leaves other code as it is', () => {
    expect(renderMarkdown('`<@lin.mei>` `List<String>`')).toBe('`<\u200b@lin.mei>` `List<String>`');
    expect(renderMarkdown('```\n<div><font>\n```')).toBe('`<div><\u200bfont>`');
  });

  it('never calls anybody, whatever is written', () => {
    const pieces = fc.constantFrom(
      '<',
      '@',
      'all',
      '>',
      '`',
      '*',
      '_',
      '[',
      '](',
      ')',
      '\n',
      ' ',
      '|',
      '-',
      '#',
      '\\',
      '&lt;',
      '<font',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (made) => {
        expect(renderMarkdown(made.join(''))).not.toMatch(/<@|<font/i);
        expect(renderPlain(made.join(''))).not.toMatch(/<@/);
      }),
    );
  });
});

describe('Markdown as plain words', () => {
  it('keeps the words and the addresses', () => {
    const plain = renderPlain(ANSWER);
    expect(plain).toContain('You have five days, six; see the page https://example.org/a_%28b%29 or leave().');
    expect(plain).toContain('• one\n• two');
    expect(plain).not.toMatch(/[*#`]/);
  });
});
