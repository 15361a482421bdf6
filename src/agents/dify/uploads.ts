import type { Ask, FileContent, FileKind, InputFile } from '../../core/agent.ts';
import { GatewayError } from '../../core/errors.ts';
import type { Lang } from '../../core/lang.ts';
import type { DifyApi } from './api.ts';
import { RefusedError, refusedError } from './errors.ts';
import { type AppFacts, categoryOf, type FileCategory, type FileRules } from './facts.ts';
import { EXTENSIONS, MAX_FILE_NAME_CHARS } from './limits.ts';
import type { FileMapping, PlacedFiles } from './messages.ts';

/** One place of an app that takes files. */
interface Slot {
  /** Absent: beside the question. */
  readonly variable?: string;
  readonly single: boolean;
  readonly rules: FileRules;
  readonly files: FileMapping[];
}

/**
 * Brings the files of a question to Dify. Kind and number are checked of all of them before the first is fetched.
 *
 * @throws {GatewayError} `agent_rejected_file` with `name`, `why` (in the asker's language), and `limit` or `allowed`.
 */
export async function uploadFiles(api: DifyApi, facts: AppFacts, ask: Ask, signal: AbortSignal): Promise<PlacedFiles> {
  if (ask.files.length === 0) return NO_FILES;
  const slots = slotsOf(facts);
  planFiles(slots, ask);
  for (const file of ask.files) await uploadFile(api, facts, slots, file, ask, signal);
  return placed(slots);
}

/** What people may send beside their words, in the words of a chat. */
export function kindsTaken(facts: AppFacts): readonly FileKind[] {
  const types = slotsOf(facts).flatMap(({ rules }) => (rules.types.length === 0 ? ANY_TYPE : rules.types));
  return [...new Set(types.map(kindOfType))];
}

const ANY_TYPE = ['image', 'document', 'audio', 'video'];

function kindOfType(type: string): FileKind {
  return type === 'image' || type === 'audio' || type === 'video' ? type : 'file';
}

const NO_FILES: PlacedFiles = { beside: [], variables: {} };

function slotsOf(facts: AppFacts): Slot[] {
  const beside: Slot[] = facts.files ? [{ rules: facts.files, single: false, files: [] }] : [];
  const variables = facts.variables.flatMap(({ name, type, files: rules }): Slot[] =>
    rules ? [{ variable: name, rules, single: type === 'file', files: [] }] : [],
  );
  // A workflow asks for its files by name; elsewhere the place beside the question is what the model sees.
  return facts.mode === 'workflow' ? [...variables, ...beside] : [...beside, ...variables];
}

function planFiles(slots: readonly Slot[], ask: Ask): void {
  const room = slots.map(({ rules }) => ({ rules, left: rules.count }));
  for (const file of ask.files) {
    const category = guessCategory(file);
    const extension = extensionOf(file.name);
    const fitting = room.filter(({ rules }) => typeFor(rules, category, extension) !== undefined);
    const free = fitting.find(({ left }) => left > 0);
    if (free) free.left--;
    else if (fitting.length > 0)
      throw tooMany(file.name, Math.max(...fitting.map(({ rules }) => rules.count)), ask.lang);
    else throw wrongKind(file.name, file.kind, slots, ask.lang);
  }
}

async function uploadFile(
  api: DifyApi,
  facts: AppFacts,
  slots: readonly Slot[],
  file: InputFile,
  ask: Ask,
  signal: AbortSignal,
): Promise<void> {
  const content = await file.open(signal);
  const name = fileName(file, content);
  const extension = extensionOf(name);
  const category = categoryOf(extension);
  if (content.bytes.length > facts.maxBytes[category]) throw tooLarge(name, facts.maxBytes[category], ask.lang);
  for (const slot of slots) {
    const type = typeFor(slot.rules, category, extension);
    if (type === undefined || slot.files.length >= slot.rules.count) continue;
    const upload = await send(api, ask, name, content, signal);
    slot.files.push({ type, transfer_method: 'local_file', upload_file_id: upload });
    return;
  }
  throw wrongKind(name, file.kind, slots, ask.lang);
}

async function send(api: DifyApi, ask: Ask, name: string, content: FileContent, signal: AbortSignal): Promise<string> {
  try {
    return await api.upload(ask.user, name, content.mime, content.bytes, signal);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const why = WHY.refused[ask.lang];
    throw refusedError(error.refusal, 'files/upload', { cause: error, details: { name, why } });
  }
}

function placed(slots: readonly Slot[]): PlacedFiles {
  const variables: Record<string, FileMapping | readonly FileMapping[]> = {};
  for (const { variable, single, files } of slots) {
    const [first] = files;
    if (variable !== undefined && first) variables[variable] = single ? first : files;
  }
  return { beside: slots.find(({ variable }) => variable === undefined)?.files ?? [], variables };
}

