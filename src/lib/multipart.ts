import { randomBytes } from 'node:crypto';

/** One field of a form: a plain value, or a file. */
export type FormPart =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly fileName: string; readonly mime: string; readonly bytes: Uint8Array };

/** A `multipart/form-data` body, whole in memory. */
export function encodeMultipart(parts: readonly FormPart[]): { readonly contentType: string; readonly body: Buffer } {
  const boundary = `posthouse-${randomBytes(16).toString('hex')}`;
  const pieces: Uint8Array[] = [];
  for (const part of parts) {
    pieces.push(Buffer.from(`--${boundary}\r\n${headOf(part)}\r\n\r\n`));
    pieces.push('bytes' in part ? part.bytes : Buffer.from(part.value), Buffer.from('\r\n'));
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`));
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: Buffer.concat(pieces) };
}

function headOf(part: FormPart): string {
  const disposition = `Content-Disposition: form-data; name="${quoted(part.name)}"`;
  if (!('bytes' in part)) return disposition;
  return `${disposition}; filename="${quoted(part.fileName)}"\r\nContent-Type: ${part.mime}`;
}

// As browsers do it (WHATWG HTML, multipart/form-data encoding): a name cannot end its header.
function quoted(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}
