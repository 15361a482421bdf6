import { describe, expect, it } from 'vitest';
import { boundPattern } from './bounded-pattern.ts';

describe('a pattern of somebody else', () => {
  it.each([
    ['EMP-?\\d{6}', 10],
    ['(?:PROJ|TASK)-\\d{1,6}', 11],
    ['[A-Z]{2,4}\\d{6,10}', 18],
    ['\\bS\\d{5}\\b', 6],
    ['工号\\d{4}', 6],
    ['\\p{Lu}{3}', 6],
    ['(?<year>20\\d\\d)号', 5],
  ])('is taken when it is bounded: %s', (source, most) => {
    const result = boundPattern(source);
    expect(result.ok).toBe(true);
    // A class may take characters of two units.
    expect(result.ok && result.maxLength).toBeGreaterThanOrEqual(most);
  });

  it.each([
    ['a*', 'unbounded'],
    ['a+b', 'unbounded'],
    ['\\d{3,}', 'unbounded'],
    ['\\d{65}', 'unbounded'],
    ['(?:\\d{1,30}x){3}', 'unbounded'],
    ['(a{1,9}){1,7}', 'too-many-ways'],
    ['(?:a|a){9}', 'too-many-ways'],
    ['(a)\\1', 'back-reference'],
    ['(?<n>a)\\k<n>', 'back-reference'],
    ['(?=a)b', 'look-around'],
    ['(?<!a)b', 'look-around'],
    ['a?', 'matches-nothing'],
    ['\\b', 'matches-nothing'],
    ['(', 'syntax'],
    ['x'.repeat(300), 'too-long'],
  ])('is refused when it is not: %s', (source, fault) => {
    expect(boundPattern(source)).toEqual({ ok: false, fault });
  });

  it('that is taken is quick on the worst text there is', () => {
    const result = boundPattern('a{0,5}a{0,5}a{0,5}b');
    const text = 'a'.repeat(20_000);
    const startedAt = performance.now();
    expect(result.ok && text.match(result.regex)).toBe(null);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
