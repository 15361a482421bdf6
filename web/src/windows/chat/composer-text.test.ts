import { describe, expect, it } from 'vitest';
import { completeMention, mentionQuery, withMentions } from './composer-text.ts';

describe('mentions in what is being written', () => {
  it('sends the id for a name that was chosen', () => {
    expect(withMentions('@小驿 你好', [{ label: '小驿', id: 'cli_1' }])).toBe('@{cli_1} 你好');
  });

  it('leaves a name alone that nobody chose', () => expect(withMentions('@somebody hi', [])).toBe('@somebody hi'));

  it('does not take a name for the beginning of a longer one', () => {
    const mentioned = [
      { label: '陈宇', id: 'chen' },
      { label: '陈宇航', id: 'hang' },
    ];
    expect(withMentions('@陈宇航 @陈宇', mentioned)).toBe('@{hang} @{chen}');
  });

  it('sees an @ that is being typed, but not in an address', () => {
    expect(mentionQuery('hi @li', 6)).toBe('li');
    expect(mentionQuery('@', 1)).toBe('');
    expect(mentionQuery('a@b', 3)).toBeUndefined();
    expect(mentionQuery('@li done', 8)).toBeUndefined();
  });

  it('completes what is being typed and puts the caret behind it', () => {
    expect(completeMention('ask @li now', 7, '林晓')).toEqual({ text: 'ask @林晓 now', caret: 8 });
  });
});
