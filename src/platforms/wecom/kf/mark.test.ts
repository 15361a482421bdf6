import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MarkFound, unmark } from './mark.ts';

const MARK = '[[转人工]]';

/** Reads an answer that is cut at these places, message by message. */
function read(answer: string, borders: readonly number[]): { readonly shown: string; readonly wants: boolean } {
  const cuts = [0, ...borders.map((at) => at % (answer.length + 1)).toSorted((a, b) => a - b), answer.length];
  let before: MarkFound | undefined;
  let shown = '';
  for (let part = 0; part + 1 < cuts.length; part++) {
    const goesOn = part + 2 < cuts.length;
    const { text, found } = unmark(answer.slice(cuts[part], cuts[part + 1]), MARK, before, goesOn);
    before = { key: String(part), ...found };
    shown += text;
  }
  return { shown, wants: before?.wants === true };
}

describe('the mark of an agent that wants a person', () => {
  it('is found and not shown, wherever the answer is cut', () => {
    const words = fc.array(fc.constantFrom('我帮你', '[', '[[', '转', 'x', ']]'), { maxLength: 8 });
    fc.assert(
      fc.property(words, words, fc.array(fc.nat({ max: 200 }), { maxLength: 6 }), (head, rest, borders) => {
        const { shown, wants } = read(`${head.join('')}${MARK}${rest.join('')}`, borders);
        expect(wants).toBe(true);
        expect(shown).toBe(`${head.join('')}${rest.join('')}`);
      }),
    );
  });

  it('leaves an answer without it as it is', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.nat({ max: 200 }), { maxLength: 6 }), (answer, borders) => {
        fc.pre(!answer.includes(MARK));
        expect(read(answer, borders)).toEqual({ shown: answer, wants: false });
      }),
    );
  });
});
