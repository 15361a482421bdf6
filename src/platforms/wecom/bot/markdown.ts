import { closeHalfOpen } from '../../../lib/half-open.ts';
import { safeUrl } from '../../../lib/safe-url.ts';
import { harmless, harmlessCode } from '../dialects.ts';

const INVISIBLE = '\u200b';

/** What is shown in place of a picture that stands in the text. */
export type PictureText = (alt: string, url: string) => string;

/**
 * Writes an answer's Markdown in that of a bot's message, which is almost the same: tags and mentions lose their meaning, pictures become
 * what `picture` says, and what is half written at the end of a growing answer is closed or held back.
 *
 * @see https://developer.work.weixin.qq.com/document/path/101031 (`stream.content`)
 */
export function renderAnswer(text: string, picture: PictureText, growing: boolean): string {
  return outsideCode(growing ? closeHalfOpen(text) : text, (words) => harmless(withPictures(words, picture)));
}

/** Words that make no tag, no mention and no link; the vendor knows no way to escape a mark. */
export function plainWords(text: string): string {
  return harmless(text).replaceAll('](', `]${INVISIBLE}(`);
}

/** A link whose label and address cannot break out of it. */
export function link(title: string, url: string | undefined): string {
  const address = url === undefined ? undefined : safeUrl(url);
  const words = plainWords(title.replace(/[\s[\]]+/g, ' ').trim());
  if (address === undefined) return words;
  return words === '' ? address : `[${words}](${address})`;
}

const CODE =
  /^([ \t]*)(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^[ \t]*\2[`~]*[ \t]*$|(?![\s\S]))|(`+)(?!`)[^`][\s\S]*?(?<!`)\3(?!`)/gm;

/** Changes the words and leaves the code as it is, but for what would be obeyed even there. */
function outsideCode(text: string, change: (words: string) => string): string {
  let from = 0;
  let out = '';
  for (const found of text.matchAll(CODE)) {
    out += change(text.slice(from, found.index)) + safeCode(found[0]);
    from = found.index + found[0].length;
  }
  // Two harmless pieces may make a tag together.
  return safeCode(out + change(text.slice(from)));
}

/** A thought that is opened or closed in the text would swallow what stands behind it. */
function safeCode(code: string): string {
  return harmlessCode(code).replace(/<(?=\/?think\b)/gi, `<${INVISIBLE}`);
}

const PICTURE = /!\[([^\]\n]*)\]\(\s*(?:<([^>\n]+)>|([^\s)]+))(?:\s+(?:"[^"\n]*"|'[^'\n]*'))?\s*\)/g;

function withPictures(words: string, picture: PictureText): string {
  return words.replace(PICTURE, (_, alt: string, bracketed: string | undefined, bare: string | undefined) =>
    picture(alt, bracketed ?? bare ?? ''),
  );
}

/** The addresses of all pictures in a text, in order and once each. */
export function picturesIn(text: string): readonly string[] {
  const urls = new Set<string>();
  outsideCode(text, (words) => {
    withPictures(words, (_, url) => {
      urls.add(url);
      return '';
    });
    return words;
  });
  return [...urls];
}
