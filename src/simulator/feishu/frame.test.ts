import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTROL, cutPayload, DATA, decodeFrame, encodeFrame } from './frame.ts';

const PING = '08001000180720002a0c0a0474797065120470696e67';
const ACK = '08011002180720012a0d0a047479706512056576656e74420c7b22636f6465223a3230307d';

describe('frames of the long connection', () => {
  it('reads a ping of the official client', () => {
    expect(decodeFrame(Buffer.from(PING, 'hex'))).toEqual({
      seqId: 0n,
      logId: 0n,
      service: 7,
      method: CONTROL,
      headers: { type: 'ping' },
    });
  });

  it('writes an ack as the official client does', () => {
    const payload = Buffer.from('{"code":200}');
    const ack = { seqId: 1n, logId: 2n, service: 7, method: DATA, headers: { type: 'event' }, payload };
    expect(encodeFrame(ack).toString('hex')).toBe(ACK);
    expect(decodeFrame(Buffer.from(ACK, 'hex'))).toEqual(ack);
  });

  it('reads back whatever it writes', () => {
    const frames = fc.record({
      seqId: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      logId: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      service: fc.integer({ min: -2147483648, max: 2147483647 }),
      method: fc.constantFrom(CONTROL, DATA),
      headers: fc.dictionary(fc.stringMatching(/^[a-z_]{1,9}$/), fc.string()).map((all) => ({ ...all })),
      payload: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    });
    fc.assert(
      fc.property(frames, (frame) => {
        expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
      }),
    );
  });

  it('refuses bytes that are cut short, and frames without the required fields', () => {
    expect(() => decodeFrame(Buffer.from(ACK.slice(0, -2), 'hex'))).toThrow(RangeError);
    expect(() => decodeFrame(Buffer.from('0800', 'hex'))).toThrow(RangeError);
  });

  it('cuts a payload by bytes, also within a character', () => {
    const pieces = cutPayload(Buffer.from('你好'), 4);
    expect(pieces.map((piece) => piece.length)).toEqual([4, 2]);
    expect(Buffer.concat(pieces).toString()).toBe('你好');
  });
});
