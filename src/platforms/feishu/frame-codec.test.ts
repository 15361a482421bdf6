import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkMerger } from './chunks.ts';
import { decodeFrame, encodeFrame, headerOf, type WireFrame } from './frame-codec.ts';

const PING = '08001000180720002a0c0a0474797065120470696e67';
const ACK = '08011002180720012a0d0a047479706512056576656e74420c7b22636f6465223a3230307d';

describe('a frame of the long connection', () => {
  it('is written as the vendor’s own client writes it', () => {
    const ping = encodeFrame({ seqId: 0n, logId: 0n, service: 7, method: 0, headers: [['type', 'ping']] });
    expect(ping.toString('hex')).toBe(PING);
    const payload = Buffer.from('{"code":200}');
    const ack = encodeFrame({ seqId: 1n, logId: 2n, service: 7, method: 1, headers: [['type', 'event']], payload });
    expect(ack.toString('hex')).toBe(ACK);
  });

  it('is read back', () => {
    const frame = decodeFrame(Buffer.from(ACK, 'hex'));
    expect(frame).toMatchObject({ seqId: 1n, logId: 2n, service: 7, method: 1 });
    expect(headerOf(frame, 'type')).toBe('event');
    expect(Buffer.from(frame.payload ?? []).toString()).toBe('{"code":200}');
  });

  it('survives the way there and back, whatever is in it', () => {
    const frames: fc.Arbitrary<WireFrame> = fc.record({
      seqId: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      logId: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      service: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      method: fc.nat(5),
      headers: fc.array(fc.tuple(fc.string(), fc.string({ unit: 'binary' })), { maxLength: 6 }),
      payload: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
      payloadEncoding: fc.string(),
      payloadType: fc.string(),
      logIdNew: fc.string(),
    });
    fc.assert(
      fc.property(frames, (frame) => {
        expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
      }),
    );
  });

  it('skips fields of tomorrow', () => {
    const later = Buffer.concat([
      Buffer.from(PING, 'hex'),
      Buffer.from('7805', 'hex'),
      Buffer.from('8201026869', 'hex'),
    ]);
    expect(decodeFrame(later)).toMatchObject({ service: 7 });
  });

  it.each(['', '08', '0801', '2aff', `${PING}42ff01`, '08ffffffffffffffffffffff01'])('is refused as %j', (hex) => {
    expect(() => decodeFrame(Buffer.from(hex, 'hex'))).toThrow(RangeError);
  });

  it('of random bytes is a frame or a refusal, nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        try {
          decodeFrame(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a payload in parts', () => {
  const text = Buffer.from('{"text":"年假有几天？"}');
  const part = (i: number): Buffer => text.subarray(i * 5, i * 5 + 5);
  const sum = Math.ceil(text.length / 5);

  it('is whole with its last part, in whatever order they come and though they cut characters', () => {
    const order = fc.shuffledSubarray(
      Array.from({ length: sum }, (_, i) => i),
      { minLength: sum },
    );
    fc.assert(
      fc.property(order, (parts) => {
        const merger = new ChunkMerger(() => 0);
        const results = parts.map((i) => merger.add('m', sum, i, part(i)));
        expect(results.slice(0, -1).every((result) => result === undefined)).toBe(true);
        expect(Buffer.from(results.at(-1) ?? []).equals(text)).toBe(true);
      }),
    );
  });

  it('counts a part that comes twice once', () => {
    const merger = new ChunkMerger(() => 0);
    expect(merger.add('m', 2, 0, part(0))).toBeUndefined();
    expect(merger.add('m', 2, 0, part(0))).toBeUndefined();
    expect(merger.add('m', 2, 1, part(1))).toHaveLength(10);
  });

  it('is dropped when it is not whole within ten seconds', () => {
    let now = 1;
    const merger = new ChunkMerger(() => now);
    merger.add('m', 2, 0, part(0));
    now += 10_001;
    expect(merger.add('m', 2, 1, part(1))).toBeUndefined();
  });

  it.each([
    [2, 2],
    [2, -1],
    [2, 0.5],
    [1_000_000, 0],
  ])('with impossible numbers is ignored (sum %d, seq %d)', (total, seq) => {
    expect(new ChunkMerger(() => 0).add('m', total, seq, part(0))).toBeUndefined();
  });

  it('in one part is whole at once', () => {
    expect(new ChunkMerger(() => 0).add('m', 1, 0, part(0))).toHaveLength(5);
  });
});
