import { createRequire } from 'node:module';
import type * as FastXml from 'fast-xml-parser';
import { asObject, type Json } from './read.ts';

/** Why a text is not the XML that is taken here. */
export class XmlError extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'XmlError';
  }
}

interface Reader {
  parse(text: string): unknown;
  /** True, or what is wrong. */
  validate(text: string): unknown;
}

let reader: Reader | undefined;

/** Loaded with the first XML that comes: a gateway without WeCom never needs its 6 MB. */
function xmlReader(): Reader {
  reader ??= loadReader();
  return reader;
}

function loadReader(): Reader {
  const { XMLParser, XMLValidator } = createRequire(import.meta.url)('fast-xml-parser') as typeof FastXml;
  const parser = new XMLParser({
    ignoreAttributes: true,
    ignoreDeclaration: true,
    // Values stay texts: ids above 2^53 would lose their last digits as numbers.
    parseTagValue: false,
    trimValues: false,
    processEntities: false,
  });
  return { parse: (text) => parser.parse(text), validate: (text) => XMLValidator.validate(text) };
}

const CDATA = /(<!\[CDATA\[[\s\S]*?\]\]>)/;
const DECLARATION = /^\s*<\?xml\b[^?<>]*\?>/;
const UNKNOWN_ENTITY = /&(?!(?:lt|gt|amp|quot|apos);)/;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * Reads XML as data: elements, text and CDATA. Document types, entities of one's own and instructions are refused, so that
 * nothing in it can grow, reach for a file or call out.
 *
 * @returns What the outermost element holds: a text or an object for each child, a list where a name occurs several times.
 * @throws {XmlError}
 */
export function parseXml(text: string): Json {
  const safe = withoutEntities(text);
  const fault = xmlReader().validate(safe);
  if (fault !== true) throw new XmlError('not well-formed');
  const roots = Object.values(parse(safe));
  if (roots.length !== 1) throw new XmlError('not one outermost element');
  return asObject(roots[0]) ?? {};
}

function parse(text: string): Json {
  try {
    return xmlReader().parse(text) as Json;
  } catch (cause) {
    // Names that would reach into objects, more nesting than any message has.
    throw new XmlError('refused by the parser', { cause });
  }
}

/** Texts in CDATA may hold anything; what stands outside is looked at. */
function withoutEntities(text: string): string {
  const pieces = text.split(CDATA);
  const outside = pieces.filter((_, index) => index % 2 === 0).join('');
  if (/<[!?]/.test(outside.replace(DECLARATION, '')))
    throw new XmlError('a document type, a comment or an instruction');
  if (!outside.includes('&')) return text;
  if (UNKNOWN_ENTITY.test(outside)) throw new XmlError('an entity');
  return pieces.map((piece, index) => (index % 2 === 0 ? piece.replace(/&(\w+);/g, literal) : piece)).join('');
}

function literal(_: string, name: string): string {
  return `<![CDATA[${ENTITIES[name] ?? ''}]]>`;
}

/** The children of a name, none, one or many alike. */
export function childrenAt(from: Json, name: string): readonly unknown[] {
  const value = from[name];
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