/** What the file is called in this place; undefined when the place does not take it. */
function typeFor(rules: FileRules, category: FileCategory, extension: string): string | undefined {
  if (rules.types.length === 0 || (category !== 'custom' && rules.types.includes(category))) return category;
  return rules.types.includes('custom') && rules.extensions.includes(extension) ? 'custom' : undefined;
}

/** Pictures in a chat often have no name worth the word. */
function guessCategory(file: InputFile): FileCategory {
  const extension = extensionOf(file.name);
  if (extension !== '') return categoryOf(extension);
  return file.kind === 'file' ? 'document' : file.kind;
}

/** The server goes by the extension, so there has to be one. */
function fileName(file: InputFile, content: FileContent): string {
  const named = [content.name, file.name].find((name) => name !== undefined && extensionOf(name) !== '');
  const name = (named ?? content.name ?? file.name).replace(/[\\/]/g, '_') || file.kind;
  const dot = named === undefined ? name.length : name.lastIndexOf('.');
  const guessed = MIME_EXTENSIONS[content.mime.split(';', 1)[0] ?? ''] ?? KIND_EXTENSIONS[file.kind];
  const ending = named === undefined ? `.${guessed}` : name.slice(dot);
  return name.slice(0, Math.min(dot, MAX_FILE_NAME_CHARS - ending.length)) + ending;
}

function extensionOf(name: string): string {
  return /\.([A-Za-z0-9]{1,10})$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

const KIND_EXTENSIONS = { image: 'png', audio: 'mp3', video: 'mp4', file: 'txt' } as const;

const MIME_EXTENSIONS: Readonly<Partial<Record<string, string>>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/svg+xml': 'svg',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/wav': 'wav',
  'audio/amr': 'amr',
  'audio/ogg': 'ogg',
  'audio/opus': 'opus',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'application/pdf': 'pdf',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'text/plain': 'txt',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/markdown': 'md',
};

const WHY = {
  none: { zh: '这个智能体不接收文件', en: 'this agent takes no files' },
  kind: { zh: '只支持{allowed}', en: 'only {allowed} can be used' },
  format: { zh: '{kind}只支持 {allowed} 格式', en: 'of {kind} only {allowed} can be used' },
  size: { zh: '超过 {limit}', en: 'it is larger than {limit}' },
  count: { zh: '一次最多 {limit} 个', en: 'at most {limit} at a time' },
  refused: { zh: '智能体没有接受这个文件', en: 'the agent did not accept it' },
} as const satisfies Record<string, Readonly<Record<Lang, string>>>;

const CATEGORY_NAMES: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
  image: { zh: '图片', en: 'images' },
  document: { zh: '文档', en: 'documents' },
  audio: { zh: '音频', en: 'audio' },
  video: { zh: '视频', en: 'video' },
};

function wrongKind(name: string, kind: FileKind, slots: readonly Slot[], lang: Lang): GatewayError {
  if (slots.length === 0) return rejected(name, { why: WHY.none[lang] });
  if (kind !== 'file' && slots.some(({ rules }) => rules.types.includes(kind))) return wrongFormat(name, kind, lang);
  const kinds = new Set(
    slots.flatMap(({ rules }) =>
      rules.types.map((type) => CATEGORY_NAMES[type]?.[lang]).filter((word) => word !== undefined),
    ),
  );
  const extensions = slots.flatMap(({ rules }) =>
    rules.types.includes('custom') ? rules.extensions.map((extension) => `.${extension}`) : [],
  );
  const allowed = [...kinds, ...new Set(extensions)].join(lang === 'zh' ? '、' : ', ');
  return rejected(name, { allowed, why: WHY.kind[lang].replace('{allowed}', allowed) });
}

/** A voice message of Feishu's is such a file: sound, and in a format that Dify does not read. */
function wrongFormat(name: string, kind: Exclude<FileKind, 'file'>, lang: Lang): GatewayError {
  const allowed = EXTENSIONS[kind].join(lang === 'zh' ? '、' : ', ');
  const why = WHY.format[lang].replace('{kind}', CATEGORY_NAMES[kind]?.[lang] ?? kind).replace('{allowed}', allowed);
  return rejected(name, { allowed, why });
}

function tooLarge(name: string, maxBytes: number, lang: Lang): GatewayError {
  const limit = `${Math.floor(maxBytes / 1024 / 1024)} MB`;
  return rejected(name, { limit, why: WHY.size[lang].replace('{limit}', limit) });
}

function tooMany(name: string, count: number, lang: Lang): GatewayError {
  const limit = String(count);
  return rejected(name, { limit, why: WHY.count[lang].replace('{limit}', limit) });
}

/** The name is somebody's own words: for the person only, not for the log. */
function rejected(name: string, words: Readonly<Record<string, string>>): GatewayError {
  return new GatewayError('agent_rejected_file', 'the app does not take a file of the question', {
    details: { name, ...words },
  });
}
