import { event, messageId } from './deliveries.ts';

/** What a frame of Feishu's long connection is about. */
const CONTROL = 0;
const DATA = 1;

/** The n-th message of a run as it comes over Feishu's long connection, unsigned and in the clear; the frame's sequence is its number. */
export function feishuFrame(number: number, chats: number): Buffer {
  const headers = { type: 'event', message_id: messageId(number), trace_id: `bench${number}`, sum: '1', seq: '0' };
  return frame(number, DATA, headers, JSON.stringify(event(number, number % chats, Date.now())));
}

const PONG = frame(0, CONTROL, { type: 'pong' }, '');

/** What a client has sent: the number of an event that it takes for delivered, or a ping with what it is answered. */
export function feishuHeard(bytes: Buffer): { readonly taken?: number; readonly answer?: Buffer } {
  const { sequence, method } = headOf(bytes);
  if (method === CONTROL) return { answer: PONG };
  return bytes.includes('{"code":200') ? { taken: sequence } : {};
}

function frame(sequence: number, method: number, headers: Readonly<Record<string, string>>, payload: string): Buffer {
  const fields = Object.entries(headers).map(([key, value]) => text(5, Buffer.concat([text(1, key), text(2, value)])));
  return Buffer.concat([
    integer(1, sequence),
    integer(2, 0),
    integer(3, 1),
    integer(4, method),
    ...fields,
    text(8, payload),
  ]);
}

/** A field of protobuf that holds a number. */
function integer(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(value)]);
}

/** A field of protobuf that holds bytes. */
function text(field: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) + 128);
    if (rest < 128) return Buffer.from(bytes);
  }
}

/** The four numbers that every frame begins with. */
function headOf(bytes: Buffer): { readonly sequence: number; readonly method: number } {
  const numbers: number[] = [];
  let at = 0;
  while (numbers.length < 4) {
    at += 1;
    let value = 0;
    let scale = 1;
    for (let byte = 128; byte >= 128; scale *= 128) {
      byte = bytes[at++] ?? 0;
      value += (byte % 128) * scale;
    }
    numbers.push(value);
  }
  const [sequence = 0, , , method = 0] = numbers;
  return { sequence, method };
}
