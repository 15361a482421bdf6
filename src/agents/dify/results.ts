import type { AnswerFile, Citation } from '../../core/agent.ts';
import { fileNameIn } from '../../lib/file-name.ts';
import { withoutQuery } from '../../lib/without-query.ts';
import { absoluteUrl } from './links.ts';
import { type Fields, fieldsOf, listOf, numberOf, textOf, wordOf } from './values.ts';

/**
 * The documents an answer rests on, each once, in Dify's order. Their names only: the passages are knowledge that the reader
 * may have no right to.
 *
 * @param resources - `retriever_resources`; several passages of one document are normal.
 */
export function readCitations(resources: unknown): Citation[] {
  const entries = listOf(resources).map(fieldsOf);
  const titles = new Map<string, string>();
  for (const entry of entries.toSorted((a, b) => positionOf(a) - positionOf(b))) {
    const title = wordOf(entry['document_name']) ?? wordOf(entry['title']) ?? wordOf(entry['dataset_name']);
    if (title === undefined) continue;
    const document = wordOf(entry['document_id']);
    const key = document === undefined ? `name ${title}` : `${textOf(entry['dataset_id'])} ${document}`;
    if (!titles.has(key)) titles.set(key, title);
  }
  return [...titles.values()].map((title) => ({ title }));
}

function positionOf(entry: Fields): number {
  return numberOf(entry['position']) ?? 0;
}

/** A file the run made; undefined for what somebody sent in, and for entries without an address. */
export function readFile(entry: unknown, host: string): AnswerFile | undefined {
  const file = fieldsOf(entry);
  const url = wordOf(file['url']) ?? wordOf(file['remote_url']);
  if (url === undefined || file['belongs_to'] === 'user') return undefined;
  const address = absoluteUrl(url, host);
  return { kind: kindOf(textOf(file['type'])), name: wordOf(file['filename']) ?? fileNameIn(address), url: address };
}

/** Files anywhere among a workflow's outputs. */
export function filesIn(outputs: unknown, host: string, depth = 0): AnswerFile[] {
  if (depth > 4 || typeof outputs !== 'object' || outputs === null) return [];
  if (!isFile(fieldsOf(outputs))) return Object.values(outputs).flatMap((value) => filesIn(value, host, depth + 1));
  return [readFile(outputs, host)].filter((file) => file !== undefined);
}

/** The same file again comes with another signature. */
export function fileKey(file: AnswerFile): string {
  return withoutQuery(file.url);
}

function isFile(value: Fields): boolean {
  return value['dify_model_identity'] === '__dify__file__' || ('transfer_method' in value && 'url' in value);
}

function kindOf(type: string): AnswerFile['kind'] {
  return type === 'image' || type === 'audio' || type === 'video' ? type : 'file';
}

const USUAL_OUTPUTS = ['answer', 'text', 'result', 'output', 'content', 'response', 'reply'];

/**
 * What of a workflow's outputs is the answer.
 *
 * @param key - The output the operator chose.
 */
export function answerOf(outputs: unknown, key: string | undefined): string {
  const fields = fieldsOf(outputs);
  if (key !== undefined) return asText(fields[key]);
  const texts = Object.entries(fields).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  );
  const usual = USUAL_OUTPUTS.map((name) => texts.find(([output]) => output === name)?.[1]).find(
    (text) => text !== undefined,
  );
  if (usual !== undefined) return usual;
  if (texts.length > 0) return texts.map(([, text]) => text).join('\n\n');
  const values = Object.values(fields).filter((value) => value !== null && value !== '' && !holdsFiles(value));
  return values.map(asText).join('\n\n');
}

function holdsFiles(value: unknown): boolean {
  return isFile(fieldsOf(value)) || (Array.isArray(value) && value.some(holdsFiles));
}

function asText(value: unknown): string {
  if (value === undefined || value === null || holdsFiles(value)) return '';
  if (typeof value === 'object') return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
