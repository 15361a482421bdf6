import type { AnswerFile } from '../core/agent.ts';

/** `[words](address)` and `![words](address)`, the address in angle brackets or not, a title behind it or not. */
const LINK = /(!?)\[((?:[^[\]\\]|\\.)*)\]\(<?([^\s()<>]+)>?(?:\s+"[^"]*")?\)/g;

/** Each look at a file may be signed anew, so what follows a `?` does not tell it from another. */
export function withoutSignature(url: string): string {
  return url.split('?', 1)[0] ?? url;
}

/** Whether a text shows a file as a picture. */
export function isPictureIn(text: string, url: string): boolean {
  const file = withoutSignature(url);
  if (!text.includes(file)) return false;
  return [...text.matchAll(LINK)].some(
    ([, mark, , address]) => mark === '!' && withoutSignature(address ?? '') === file,
  );
}

/** Leaves of the links to these files their words, or the files' names. */
export function withoutLinksTo(files: readonly AnswerFile[], text: string): string {
  if (files.length === 0) return text;
  const names = new Map(files.map(({ name, url }) => [withoutSignature(url), name]));
  return text.replace(LINK, (link: string, _mark: string, words: string, address: string) => {
    const name = names.get(withoutSignature(address));
    return name === undefined ? link : words || name.replace(/[[\]\\]/g, '');
  });
}
