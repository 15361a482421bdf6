import type { FileContent, InputFile } from '../core/agent.ts';
import { assertNever, GatewayError } from '../core/errors.ts';
import type { FilePart, MessageEvent, MessagePart } from '../core/event.ts';
import type { MessageId } from '../core/ids.ts';
import type { Lang } from '../core/lang.ts';
import type { EarlierMessage, Platform } from '../core/platform.ts';
import { whatItTakes } from '../core/takes.ts';
import { say } from '../core/text.ts';
import { unreadKind } from '../core/unread-kinds.ts';
import type { Guard } from '../guard/guard.ts';
import type { PipelineParts } from './parts.ts';
import { profileOf } from './profile.ts';
import type { TurnContext } from './turn-context.ts';

/** Largest file we carry from a platform to an agent, in bytes: what Feishu lets a bot download. */
const MAX_FILE_BYTES = 100 * 1024 * 1024;

/** What somebody wants to know, as an agent takes it; or a sentence that says why there is nothing to ask. */
export type Question =
  | { readonly kind: 'ask'; readonly text: string; readonly files: readonly InputFile[] }
  | { readonly kind: 'unreadable'; readonly sentence: string };

/** Puts a message into words and files for an agent; what it quotes or forwards is read and put before it. */
export async function readQuestion(
  event: MessageEvent,
  asked: Pick<TurnContext, 'platform' | 'agent' | 'lang'>,
  parts: Pick<PipelineParts, 'log'>,
  signal: AbortSignal,
): Promise<Question> {
  const { platform, lang } = asked;
  const quoted = quotes(event) ? await quotedBy(event, asked, parts, signal) : NOTHING_QUOTED;
  const words: string[] = [];
  const files: InputFile[] = [];
  for (const part of event.parts) {
    if (part.kind === 'text') words.push(part.text);
    else if (part.kind === 'forwarded') words.push(quote(await earlier(part.message, platform, parts, signal)));
    else if ('file' in part) files.push(inputFile(part, platform));
  }
  files.push(...quoted.files);
  const text = words.join('\n').trim();
  // Who answers a message with nothing but a mention asks about that message; something that cannot be read asks nothing.
  const asks = text !== '' || files.length > 0 || (quoted.words !== '' && event.parts.every(isWords));
  if (!asks) return { kind: 'unreadable', sentence: await excuse(event.parts, asked, parts, signal) };
  const question = text === '' ? wordless(files, lang) : text;
  return { kind: 'ask', text: quoted.words === '' ? question : `${quoted.words}\n\n${question}`, files };
}

function isWords({ kind }: MessagePart): boolean {
  return kind === 'text';
}

/** What is asked in the name of somebody who has written no word. */
function wordless(files: readonly InputFile[], lang: Lang): string {
  if (files.length === 0) return say(lang, 'quoteOnly');
  return say(lang, 'filesOnly', { names: files.map((file) => file.name).join(', ') });
}

interface Quoted {
  readonly words: string;
  readonly files: readonly InputFile[];
}

const NOTHING_QUOTED: Quoted = { words: '', files: [] };

function quotes({ quoted, quote: told = [] }: MessageEvent): boolean {
  return quoted !== undefined || told.length > 0;
}

/** What a message quotes: read at the vendor's, or as the vendor told it. */
async function quotedBy(
  { quoted, quote: told = [] }: MessageEvent,
  asked: Pick<TurnContext, 'platform' | 'agent'>,
  parts: Pick<PipelineParts, 'log'>,
  signal: AbortSignal,
): Promise<Quoted> {
  if (quoted !== undefined) {
    const message = await earlier(quoted, asked.platform, parts, signal);
    return { words: quote(message), files: await alongWith(message?.files ?? [], asked, parts, signal) };
  }
  const words = told.map((part) => (part.kind === 'text' ? part.text : 'name' in part ? `[${part.name}]` : ''));
  const text = words.filter((word) => word !== '').join('\n');
  const files = told.filter((part) => 'file' in part);
  return { words: quote({ text, fromBot: false }), files: await alongWith(files, asked, parts, signal) };
}

/** Files of a quoted message come along where this agent takes such files; elsewhere the names among the words have to do. */
async function alongWith(
  files: readonly FilePart[],
  { platform, agent }: Pick<TurnContext, 'platform' | 'agent'>,
  parts: Pick<PipelineParts, 'log'>,
  signal: AbortSignal,
): Promise<readonly InputFile[]> {
  if (files.length === 0) return [];
  const { takes } = await profileOf(agent, parts, signal);
  return files.filter(({ kind }) => takes.includes(kind)).map((part) => inputFile(part, platform));
}

/** Why there is nothing to ask, with what can be sent instead. */
async function excuse(
  written: readonly MessagePart[],
  { agent, lang }: Pick<TurnContext, 'agent' | 'lang'>,
  parts: Pick<PipelineParts, 'log'>,
  signal: AbortSignal,
): Promise<string> {
  if (written.some((part) => part.kind === 'withheld')) return say(lang, 'withheld');
  if (written.some((part) => part.kind === 'forwarded')) return say(lang, 'unreadableForward');
  const unsupported = written.find((part) => part.kind === 'unsupported');
  if (!unsupported) return say(lang, 'empty');
  const { takes } = await profileOf(agent, parts, signal);
  return say(lang, 'unsupported', { what: unreadKind(unsupported.what, lang), takes: whatItTakes(takes, lang) });
}

function inputFile(part: FilePart, platform: Platform): InputFile {
  return { name: part.name, kind: part.kind, open: (signal) => openFile(part, platform, signal) };
}

/** A platform knows neither what the file is called in the chat nor, where it has a limit of its own, ours. */
async function openFile({ file, name }: FilePart, platform: Platform, signal: AbortSignal): Promise<FileContent> {
  try {
    return await platform.fetchFile(file, MAX_FILE_BYTES, signal);
  } catch (error) {
    if (!(error instanceof GatewayError) || (error.code !== 'file_too_large' && error.code !== 'file_gone'))
      throw error;
    throw new GatewayError(error.code, error.message, {
      cause: error,
      details: { name, limit: `${MAX_FILE_BYTES / 1024 / 1024} MB`, ...error.details },
    });
  }
}

/** A message that cannot be read any more is no reason not to answer the one that quotes it. */
async function earlier(
  message: MessageId,
  platform: Platform,
  parts: Pick<PipelineParts, 'log'>,
  signal: AbortSignal,
): Promise<EarlierMessage | undefined> {
  try {
    return await platform.readMessage?.(message, signal);
  } catch (error) {
    signal.throwIfAborted();
    parts.log.warn('quoted message not read', { channel: platform.channel, message, error });
    return undefined;
  }
}

function quote(message: EarlierMessage | undefined): string {
  if (!message || message.text.trim() === '') return '';
  const author = message.author === undefined ? '' : `${message.author}:\n`;
  return `${author}${message.text}`
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}

/** The question in one short line, for the card that answers it; masked before it is cut, for half a value is none that the guard knows. */
export function titleOf(event: MessageEvent, lang: Lang, guard: Guard): string {
  const text = event.parts
    .map((part) => {
      switch (part.kind) {
        case 'text':
          return part.text;
        case 'image':
        case 'file':
        case 'audio':
        case 'video':
          return `[${part.name}]`;
        case 'forwarded':
        case 'unsupported':
        case 'withheld':
          return '';
        default:
          return assertNever(part);
      }
    })
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
  const characters = [...guard.mask(text, { form: 'plain', lang }).text];
  return characters.length > 80 ? `${characters.slice(0, 79).join('')}…` : characters.join('');
}
