/** What can stand in the vendor's XML: texts go into CDATA, numbers stand bare, a list repeats its element. */
export type XmlValue = string | number | bigint | XmlFields | readonly XmlValue[];
export interface XmlFields {
  readonly [name: string]: XmlValue | undefined;
}

export function toXml(fields: XmlFields): string {
  return `<xml>${inner(fields)}</xml>`;
}

function inner(fields: XmlFields): string {
  let text = '';
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) text += element(name, value);
  return text;
}

function element(name: string, value: XmlValue): string {
  if (isList(value)) return value.map((one) => element(name, one)).join('');
  return `<${name}>${typeof value === 'object' ? inner(value) : leaf(value)}</${name}>`;
}

function leaf(value: string | number | bigint): string {
  if (typeof value !== 'string') return String(value);
  return `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

/** What was read: a text, or elements by name; one that occurs several times is a list. */
export type XmlNode = string | { [name: string]: XmlNode | XmlNode[] };

const TOKEN = /<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z_][\w.-]*)\s*(\/?)>|([^<]+)|<([\s\S])/g;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

interface Open {
  readonly name: string;
  text: string;
  readonly children: { [name: string]: XmlNode | XmlNode[] };
  isLeaf: boolean;
}

/**
 * Reads the plain XML that the vendor takes: elements, text and CDATA; no attributes, declarations or comments.
 * @returns The content of the outermost element.
 * @throws {Error} When it is anything else.
 */
export function parseXml(source: string): XmlNode {
  const stack: Open[] = [{ name: '', text: '', children: {}, isLeaf: true }];
  for (const [, cdata, slash, name, empty, text, wrong] of source.matchAll(TOKEN)) {
    const top = stack.at(-1);
    if (top === undefined || wrong !== undefined) throw new Error('not the XML that is taken here');
    if (cdata !== undefined) top.text += cdata;
    else if (text !== undefined) top.text += unescaped(text);
    else if (slash === '/') close(stack, name ?? '');
    else {
      stack.push({ name: name ?? '', text: '', children: {}, isLeaf: true });
      if (empty === '/') close(stack, name ?? '');
    }
  }
  const [root] = stack;
  const [only, ...more] = Object.values(root?.children ?? {});
  if (stack.length !== 1 || only === undefined || more.length > 0 || Array.isArray(only)) {
    throw new Error('not one whole XML element');
  }
  return only;
}

function close(stack: Open[], name: string): void {
  const done = stack.pop();
  const parent = stack.at(-1);
  if (done?.name !== name || parent === undefined) throw new Error(`unexpected end of ${name}`);
  const value: XmlNode = done.isLeaf ? done.text : done.children;
  const before = parent.children[name];
  parent.isLeaf = false;
  if (before === undefined) parent.children[name] = value;
  else parent.children[name] = Array.isArray(before) ? [...before, value] : [before, value];
}

function unescaped(text: string): string {
  return text.replaceAll(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}

/** A child's text; `''` when it has none. */
export function xmlText(node: XmlNode | undefined, name: string): string {
  const child = xmlChild(node, name);
  return typeof child === 'string' ? child : '';
}

export function xmlChild(node: XmlNode | undefined, name: string): XmlNode | undefined {
  if (node === undefined || typeof node === 'string') return undefined;
  const child = node[name];
  return Array.isArray(child) ? child[0] : child;
}

/** All children of a name. */
export function xmlList(node: XmlNode | undefined, name: string): XmlNode[] {
  if (node === undefined || typeof node === 'string') return [];
  const child = node[name];
  if (child === undefined) return [];
  return Array.isArray(child) ? child : [child];
}
