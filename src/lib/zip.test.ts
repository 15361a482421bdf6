import { crc32, inflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { zipOf } from './zip.ts';

const AT = Date.UTC(2026, 10, 30, 18, 8, 42);

/** Reads an archive as programs do: from its end to the list of files, and from there to each file's own header. */
function unzip(archive: Buffer) {
  const end = archive.length - 22;
  expect(archive.readUInt32LE(end)).toBe(0x06054b50);
  expect([archive.readUInt16LE(end + 8), archive.readUInt16LE(end + 10)]).toEqual([1, 1]);
  const listed = archive.subarray(archive.readUInt32LE(end + 16), end);
  expect(listed.length).toBe(archive.readUInt32LE(end + 12));
  expect(listed.readUInt32LE(0)).toBe(0x02014b50);
  const own = archive.subarray(listed.readUInt32LE(42));
  expect(own.readUInt32LE(0)).toBe(0x04034b50);
  // What stands in both, from the version that reads it to the lengths.
  expect(own.subarray(4, 30).equals(listed.subarray(6, 32))).toBe(true);
  const [sum, packed, length, nameLength] = [
    own.readUInt32LE(14),
    own.readUInt32LE(18),
    own.readUInt32LE(22),
    own.readUInt16LE(26),
  ];
  const name = own.subarray(30, 30 + nameLength);
  expect(listed.subarray(46).equals(name)).toBe(true);
  const bytes = inflateRawSync(own.subarray(30 + nameLength, 30 + nameLength + packed));
  expect([bytes.length, crc32(bytes)]).toEqual([length, sum]);
  return {
    name: name.toString(),
    isUtf8: (own.readUInt16LE(6) & 0x0800) !== 0,
    time: own.readUInt16LE(10),
    date: own.readUInt16LE(12),
    bytes,
  };
}

it.each([0, 1, 200_000])(
  'a file of %i bytes is the same again when it is taken out, under its own name',
  async (length) => {
    const bytes = Buffer.alloc(length, '姓名,天数\r\n林晓,21\r\n');
    const archive = Buffer.from(await zipOf('考勤 表.csv', bytes, AT));
    const found = unzip(archive);
    expect(found).toMatchObject({ name: '考勤 表.csv', isUtf8: true });
    expect(found.bytes.equals(bytes)).toBe(true);
    if (length > 1000) expect(archive.length).toBeLessThan(length / 10);
  },
);

it('a file has the time when it was made', async () => {
  const { time, date } = unzip(Buffer.from(await zipOf('a', Buffer.from('a'), AT)));
  expect([(date >> 9) + 1980, (date >> 5) & 15, date & 31]).toEqual([2026, 11, 30]);
  expect([time >> 11, (time >> 5) & 63, (time & 31) * 2]).toEqual([18, 8, 42]);
});
