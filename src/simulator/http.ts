import type { IncomingMessage, ServerResponse } from 'node:http';

export class BodyTooLarge extends Error {
  constructor(maxBytes: number) {
    super(`the body is longer than ${maxBytes} bytes`);
    this.name = 'BodyTooLarge';
  }
}

/**
 * The whole body of a request.
 * @throws {BodyTooLarge}
 * @throws {Error} When the caller hangs up before the end.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let length = 0;
    request.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length > maxBytes) {
        request.pause();
        reject(new BodyTooLarge(maxBytes));
      } else pieces.push(piece);
    });
    request.on('end', () => {
      const [only] = pieces;
      resolve(pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces, length));
    });
    request.on('error', reject);
    request.on('close', () => reject(new Error('the caller hung up')));
  });
}

const ZEROS = Buffer.alloc(64 * 1024);

/** Writes that many zero bytes, no faster than they are read. */
export function sendZeros(response: ServerResponse, length: number): void {
  let left = length;
  const pump = (): void => {
    while (left > 0) {
      const piece = left >= ZEROS.length ? ZEROS : ZEROS.subarray(0, left);
      left -= piece.length;
      if (!response.write(piece)) return void response.once('drain', pump);
    }
    response.end();
  };
  pump();
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(text)),
    'cache-control': 'no-store',
  });
  response.end(text);
}
