import { describe, expect, it } from 'vitest';
import { typedLength, typeOn } from './typing.ts';

const PRINT = { everyMs: 70, step: 2, strategy: 'fast' } as const;
const element = (text: string, kept: number) => ({ text, kept, sequence: 2, at: 0 });

describe('typing a streamed text', () => {
  it('types what is new, a step at a time', () => {
    const typing = typeOn(3, element('hello world', 5), PRINT, 1_000);
    expect(typedLength(typing, 'hello world', PRINT, 1_000)).toBe(5);
    expect(typedLength(typing, 'hello world', PRINT, 1_075)).toBe(7);
    expect(typedLength(typing, 'hello world', PRINT, 9_000)).toBe(11);
  });

  it('finishes what stood there first when the card asks for it', () => {
    expect(typeOn(3, element('hello world', 5), { ...PRINT, strategy: 'delay' }, 0).from).toBe(3);
  });

  it('paints a text that is not a continuation at once', () => {
    expect(typeOn(3, element('another', 0), PRINT, 0).from).toBe(7);
  });

  it('never shows half a character', () => {
    const typing = { from: 0, startedAt: 0 };
    expect(typedLength(typing, '👍👍', { ...PRINT, step: 1 }, 70)).toBe(2);
  });
});
