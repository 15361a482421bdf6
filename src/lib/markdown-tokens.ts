import { markdown, type Token } from './markdown.ts';

/** Everything that means something somewhere in Markdown; a text without it is shown as it stands. */
export const MARKDOWN_MARKS = /[\\`*_~[\]<>&|#!:=+-]|^\s*\d{1,9}[.)]|^(?: {4}|\t)| {2}$/m;

const PLAIN = new Set(['paragraph_open', 'paragraph_close', 'inline', 'text', 'softbreak']);

/** Whether a text means the same when it is not read as Markdown. */
export function isPlain(text: string): boolean {
  const visit = (tokens: readonly Token[]): boolean =>
    tokens.every((token) => PLAIN.has(token.type) && visit(token.children ?? []));
  return !MARKDOWN_MARKS.test(text) || visit(markdown.parse(text, {}));
}

/** The web addresses of the pictures in a text, each once. */
export function pictureUrls(text: string): readonly string[] {
  const urls = new Set<string>();
  const visit = (tokens: readonly Token[]): void => {
    for (const token of tokens) {
      const url = token.type === 'image' ? attributeOf(token, 'src') : '';
      if (/^https?:\/\//i.test(url)) urls.add(url);
      if (token.children) visit(token.children);
    }
  };
  visit(markdown.parse(text, {}));
  return [...urls];
}

export function attributeOf(token: Token, name: string): string {
  return String(token.attrGet(name) ?? '');
}

/** The index of the token that closes the one at `start`; behind all of them where none does. */
export function closing(tokens: readonly Token[], start: number): number {
  let depth = 0;
  for (let i = start; i < tokens.length; i++) {
    depth += tokens[i]?.nesting ?? 0;
    if (depth === 0) return i;
  }
  return tokens.length;
}

/** Goes through the blocks of one level. @param visit - Given what opens a block, and what stands within it. */
export function eachBlock(tokens: readonly Token[], visit: (opening: Token, inner: readonly Token[]) => void): void {
  for (let i = 0; i < tokens.length; ) {
    const token = tokens[i];
    if (!token) return;
    const end = token.nesting === 1 ? closing(tokens, i) : i;
    visit(token, tokens.slice(i + 1, end));
    i = end + 1;
  }
}

/** The marks of a list, one after the other; those of an ordered one begin with its own number. */
export function numbersOf(list: Token): () => string {
  let number = Number(list.attrGet('start') ?? 1);
  return () => `${number++}. `;
}
