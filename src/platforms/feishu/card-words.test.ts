import { describe, expect, it } from 'vitest';
import type { Json } from '../../lib/read.ts';
import { cardSource, cardWords } from './card-words.ts';

const wordsOf = (body: Json): string => cardWords(cardSource(body) ?? {});

describe('a card as its bot wrote it', () => {
  it('is read with its title and all parts, in their order', () => {
    const columns = [
      { tag: 'column', elements: [{ tag: 'markdown', content: '左' }] },
      { tag: 'column', elements: [{ tag: 'div', text: { tag: 'plain_text', content: '右' } }] },
    ];
    const elements = [
      {
        tag: 'markdown',
        content: '**状态**：<font color="red">延期</font><br>负责人 <at id=7 mention_key=@_user_1></at>',
      },
      { tag: 'column_set', columns },
      {
        tag: 'collapsible_panel',
        header: { title: { tag: 'plain_text', content: '细节' } },
        elements: [{ tag: 'markdown', content: '![架构](img_v3_k) [文档](https://x.example)' }],
      },
      {
        tag: 'table',
        columns: [
          { name: 'a', display_name: '项' },
          { name: 'b', display_name: '值' },
        ],
        rows: [{ a: '甲', b: 3 }, { a: [{ text: '乙' }] }],
      },
      { tag: 'button', text: { tag: 'plain_text', content: '同意' } },
      { tag: 'hr' },
    ];
    const card = { schema: '2.0', header: { title: { tag: 'plain_text', content: '周报' } }, body: { elements } };
    expect(wordsOf(card)).toBe(
      [
        '周报',
        '**状态**：延期',
        '负责人 @_user_1',
        '左',
        '右',
        '细节',
        '架构 [文档](https://x.example)',
        '项 | 值',
        '甲 | 3',
        '乙 | ',
        '[同意]',
      ].join('\n'),
    );
    expect(wordsOf({ title: null, elements: [[{ tag: 'text', text: 'old' }]], user_dsl: JSON.stringify(card) })).toBe(
      wordsOf(card),
    );
  });

  it('of the older form is read as well, in its first language', () => {
    const elements = [
      { tag: 'div', fields: [{ text: { tag: 'lark_md', content: '**天数** 3' } }, { text: { content: '年假' } }] },
      { tag: 'note', elements: [{ tag: 'plain_text', content: '备注' }] },
      { tag: 'action', actions: [{ tag: 'button', text: { content: '批准' } }] },
    ];
    const header = { title: { tag: 'plain_text', content: '请假' } };
    expect(wordsOf({ config: {}, header, elements })).toBe('请假\n**天数** 3\n年假\n备注\n[批准]');
    const localized = { i18n_header: { zh_cn: header }, i18n_elements: { zh_cn: elements.slice(1, 2), en_us: [] } };
    expect(wordsOf({ user_dsl: localized })).toBe('请假\n备注');
  });

  it('of ours says the answer alone, in plain characters', () => {
    const elements = [
      { tag: 'collapsible_panel', element_id: 'thoughts', elements: [{ tag: 'markdown', content: '想' }] },
      { tag: 'markdown', element_id: 'answer', content: '5 &#42; 3 &#60; 16 &amp; more' },
      { tag: 'button', text: { content: '👍' } },
    ];
    expect(wordsOf({ schema: '2.0', body: { elements } })).toBe('5 * 3 < 16 & more');
  });

  it('that goes deeper than any card does is not followed', () => {
    let deep: unknown = { tag: 'markdown', content: 'hidden' };
    for (let depth = 0; depth < 5000; depth++) deep = [deep];
    expect(wordsOf({ body: { elements: [deep, { tag: 'markdown', content: 'shown' }] } })).toBe('shown');
  });

  it('is not there where only a rendering is', () => {
    expect(cardSource({ title: 'x', elements: [[{ tag: 'text', text: 'y' }]] })).toBeUndefined();
    expect(cardSource({ type: 'template' })).toBeUndefined();
  });
});
