import { describe, expect, it } from 'vitest';
import { id } from '../../../core/ids.ts';
import type { Frame } from '../../../core/reply.ts';
import { byteLength } from '../../../lib/markdown.ts';
import { contentOf } from './content.ts';
import { MAX_ANSWER_BYTES, MAX_CONTENT_BYTES } from './limits.ts';
import { picturesIn, renderAnswer } from './markdown.ts';

const FRAME: Frame = {
  turn: id('t-1'),
  state: 'done',
  lang: 'zh',
  title: 'Helper',
  answer: '五天。',
  thoughts: [],
  citations: [],
  suggested: [],
  rating: 'none',
  buttons: [],
};
const THINKING = { id: '1', kind: 'thinking', text: '先查制度', state: 'done' } as const;
const TOOL = { id: '2', kind: 'tool', text: 'search', state: 'running' } as const;

const content = (frame: Partial<Frame>, options: Partial<Parameters<typeof contentOf>[1]> = {}): string =>
  contentOf({ ...FRAME, ...frame }, { thoughts: true, ...options });

describe('what a bot’s message shows', () => {
  it('is the answer, with the thoughts before it and the sources below', () => {
    const citations = [{ title: '员工手册 [v2](x)', url: 'https://docs.example/a(1)' }, { title: '制度' }];
    expect(content({ thoughts: [THINKING, TOOL], citations, notice: '这是一段新对话' })).toBe(
      '<think>先查制度\n⏳ search</think>\n五天。\n\n> 这是一段新对话\n\n**来源**\n1. [员工手册 v2 (x)](https://docs.example/a%281%29)\n2. 制度',
    );
  });

  it('has no thoughts where only streams show them', () => {
    expect(content({ thoughts: [THINKING] }, { thoughts: false })).toBe('五天。');
  });

  it('is never empty', () => {
    expect(content({ state: 'queued', position: 3, answer: '' })).toContain('第 3 位');
    expect(content({ state: 'thinking', answer: '' })).toBe('💭 正在思考…');
    expect(content({ answer: '' })).toBe('（没有内容）');
    expect(content({ state: 'failed', answer: '', notice: '出了点问题' })).toBe('> 出了点问题');
  });

  it('says that it goes on', () => {
    expect(content({ continues: true, state: 'answering' })).toBe('五天。\n\n（未完，见下一条）');
  });

  it('keeps what is half written presentable while it grows', () => {
    expect(content({ state: 'answering', answer: '**重要' })).toBe('**重要**');
    expect(content({ state: 'answering', answer: '```js\nlet a' })).toBe('```js\nlet a\n```');
  });

  it('fits, whatever an answer of the greatest length is made of', () => {
    const thoughts = [{ ...THINKING, text: '想'.repeat(9_000) }];
    const citations = Array.from({ length: 200 }, (_, n) => ({
      title: `来源 ${n}`,
      url: 'https://docs.example/'.repeat(3),
    }));
    for (const piece of ['x', '字', '<a', '<@', '`<@` ', '![a](https://x.example/a)']) {
      const answer = piece.repeat(Math.floor(MAX_ANSWER_BYTES / byteLength(piece)));
      const shown = content({ answer, thoughts, citations, notice: '说明' });
      expect(byteLength(shown)).toBeLessThanOrEqual(MAX_CONTENT_BYTES);
      expect(shown).toContain('> 说明');
    }
    expect(content({ answer: '字'.repeat(4_666), thoughts })).toContain('字'.repeat(4_666));
  });
});

describe('an answer’s Markdown', () => {
  const render = (text: string): string => renderAnswer(text, (alt, url) => `{${alt}|${url}}`, false);

  it('stays as it is', () => {
    const text = '# 标题\n\n- a\n- b\n\n| x | y |\n| - | - |\n| 1 | 2 |\n\n1 < 2 and a<-b';
    expect(render(text)).toBe(text);
  });

  it('calls nobody, and is no markup of the vendor’s', () => {
    const shown = render('<@all> <@lin.mei> <font color="info">x</font> <think>y</think> <script>');
    expect(shown).not.toMatch(/<[@a-z/]/i);
    expect(shown.replaceAll('\u200b', '')).toBe(
      '<@all> <@lin.mei> <font color="info">x</font> <think>y</think> <script>',
    );
  });

  it('leaves code to be copied, but for what is obeyed even there', () => {
    expect(render('`<div>`\n\n```html\n<p class="a">\n```')).toBe('`<div>`\n\n```html\n<p class="a">\n```');
    expect(render('`<@all>` and\n```\n</think><@x>\n```')).not.toMatch(/<@|<\/think/);
  });

  it('names its pictures, those in code apart', () => {
    const text = '![a](https://x.example/1.png "title") `![b](https://x.example/2)` ![c](<https://x.example/3 4>)';
    expect(picturesIn(text)).toEqual(['https://x.example/1.png', 'https://x.example/3 4']);
    expect(render(text)).toBe('{a|https://x.example/1.png} `![b](https://x.example/2)` {c|https://x.example/3 4}');
  });
});
