import { describe, expect, it } from 'vitest';
import { markdown, type Token } from './markdown.ts';
import { MarkdownLines } from './markdown-lines.ts';
import { eachBlock, numbersOf } from './markdown-tokens.ts';

/** Writes paragraphs, lists and quotes as they are; code leaves what stands around it. */
function written(text: string): string {
  const lines = new MarkdownLines();
  const write = (tokens: readonly Token[]): void =>
    eachBlock(tokens, (token, inner) => {
      if (token.type === 'paragraph_open') lines.paragraph(inner.map(({ content }) => content).join(''), token.hidden);
      else if (token.type === 'ordered_list_open')
        lines.list(inner, { next: numbersOf(token), indent: (mark) => ' '.repeat(mark.length) }, write);
      else if (token.type === 'blockquote_open') lines.quote(`${lines.prefix}> `, () => write(inner));
      else lines.lifted(`[${token.content.trim()}]`);
    });
  write(markdown.parse(text, {}));
  return lines.text;
}

describe('blocks one below the other', () => {
  it('stand behind the marks of what is around them, line by line', () => {
    expect(written('1. a\n   b\n2. > c\n   > d')).toBe('1. a\n   b\n2. \n   > c\n   > d\n');
  });

  it('have one empty line between them, in a quote a quoted one, and none at its end', () => {
    expect(written('> a\n>\n> b\n\nc')).toBe('> a\n>\n> b\n\nc\n');
  });

  it('leave their list where they have to stand at the edge, and the item keeps its mark', () => {
    expect(written('1. ```\n   x\n   ```\n2. b')).toBe('1. \n\n[x]\n\n2. b');
  });
});
