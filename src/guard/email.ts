import { isWordAt, narrowText } from './characters.ts';

/** Longest local part, by RFC 5321. */
export const MAX_LOCAL = 64;
/** Longest domain that is looked at. */
export const MAX_DOMAIN = 128;

/** What follows the `@` of a picture for fine screens or of a package with its version, and is no country. */
const FILE_ENDINGS =
  /\.(?:png|jpe?g|gif|svg|webp|avif|ico|css|js|mjs|ts|tsx|jsx|json|html?|xml|ya?ml|tgz|gz|zip|jar|exe|dll|pdf|docx?|xlsx?|pptx?|txt|log|service|local|lan)$/i;
/** Accounts that programs log in with. */
const MACHINES = /^(?:git|svn|hg|ssh)$/i;

export function isAt(text: string, index: number): boolean {
  const char = text[index];
  return char === '@' || char === '＠';
}

/** How far the domain behind an `@` may go. */
export function domainEnd(text: string, at: number): number {
  const limit = Math.min(text.length, at + 1 + MAX_DOMAIN);
  let end = at + 1;
  while (end < limit && isDomainAt(text, end)) end += 1;
  return end;
}

function isDomainAt(text: string, index: number): boolean {
  return isWordAt(text, index) || text[index] === '.' || text[index] === '-';
}

/**
 * Finds an e-mail address around an `@`.
 *
 * @param from - Where the characters before the `@` begin that a local part may hold.
 * @param end - Where those of the domain end, by {@link domainEnd}.
 */
export function emailAround(
  text: string,
  from: number,
  at: number,
  end: number,
): { start: number; end: number } | undefined {
  let start = from;
  while (start < at && !isWordAt(text, start) && text[start] !== '_') start += 1;
  if (start === at || at - start > MAX_LOCAL || text[at - 1] === '.') return undefined;
  const domain = /^[a-z0-9](?:[a-z0-9-]*\.)+[a-z]{2,24}(?![a-z])/i.exec(narrowText(text.slice(at + 1, end)))?.[0];
  if (domain === undefined || domain.includes('..') || FILE_ENDINGS.test(domain)) return undefined;
  const stop = at + 1 + domain.length;
  // The first half of something with two: the second half is looked at by itself.
  if (isAt(text, stop)) return undefined;
  if (text[stop] === ':' && MACHINES.test(text.slice(start, at))) return undefined;
  return { start, end: stop };
}

/** a***@example.com: the first letter and the domain are left; of a single letter, none. */
export function hideEmail(value: string, star: string): string {
  const at = value.search(/[@＠]/);
  if (at < 0) return star.repeat(3);
  const first = at > 1 ? value.slice(0, 1) : '';
  return first + star.repeat(3) + value.slice(at);
}
