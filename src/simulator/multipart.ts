/** One part of a form. */
export interface FormPart {
  readonly name: string;
  /** `filename`; present on files. */
  readonly fileName: string | undefined;
  /** `filename*` (RFC 5987), decoded; not every vendor reads it. */
  readonly extendedFileName: string | undefined;
  readonly mime: string | undefined;
  readonly content: Buffer;
}

/**
 * Takes a `multipart/form-data` body apart (RFC 7578).
 * @returns Its parts that are whole; undefined when the content type is another.
 */
export function readForm(contentType: string, body: Buffer): readonly FormPart[] | undefined {
  const boundary = /^multipart\/form-data;.*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  if (boundary === null) return undefined;
  const border = Buffer.from(`\r\n--${boundary[1] ?? boundary[2] ?? ''}`);
  return [...partsBetween(body, border)].flatMap((bytes) => {
    const part = readPart(bytes);
    return part === undefined ? [] : [part];
  });
}

function* partsBetween(body: Buffer, border: Buffer): Generator<Buffer> {
  // The first border usually stands at the very start, without a line end before it.
  const opening = border.subarray(2);
  const isAtStart = body.subarray(0, opening.length).equals(opening);
  let end = isAtStart ? opening.length : endOf(border, body, 0);
  while (end !== undefined) {
    const start = end + 2;
    end = endOf(border, body, end);
    if (end !== undefined) yield body.subarray(start, end - border.length);
  }
}

function endOf(border: Buffer, body: Buffer, from: number): number | undefined {
  const at = body.indexOf(border, from);
  return at < 0 ? undefined : at + border.length;
}

function readPart(bytes: Buffer): FormPart | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.subarray(0, end).toString();
  const name = quoted(head, 'name') ?? /[;\s]name=([^";\s]+)/i.exec(head)?.[1];
  if (name === undefined) return undefined;
  const extended = /[;\s]filename\*=UTF-8''([^;\r\n]+)/i.exec(head)?.[1];
  return {
    name,
    fileName: quoted(head, 'filename'),
    extendedFileName: extended === undefined ? undefined : decodeURIComponent(extended),
    mime: /^content-type:\s*([^\r\n]+)/im.exec(head)?.[1]?.trim(),
    content: bytes.subarray(end + 4),
  };
}

/** A parameter in quotes, as browsers and libraries write what may not stand there. */
function quoted(head: string, name: string): string | undefined {
  const written = new RegExp(`[;\\s]${name}="((?:[^"\\\\\\r\\n]|\\\\.)*)"`, 'i').exec(head)?.[1];
  return written
    ?.replaceAll('%22', '"')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replace(/\\(["\\])/g, '$1');
}
