/** So many characters in a row are no coincidence; a few Han characters say as much as a line of Latin ones. */
const TELLING = 12;
const TELLING_HAN = 4;
/** What somebody wrote is looked through so far. */
const MOST = 20_000;

/**
 * A text of somebody else's (a server's complaint) without what a person wrote: whole stretches that stand in both become `…`.
 *
 * @param said - What she wrote.
 */
export function withoutWords(text: string, said: string): string {
  const hers = said.slice(0, MOST);
  let out = '';
  for (let at = 0; at < text.length; ) {
    const length = commonLength(text, at, hers);
    out += length > 0 ? '…' : (text[at] ?? '');
    at += Math.max(1, length);
  }
  return out;
}

/** How long the stretch is that begins here and stands in the other text too; 0 when it is too short to tell anything. */
function commonLength(text: string, from: number, other: string): number {
  const least = /\p{Script=Han}/u.test(text.slice(from, from + TELLING_HAN)) ? TELLING_HAN : TELLING;
  let length = least;
  if (from + length > text.length) return 0;
  let place = other.indexOf(text.slice(from, from + length));
  if (place < 0) return 0;
  while (from + length < text.length && place >= 0) {
    place = other.indexOf(text.slice(from, from + length + 1), place);
    if (place >= 0) length += 1;
  }
  return length;
}
