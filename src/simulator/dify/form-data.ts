/** A file of a `multipart/form-data` body. */
export interface FormFile {
  readonly field: string;
  /** Empty when the part had none. */
  readonly name: string;
  readonly mime: string;
  readonly bytes: Buffer;
}

export interface FormData {
  readonly fields: Readonly<Record<string, string>>;
  readonly files: readonly FormFile[];
}

/** Reads a form, whole in memory; undefined when the content type or the body is not one. */
export function readFormData(contentType: string, body: Buffer): FormData | undefined {
  const boundary = /^multipart\/form-data;.*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  if (boundary === null) return undefined;
  const border = Buffer.from(`\r\n--${boundary[1] ?? boundary[2] ?? ''}`);
  // The first border stands at the very start, without a line end before it.
  const whole = Buffer.concat([Buffer.from('\r\n'), body]);
  return collect(partsBetween(whole, border));
}

function* partsBetween(whole: Buffer, border: Buffer): Generator<Buffer> {
  let at = whole.indexOf(border);
  while (at >= 0) {
    const start = at + border.length;
    const next = whole.indexOf(border, start);
    if (next < 0) return;
    yield whole.subarray(start + 2, next);
    at = next;
  }
}

function collect(parts: Iterable<Buffer>): FormData {
  const fields: Record<string, string> = {};
  const files: FormFile[] = [];
  for (const part of parts) {
    const end = part.indexOf('\r\n\r\n');
    if (end < 0) continue;
    const head = part.subarray(0, end).toString('utf8');
    const bytes = part.subarray(end + 4);
    const field = parameter(head, 'name') ?? '';
    const name = parameter(head, 'filename');
    if (name === undefined) fields[field] = bytes.toString('utf8');
    else files.push({ field, name, mime: mimeIn(head), bytes });
  }
  return { fields, files };
}

function parameter(head: string, name: string): string | undefined {
  const starred = new RegExp(`[;\\s]${name}\\*=UTF-8''([^;\\r\\n]+)`, 'i').exec(head)?.[1];
  if (starred !== undefined) return decodeURIComponent(starred);
  const quoted = new RegExp(`[;\\s]${name}="((?:[^"\\\\\\r\\n]|\\\\.)*)"`, 'i').exec(head)?.[1];
  return quoted
    ?.replaceAll('%22', '"')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replace(/\\(["\\])/g, '$1');
}

function mimeIn(head: string): string {
  return /^content-type:\s*([^\r\n]+)/im.exec(head)?.[1]?.trim() ?? 'application/octet-stream';
}
