/** One part of a form. */
export interface FormPart {
  readonly name: string;
  /** Present on files. */
  readonly fileName: string | undefined;
  readonly mime: string;
  readonly content: Buffer;
}

/**
 * Takes a `multipart/form-data` body apart (RFC 7578).
 * @returns Nothing when it is none, or when it is cut short.
 */
export function readForm(contentType: string, body: Buffer): readonly FormPart[] {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const mark = boundary?.[1] ?? boundary?.[2];
  if (mark === undefined) return [];
  const delimiter = Buffer.from(`--${mark}`);
  const parts: FormPart[] = [];
  let start = body.indexOf(delimiter);
  while (start >= 0) {
    const from = start + delimiter.length;
    if (body.subarray(from, from + 2).toString('latin1') === '--') return parts;
    const next = body.indexOf(delimiter, from);
    if (next < 0) return [];
    const part = readPart(body.subarray(from + 2, next - 2));
    if (part !== undefined) parts.push(part);
    start = next;
  }
  return [];
}

function readPart(bytes: Buffer): FormPart | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.subarray(0, end).toString();
  const name = /\bname="([^"]*)"/i.exec(head)?.[1];
  if (name === undefined) return undefined;
  return {
    name,
    fileName: fileName(head),
    mime: /^content-type:\s*(.+)$/im.exec(head)?.[1]?.trim() ?? 'text/plain',
    content: bytes.subarray(end + 4),
  };
}

function fileName(head: string): string | undefined {
  const extended = /filename\*=UTF-8''([^;\r\n]+)/i.exec(head)?.[1];
  if (extended !== undefined) return decodeURIComponent(extended);
  return /\bfilename="([^"]*)"/i.exec(head)?.[1]?.replaceAll('%22', '"');
}
