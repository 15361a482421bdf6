import { describe, expect, it } from 'vitest';
import { hexDump, readable } from './bytes.ts';

const body = (text: string, encoding: 'utf8' | 'base64') => ({ text, encoding, bytes: text.length, cut: false });

describe('showing bodies of the wire log', () => {
  it('sets out JSON in lines when asked to, and leaves raw bytes as they are', () => {
    expect(readable(body('{"a":1}', 'utf8'), true)).toBe('{\n  "a": 1\n}');
    expect(readable(body('{"a":1}', 'utf8'), false)).toBe('{"a":1}');
  });

  it('leaves text that only looks like JSON alone', () => expect(readable(body('{"a":', 'utf8'), true)).toBe('{"a":'));

  it('dumps what is not text', () => {
    expect(readable(body(btoa('Hi\u0000'), 'base64'), true)).toBe(`00000000  ${'48 69 00'.padEnd(47)}  Hi·`);
  });

  it('breaks a dump after 16 bytes', () => expect(hexDump(new Uint8Array(17)).split('\n')).toHaveLength(2));
});
