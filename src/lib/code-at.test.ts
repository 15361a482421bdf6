import { describe, expect, it } from 'vitest';
import { codeAt } from './code-at.ts';

describe('the unit of a text', () => {
  it('is what the text’s own method says, within and outside of it', () => {
    const text = 'a报😀';
    for (let at = -1; at <= text.length; at += 1) expect(codeAt(text, at)).toBe(text.charCodeAt(at));
  });
});
