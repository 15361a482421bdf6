import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TextForm } from './hide.ts';
import { nameOfPlaceholder, Restorer } from './restore.ts';

const KNOWN = [
  { kind: 'mobile', number: 1, value: '138 0013 8000' },
  { kind: 'mobile', number: 12, value: '13900139000' },
  { kind: 'email', number: 1, value: 'a_b@example.com' },
  { kind: '工号', number: 1, value: 'K*42' },
];

function restorer(): Restorer {
  const made = new Restorer();
  made.add(KNOWN);
  return made;
}

const restored = (text: string, form: TextForm = 'plain') => restorer().text(text, form);

describe('a placeholder in what an agent says', () => {
  it('becomes the value again as it was written', () => {
    expect(restored('请拨打[手机号1]或写信到[邮箱1]，工号[工号1]')).toBe(
      '请拨打138 0013 8000或写信到a_b@example.com，工号K*42',
    );
  });

  it.each([
    '[手机号 1]',
    '[ 手机号1 ]',
    '【手机号1】',
    '［手机号１］',
    '〔手机号1〕',
    '\\[手机号1\\]',
    '[mobile number 1]',
    '[Mobile  Number 1]',
    '[手机号1】',
  ])('is recognized as %s', (form) => {
    expect(restored(`打${form}吧`)).toBe('打138 0013 8000吧');
  });

  it.each([
    '手机号1',
    '(手机号1)',
    '[手机号2]',
    '[手机号121]',
    '[手机1]',
    '[手机号]',
    '[手机号\n1]',
    '[手机号1',
    '[邮箱 12]',
  ])('is not seen in %s', (text) => expect(restored(`打${text}吧`)).toBe(`打${text}吧`));

  it('is told apart from one with more digits', () => {
    expect(restored('[手机号12][手机号1]')).toBe('13900139000138 0013 8000');
  });

  it('reads in Markdown as it was written, and in code has no backslashes', () => {
    expect(restored('[邮箱1] `[邮箱1]` [工号1]', 'markdown')).toBe('a\\_b@example.com `a_b@example.com` K\\*42');
  });

  it('stays where nothing is known', () => {
    expect(new Restorer().text('[手机号1]', 'plain')).toBe('[手机号1]');
  });

  it('has a name that is recognized in both languages', () => {
    for (const one of KNOWN) {
      expect(restored(nameOfPlaceholder(one, 'zh'))).toBe(one.value);
      expect(restored(nameOfPlaceholder(one, 'en'))).toBe(one.value);
    }
  });
});

describe('a text that grows', () => {
  const piece = fc.constantFrom(
    '[手机号1]',
    '[mobile number 12]',
    '【邮箱 1】',
    '\\[工号1\\]',
    '[',
    ']',
    '\\',
    '`',
    '手机号',
    '1',
    '[[手机号1]]',
    '[手机号',
    ' ',
    '\n',
    '好',
    '[见附件](https://example.com)',
    'a'.repeat(40),
  );

  it('is restored the same in whatever pieces it arrives, and what was shown stays', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 25 }),
        fc.array(fc.nat(200), { maxLength: 12 }),
        fc.constantFrom<TextForm>('plain', 'markdown'),
        (pieces, cuts, form) => {
          const whole = pieces.join('');
          const stream = restorer().stream(form);
          let shown = '';
          for (const cut of cuts.toSorted((one, other) => one - other)) {
            const now = stream.frame(whole.slice(0, cut), false);
            expect(now.startsWith(shown)).toBe(true);
            shown = now;
          }
          const end = stream.frame(whole, true);
          expect(end.startsWith(shown)).toBe(true);
          expect(end).toBe(restored(whole, form));
        },
      ),
    );
  });

  it('never shows a part of a placeholder that is known', () => {
    const text = '打[mobile number 1]。';
    const stream = restorer().stream('plain');
    const looks = [...text].map((_, index) => stream.frame(text.slice(0, index + 1), false));
    expect(looks.filter((look) => /[[\]]|mobile/.test(look))).toEqual([]);
    expect(looks.at(-1)).toBe('打138 0013 8000。');
  });

  it('shows a bracket that is none as soon as that is certain', () => {
    const stream = restorer().stream('plain');
    expect(stream.frame('[', false)).toBe('');
    expect(stream.frame(`[${'很'.repeat(80)}`, false)).toBe(`[${'很'.repeat(80)}`);
    expect(stream.frame('[见', true)).toBe('[见');
  });

  it('begins anew when it is replaced', () => {
    const stream = restorer().stream('plain');
    expect(stream.frame('一[手机号1]', false)).toBe('一138 0013 8000');
    expect(stream.frame('二[手机号12]', false)).toBe('二13900139000');
  });
});
