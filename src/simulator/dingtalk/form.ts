/** One part of a form. */
export interface FormPart {
  readonly name: string;
  /** Present on files. */
  readonly fileName: string | undefined;
  readonly mime: string;
  readonly content: Buffer;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** The parts of a `multipart/form-data` body (RFC 7578); none when it is not one or is cut short. */
export function readForm(contentType: string, body: Buffer): FormPart[] {
  const mark = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (mark === undefined) return [];
  // A line end in front makes the first delimiter look like the others.
  const whole = Buffer.concat([Buffer.from('\r\n'), body]);
  const delimiter = Buffer.from(`\r\n--${mark}`);
  const places: number[] = [];
  for (let at = whole.indexOf(delimiter); at >= 0; at = whole.indexOf(delimiter, at + delimiter.length))
    places.push(at);
  return places.slice(0, -1).flatMap((at, index) => {
    const part = readPart(whole.subarray(at + delimiter.length + 2, places[index + 1]));
    return part === undefined ? [] : [part];
  });
}

function readPart(bytes: Buffer): FormPart | undefined {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return undefined;
  const head = bytes.subarray(0, end).toString();
  const name = /[; ]name="([^"]*)"/i.exec(head)?.[1];
  if (name === undefined) return undefined;
  return {
    name,
    fileName: /filename="([^"]*)"/i.exec(head)?.[1],
    mime: /^content-type:\s*(\S+)/im.exec(head)?.[1] ?? 'text/plain',
    content: bytes.subarray(end + HEAD_END.length),
  };
}
