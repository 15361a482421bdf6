import { describe, expect, it } from 'vitest';
import { id } from '../../../core/ids.ts';
import { offerCard, pressedCard } from './cards.ts';
import { greetingBody } from './messages.ts';

const TURN = id<Parameters<typeof offerCard>[0]['turn']>('t-1');
const NOTICE = {
  kind: 'notice',
  key: id<never>('n-0'),
  to: { channel: id<never>('wecom-bot'), kind: 'direct', chat: id<never>('lin.mei') },
  lang: 'zh',
} as const;

describe('a card with questions', () => {
  it('has a button for each, which brings back what we put into it', () => {
    const card = offerCard({ turn: TURN, lang: 'zh', suggested: ['试用期呢？', '病假呢？'] });
    expect(card).toMatchObject({
      card_type: 'button_interaction',
      task_id: 't-1-s',
      button_list: [
        { text: '试用期呢？', key: '{"act":"ask","turn":"t-1","index":0}' },
        { text: '病假呢？', key: '{"act":"ask","turn":"t-1","index":1}' },
      ],
    });
    expect(card).not.toHaveProperty('horizontal_content_list');
  });

  it('writes long questions above the buttons, which hold ten characters', () => {
    const suggested = ['试用期的员工可以休年假吗？', '病假呢？'];
    expect(offerCard({ turn: TURN, lang: 'zh', suggested })).toMatchObject({
      horizontal_content_list: [{ keyname: '1', value: suggested[0] }, { keyname: '2' }],
      button_list: [{ text: '1 试用期的员工可…' }, { text: '2 病假呢？' }],
    });
  });

  it('has six buttons at most', () => {
    const suggested = Array.from({ length: 9 }, (_, index) => `q${index}`);
    expect(offerCard({ turn: TURN, lang: 'en', suggested })['button_list']).toHaveLength(6);
  });

  it('says when it was pressed, to whoever pressed it', () => {
    const press = { task: 't-1-s', key: 'k', by: 'lin.mei' };
    const toast = { kind: 'info', text: '已提问，请稍候。', lang: 'zh' } as const;
    expect(pressedCard({ toast }, press)).toMatchObject({
      response_type: 'update_template_card',
      userids: ['lin.mei'],
      template_card: { task_id: 't-1-s', main_title: { title: '已提问，请稍候。' } },
    });
    expect(pressedCard({}, press)).toBeUndefined();
  });
});

describe('a greeting', () => {
  it('is a card where there is something to press, else a text', () => {
    const greeting = { ...NOTICE, text: '你好，我是**小驿**。', turn: TURN, suggested: ['年假几天？'] };
    expect(greetingBody(greeting)).toMatchObject({
      msgtype: 'template_card',
      template_card: { sub_title_text: '你好，我是小驿。' },
    });
    expect(greetingBody({ ...NOTICE, text: '你好' })).toEqual({ msgtype: 'text', text: { content: '你好' } });
  });

  it('too long for a card is a text with its questions below', () => {
    const body = greetingBody({ ...NOTICE, text: '长'.repeat(200), turn: TURN, suggested: ['年假几天？'] });
    expect(body).toMatchObject({
      msgtype: 'text',
      text: { content: expect.stringContaining('• 年假几天？') as string },
    });
  });
});
