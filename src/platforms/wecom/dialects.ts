import { safeUrl } from '../../lib/safe-url.ts';

const INVISIBLE = '\u200b';

/** How the pieces of a text are written where they are shown. */
export interface Dialect {
  words(text: string): string;
  bold(inner: string): string;
  heading(level: number, text: string): string;
  link(label: string, url: string): string;
  code(code: string): string;
  /** One line of a code block, not blank. */
  codeLine(line: string): string;
}

/** The subset of Markdown that an app's messages show. */
export const APP_DIALECT: Dialect = {
  words: (text) => harmless(text).replaceAll('](', `]${INVISIBLE}(`),
  bold: (inner) => (inner.trim() === '' ? inner : `**${inner.trim()}**`),
  heading: (level, text) => `${'#'.repeat(level)} ${text}`,
  link(label, url) {
    const address = safeUrl(url);
    const words = label.replace(/[[\]]/g, ' ').trim();
    if (address === undefined || words === '') return label;
    return `[${words}](${address})`;
  },
  code: codeSpan,
  codeLine: codeSpan,
};

/** No marks at all. */
export const PLAIN_DIALECT: Dialect = {
  words: harmless,
  bold: (inner) => inner,
  heading: (_, text) => text,
  link(label, url) {
    const address = safeUrl(url);
    return address === undefined || address === label ? label : `${label} ${address}`;
  },
  code: harmlessCode,
  codeLine: harmlessCode,
};

/**
 * Takes the meaning from what looks like a tag of the vendor's or calls people (`<@lin.mei>`, `<font …>`, `<a href=…>`): an
 * invisible character stands behind the bracket.
 */
export function harmless(text: string): string {
  return text.includes('<') ? text.replace(/<(?=[@/!a-z])/gi, `<${INVISIBLE}`) : text;
}

/** Code is to be copied, so only what would be obeyed inside code too is taken apart. */
export function harmlessCode(code: string): string {
  return code.includes('<') ? code.replace(/<(?=@|\/?font\b|\/?a\b)/gi, `<${INVISIBLE}`) : code;
}

/** There is no way to write a backtick inside code, so such code stays without its frame. */
function codeSpan(code: string): string {
  const safe = harmlessCode(code);
  return safe.includes('`') || safe.trim() === '' ? safe : `\`${safe}\``;
}
