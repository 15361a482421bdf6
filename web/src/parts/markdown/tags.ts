import type { StateInline } from 'markdown-it';

/** The tags a vendor's client understands inside Markdown; every other `<…>` is text. */
const LARK_TAGS = ['font', 'text_tag', 'number_tag', 'at', 'person', 'link', 'local_datetime', 'br', 'hr'] as const;
/** `<a atId=…>` calls somebody. */
export const DINGTALK_TAGS = ['font', 'a', 'br'] as const;

export type TagName = (typeof LARK_TAGS)[number] | (typeof DINGTALK_TAGS)[number];

export interface Tag {
  readonly name: TagName;
  readonly closing: boolean;
  readonly attributes: Readonly<Record<string, string>>;
}

const ATTRIBUTE = /([a-z_]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>/]+))/gi;

/** A tag at the start of a text, one of those that the dialect has. */
function patternOf(names: readonly TagName[]): RegExp {
  return new RegExp(`^<(/?)(${names.join('|')})(\\s[^<>]*?)?\\s*/?>`, 'i');
}

/** Reads a tag; undefined when there is none, or only half of one. */
function readTag(pattern: RegExp, text: string): (Tag & { readonly length: number }) | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [whole, slash, name = '', rest = ''] = match;
  const attributes: Record<string, string> = {};
  for (const [, key = '', double, single, bare] of rest.matchAll(ATTRIBUTE)) {
    attributes[key.toLowerCase()] = double ?? single ?? bare ?? '';
  }
  return { name: name.toLowerCase() as TagName, closing: slash === '/', attributes, length: whole.length };
}

/** The rule for markdown-it: a tag becomes a token of its own, with what was read as its `meta`. */
export function tagRule(names: readonly TagName[] = LARK_TAGS): (state: StateInline, silent: boolean) => boolean {
  const pattern = patternOf(names);
  return (state, silent) => {
    if (state.src.charCodeAt(state.pos) !== 0x3c) return false;
    const tag = readTag(pattern, state.src.slice(state.pos, state.pos + 400));
    if (tag === undefined) return false;
    if (!silent) state.push('vendor_tag', '', 0).meta = { tag };
    state.pos += tag.length;
    return true;
  };
}
