import type { StateInline } from 'markdown-it';

/** The tags a vendor's client understands inside Markdown; every other `<…>` is text. */
const NAMES = ['font', 'text_tag', 'number_tag', 'at', 'person', 'link', 'local_datetime', 'br', 'hr'] as const;

export type TagName = (typeof NAMES)[number];

export interface Tag {
  readonly name: TagName;
  readonly closing: boolean;
  readonly attributes: Readonly<Record<string, string>>;
}

const TAG = new RegExp(`^<(/?)(${NAMES.join('|')})(\\s[^<>]*?)?\\s*/?>`, 'i');
const ATTRIBUTE = /([a-z_]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>/]+))/gi;

/** Reads a tag at the start of `text`; undefined when there is none, or only half of one. */
export function readTag(text: string): (Tag & { readonly length: number }) | undefined {
  const match = TAG.exec(text);
  if (match === null) return undefined;
  const [whole, slash, name = '', rest = ''] = match;
  const attributes: Record<string, string> = {};
  for (const [, key = '', double, single, bare] of rest.matchAll(ATTRIBUTE)) {
    attributes[key.toLowerCase()] = double ?? single ?? bare ?? '';
  }
  return { name: name.toLowerCase() as TagName, closing: slash === '/', attributes, length: whole.length };
}

/** The rule for markdown-it: a tag becomes a token of its own, with what was read as its `meta`. */
export function tagRule(state: StateInline, silent: boolean): boolean {
  if (state.src.charCodeAt(state.pos) !== 0x3c) return false;
  const tag = readTag(state.src.slice(state.pos, state.pos + 400));
  if (tag === undefined) return false;
  if (!silent) state.push('vendor_tag', '', 0).meta = { tag };
  state.pos += tag.length;
  return true;
}
