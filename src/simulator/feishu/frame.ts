/**
 * Frames of the long connection: protobuf (proto2, package pbbp2), one frame per binary WebSocket message.
 * Numbers and rules from the official clients; unknown fields are skipped.
 */
export interface Frame {
  readonly seqId: bigint;
  readonly logId: bigint;
  readonly service: number;
  /** 0 control, 1 data. */
  readonly method: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: Buffer;
}

export const CONTROL = 0;
export const DATA = 1;

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

export function encodeFrame(frame: Frame): Buffer {
  const parts: Buffer[] = [
    tagged(1, frame.seqId),
    tagged(2, frame.logId),
    tagged(3, BigInt.asUintN(64, BigInt(frame.service))),
    tagged(4, BigInt(frame.method)),
  ];
  for (const [key, value] of Object.entries(frame.headers)) {
    parts.push(delimited(5, Buffer.concat([delimited(1, Buffer.from(key)), delimited(2, Buffer.from(value))])));
  }
  if (frame.payload !== undefined) parts.push(delimited(8, frame.payload));
  return Buffer.concat(parts);
}

/** @throws {RangeError} When the bytes are no frame: cut short, or a required field is missing. */
export function decodeFrame(bytes: Buffer): Frame {
  const numbers = new Map<number, bigint>();
  // Pairs first: a header may be called `__proto__`.
  const headers: [string, string][] = [];
  let payload: Buffer | undefined;
  for (const field of fields(bytes)) {
    if (typeof field.value === 'bigint') numbers.set(field.number, field.value);
    else if (field.number === 5) {
      const [key, value] = decodeHeader(field.value);
      headers.push([key, value]);
    } else if (field.number === 8) payload = field.value;
  }
  const required = (number: number): bigint => {
    const value = numbers.get(number);
    if (value === undefined) throw new RangeError(`field ${number} of the frame is missing`);
    return value;
  };
  return {
    seqId: required(1),
    logId: required(2),
    service: Number(BigInt.asIntN(32, required(3))),
    method: Number(BigInt.asIntN(32, required(4))),
    headers: Object.fromEntries(headers),
    ...(payload === undefined ? {} : { payload }),
  };
}

/**
 * Cuts a payload into frames of at most `chunkBytes`; pieces may end within a character, as the vendor's do.
 * @returns At least one.
 */
export function cutPayload(payload: Buffer, chunkBytes: number): Buffer[] {
  if (payload.length <= chunkBytes) return [payload];
  const pieces: Buffer[] = [];
  for (let at = 0; at < payload.length; at += chunkBytes) pieces.push(payload.subarray(at, at + chunkBytes));
  return pieces;
}

function decodeHeader(bytes: Buffer): [key: string, value: string] {
  let key = '';
  let value = '';
  for (const field of fields(bytes)) {
    if (typeof field.value === 'bigint') continue;
    if (field.number === 1) key = field.value.toString();
    if (field.number === 2) value = field.value.toString();
  }
  return [key, value];
}

interface Field {
  readonly number: number;
  readonly value: bigint | Buffer;
}

function* fields(bytes: Buffer): Generator<Field> {
  const reader = { bytes, at: 0 };
  while (reader.at < bytes.length) {
    const tag = readVarint(reader);
    const number = Number(tag >> 3n);
    const wireType = Number(tag & 7n);
    if (wireType === VARINT) yield { number, value: readVarint(reader) };
    else if (wireType === BYTES) yield { number, value: take(reader, Number(readVarint(reader))) };
    else if (wireType === FIXED64) take(reader, 8);
    else if (wireType === FIXED32) take(reader, 4);
    else throw new RangeError(`wire type ${wireType} is not used in frames`);
  }
}

interface Reader {
  readonly bytes: Buffer;
  at: number;
}

function take(reader: Reader, length: number): Buffer {
  const end = reader.at + length;
  if (length < 0 || end > reader.bytes.length) throw new RangeError('the frame is cut short');
  const piece = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return piece;
}

function readVarint(reader: Reader): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = reader.bytes[reader.at];
    if (byte === undefined) throw new RangeError('the frame is cut short');
    reader.at += 1;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new RangeError('a number in the frame is too long');
}

function tagged(number: number, value: bigint): Buffer {
  return Buffer.from([(number << 3) | VARINT, ...varint(value)]);
}

function delimited(number: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | BYTES, ...varint(BigInt(value.length))]), value]);
}

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}
