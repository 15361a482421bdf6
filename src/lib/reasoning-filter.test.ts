import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReasoningFilter, sortReasoning } from './reasoning-filter.ts';

const DETAILS =
  '<details style="color:gray;background-color: #f8f8f8;padding: 8px;border-radius: 4px;" open> <summary> Thinking... </summary>';

describe('telling reasoning from the answer', () => {
  it('leaves text without tags as it is', () =>
    expect(sortReasoning(' 1 < 2 && <b>x</b>\n')).toEqual({ answer: ' 1 < 2 && <b>x</b>\n', reasoning: '' }));

  it('takes a think block out, with the empty lines behind it', () =>
    expect(sortReasoning('<think>\nhm\n</think>\n\nYes.')).toEqual({ answer: 'Yes.', reasoning: '\nhm\n' }));

  it('takes a block out of the middle', () =>
    expect(sortReasoning('A. <think>hm</think> B.')).toEqual({ answer: 'A.  B.', reasoning: 'hm' }));

  it('parts two blocks by an empty line', () =>
    expect(sortReasoning('<think>a</think>A<think>b</think>B')).toEqual({ answer: 'AB', reasoning: 'a\n\nb' }));

  it('takes all before a lone closing tag for reasoning', () =>
    expect(sortReasoning('let me see</think>\nYes.')).toEqual({ answer: 'Yes.', reasoning: 'let me see' }));

  it('drops a second closing tag and keeps the answer before it', () =>
    expect(sortReasoning('<think>a</think>Yes</think>!')).toEqual({ answer: 'Yes!', reasoning: 'a' }));

  it('takes the folded block of older providers out', () =>
    expect(sortReasoning(`${DETAILS}hm</details>\n\nYes.`)).toEqual({ answer: 'Yes.', reasoning: 'hm' }));

  it('leaves other folded blocks alone', () => {
    const text = '<details><summary>More</summary>text</details>';
    expect(sortReasoning(text)).toEqual({ answer: text, reasoning: '' });
  });

  it('reads tags in capitals and with attributes', () =>
    expect(sortReasoning('<THINK time="1">a</Think >b')).toEqual({ answer: 'b', reasoning: 'a' }));

  it('takes tags in Markdown code for text', () => {
    const text = 'Models write `<think>` and `</think>`:\n```\n<think>x</think>\n```\n';
    expect(sortReasoning(text)).toEqual({ answer: text, reasoning: '' });
  });

  it('takes a block that never ends for reasoning', () =>
    expect(sortReasoning('<think>hm <b')).toEqual({ answer: '', reasoning: 'hm <b' }));

  it('gives a tag back that never became one', () =>
    expect(sortReasoning('a <thin')).toEqual({ answer: 'a <thin', reasoning: '' }));

  it('does not hold back words that only look like a tag', () => {
    const filter = new ReasoningFilter();
    expect(filter.push('a <thimble').delta).toBe('a <thimble');
  });

  it('tells that what was shown was reasoning', () => {
    const filter = new ReasoningFilter();
    expect(filter.push('let me see')).toEqual({ delta: 'let me see', retracted: false });
    expect(filter.push(' </thi')).toEqual({ delta: ' ', retracted: false });
    expect(filter.push('nk>\nYes')).toEqual({ delta: 'Yes', retracted: true });
  });

  it('is in time linear to a long text full of brackets', () => {
    const started = performance.now();
    sortReasoning(`<think>${'< '.repeat(200_000)}</think>${'a < b '.repeat(100_000)}`);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('sorts the same text the same way wherever it is cut', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '<think>',
        '</think>',
        DETAILS,
        '</details>',
        '<details>',
        '<summary>',
        '<',
        '</',
        '`',
        '```\n',
        '\n\n',
        '<think a="1">',
      ),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
    );
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 120 }), (whole, sizes) => {
        const filter = new ReasoningFilter();
        let shown = '';
        for (const part of [...cut(whole, sizes), undefined]) {
          const change = part === undefined ? filter.end() : filter.push(part);
          shown = change.retracted ? change.delta : shown + change.delta;
          expect(filter.answer.startsWith(shown) || shown === filter.answer).toBe(true);
        }
        expect({ answer: shown, reasoning: filter.reasoning }).toEqual(sortReasoning(whole));
        expect(filter.answer).toBe(shown);
      }),
      { numRuns: 500 },
    );
  });

  it('never lets a word of a closed block into the answer', () => {
    const block = fc.constantFrom(['<think>', '</think>'], [DETAILS, '</details>']);
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 200 });
    fc.assert(
      fc.property(
        block,
        fc.stringMatching(/^[a-z \n]{0,30}$/),
        fc.stringMatching(/^[A-Z ]{1,30}$/),
        sizes,
        (tags, thought, said, at) => {
          const filter = new ReasoningFilter();
          for (const part of cut(`${tags[0]}${thought}${tags[1]}${said}`, at)) filter.push(part);
          filter.end();
          expect(filter.answer).toBe(said.trimStart());
          expect(filter.reasoning).toBe(thought);
        },
      ),
    );
  });
});

function cut(text: string, sizes: readonly number[]): string[] {
  const pieces: string[] = [];
  let at = 0;
  for (const size of sizes) {
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return [...pieces, text.slice(at)];
}
