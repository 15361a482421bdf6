import { describe, expect, it } from 'vitest';
import type { Block, Inline } from './nodes.ts';
import { type Dialect, type Parsed, parseGrown, parseMarkdown } from './parse.ts';

function blocks(text: string, dialect?: Dialect): Block[] {
  return parseMarkdown(text, dialect).map(({ block }) => block);
}

function inlines(text: string): readonly Inline[] {
  const [block] = blocks(text);
  return block?.kind === 'paragraph' ? block.children : [];
}

describe('reading the Markdown of a card', () => {
  it('reads headings, lists, quotes, code and rules', () => {
    const kinds = blocks('# a\n\ntext\n\n- x\n    - y\n\n> q\n\n```ts\nlet a = 1;\n```\n\n---').map((b) => b.kind);
    expect(kinds).toEqual(['heading', 'paragraph', 'list', 'quote', 'code', 'rule']);
  });

  it('keeps the language and the lines of fenced code', () => {
    expect(blocks('```python main.py\nprint(1)\n\nprint(2)\n```')).toEqual([
      { kind: 'code', language: 'python', text: 'print(1)\n\nprint(2)' },
    ]);
  });

  it('reads a fence that is still being streamed as code', () => {
    expect(blocks('```ts\nlet a')).toEqual([{ kind: 'code', language: 'ts', text: 'let a' }]);
  });

  it('reads a table with its alignment', () => {
    const [table] = blocks('| a | b |\n| --- | ---: |\n| 1 | **2** |');
    expect(table).toMatchObject({
      kind: 'table',
      align: [undefined, 'right'],
      head: [[{ kind: 'text', text: 'a' }], [{ kind: 'text', text: 'b' }]],
      rows: [[[{ kind: 'text', text: '1' }], [{ kind: 'strong', children: [{ kind: 'text', text: '2' }] }]]],
    });
  });

  it('shows a single line feed as a new line', () => {
    expect(inlines('a\nb').map((n) => n.kind)).toEqual(['text', 'break', 'text']);
    expect(inlines('a<br>b').map((n) => n.kind)).toEqual(['text', 'break', 'text']);
  });

  it('gives each block the text it came from, so that only the last one changes while text is streamed', () => {
    const early = parseMarkdown('first\n\nsecond');
    const later = parseMarkdown('first\n\nsecond grows');
    expect(later[0]?.source).toBe(early[0]?.source);
    expect(later[1]?.source).not.toBe(early[1]?.source);
  });
});

describe('tags of the vendor inside Markdown', () => {
  it('reads coloured text, with Markdown inside it', () => {
    expect(inlines("<font color='red'>a **b**</font> c")).toEqual([
      {
        kind: 'font',
        color: 'red',
        children: [
          { kind: 'text', text: 'a ' },
          { kind: 'strong', children: [{ kind: 'text', text: 'b' }] },
        ],
      },
      { kind: 'text', text: ' c' },
    ]);
  });

  it('reads mentions of one, of several and of all', () => {
    expect(inlines('<at id=ou_a></at><at ids="ou_b,ou_c"></at><at id=all></at>')).toEqual(
      ['ou_a', 'ou_b', 'ou_c', 'all'].map((id) => ({ kind: 'at', id })),
    );
  });

  it('reads text tags, emoji by name and times', () => {
    expect(
      inlines("<text_tag color='blue'>new</text_tag>:DONE:<local_datetime millisecond='5'></local_datetime>"),
    ).toEqual([
      { kind: 'tag', color: 'blue', children: [{ kind: 'text', text: 'new' }] },
      { kind: 'emoji', name: 'DONE' },
      { kind: 'time', at: 5 },
    ]);
  });

  it('takes a lone <hr> for a rule', () => expect(blocks('a\n\n<hr>\n\nb')[1]).toEqual({ kind: 'rule' }));

  it('survives tags and emphasis that overlap or never close', () => {
    expect(inlines("<font color='red'>**a</font>**")).not.toHaveLength(0);
    expect(inlines("</font>a<font color='red'>b")).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'font', color: 'red', children: [{ kind: 'text', text: 'b' }] },
    ]);
  });

  it('shows half a tag as text', () => {
    expect(inlines("<font color='re")).toEqual([{ kind: 'text', text: "<font color='re" }]);
  });
});

describe('hostile Markdown', () => {
  it('shows HTML as text', () => {
    expect(inlines('<img src=x onerror=alert(1)> <script>alert(1)</script>')).toEqual([
      { kind: 'text', text: '<img src=x onerror=alert(1)> <script>alert(1)</script>' },
    ]);
  });

  it.each(['[a](javascript:alert(1))', "<link url='javascript:alert(1)'>a</link>", '[a](data:text/html,x)'])(
    'makes no link of %s',
    (text) => {
      const links = inlines(text).filter((node) => node.kind === 'link' && node.href !== undefined);
      expect(links).toEqual([]);
    },
  );

  it('stays quick on deep nesting', () => {
    const began = performance.now();
    parseMarkdown(`${'> '.repeat(2_000)}${'*_'.repeat(4_000)}${'<font color=red>'.repeat(2_000)}`);
    expect(performance.now() - began).toBeLessThan(1_500);
  });
});

describe('the lesser dialect', () => {
  it('leaves headings, quotes and tables as they are written', () => {
    expect(blocks('# a', 'lark')).toEqual([{ kind: 'paragraph', children: [{ kind: 'text', text: '# a' }] }]);
  });
});

describe('reading a text that grows', () => {
  const WHOLE =
    '# a\n\ntext **b**\n\n- x\n\n- y\n    - z\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```ts\nlet a;\n\nlet b;\n```\n\nlast\nline\n===\n';

  it('comes to the same as reading it at once, at every length', () => {
    let parsed: Parsed | undefined;
    for (let length = 1; length <= WHOLE.length; length += 1) {
      const text = WHOLE.slice(0, length);
      parsed = parseGrown(parsed, text);
      expect(parsed.blocks, `the first ${length} characters`).toEqual(parseMarkdown(text));
    }
  });

  it('keeps the blocks that can no longer change', () => {
    const early = parseGrown(undefined, 'first\n\nsecond');
    const later = parseGrown(early, 'first\n\nsecond grows');
    expect(later.blocks[0]).toBe(early.blocks[0]);
  });

  it('begins anew when the text is another', () => {
    const parsed = parseGrown(parseGrown(undefined, 'first\n\nsecond'), 'other\n\ntext');
    expect(parsed.blocks).toEqual(parseMarkdown('other\n\ntext'));
  });
});

describe('DingTalk’s Markdown', () => {
  const textOf = (source: string): string =>
    JSON.stringify(parseMarkdown(source, 'dingtalk').map(({ block }) => block));

  it('joins lines that end alone, and breaks those that end in two blanks', () => {
    expect(parseMarkdown('one\ntwo  \nthree', 'dingtalk')[0]?.block).toEqual({
      kind: 'paragraph',
      children: [{ kind: 'text', text: 'one two' }, { kind: 'break' }, { kind: 'text', text: 'three' }],
    });
  });

  it('calls people by its own tag, and leaves other vendors’ tags as words', () => {
    expect(textOf('<a atId=lin.xiao>林晓</a> 你好')).toContain('"kind":"call"');
    expect(textOf('<at id=all></at>')).not.toContain('"kind":"at"');
    expect(textOf('<at id=all></at>')).toContain('<at id=all>');
  });
});
