import { describe, expect, it } from 'vitest';
import { id } from '../../core/ids.ts';
import type { Frame } from '../../core/reply.ts';
import { hasText, summaryOf, textOf } from './text.ts';

const FRAME: Frame = {
  turn: id('t1'),
  state: 'answering',
  lang: 'en',
  title: 'Helper',
  answer: '',
  thoughts: [],
  citations: [],
  suggested: [],
  rating: 'none',
  buttons: [],
};
const shown = (frame: Partial<Frame>): string => textOf({ ...FRAME, ...frame }, () => undefined);

describe('what one reads of an answer', () => {
  it('is, while nothing is said, that somebody is at work or who is before', () => {
    expect(shown({ state: 'thinking' })).toBe('💭 Thinking…');
    expect(shown({ state: 'queued', position: 3 })).toContain('number 3');
    expect(shown({ state: 'done' })).toBe('(nothing was said)');
  });

  it('is readable also in the middle of a mark', () => {
    expect(shown({ answer: 'a **bold' })).toBe('a **bold**');
    expect(shown({ answer: '```js\nconst' })).toBe('```js\nconst\n```');
  });

  it('has how it comes about while it grows, and not when it is whole', () => {
    const thoughts = [
      { id: '1', kind: 'thinking', text: 'let me\nsee', state: 'done' },
      { id: '2', kind: 'tool', text: 'search', state: 'running' },
    ] as const;
    expect(shown({ answer: 'x', thoughts })).toBe('> 💭 let me see  \n> 🔧 search ⏳\n\nx');
    expect(shown({ state: 'done', answer: 'x', thoughts })).toBe('x');
  });

  it('has the question before it and our sentence and the sources behind it', () => {
    const citations = [{ title: 'Rules [2026]', url: 'https://a.example/(x)' }, { title: '<b>' }];
    const text = shown({ state: 'done', question: 'how\nmany?', answer: 'Five.', notice: 'New.', citations });
    expect(text.replaceAll('\u200b', '')).toBe(
      '> how many?\n\nFive.\n\nNew.\n\n**Sources**  \n1. [Rules  2026](https://a.example/%28x%29)  \n2. <b>',
    );
  });

  it('says that it goes on', () => {
    expect(shown({ answer: 'One', continues: true })).toBe('One\n\n(continued below)');
  });
});

describe('an update', () => {
  it('is worth its call when there is something to read', () => {
    expect(hasText({ ...FRAME, state: 'thinking' })).toBe(false);
    expect(hasText({ ...FRAME, answer: ' ' })).toBe(false);
    expect(hasText({ ...FRAME, answer: 'x' })).toBe(true);
    expect(hasText({ ...FRAME, state: 'failed' })).toBe(true);
  });
});

describe('the line in the list of chats', () => {
  it('is the beginning without its marks, or who writes', () => {
    expect(summaryOf('## **Five** [days](https://a.example)\n\nmore', 'Helper')).toBe('Five days more');
    expect(summaryOf('', 'Helper')).toBe('Helper');
    expect([...summaryOf('字'.repeat(200), 'Helper')]).toHaveLength(50);
  });
});
