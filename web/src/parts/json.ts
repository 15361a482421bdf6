import type { Lang } from '../api/preferences.ts';

/** A JSON object whose fields nobody has vouched for. */
export type Json = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown, otherwise = ''): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : otherwise;
}

export function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const VENDOR_LANGS: Readonly<Record<Lang, readonly string[]>> = { zh: ['zh_cn', 'zh-CN'], en: ['en_us', 'en-US'] };

/** The content of a text object in the reader's language, where it came in several. */
export function contentOf(value: unknown, lang: Lang): string {
  if (typeof value === 'string') return value;
  const text = objectOf(value);
  const other = objectOf(text['i18n_content'] ?? text['i18n']);
  const own = VENDOR_LANGS[lang].map((key) => optionalText(other[key])).find((found) => found !== undefined);
  return own ?? textOf(text['content']);
}
