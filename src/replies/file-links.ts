import type { AnswerFile } from '../core/agent.ts';
import { withoutQuery } from '../lib/without-query.ts';

/** `[words](address)` and `![words](address)`, the address in angle brackets or not, a title behind it or not. */
const LINK = /(!?)\[((?:[^[\]\\]|\\.)*)\]\(<?([^\s()<>]+)>?(?:\s+"[^"]*")?\)/g;

/** Whether a text shows a file as a picture. */
export function isPictureIn(text: string, url: string): boolean {
  const file = withoutQuery(url);
  if (!text.includes(file)) return false;
  return [...text.matchAll(LINK)].some(([, mark, , address]) => mark === '!' && withoutQuery(address ?? '') === file);
}

/** Leaves of the links to these files their words, or the files' names. */
export function withoutLinksTo(files: readonly AnswerFile[], text: string): string {
  if (files.length === 0) return text;
  const names = new Map(files.map(({ name, url }) => [withoutQuery(url), name]));
  return text.replace(LINK, (link: string, _mark: string, words: string, address: string) => {
    const name = names.get(withoutQuery(address));
    return name === undefined ? link : words || name.replace(/[[\]\\]/g, '');
  });
}
