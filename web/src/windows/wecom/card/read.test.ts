import { describe, expect, it } from 'vitest';
import { readTemplate } from './read.ts';

describe('a template card', () => {
  it('with buttons has their words, keys and colours', () => {
    const view = readTemplate({
      card_type: 'button_interaction',
      source: { desc: '公司助理' },
      main_title: { title: '有帮助吗？' },
      button_list: [
        { type: 0, text: '有用', style: 2, key: 'up:t1' },
        { type: 1, text: '打开', url: 'https://example.org' },
      ],
    });
    expect(view).toMatchObject({ source: '公司助理', title: '有帮助吗？', replaced: '', submit: undefined });
    expect(view.buttons).toEqual([
      { text: '有用', key: 'up:t1', url: '', style: 2 },
      { text: '打开', key: '', url: 'https://example.org', style: 1 },
    ]);
  });

  it('knows what took the place of its buttons', () =>
    expect(readTemplate({ replaced_text: '已评为有用' }).replaced).toBe('已评为有用'));

  it('offers a choice with what is chosen already: the first of a list, the marked ones of a vote', () => {
    const options = [
      { id: 'a', text: 'A' },
      { id: 'b', text: 'B', is_checked: true },
    ];
    const select = { question_key: 'q', title: 'Which?', option_list: [{ id: 'x', text: 'X' }] };
    const { selects } = readTemplate({
      select_list: [select],
      checkbox: { question_key: 'v', mode: 1, option_list: options },
      submit_button: { text: 'Send', key: 'send' },
    });
    expect(selects.map(({ key, look, chosen }) => [key, look, chosen])).toEqual([
      ['q', 'list', ['x']],
      ['v', 'boxes', ['b']],
    ]);
  });

  it('of which nothing is there is empty, not broken', () =>
    expect(readTemplate({ main_title: 'text', button_list: 'none', select_list: [null] })).toMatchObject({
      title: '',
      buttons: [],
      emphasis: undefined,
    }));
});
