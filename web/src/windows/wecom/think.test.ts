import { describe, expect, it } from 'vitest';
import { splitThought } from './think.ts';

describe('what a bot thinks', () => {
  it('stands in front of its answer', () =>
    expect(splitThought('<think>two and two</think>\nFour')).toEqual({
      thought: 'two and two',
      isThinking: false,
      answer: 'Four',
    }));

  it('is all there is while it goes on', () =>
    expect(splitThought('<think>two and')).toEqual({ thought: 'two and', isThinking: true, answer: '' }));

  it('is nothing in an answer without it, also when the word comes up later', () => {
    expect(splitThought('Four')).toEqual({ thought: undefined, isThinking: false, answer: 'Four' });
    expect(splitThought('Write <think>x</think>').thought).toBeUndefined();
  });
});
