import { describe, expect, it } from 'vitest';
import { isExempt } from './no-proxy.ts';

describe('what NO_PROXY exempts', () => {
  it.each([
    ['https://a.example/x', 'a.example'],
    ['https://A.example./x', 'a.example'],
    ['https://b.a.example', 'a.example'],
    ['https://b.a.example', '.a.example'],
    ['https://a.example', '.a.example'],
    ['https://b.a.example', '*.a.example'],
    ['https://a.example:8443', 'x.example a.example:8443'],
    ['https://a.example', 'a.example:443'],
    ['https://a.example', 'x.example, *'],
    ['https://[2400::1]', '2400::1'],
    ['https://[2400::1]:8443', '[2400::1]:8443'],
  ])('%s by %s', (url, list) => expect(isExempt(new URL(url), list)).toBe(true));
  it.each([
    ['https://a.example', ''],
    ['https://a.example', undefined],
    ['https://ba.example', 'a.example'],
    ['https://a.example', '*.a.example'],
    ['https://a.example', 'a.example:8443'],
    ['https://a.example', 'b.a.example'],
  ])('not %s by %s', (url, list) => expect(isExempt(new URL(url), list)).toBe(false));
});
