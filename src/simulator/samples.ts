import { crc32, deflateSync } from 'node:zlib';

/** A small bar chart as a PNG, so that there is something to look at that needs no file. */
export function samplePicture(width = 320, height = 200): Buffer {
  const bars = [0.35, 0.55, 0.45, 0.7, 0.62, 0.88];
  const rows = Buffer.alloc((width * 3 + 1) * height, 0xff);
  for (let y = 0; y < height; y += 1) {
    const row = y * (width * 3 + 1);
    rows[row] = 0; // no filter
    for (let x = 0; x < width; x += 1) paint(rows, row + 1 + x * 3, x / width, 1 - y / height, bars);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits, RGB
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function paint(rows: Buffer, at: number, x: number, y: number, bars: readonly number[]): void {
  const place = x * bars.length;
  const bar = bars[Math.floor(place)] ?? 0;
  const inside = place % 1 > 0.2 && place % 1 < 0.8 && y > 0.1 && y < 0.1 + bar * 0.8;
  if (inside) rows.set([0x33, 0x70, 0xff - Math.floor(x * 90)], at);
  else if (y < 0.1 && y > 0.09) rows.set([0xd0, 0xd3, 0xd6], at);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(data.length + 12);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, data.length + 8)), data.length + 8);
  return chunk;
}

/** Silence as a voice message: Opus in Ogg (RFC 7845), 20 ms a packet. */
export function sampleVoice(durationMs = 2000): Buffer {
  const packets = Math.ceil(durationMs / 20);
  const head = Buffer.alloc(19);
  head.write('OpusHead', 0, 'latin1');
  head.set([1, 1], 8); // version, one channel
  head.writeUInt32LE(16_000, 12);
  const tags = Buffer.concat([
    Buffer.from('OpusTags'),
    Buffer.from([4, 0, 0, 0]),
    Buffer.from('demo'),
    Buffer.alloc(4),
  ]);
  const pages = [oggPage(0, 2, 0n, [head]), oggPage(1, 0, 0n, [tags])];
  const silence = Buffer.from([0xf8, 0xff, 0xfe]);
  for (let first = 0, page = 2; first < packets; first += 50, page += 1) {
    const count = Math.min(50, packets - first);
    const flags = first + count >= packets ? 4 : 0;
    const body = Array.from({ length: count }, () => silence);
    pages.push(oggPage(page, flags, BigInt((first + count) * 960), body));
  }
  return Buffer.concat(pages);
}

function oggPage(number: number, flags: number, position: bigint, packets: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(27 + packets.length);
  head.write('OggS', 0, 'latin1');
  head[5] = flags;
  head.writeBigInt64LE(position, 6);
  head.writeUInt32LE(0x706f7374, 14); // serial number of the only stream
  head.writeUInt32LE(number, 18);
  head[26] = packets.length;
  packets.forEach((packet, index) => head.writeUInt8(packet.length, 27 + index));
  const page = Buffer.concat([head, ...packets]);
  page.writeUInt32LE(oggChecksum(page), 22);
  return page;
}

/** Ogg's own CRC: polynomial 0x04c11db7, not reflected, starting from 0. */
function oggChecksum(page: Buffer): number {
  let sum = 0;
  for (const byte of page) {
    sum ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
  }
  return sum >>> 0;
}
