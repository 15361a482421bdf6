import { describe, expect, it } from 'vitest';
import { withoutWords } from './without-words.ts';

describe('a complaint without what a person wrote', () => {
  it('keeps what is the server’s own', () => {
    expect(withoutWords('400 invalid_param: query is too long', 'hello')).toBe('400 invalid_param: query is too long');
  });

  it('leaves out what it repeats of her, as far as it repeats it', () => {
    const said = '我的卡号是 6222021234567890128，请查余额';
    expect(withoutWords(`bad query: ${said}`, said)).toBe('bad query: …');
    expect(withoutWords('bad query: 卡号是 622202123456 (cut)', said)).toBe('bad query: … (cut)');
    expect(withoutWords(`"${said}" is no question, is it`, said)).toBe('"…" is no question, is it');
  });

  it('does not take a word that both have for hers', () => {
    expect(withoutWords('model timeout', 'what is a timeout?')).toBe('model timeout');
    expect(withoutWords('余额不足', '我的余额是多少')).toBe('余额不足');
  });

  it('takes a text of any length', () => {
    expect(withoutWords('', 'a')).toBe('');
    expect(withoutWords('短', '短')).toBe('短');
    expect(withoutWords('x'.repeat(200), 'x'.repeat(100_000))).toBe('…');
  });
});
