import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerText, wholeAnswer } from './answer.ts';

const HOST = 'https://dify.example';

describe('the text of an answer', () => {
  it('is the same in pieces as in one, reasoning taken out and links made whole', () => {
    const piece = fc.constantFrom(
      '<think>',
      '</think>',
      '![a](/files/x)',
      '](',
      '/files/',
      '<',
      'wo rds',
      '你好',
      '\n',
      '`',
    );
    const pieces = fc.array(
      fc.array(piece, { maxLength: 4 }).map((some) => some.join('')),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 5 }), (parts, size) => {
        const raw = parts.join('');
        const text = new AnswerText(HOST);
        let shown = '';
        for (let at = 0; at < raw.length; at += size) {
          const change = text.add(raw.slice(at, at + size));
          shown = change.replaces ? change.text : shown + change.text;
          expect(text.told).toBe(shown);
        }
        expect(shown + text.end().text).toBe(wholeAnswer(raw, HOST));
        expect(text.told).toBe(wholeAnswer(raw, HOST));
        expect(text.raw).toBe(raw);
      }),
      { numRuns: 300 },
    );
  });

  it('begins afresh when it is replaced', () => {
    const text = new AnswerText(HOST);
    text.add('<think>half a ');
    expect(text.replace('New ](')).toEqual({ text: 'New ', replaces: true });
    expect(text.end()).toEqual({ text: '](', replaces: false });
    expect(text.reasoning).toBe('');
  });
});
