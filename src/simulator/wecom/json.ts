/** `''` when it is no text. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Empty when it is no list. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** An object with that one field, or none when there is nothing to say. */
export function pick<K extends string, T>(key: K, value: T | undefined): { [name in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [name in K]: T });
}

/** As many whole characters as go into so many bytes. */
export function cutToBytes(value: string, maxBytes: number): string {
  const bytes = Buffer.from(value);
  if (bytes.length <= maxBytes) return value;
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString();
}
