import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slices, speak, tokens } from './steps.ts';

describe('cutting an answer as a model would say it', () => {
  it('cuts English at words and Chinese after one to three characters', () => {
    expect(tokens('Hello big world')).toEqual(['Hello', ' big', ' world']);
    expect(tokens('申请年假只要三步')).toEqual(['申请年', '假只要', '三步']);
  });

  it('loses nothing of any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => tokens(text).join('') === text));
  });

  it('makes as many pieces as asked, or fewer of a short text, without cutting a character', () => {
    expect(slices('👩‍🚀你好啊', 3).join('')).toBe('👩‍🚀你好啊');
    expect(slices('abcdef', 3)).toEqual(['ab', 'cd', 'ef']);
    expect(slices('ab', 9)).toEqual(['a', 'b']);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(50), (text, count) => {
        expect(slices(text, count).join('')).toBe(text);
        expect(slices(text, count).length).toBeLessThanOrEqual(Math.max(1, count));
      }),
    );
  });

  it('pauses between the pieces, and not at all without a pause', () => {
    expect(speak('a b', { firstMs: 0, chunkMs: 7, chunks: undefined })).toEqual([
      { kind: 'say', text: 'a' },
      { kind: 'wait', ms: 7 },
      { kind: 'say', text: ' b' },
    ]);
    expect(speak('a b', { firstMs: 0, chunkMs: 0, chunks: 1 })).toEqual([{ kind: 'say', text: 'a b' }]);
  });
});
