import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const BARS = [40, 75, 55, 95, 65, 120];

/** A bar chart as a PNG of 320 × 160: a real picture, made without a library. */
export function barChart(): Buffer {
  const width = 320;
  const height = 160;
  const rows = Buffer.alloc(height * (width * 3 + 1), 0xff);
  for (let y = 0; y < height; y += 1) {
    const start = y * (width * 3 + 1);
    rows[start] = 0;
    for (let x = 0; x < width; x += 1) rows.set(colourAt(x, y, height), start + 1 + x * 3);
  }
  return png(width, height, rows);
}

function colourAt(x: number, y: number, height: number): readonly [number, number, number] {
  const bar = Math.floor((x - 20) / 48);
  const inside = (x - 20) % 48 < 32 && x >= 20;
  const tall = BARS[bar];
  if (inside && tall !== undefined && y > height - 10 - tall && y < height - 10) return [51 + bar * 20, 112, 255];
  return y >= height - 10 && y < height - 8 ? [180, 180, 190] : [255, 255, 255];
}

function png(width: number, height: number, rows: Buffer): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    piece('IHDR', head),
    piece('IDAT', deflateSync(rows)),
    piece('IEND', Buffer.alloc(0)),
  ]);
}

function piece(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  frame.set(body, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}

/** Width and height of a PNG; undefined for anything else. */
export function pngSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  if (bytes.length < 24 || !SIGNATURE.equals(bytes.subarray(0, 8))) return undefined;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { width: view.readUInt32BE(16), height: view.readUInt32BE(20) };
}

let chart: Buffer | undefined;

/** Drawn once. */
export function demoChart(): Buffer {
  chart ??= barChart();
  return chart;
}
