import { describe, expect, it } from 'vitest';
import { readCard, readElement } from './read.ts';

const CARD = {
  schema: '2.0',
  config: { streaming_mode: true, width_mode: 'fill' },
  header: {
    title: { tag: 'plain_text', content: '小驿', i18n_content: { en_us: 'Posty' } },
    template: 'blue',
    text_tag_list: [{ tag: 'text_tag', text: { tag: 'plain_text', content: 'beta' }, color: 'green' }],
    icon: { tag: 'standard_icon', token: 'chat_outlined' },
  },
  body: { elements: [{ tag: 'markdown', element_id: 'answer', content: 'hello' }, { tag: 'hr' }] },
};

describe('reading a card', () => {
  it('reads the header in the reader’s language', () => {
    expect(readCard(CARD, 'en').header).toEqual({
      title: 'Posty',
      subtitle: '',
      template: 'blue',
      tags: [{ text: 'beta', color: 'green' }],
      icon: 'chat_outlined',
    });
    expect(readCard(CARD, 'zh').header?.title).toBe('小驿');
  });

  it('keeps the id of an element, by which text is streamed into it', () => {
    const [answer, rule] = readCard(CARD, 'zh').elements;
    expect(answer).toMatchObject({ id: 'answer', tag: 'text', text: { text: 'hello', dialect: 'full' } });
    expect(rule).toEqual({ id: undefined, tag: 'hr' });
  });

  it('shows an element it does not know, with what it holds', () => {
    const map = { tag: 'map', place: 'here' };
    expect(readElement(map, 'zh')).toEqual({ id: undefined, tag: 'unknown', name: 'map', raw: map });
    const radar = { tag: 'chart', chart_spec: { type: 'radar' } };
    expect(readElement(radar, 'zh')).toEqual({ id: undefined, tag: 'unknown', name: 'chart', raw: radar });
  });

  it('reads a chart’s rows by the fields it names, one series each', () => {
    const values = [
      { month: '1', city: 'A', n: 3 },
      { month: '2', city: 'A', n: '5' },
      { month: '1', city: 'B', n: 1 },
    ];
    const spec = { type: 'bar', title: { text: 'Trips' }, data: { values }, xField: ['month', 'city'], yField: 'n' };
    expect(readElement({ tag: 'chart', chart_spec: { ...spec, seriesField: 'city' } }, 'zh')).toEqual({
      id: undefined,
      tag: 'chart',
      kind: 'bar',
      title: 'Trips',
      labels: ['1', '2'],
      series: [
        {
          name: 'A',
          points: new Map([
            ['1', 3],
            ['2', 5],
          ]),
        },
        { name: 'B', points: new Map([['1', 1]]) },
      ],
    });
    const pie = { type: 'pie', data: [{ id: 'd', values }], categoryField: 'month', valueField: 'n' };
    expect(readElement({ tag: 'chart', chart_spec: pie }, 'zh')).toMatchObject({ kind: 'pie', labels: ['1', '2'] });
  });

  it('reads menus, boxes to tick, people to choose, pictures side by side and voices', () => {
    const behaviors = [{ type: 'callback', value: { act: 'x' } }];
    const option = { text: { content: 'Delete' }, value: 'delete' };
    expect(readElement({ tag: 'overflow', options: [option], behaviors }, 'zh')).toMatchObject({
      options: [{ text: 'Delete', value: 'delete', behaviors: [] }],
      behaviors: [{ kind: 'callback', value: { act: 'x' } }],
    });
    expect(readElement({ tag: 'checker', name: 'done', checked: true, text: { content: 'Done' } }, 'zh')).toMatchObject(
      {
        tag: 'checker',
        name: 'done',
        checked: true,
      },
    );
    expect(readElement({ tag: 'multi_select_person', options: [{ value: 'ou_1' }] }, 'zh')).toMatchObject({
      tag: 'select',
      people: true,
      multiple: true,
      options: [{ value: 'ou_1' }],
    });
    const list = [{ img_key: 'img_1' }, { img_key: 'img_2' }];
    expect(readElement({ tag: 'img_combination', combination_mode: 'trisect', img_list: list }, 'zh')).toMatchObject({
      tag: 'pictures',
      across: 3,
      keys: ['img_1', 'img_2'],
    });
    expect(readElement({ tag: 'audio', file_key: 'file_1' }, 'zh')).toMatchObject({ tag: 'audio', key: 'file_1' });
  });

  it.each([undefined, null, 5, 'text', [], {}])('does not fall over %j in place of an element', (value) => {
    expect(readElement(value, 'zh').tag).toBe('unknown');
  });

  it('reads cards of version 1.0: elements on top, notes and action rows', () => {
    const { elements } = readCard(
      {
        elements: [
          { tag: 'action', actions: [{ tag: 'button', text: { content: 'go' }, value: { act: 'go' } }] },
          { tag: 'note', elements: [{ tag: 'plain_text', content: 'small print' }] },
        ],
      },
      'zh',
    );
    expect(elements[0]).toMatchObject({
      tag: 'columns',
      columns: [{ elements: [{ tag: 'button', behaviors: [{ kind: 'callback', value: { act: 'go' } }] }] }],
    });
    expect(elements[1]).toMatchObject({ tag: 'text', text: { text: 'small print', size: 'notation' } });
  });
});

describe('reading what can be pressed', () => {
  it('reads a button’s callback, its hint and that it is disabled', () => {
    const button = readElement(
      {
        tag: 'button',
        element_id: 'up',
        text: { tag: 'plain_text', content: '👍' },
        type: 'primary_text',
        size: 'small',
        disabled: true,
        disabled_tips: { content: 'later' },
        behaviors: [{ type: 'callback', value: { act: 'up' } }],
      },
      'zh',
    );
    expect(button).toMatchObject({
      id: 'up',
      tag: 'button',
      text: '👍',
      type: 'primary_text',
      disabled: true,
      hint: 'later',
      behaviors: [{ kind: 'callback', value: { act: 'up' } }],
    });
  });

  it('opens web addresses only', () => {
    const open = (url: string) =>
      readElement({ tag: 'button', behaviors: [{ type: 'open_url', default_url: url }] }, 'zh');
    expect(open('https://example.com/')).toMatchObject({
      behaviors: [{ kind: 'open-url', url: 'https://example.com/' }],
    });
    expect(open(`java${'script'}:alert(1)`)).toMatchObject({ behaviors: [] });
  });

  it('reads both spellings of a form’s submit button', () => {
    expect(readElement({ tag: 'button', form_action_type: 'submit' }, 'zh')).toMatchObject({ submits: 'submit' });
    const older = { tag: 'button', behaviors: [{ type: 'form_action', behavior: 'reset' }] };
    expect(readElement(older, 'zh')).toMatchObject({ submits: 'reset' });
  });

  it('reads a choice with its options', () => {
    const select = {
      tag: 'select_static',
      name: 'city',
      options: [{ text: { content: '上海' }, value: 'sh' }],
      initial_option: 'sh',
    };
    expect(readElement(select, 'zh')).toMatchObject({
      tag: 'select',
      multiple: false,
      value: ['sh'],
      options: [{ text: '上海', value: 'sh' }],
    });
  });
});
