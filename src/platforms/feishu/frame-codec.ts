/**
 * The frames of the long connection: one protobuf message (proto2, package pbbp2) in each binary WebSocket message. Read and
 * written by hand: nine fields are not worth a library.
 */
export interface WireFrame {
  readonly seqId: bigint;
  readonly logId: bigint;
  readonly service: number;
  /** 0 is about the connection itself, 1 carries data. */
  readonly method: number;
  readonly headers: readonly (readonly [key: string, value: string])[];
  readonly payload?: Uint8Array;
  readonly payloadEncoding?: string;
  readonly payloadType?: string;
  readonly logIdNew?: string;
}

export const METHOD_CONTROL = 0;
export const METHOD_DATA = 1;

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

export function headerOf(frame: WireFrame, key: string): string | undefined {
  return frame.headers.find(([name]) => name === key)?.[1];
}

export function encodeFrame(frame: WireFrame): Buffer {
  const out: Uint8Array[] = [
    varintField(1, frame.seqId),
    varintField(2, frame.logId),
    varintField(3, BigInt.asUintN(64, BigInt(frame.service))),
    varintField(4, BigInt.asUintN(64, BigInt(frame.method))),
  ];
  for (const [key, value] of frame.headers)
    out.push(bytesField(5, Buffer.concat([textField(1, key), textField(2, value)])));
  if (frame.payloadEncoding !== undefined) out.push(textField(6, frame.payloadEncoding));
  if (frame.payloadType !== undefined) out.push(textField(7, frame.payloadType));
  if (frame.payload !== undefined) out.push(bytesField(8, frame.payload));
  if (frame.logIdNew !== undefined) out.push(textField(9, frame.logIdNew));
  return Buffer.concat(out);
}

function varintField(field: number, value: bigint): Buffer {
  return Buffer.concat([varint(BigInt((field << 3) | VARINT)), varint(value)]);
}

function textField(field: number, text: string): Buffer {
  return bytesField(field, Buffer.from(text, 'utf8'));
}

function bytesField(field: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([varint(BigInt((field << 3) | BYTES)), varint(BigInt(bytes.length)), bytes]);
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

/**
 * @returns The frame; fields we do not know are skipped.
 * @throws {RangeError} when the bytes are no frame.
 */
export function decodeFrame(bytes: Uint8Array): WireFrame {
  const reader = new Reader(bytes);
  const numbers: Record<number, bigint> = {};
  const texts: Record<number, Buffer> = {};
  const headers: [string, string][] = [];
  for (let field = reader.field(); field; field = reader.field()) {
    if (field.type === VARINT) numbers[field.number] = reader.varint();
    else if (field.type !== BYTES) reader.skip(field.type);
    else if (field.number === 5) headers.push(decodeHeader(reader.bytes()));
    else texts[field.number] = reader.bytes();
  }
  const [, seqId, logId, service, method] = [0, 1, 2, 3, 4].map((number) => numbers[number]);
  if (seqId === undefined || logId === undefined || service === undefined || method === undefined) {
    throw new RangeError('a required field is missing');
  }
  return {
    seqId,
    logId,
    service: Number(BigInt.asIntN(32, service)),
    method: Number(BigInt.asIntN(32, method)),
    headers,
    ...(texts[6] && { payloadEncoding: texts[6].toString('utf8') }),
    ...(texts[7] && { payloadType: texts[7].toString('utf8') }),
    ...(texts[8] && { payload: texts[8] }),
    ...(texts[9] && { logIdNew: texts[9].toString('utf8') }),
  };
}

function decodeHeader(bytes: Uint8Array): [string, string] {
  const reader = new Reader(bytes);
  const texts: Record<number, string> = {};
  for (let field = reader.field(); field; field = reader.field()) {
    if (field.type === BYTES) texts[field.number] = reader.bytes().toString('utf8');
    else reader.skip(field.type);
  }
  return [texts[1] ?? '', texts[2] ?? ''];
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  field(): { readonly number: number; readonly type: number } | undefined {
    if (this.#at >= this.#bytes.length) return undefined;
    const tag = Number(this.varint());
    const number = Math.floor(tag / 8);
    if (number === 0) throw new RangeError('field number 0');
    return { number, type: tag % 8 };
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError('a number is cut');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError('a number is too long');
  }

  bytes(): Buffer {
    const length = Number(this.varint());
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('a field is cut');
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  skip(type: number): void {
    if (type === VARINT) this.varint();
    else if (type === BYTES) this.bytes();
    else if (type === FIXED64) this.#at += 8;
    else if (type === FIXED32) this.#at += 4;
    else throw new RangeError(`wire type ${type}`);
    if (this.#at > this.#bytes.length) throw new RangeError('a field is cut');
  }
}
