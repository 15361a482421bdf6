import { APP_MODES, type AppMode } from './config.ts';
import { DEFAULT_FILE_COUNT, DEFAULT_SIZES_MB, EXTENSIONS } from './limits.ts';
import { fieldsOf, listOf, numberOf, textOf, wordOf, wordsOf } from './values.ts';

export type FileCategory = keyof typeof DEFAULT_SIZES_MB;

/** Which files one place of an app takes. */
export interface FileRules {
  /** Empty for any. */
  readonly types: readonly string[];
  /** For `custom`: in lower case, without the dot. */
  readonly extensions: readonly string[];
  readonly count: number;
}

/** A variable the app declares; `type` in Dify's words (`text-input`, `paragraph`, `select`, `number`, `file`, …). */
export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly options: readonly string[];
  /** In characters. */
  readonly maxLength?: number;
  readonly default?: string;
  /** For `file` and `file-list`. */
  readonly files?: FileRules;
}

/** What an app says of itself. */
export interface AppFacts {
  readonly mode: AppMode;
  readonly name?: string;
  readonly opening: string;
  readonly suggested: readonly string[];
  /** Whether it makes suggestions after an answer. */
  readonly suggests: boolean;
  readonly cites: boolean;
  readonly variables: readonly Variable[];
  /** Files beside the question; absent where the app takes none. */
  readonly files?: FileRules;
  /** Largest file of each category, in bytes. */
  readonly maxBytes: Readonly<Record<FileCategory, number>>;
}

/**
 * @param info - The body of `GET /info`.
 * @param parameters - The body of `GET /parameters`.
 */
export function readFacts(mode: AppMode, info: unknown, parameters: unknown): AppFacts {
  const fields = fieldsOf(parameters);
  const name = wordOf(fieldsOf(info)['name']);
  const files = readUpload(fieldsOf(fields['file_upload']));
  return {
    mode,
    ...(name === undefined ? {} : { name }),
    opening: textOf(fields['opening_statement']),
    suggested: wordsOf(fields['suggested_questions']),
    suggests: isOn(fields['suggested_questions_after_answer']),
    cites: isOn(fields['retriever_resource']),
    variables: listOf(fields['user_input_form']).flatMap(readVariable),
    ...(files === undefined ? {} : { files }),
    maxBytes: readSizes(fieldsOf(fields['system_parameters'])),
  };
}

/** Undefined for releases that do not tell (before 1.3), and for kinds we do not know. */
export function modeOf(info: unknown): AppMode | undefined {
  const mode = fieldsOf(info)['mode'];
  return APP_MODES.find((known) => known === mode);
}

/** The category a file counts as, by its extension as the server does it. */
export function categoryOf(extension: string): FileCategory {
  const categories = Object.keys(EXTENSIONS) as (keyof typeof EXTENSIONS)[];
  return categories.find((category) => EXTENSIONS[category].includes(extension)) ?? 'custom';
}

function isOn(value: unknown): boolean {
  return fieldsOf(value)['enabled'] === true;
}

function presetOf(value: unknown): string | undefined {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : wordOf(value);
}

/** The form is a list of objects with one key each, the variable's type. */
function readVariable(entry: unknown): Variable[] {
  const [type, value] = Object.entries(fieldsOf(entry))[0] ?? [];
  const fields = fieldsOf(value);
  const name = wordOf(fields['variable']);
  if (type === undefined || name === undefined) return [];
  const maxLength = numberOf(fields['max_length']);
  const preset = presetOf(fields['default']);
  return [
    {
      name,
      type,
      required: fields['required'] === true,
      options: wordsOf(fields['options']),
      ...(maxLength !== undefined && maxLength > 0 ? { maxLength } : {}),
      ...(preset === undefined ? {} : { default: preset }),
      ...(type === 'file' || type === 'file-list' ? fileRulesOfVariable(type, fields, maxLength) : {}),
    },
  ];
}

function fileRulesOfVariable(type: string, fields: Readonly<Record<string, unknown>>, maxLength: number | undefined) {
  const rules = readRules(fields, type === 'file' ? 1 : (maxLength ?? DEFAULT_FILE_COUNT));
  return rules === undefined ? {} : { files: rules };
}

function readUpload(upload: Readonly<Record<string, unknown>>): FileRules | undefined {
  const count = numberOf(upload['number_limits']) ?? DEFAULT_FILE_COUNT;
  if (upload['enabled'] === true) return readRules(upload, count);
  // Releases before 1.0, and apps that never had more than the switch for images.
  const image = fieldsOf(upload['image']);
  if (image['enabled'] !== true || !takesUploads(wordsOf(image['transfer_methods']))) return undefined;
  return { types: ['image'], extensions: [], count: numberOf(image['number_limits']) ?? DEFAULT_FILE_COUNT };
}

function readRules(fields: Readonly<Record<string, unknown>>, count: number): FileRules | undefined {
  if (!takesUploads(wordsOf(fields['allowed_file_upload_methods']))) return undefined;
  return {
    types: wordsOf(fields['allowed_file_types']),
    extensions: wordsOf(fields['allowed_file_extensions']).map((extension) =>
      extension.replace(/^\./, '').toLowerCase(),
    ),
    count,
  };
}

/** An app may be set to take links only; ours would be private ones, which it cannot fetch. */
function takesUploads(methods: readonly string[]): boolean {
  return methods.length === 0 || methods.includes('local_file');
}

function readSizes(system: Readonly<Record<string, unknown>>): Record<FileCategory, number> {
  const bytes = (name: string, category: FileCategory): number =>
    (numberOf(system[name]) ?? DEFAULT_SIZES_MB[category]) * 1024 * 1024;
  return {
    image: bytes('image_file_size_limit', 'image'),
    document: bytes('file_size_limit', 'document'),
    audio: bytes('audio_file_size_limit', 'audio'),
    video: bytes('video_file_size_limit', 'video'),
    custom: bytes('file_size_limit', 'custom'),
  };
}
