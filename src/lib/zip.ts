import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';

const deflate = promisify(deflateRaw);

/** Names are UTF-8. */
const FLAGS = 0x0800;
const DEFLATED = 8;
const VERSION = 20;
const LOCAL_SIGNATURE = 0x04034b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const END_SIGNATURE = 0x06054b50;

/**
 * A ZIP archive that holds one file.
 *
 * @param name - The file's, without folders. @param at - When it was made, epoch milliseconds.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3)
 */
export async function zipOf(name: string, bytes: Uint8Array, at: number): Promise<Uint8Array> {
  const packed = await deflate(bytes);
  const title = Buffer.from(name, 'utf8');
  const about = aboutFile(title, bytes, packed.length, at);
  const local = Buffer.concat([numbers([LOCAL_SIGNATURE, 4]), about, title]);
  const central = Buffer.concat([
    numbers([CENTRAL_SIGNATURE, 4], [VERSION, 2]),
    about,
    // No comment, on the first disk, nothing special about it; and it stands at the beginning.
    numbers([0, 2], [0, 2], [0, 2], [0, 4], [0, 4]),
    title,
  ]);
  const end = numbers(
    [END_SIGNATURE, 4],
    [0, 2],
    [0, 2],
    [1, 2],
    [1, 2],
    [central.length, 4],
    [local.length + packed.length, 4],
    [0, 2],
  );
  return Buffer.concat([local, packed, central, end]);
}

/** What stands in both headers alike. */
function aboutFile(title: Uint8Array, bytes: Uint8Array, packedBytes: number, at: number): Buffer {
  const { date, time } = dosTime(new Date(at));
  const sizes = [[packedBytes, 4] as const, [bytes.length, 4] as const];
  return numbers(
    [VERSION, 2],
    [FLAGS, 2],
    [DEFLATED, 2],
    [time, 2],
    [date, 2],
    [crc32(bytes), 4],
    ...sizes,
    [title.length, 2],
    [0, 2],
  );
}

/** Two seconds are the finest it knows, 1980 is where it begins, and it has no zone. */
function dosTime(at: Date): { readonly date: number; readonly time: number } {
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return { date, time };
}

/** Numbers one behind the other, each with its length in bytes, the low byte first. */
function numbers(...all: readonly (readonly [value: number, bytes: 2 | 4])[]): Buffer {
  const buffer = Buffer.alloc(all.reduce((sum, [, bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [value, bytes] of all) at = buffer.writeUIntLE(value, at, bytes);
  return buffer;
}
