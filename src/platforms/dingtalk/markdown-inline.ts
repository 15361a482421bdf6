import type { Token } from '../../lib/markdown.ts';
import { attributeOf, closing } from '../../lib/markdown-tokens.ts';
import { safeUrl } from '../../lib/safe-url.ts';

const INVISIBLE = '\u200b';

/** How images of an answer are shown: the address or media id for one; undefined where only a link to it can be. */
export type ImageSource = (url: string) => string | undefined;

/** A line's tokens in the vendor's Markdown. @param newline - What breaks a line there. */
export function renderInline(tokens: readonly Token[], images: ImageSource, newline: string): string {
  let text = '';
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (!token) continue;
    const end = token.nesting === 1 ? closing(tokens, i) : i;
    if (end > i) text += span(token, renderInline(tokens.slice(i + 1, end), images, newline));
    else text += leaf(token, images, newline);
    i = end;
  }
  return text;
}

function span(token: Token, inner: string): string {
  if (token.type === 'strong_open') return inner.trim() === '' ? inner : `**${inner.trim()}**`;
  if (token.type === 'em_open') return inner.trim() === '' ? inner : `*${inner.trim()}*`;
  if (token.type === 'link_open') return link(inner, attributeOf(token, 'href'));
  return inner;
}

function leaf(token: Token, images: ImageSource, newline: string): string {
  switch (token.type) {
    case 'code_inline':
      return codeSpan(token.content);
    case 'image':
      return image(token.content, attributeOf(token, 'src'), images);
    case 'softbreak':
    case 'hardbreak':
      return newline;
    default:
      return harmless(token.content);
  }
}

function link(label: string, url: string): string {
  const address = safeUrl(url);
  const words = label.replace(/[[\]]/g, ' ').trim();
  return address === undefined || words === '' ? label : `[${words}](${address})`;
}

function image(alt: string, url: string, images: ImageSource): string {
  const words = harmless(alt.replace(/[[\]]/g, ' ').trim());
  const source = images(url);
  return source === undefined ? link(`🖼 ${words}`.trim(), url) : `![${words}](${source})`;
}

/** There is no way to write a backtick inside code, so such code stays without its frame. */
function codeSpan(code: string): string {
  return code.includes('`') || code.trim() === '' ? harmless(code) : `\`${harmless(code)}\``;
}

/**
 * Takes the meaning from what looks like a tag (`<a atId=…>` calls people, `<font …>` paints): an invisible character stands
 * behind the bracket. Likewise from words that would make a link with what stands beside them.
 */
export function harmless(text: string): string {
  return text.replace(/<(?=[/!a-z])/gi, `<${INVISIBLE}`).replaceAll('](', `]${INVISIBLE}(`);
}
