import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteLength, indexAtByte, markdown, splitMarkdown } from './markdown.ts';

const withoutBlanks = (text: string): string => text.replace(/\s+/g, '');

describe('Markdown as we read it', () => {
  it('takes emphasis that ends at Chinese punctuation', () => {
    expect(markdown.renderInline('**注意：**请看')).toBe('<strong>注意：</strong>请看');
  });

  it('takes HTML for text', () => {
    expect(markdown.render('<b onclick="x()">hi</b>')).not.toContain('<b');
  });
});

describe('splitting Markdown', () => {
  it('leaves a text that fits whole', () => {
    expect(splitMarkdown('a'.repeat(64), 64)).toEqual(['a'.repeat(64)]);
    expect(splitMarkdown('', 64)).toEqual([]);
    expect(splitMarkdown(' \n\n', 64)).toEqual([]);
  });

  it('cuts between blocks', () => {
    const [a, b] = ['a'.repeat(40), 'b'.repeat(40)];
    expect(splitMarkdown(`${a}\n\n${b}`, 64)).toEqual([a, b]);
  });

  it('keeps a heading with what follows it', () => {
    const text = `${'a'.repeat(40)}\n\n## Next\n\n${'b'.repeat(40)}`;
    expect(splitMarkdown(text, 64)).toEqual(['a'.repeat(40), `## Next\n\n${'b'.repeat(40)}`]);
  });

  it('closes a code block and opens it again', () => {
    const code = Array.from({ length: 12 }, (_, i) => `line(${i});`).join('\n');
    const pieces = splitMarkdown(`\`\`\`js\n${code}\n\`\`\``, 64);
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces) {
      expect(piece.startsWith('```js\n')).toBe(true);
      expect(piece.trimEnd().endsWith('\n```')).toBe(true);
    }
    expect(pieces.map((piece) => piece.replace(/^```js\n|\n```\s*$/g, '')).join('\n')).toBe(code);
  });

  it('leaves no empty code block behind', () => {
    const text = `\`\`\`\n${'x'.repeat(56)}\n\`\`\`\nafter the code there is more`;
    const pieces = splitMarkdown(text, 68);
    expect(pieces).toEqual([`\`\`\`\n${'x'.repeat(56)}\n\`\`\``, 'after the code there is more']);
  });

  it('repeats a table’s header', () => {
    const rows = Array.from({ length: 10 }, (_, i) => `| row ${i} | ${i} |`).join('\n');
    const pieces = splitMarkdown(`| name | n |\n| --- | --- |\n${rows}`, 80);
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces) expect(piece.startsWith('| name | n |\n| --- | --- |\n| row')).toBe(true);
    expect(pieces.join('\n').match(/\| row \d/g)).toHaveLength(10);
  });

  it('does not repeat the header for what stands behind the table', () => {
    const table = '| name | n |\n| --- | --- |\n| a | 1 |\n';
    const [, second] = splitMarkdown(`${table}\n${'b'.repeat(60)}`, 64);
    expect(second).toBe('b'.repeat(60));
  });

  it('cuts a long line behind a sentence, and never inside a character', () => {
    const sentence = '这是一个很长的句子。';
    const pieces = splitMarkdown(sentence.repeat(10), 64);
    expect(pieces.every((piece) => piece.endsWith('。'))).toBe(true);
    const families = splitMarkdown('👨‍👩‍👧'.repeat(20), 64);
    expect(families.every((piece) => withoutBlanks(piece.replaceAll('👨‍👩‍👧', '')) === '')).toBe(true);
  });

  it('refuses a limit in which nothing fits', () => {
    expect(() => splitMarkdown('a', 63)).toThrow(RangeError);
  });
});

const line = fc.oneof(
  fc.stringMatching(/^[a-z ，。！?你好世界]{0,60}$/),
  fc.constantFrom(
    '',
    '',
    '```',
    '```ts',
    '~~~',
    '# Title',
    '- item',
    '1. one',
    '> quote',
    '| a | b |',
    '| --- | --- |',
    '| 1 | 2 |',
    '**粗体：**后面',
    '👩‍💻é',
  ),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
);
const document = fc.array(line, { maxLength: 60 }).map((lines) => lines.join('\n'));
const limit = fc.integer({ min: 64, max: 400 });

describe('whatever the text', () => {
  it('no piece is too long, and each has something in it', () => {
    fc.assert(
      fc.property(document, limit, (text, maxBytes) => {
        for (const piece of splitMarkdown(text, maxBytes)) {
          expect(byteLength(piece)).toBeLessThanOrEqual(maxBytes);
          expect(piece.trim()).not.toBe('');
          expect(piece.isWellFormed()).toBe(text.isWellFormed() || piece.isWellFormed());
        }
      }),
      { numRuns: 400 },
    );
  });

  it('nothing of it is lost or changed where no block has to be opened again', () => {
    fc.assert(
      fc.property(document, limit, (text, maxBytes) => {
        const plain = text.replace(/[`~|]/g, '');
        expect(withoutBlanks(splitMarkdown(plain, maxBytes).join(''))).toBe(withoutBlanks(plain));
      }),
      { numRuns: 400 },
    );
  });

  it('a cut once made stays while it grows', () => {
    fc.assert(
      fc.property(document, limit, fc.double({ min: 0, max: 1, noNaN: true }), (text, maxBytes, part) => {
        const whole = splitMarkdown(text, maxBytes);
        const early = splitMarkdown(text.slice(0, Math.floor(text.length * part)), maxBytes);
        expect(whole.slice(0, Math.max(0, early.length - 1))).toEqual(early.slice(0, -1));
      }),
      { numRuns: 600 },
    );
  });
});

describe('counting bytes', () => {
  it('finds how much of a text fits', () => {
    expect(indexAtByte('你好吗', 7)).toBe(2);
    expect(indexAtByte('a😀b', 4)).toBe(1);
    expect(indexAtByte('abc', 100)).toBe(3);
    expect(indexAtByte('abc', 0)).toBe(0);
  });
});
