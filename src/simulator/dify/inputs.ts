import type { DemoApp, FileCategory, FormField } from './apps.ts';
import type { JsonObject, World } from './call.ts';
import { isUuid } from './chance.ts';
import { categoryOf, extensionOf } from './file-kinds.ts';
import { invalidParam } from './refusals.ts';
import type { AttachedFile } from './rows.ts';

/** Who sends the inputs and files that are checked here. */
export interface Sender {
  readonly world: World;
  readonly app: DemoApp;
  readonly user: string;
}

/**
 * Keeps what the app declares and drops the rest.
 * @throws {Refusal} `invalid_param` that names the variable, when one is missing or not what the app takes.
 */
export function readInputs(
  sender: Sender,
  given: JsonObject,
): { values: Record<string, unknown>; files: AttachedFile[] } {
  const values: Record<string, unknown> = {};
  const files: AttachedFile[] = [];
  for (const field of sender.app.form) {
    const value = given[field.variable];
    if (isMissing(value)) {
      if (field.required === true) throw invalidParam(`${field.variable} is required in input form`);
      continue;
    }
    values[field.variable] = value;
    if (field.type === 'file' || field.type === 'file-list') files.push(...fileValues(sender, field, value));
    else checkValue(field, value);
  }
  return { values, files };
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function checkValue(field: FormField, value: unknown): void {
  const { variable, type, options = [], maxLength } = field;
  if (type === 'number') {
    if (!Number.isFinite(Number(value))) throw invalidParam(`${variable} in input form must be a valid number`);
    return;
  }
  if (typeof value !== 'string') throw invalidParam(`${variable} in input form must be a string`);
  if (type === 'select' && !options.includes(value)) {
    throw invalidParam(`${variable} in input form must be one of the following: ${JSON.stringify(options)}`);
  }
  if (maxLength !== undefined && value.length > maxLength) {
    throw invalidParam(`${variable} in input form must be less than ${maxLength} characters`);
  }
}

function fileValues(sender: Sender, field: FormField, value: unknown): AttachedFile[] {
  const list = field.type === 'file' ? [value] : value;
  if (!Array.isArray(list)) throw invalidParam(`${field.variable} in input form must be a list of files`);
  return readFiles(sender, list);
}

/**
 * The files of a question. Mappings without a transfer method, and addresses without a url, are dropped without a word.
 * @throws {Refusal} `invalid_param` for files that are not the sender's, and for those the app does not take.
 */
export function readFiles(sender: Sender, given: unknown): AttachedFile[] {
  if (!Array.isArray(given) || sender.app.files === undefined) return [];
  const files = given.flatMap((mapping) => readFile(sender, mapping as JsonObject));
  if (files.length > sender.app.files.limit) {
    throw invalidParam(`Number of files exceeds the maximum limit ${sender.app.files.limit}`);
  }
  return files;
}

function readFile(sender: Sender, mapping: JsonObject | null): AttachedFile[] {
  const method = mapping?.transfer_method;
  if (mapping === null || typeof mapping !== 'object' || method === undefined) return [];
  if (method === 'local_file') return [checkAllowed(sender, uploaded(sender, mapping))];
  if (method !== 'remote_url') throw invalidParam('Invalid file transfer method');
  if (typeof mapping.url !== 'string' || mapping.url === '') return [];
  return [checkAllowed(sender, remote(sender, mapping, mapping.url))];
}

function uploaded(sender: Sender, mapping: JsonObject): AttachedFile {
  const id = mapping.upload_file_id;
  if (typeof id !== 'string' || !isUuid(id)) throw invalidParam(`Invalid upload file id ${String(id)}`);
  const stored = sender.world.store.files.get(id);
  if (stored === undefined || stored.app.id !== sender.app.id || stored.user !== sender.user)
    throw invalidParam('Invalid upload file');
  return { id, name: stored.name, type: declaredType(mapping), mime: stored.mime, method: 'local_file', stored };
}

function remote(sender: Sender, mapping: JsonObject, url: string): AttachedFile {
  const name = decodeURIComponent(url.split(/[?#]/, 1)[0]?.split('/').pop() ?? '') || 'file';
  const id = sender.world.chance.uuid();
  return { id, name, type: declaredType(mapping), mime: 'application/octet-stream', method: 'remote_url', url };
}

const CATEGORIES: readonly string[] = ['image', 'document', 'audio', 'video', 'custom'] satisfies FileCategory[];

function declaredType(mapping: JsonObject): FileCategory {
  const type = String(mapping.type);
  if (CATEGORIES.includes(type)) return type as FileCategory;
  throw invalidParam(`Invalid file type: ${type}`);
}

function checkAllowed({ app }: Sender, file: AttachedFile): AttachedFile {
  const rules = app.files;
  const extension = extensionOf(file.name);
  const fits =
    rules !== undefined &&
    rules.methods.includes(file.method) &&
    (file.type === 'custom'
      ? rules.extensions.includes(`.${extension}`)
      : rules.types.includes(file.type) && (file.stored === undefined || categoryOf(extension) === file.type));
  if (!fits) throw invalidParam(`File validation failed for file: ${file.name}`);
  return file;
}
