import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { type Document, isMap, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { InLanguages } from '../core/lang.ts';
import { type Env, readSecretFile } from './environment.ts';
import type { SettingFault } from './faults.ts';

export type Path = readonly PropertyKey[];

/** The settings file as data, with every reference replaced, and where each setting stands in it. */
export interface SettingsFile {
  readonly path: string;
  /** Always an object; empty when the file is. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly faults: readonly SettingFault[];
  /** The variables that it refers to (`${NAME}`). */
  readonly variables: ReadonlySet<string>;
  /** `posthouse.yaml line 7, channels[0].mode`. */
  name(path: Path): InLanguages;
}

const MAX_FILE_BYTES = 1024 * 1024;
const MAX_DEPTH = 50;
const TOO_DEEP = [
  '设置嵌套过深，或锚点（*名称）包含了自身',
  'is nested too deeply, or holds an alias (*name) within itself',
] as const;

/**
 * Reads the settings file.
 * @param path - As the operator named it; relative to the working directory.
 * @param env - Where `${NAME}` is looked up.
 * @param only - The one block to read; the others are as if they were not there.
 */
export function readSettingsFile(path: string, env: Env, only?: string): SettingsFile {
  const place = basename(path);
  const broken = (zh: string, en: string, line?: number): SettingsFile => {
    const setting = line === undefined ? { zh: path, en: path } : lineName(place, line);
    const faults: SettingFault[] = [{ setting, text: { zh, en } }];
    return { path, value: {}, faults, variables: new Set(), name: () => setting };
  };
  if (!existsSync(path))
    return broken('文件不存在，应为 YAML 设置文件', 'does not exist, expected a settings file in YAML');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return broken('无法读取，应为可读的文件', 'cannot be read, expected a readable file');
  }
  if (text.length > MAX_FILE_BYTES)
    return broken('超过 1 MiB，应为设置文件', 'is longer than 1 MiB, expected a settings file');

  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const [error] = document.errors;
  // The parser tells of brackets within brackets without end as of any other error.
  if (error?.message.includes('call stack')) return broken(...TOO_DEEP, 1);
  if (error !== undefined) {
    const words = error.message.split('\n')[0] ?? '';
    return broken(`不是有效的 YAML（${words}）`, `is not valid YAML (${words})`, lines.linePos(error.pos[0]).line);
  }
  const root = plainOf(document);
  if (root instanceof RangeError || !isTree(root)) return broken(...TOO_DEEP, 1);
  if (root instanceof Error)
    return broken('使用了不存在的锚点（*名称）', 'uses an alias (*name) that stands for nothing', 1);
  if (root !== null && (typeof root !== 'object' || Array.isArray(root))) {
    return broken('内容不是一组设置，应为“名称: 值”的形式', 'holds no settings, expected lines of "name: value"', 1);
  }
  const name = (at: Path): InLanguages => {
    const { zh, en } = lineName(place, lineOf(document.contents, at, lines));
    return at.length === 0 ? { zh, en } : { zh: `${zh}，${pathText(at)}`, en: `${en}, ${pathText(at)}` };
  };
  const faults: SettingFault[] = [];
  const variables = new Set<string>();
  const lookUp = (variable: string) => {
    variables.add(variable);
    return env[variable];
  };
  const replace = (value: string, at: Path) => {
    const replaced = replaceReferences(value, at, lookUp, dirname(resolve(path)));
    if (typeof replaced === 'string') return replaced;
    faults.push({ setting: name(at), text: replaced });
    return undefined;
  };
  const all = (root ?? {}) as Readonly<Record<string, unknown>>;
  const read = only === undefined ? all : { ...(all[only] !== undefined && { [only]: all[only] }) };
  return { path, value: mapStrings(read, [], replace) as Record<string, unknown>, faults, variables, name };
}

function plainOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    return error;
  }
}

/** What stands within itself, or deeper than anybody nests settings, has no end for whoever walks through it. */
function isTree(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Error) return true;
  return depth < MAX_DEPTH && Object.values(value).every((part) => isTree(part, depth + 1));
}

function lineName(place: string, line: number): InLanguages {
  return { zh: `${place} 第 ${line} 行`, en: `${place} line ${line}` };
}

/** `channels[0].mode` */
export function pathText(path: Path): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

/** The line of a setting, or of the nearest block around it where it is not written. */
function lineOf(root: Node | null, path: Path, lines: LineCounter): number {
  let node: unknown = root;
  let offset = 0;
  for (const part of path) {
    const found = childOf(node, part);
    if (found === undefined) break;
    node = found.value;
    offset = found.offset;
  }
  return lines.linePos(offset).line;
}

function childOf(node: unknown, part: PropertyKey): { value: unknown; offset: number } | undefined {
  if (isSeq(node) && typeof part === 'number') {
    const item = node.items[part] as Node | undefined;
    return item === undefined ? undefined : { value: item, offset: item.range?.[0] ?? 0 };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => String(item.key) === String(part));
  if (pair === undefined) return undefined;
  return { value: pair.value, offset: (pair.key as Node | null)?.range?.[0] ?? 0 };
}

/** A copy of plain data with each text replaced; what becomes undefined is left out. */
function mapStrings(value: unknown, path: Path, replace: (text: string, path: Path) => string | undefined): unknown {
  if (typeof value === 'string') return replace(value, path);
  if (Array.isArray(value)) return value.map((item, index) => mapStrings(item, [...path, index], replace));
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, part] of Object.entries(value)) copy[name] = mapStrings(part, [...path, name], replace);
  return copy;
}

/** `${NAME}` anywhere in a text, `$${` for the characters themselves, and `file:path` as a whole value. */
function replaceReferences(
  text: string,
  path: Path,
  lookUp: (variable: string) => string | undefined,
  folder: string,
): string | InLanguages {
  if (text.startsWith('file:') && path[0] !== 'databaseUrl')
    return readSecretFile(resolve(folder, text.slice(5).trim()));
  let missing: string | undefined;
  const replaced = text.replace(/\$?\$\{([^}]*)\}/g, (whole, name: string) => {
    if (whole.startsWith('$$')) return whole.slice(1);
    const value = lookUp(name);
    if (value === undefined) missing ??= name;
    return value ?? '';
  });
  if (missing === undefined) return replaced;
  return {
    zh: `引用了环境变量 ${missing}，但它没有设置`,
    en: `refers to the environment variable ${missing}, which is not set`,
  };
}
