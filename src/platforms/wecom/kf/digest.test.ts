import { describe, expect, it } from 'vitest';
import { byteLength } from '../../../lib/markdown.ts';
import type { Line } from './dialogue.ts';
import { type DigestOf, digestOf } from './digest.ts';

const AT = Date.UTC(2026, 4, 31, 6, 3);
const line = (by: Line['by'], text: string, more: Partial<Line> = {}): Line => ({
  key: text,
  by,
  text,
  at: AT,
  ...more,
});
const DIALOGUE = [
  line('customer', '我的订单什么时候到？'),
  line('assistant', '一般三天内送达。'),
  line('customer', '👎 没帮助', { aside: true }),
  line('customer', '转人工', { aside: true }),
];
const digest = (more: Partial<DigestOf> = {}) =>
  digestOf({ name: '赵一帆', why: 'asked', lang: 'zh', lines: DIALOGUE, ...more });

describe('what a servicer reads before she takes over', () => {
  it('says who it is, why, in which language, since when, what she wants and what was answered', () => {
    expect(digest().split('\n')).toEqual([
      '客户“赵一帆”转给你了。',
      '原因：客户要求人工',
      '语言：中文',
      '提问时间：05-31 14:03',
      '问题：我的订单什么时候到？',
      '已回答：一般三天内送达。',
      '之前的对话：',
      '客户：我的订单什么时候到？',
      '助手：一般三天内送达。',
      '客户：👎 没帮助',
      '客户：转人工',
    ]);
  });

  it('leaves out what it does not know', () => {
    const lines = [line('customer', 'human agent', { aside: true }), line('customer', 'please', { aside: true })];
    expect(digest({ name: '', why: 'failed', lang: 'en', lines }).split('\n').slice(0, 5)).toEqual([
      'A customer was handed over to you.',
      'Why: the assistant failed to answer several times',
      'Language: English',
      'Nothing was answered yet',
      'What was said before:',
    ]);
  });

  it('keeps within one message, and the newest lines rather than the oldest', () => {
    const lines = Array.from({ length: 8 }, (_, n) =>
      line(n % 2 === 0 ? 'customer' : 'assistant', `${n}${'很长'.repeat(99)}`),
    );
    const text = digest({ lines });
    expect(byteLength(text)).toBeLessThanOrEqual(1_900);
    expect(text).toContain('助手：7很长');
    expect(text).not.toContain('客户：0很长');
  });
});
