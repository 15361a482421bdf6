import type { WireBody } from '../../../src/simulator/contract.ts';

/** Bytes in one line of a dump. */
const WIDTH = 16;

/** A body as one reads it: JSON set out in lines, other text as it is, what is not text as a dump of its bytes. */
export function readable(body: WireBody, pretty: boolean): string {
  if (body.encoding === 'base64') return hexDump(fromBase64(body.text));
  return pretty ? prettyJson(body.text) : body.text;
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

/** `00000000  48 65 6c 6c 6f …  Hello` */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += WIDTH) {
    const line = [...bytes.subarray(at, at + WIDTH)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = line.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(WIDTH * 3 - 1)}  ${text}`);
  }
  return lines.join('\n');
}
