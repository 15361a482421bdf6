import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSealer, SealError, type SealingKey } from './sealer.ts';

const OLD: SealingKey = { name: 'k1', bytes: Buffer.alloc(32, 1) };
const NEW: SealingKey = { name: 'k2', bytes: Buffer.alloc(32, 2) };

describe('sealing texts', () => {
  it('gives back every text as it was', () => {
    const sealer = createSealer([NEW]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(sealer.open(sealer.seal(text))).toBe(text);
      }),
    );
  });

  it('shows nothing of a text, and seals the same text the same way', () => {
    const sealer = createSealer([NEW]);
    const sealed = sealer.seal('{"text":"年假怎么申请"}');
    expect(sealed).toMatch(/^sealed:1:k2:[\w-]+$/);
    expect(sealed).not.toContain('年假');
    expect(sealer.seal('{"text":"年假怎么申请"}')).toBe(sealed);
    expect(sealer.seal('{"text":"年假怎么申请?"}').slice(12, 28)).not.toBe(sealed.slice(12, 28));
  });

  it('opens what an earlier key has sealed, and seals under the first', () => {
    const before = createSealer([OLD]).seal('text');
    const rotated = createSealer([NEW, OLD]);
    expect(rotated.open(before)).toBe('text');
    expect(rotated.seal('text')).toMatch(/^sealed:1:k2:/);
    expect(rotated.everyForm('text')).toEqual([rotated.seal('text'), before, 'text']);
  });

  it('leaves a text alone that was stored before there was a key', () => {
    expect(createSealer([NEW]).open('{"plain":true}')).toBe('{"plain":true}');
  });

  it('refuses what an unknown key has sealed', () => {
    const sealed = createSealer([OLD]).seal('text');
    expect(() => createSealer([NEW]).open(sealed)).toThrow(
      expect.objectContaining({ why: 'unknown-key' }) as SealError,
    );
  });

  it('refuses a text of which any bit was changed', () => {
    const sealer = createSealer([NEW]);
    const sealed = sealer.seal('text');
    const bytes = Buffer.from(sealed.slice(12), 'base64url');
    for (let at = 0; at < bytes.length * 8; at += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at >> 3) ^ (1 << (at & 7)), at >> 3);
      expect(() => sealer.open(`sealed:1:k2:${changed.toString('base64url')}`)).toThrow(SealError);
    }
    expect(() => sealer.open('sealed:1:k2:')).toThrow(SealError);
  });
});
