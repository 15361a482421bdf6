import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { id, type TurnId } from '../core/ids.ts';
import { createGuard, DEFAULT_RULES } from '../guard/guard.ts';
import { Restorer } from '../guard/restore.ts';
import { Answer } from './answer.ts';

const guard = createGuard(DEFAULT_RULES);

/** An answer to somebody who has told her number. */
function answer(): Answer {
  const restorer = new Restorer();
  restorer.add([{ kind: 'mobile', number: 1, value: '13800138000' }]);
  return new Answer({ turn: id<TurnId>('t'), lang: 'zh', title: () => 'Agent' }, guard, restorer);
}

function whole(text: string): string {
  const one = answer();
  one.add({ kind: 'text', delta: text });
  return one.shown(true);
}

const piece = fc.constantFrom(
  '[手机号1]',
  '\\[手机号 1\\]',
  '13900139000',
  '139 0013 9000',
  'bob.li@example.com',
  '[手机号2]',
  '订单 2024010113900139000',
  '，',
  ' ',
  '\n',
  '`',
  '[',
  '1',
  '请看',
  'word ',
);

describe('an answer with values that were told and values that were not', () => {
  it('shows hers and masks the others', () => {
    expect(whole('[手机号1]，13900139000，[手机号2]')).toBe('13800138000，139\\*\\*\\*\\*9000，[手机号2]');
  });

  it('shows the same in whatever pieces it comes, nothing that it takes back, and never more than in the end', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.array(fc.nat(300), { maxLength: 10 }), (pieces, cuts) => {
        const text = pieces.join('');
        const borders = [...cuts.map((cut) => Math.min(cut, text.length)), text.length].toSorted((a, b) => a - b);
        const growing = answer();
        let from = 0;
        let shown = '';
        for (const border of borders) {
          growing.add({ kind: 'text', delta: text.slice(from, border) });
          from = border;
          const now = growing.shown(false);
          expect(now.startsWith(shown)).toBe(true);
          shown = now;
        }
        const end = growing.shown(true);
        expect(end.startsWith(shown)).toBe(true);
        expect(end).toBe(whole(text));
      }),
      { numRuns: 200 },
    );
  });
});

describe('an answer whose text the agent keeps', () => {
  const told = (answer: Answer, telling: { told: string }, delta: string): void => {
    telling.told += delta;
    answer.add({ kind: 'text', delta });
  };

  it('is read there, masked like any other, until nobody listens any more', () => {
    const one = answer();
    const telling = { told: '' };
    one.readFrom(telling);
    expect(one.hasText).toBe(false);
    told(one, telling, 'Call 13900139000, ');
    told(one, telling, 'or [手机号1].');
    expect(one.hasText).toBe(true);
    expect(one.shown(true)).toBe('Call 139\\*\\*\\*\\*9000, or 13800138000.');
    one.keep();
    telling.told += ' Too late.';
    expect(one.shown(true)).toBe('Call 139\\*\\*\\*\\*9000, or 13800138000.');
  });

  it('has blocks of ours behind it, and what is told after them', () => {
    const one = answer();
    const telling = { told: '' };
    one.readFrom(telling);
    told(one, telling, 'first');
    one.append('ours');
    told(one, telling, ' last');
    expect(one.shown(true)).toBe('first\n\nours last');
  });

  it('is kept here from where it is replaced, or where something was said before', () => {
    const replaced = answer();
    const telling = { told: '' };
    replaced.readFrom(telling);
    told(replaced, telling, 'wrong');
    replaced.add({ kind: 'replaced', text: 'right' });
    told(replaced, telling, ', all of it');
    expect(replaced.shown(true)).toBe('right, all of it');

    const late = answer();
    late.add({ kind: 'text', delta: 'before' });
    late.readFrom({ told: '' });
    expect(late.shown(true)).toBe('before');
  });
});
