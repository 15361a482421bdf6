/** Careful reading of what a vendor sent: a field of the wrong kind counts as absent. */
export type Json = Readonly<Record<string, unknown>>;

const NOTHING: Json = Object.freeze({});

export function objectAt(from: Json, name: string): Json {
  return asObject(from[name]) ?? NOTHING;
}

export function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** The text, or '' where there is none. */
export function textAt(from: Json, name: string): string {
  const value = from[name];
  return typeof value === 'string' ? value : '';
}

export function listAt(from: Json, name: string): readonly unknown[] {
  const value = from[name];
  return Array.isArray(value) ? value : [];
}

/** A number that may be written as text; undefined where it is neither. */
export function numberAt(from: Json, name: string): number | undefined {
  const value = from[name];
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** What JSON text says, where it says an object; undefined for anything else. */
export function parseObject(text: string): Json | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}
