/** One part of a form. */
export interface FormPart {
  readonly name: string;
  readonly fileName: string | undefined;
  readonly mime: string;
  readonly content: Buffer;
}

/**
 * The part of a `multipart/form-data` body (RFC 7578) that has this name.
 * @returns Undefined when there is none, or when the body is cut short.
 */
export function readFormPart(contentType: string, body: Buffer, wanted: string): FormPart | undefined {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const mark = boundary?.[1] ?? boundary?.[2];
  if (mark === undefined) return undefined;
  const delimiter = Buffer.from(`--${mark}`);
  for (let at = body.indexOf(delimiter); at >= 0; ) {
    const next = body.indexOf(delimiter, at + delimiter.length);
    if (next < 0) return undefined;
    const part = readPart(body.subarray(at + delimiter.length + 2, next - 2));
    if (part?.name === wanted) return part;
    at = next;
  }
  return undefined;
}

function readPart(bytes: Buffer): FormPart | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.subarray(0, end).toString();
  const name = /\bname="([^"]*)"/i.exec(head)?.[1] ?? /\bname=([^";\s]+)/i.exec(head)?.[1];
  if (name === undefined) return undefined;
  // The vendor reads `filename` only; a name that stands in `filename*` is lost.
  const fileName = /\bfilename="([^"]*)"/i.exec(head)?.[1]?.replaceAll('%22', '"');
  const mime = /^content-type:\s*(.+)$/im.exec(head)?.[1]?.trim() ?? 'application/octet-stream';
  return { name, fileName, mime, content: bytes.subarray(end + 4) };
}
