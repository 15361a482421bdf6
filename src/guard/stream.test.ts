import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PrivacyRules } from '../core/personal-data.ts';
import { createGuard, DEFAULT_RULES } from './guard.ts';

const RULES: PrivacyRules = {
  ...DEFAULT_RULES,
  custom: [
    { name: 'staff', pattern: '\\bEMP-?\\d{4,6}\\b', policy: 'mask' },
    { name: 'project', pattern: '(?:凤凰|Phoenix)计划?', policy: 'block' },
  ],
};
const guards = [createGuard(DEFAULT_RULES), createGuard(RULES)];
const MANNER = { form: 'markdown', lang: 'zh' } as const;

/** Whole values, pieces of values, and what makes the difference between a value and none. */
const PIECES = [
  ['13800138000', '138 0013 8000', '+86-138-0013-8000', '8613800138000', '１３８００１３８０００', '138'],
  ['11010519491231002X', '110105194912310028', '110105 19491231 002X', '130503670401001'],
  ['6222021234567890128', '6222 0212 3456 7890 128', '4111 1111 1111 1111', '6222', '20240615123456789'],
  ['alice@example.com', 'a.b-c+d@mail.example.co', 'alice', '@', '＠', 'icon@2x.png', 'x'.repeat(70), '@example.com'],
  ['010-88880000', '(0755) 8888000', '021 8888 0000-801', 'E12345678', '护照', 'G12345678', '91350100M000100Y43'],
  [
    '京A12345',
    '粤B·D12345',
    '京',
    '新',
    'A',
    'https://a.example/x?phone=13800138000',
    'http',
    '://',
    '/users/1',
    '?tel=',
  ],
  [
    'EMP-1234',
    'EMP',
    '凤凰',
    'Phoenix',
    '计划',
    '订单号：',
    'id: ',
    'Tel',
    '元',
    '万元',
    ' ',
    '-',
    '--',
    '.',
    '_',
    '，',
  ],
  [
    '\n',
    '\n1.',
    '`',
    '```\n',
    '\n```\n',
    '**',
    '[',
    '](',
    ')',
    '(',
    '（',
    '）',
    '1',
    '0',
    '86',
    '+',
    'X',
    'x',
    'F',
    '#',
    '/',
    '=',
    '&',
    '%40',
    '😀',
  ],
].flat();
const texts = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 14 }).map((pieces) => pieces.join(''));

/** A text cut at some places. */
const cutTexts = fc.tuple(texts, fc.array(fc.nat(200), { maxLength: 12 })).map(([text, cuts]) => ({
  text,
  ends: [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((one, other) => one - other),
}));

describe('a text that is looked at while it grows', () => {
  it('ends the same whatever it was looked at before, and what was shown stays', () => {
    fc.assert(
      fc.property(fc.constantFrom(...guards), cutTexts, (guard, { text, ends }) => {
        const whole = guard.mask(text, MANNER).text;
        const stream = guard.stream(MANNER);
        let before = '';
        for (const end of ends) {
          const shown = stream.frame(text.slice(0, end), false);
          expect(shown.startsWith(before)).toBe(true);
          expect(whole.startsWith(shown)).toBe(true);
          before = shown;
        }
        expect(stream.frame(text, true)).toBe(whole);
      }),
      { numRuns: 4000 },
    );
  });

  it('passes through in pieces as in one', () => {
    fc.assert(
      fc.property(fc.constantFrom(...guards), cutTexts, (guard, { text, ends }) => {
        const pipe = guard.pipe();
        let out = '';
        let start = 0;
        for (const end of [...ends, text.length]) {
          out += pipe.push(text.slice(start, end));
          start = end;
        }
        expect(out + pipe.end()).toBe(guard.mask(text).text);
      }),
      { numRuns: 4000 },
    );
  });

  it('looks at each character by itself and comes to the same', () => {
    fc.assert(
      fc.property(fc.constantFrom(...guards), texts, (guard, text) => {
        const stream = guard.stream(MANNER);
        for (let end = 0; end <= text.length; end++) stream.frame(text.slice(0, end), false);
        expect(stream.frame(text, true)).toBe(guard.mask(text, MANNER).text);
      }),
      { numRuns: 2000 },
    );
  });

  it('is masked once: what is masked stays as it is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...guards), fc.array(fc.constantFrom(...PIECES)), (guard, pieces) => {
        // Set apart: of two that are joined neither is one, until the other is masked.
        const text = pieces.join('，');
        const once = guard.mask(text).text;
        expect(guard.mask(once).text).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  it('starts anew when it is replaced by another', () => {
    fc.assert(
      fc.property(texts, texts, (text, other) => {
        const [guard] = guards;
        const stream = guard?.stream(MANNER);
        stream?.frame(text, false);
        expect(stream?.frame(other, true)).toBe(guard?.mask(other, MANNER).text);
        expect(stream?.frame(text, true)).toBe(guard?.mask(text, MANNER).text);
      }),
      { numRuns: 1000 },
    );
  });

  it('shows no digit of a number before it is known to be none', () => {
    const stream = guards[0]?.stream();
    expect(stream?.frame('请拨打 138', false)).toBe('请拨打 ');
    expect(stream?.frame('请拨打 13800138000', false)).toBe('请拨打 ');
    expect(stream?.frame('请拨打 13800138000，', false)).toBe('请拨打 138****8000，');
  });

  it('holds back no more than the last word', () => {
    const stream = guards[0]?.stream();
    expect(stream?.frame('The answer is for', false)).toBe('The answer is ');
    expect(stream?.frame('答案是这样的', false)).toBe('答案是这样的');
    expect(stream?.frame('答案是这样的\n\n| a | b |\n| --- |', false)).toBe('答案是这样的\n\n| a | b |\n| --- |');
  });

  it('goes on from where it was: a long answer costs no more for each frame', () => {
    const stream = guards[0]?.stream(MANNER);
    const sentence = '请在月底前提交报销单，有问题请联系 alice@example.com 或 13800138000。';
    const text = sentence.repeat(4000);
    const startedAt = performance.now();
    for (let end = 0; end <= text.length; end += 200) stream?.frame(text.slice(0, end), false);
    // Looking through all of it for each of 1,000 frames would be 100 MB of work and more than a minute.
    expect(performance.now() - startedAt).toBeLessThan(4000);
  });
});
