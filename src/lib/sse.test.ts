import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SseReader, SseTooLargeError } from './sse.ts';

type Told = { data: string; name: string | undefined };

describe('reading server-sent events', () => {
  it('tells each event with its data and its name', () => {
    expect(read(['data: one\n\nevent: ping\ndata: two\n\n'])).toEqual([
      { data: 'one', name: undefined },
      { data: 'two', name: 'ping' },
    ]);
  });

  it('passes over comments and events without data', () => {
    expect(read([': hello\n\nevent: ping\n\ndata: x\n\n'])).toEqual([{ data: 'x', name: undefined }]);
  });

  it('joins several data lines', () => expect(data(['data: a\ndata: b\n\n'])).toEqual(['a\nb']));

  it('tells a last event whose blank line never came', () => expect(data(['data: x\n\ndata: y'])).toEqual(['x', 'y']));

  it('tells nothing of an empty stream', () => expect(data([])).toEqual([]));

  it('reads a line of 3 MB that comes in small pieces', () => {
    const long = '长'.repeat(1_000_000);
    const bytes = Buffer.from(`data: ${long}\n\ndata: next\n\n`);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += 4099) pieces.push(bytes.subarray(at, at + 4099));
    expect(data(pieces)).toEqual([long, 'next']);
  });

  it('gives up on an event that is longer than the limit, and stays given up', () => {
    const reader = new SseReader(() => undefined, 1000);
    expect(() => reader.feed(Buffer.from(`data: ${'x'.repeat(2000)}`))).toThrow(SseTooLargeError);
    expect(() => reader.feed(Buffer.from('\n\ndata: y\n\n'))).toThrow(SseTooLargeError);
  });

  it('reads the same events wherever the bytes are cut, whatever the line ends are', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replace(/[\r\n]/g, ' '));
    const events = fc.array(fc.record({ data: line, name: fc.constantFrom('', 'ping', 'message') }), { maxLength: 8 });
    const cuts = fc.array(fc.nat({ max: 12 }), { maxLength: 200 });
    fc.assert(
      fc.property(events, fc.constantFrom('\n', '\r\n', '\r'), cuts, (wanted, end, sizes) => {
        const text = wanted
          .map(({ data: body, name }) => `${name && `event: ${name}${end}`}data: ${body}${end}${end}`)
          .join('');
        const told = wanted.map(({ data: body, name }) => ({ data: body, name: name || undefined }));
        expect(read(cut(Buffer.from(text), sizes))).toEqual(told);
      }),
    );
  });

  it('reads whatever comes as another reader of such streams does', () => {
    const bit = fc.constantFrom('data', 'event', 'id', ':', ': ', ' ', 'x', '长', '\n', '\n\n', '\r', '\r\n', '\uFEFF');
    const text = fc.array(bit, { maxLength: 60 }).map((bits) => bits.join(''));
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 5 }), { maxLength: 80 }), (stream, sizes) => {
        const told: Told[] = [];
        const parser = createParser({ onEvent: (event) => told.push({ data: event.data, name: event.event }) });
        parser.feed(`${stream}\n\n`);
        expect(read(cut(Buffer.from(stream), sizes))).toEqual(told);
      }),
      { numRuns: 2_000 },
    );
  });
});

function read(pieces: readonly (string | Uint8Array)[]): Told[] {
  const told: Told[] = [];
  const reader = new SseReader((body, name) => told.push({ data: body, name }));
  for (const piece of pieces) reader.feed(typeof piece === 'string' ? Buffer.from(piece) : piece);
  reader.end();
  return told;
}

function data(pieces: readonly (string | Uint8Array)[]): string[] {
  return read(pieces).map((event) => event.data);
}

/** Cuts bytes into pieces of these sizes, the rest in one. */
function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const size of sizes) {
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return [...pieces, bytes.subarray(at)];
}
