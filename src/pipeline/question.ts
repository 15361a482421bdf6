import type { InputFile } from '../core/agent.ts';
import { assertNever } from '../core/errors.ts';
import type { MessageEvent, MessagePart } from '../core/event.ts';
import type { MessageId } from '../core/ids.ts';
import type { Lang } from '../core/lang.ts';
import type { EarlierMessage, Platform } from '../core/platform.ts';
import { say } from '../core/text.ts';
import type { Guard } from '../guard/guard.ts';
import type { PipelineParts } from './parts.ts';

/** Largest file we carry from a platform to an agent, in bytes: what Feishu lets a bot download. */
const MAX_FILE_BYTES = 100 * 1024 * 1024;

/** What somebody wants to know, as an agent takes it; or a sentence that says why there is nothing to ask. */
export type Question =
  | { readonly kind: 'ask'; readonly text: string; readonly files: readonly InputFile[] }
  | { readonly kind: 'unreadable'; readonly sentence: string };

/** Puts a message into words and files for an agent; what it quotes or forwards is read and put before it. */
export async function readQuestion(
  event: MessageEvent,
  platform: Platform,
  lang: Lang,
  parts: Pick<PipelineParts, 'log'>,
  signal: AbortSignal,
): Promise<Question> {
  const words: string[] = [];
  const files: InputFile[] = [];
  for (const part of event.parts) {
    if (part.kind === 'text') words.push(part.text);
    else if (part.kind === 'forwarded') words.push(quote(await earlier(part.message, platform, parts, signal)));
    else if ('file' in part) files.push(inputFile(part, platform));
  }
  const said = quotedWords(event.quote ?? []);
  files.push(...(event.quote ?? []).filter((part) => 'file' in part).map((part) => inputFile(part, platform)));
  const text = words.join('\n').trim();
  if (text === '' && files.length === 0) return { kind: 'unreadable', sentence: excuse(event.parts, lang) };
  const asked = text === '' ? say(lang, 'filesOnly', { names: files.map((file) => file.name).join(', ') }) : text;
  const quoted = event.quoted === undefined ? said : quote(await earlier(event.quoted, platform, parts, signal));
  return { kind: 'ask', text: quoted === '' ? asked : `${quoted}\n\n${asked}`, files };
}

/** What a message quotes, where the vendor gave the words. */
function quotedWords(parts: readonly MessagePart[]): string {
  const words = parts.map((part) => (part.kind === 'text' ? part.text : 'name' in part ? `[${part.name}]` : ''));
  return quote({ text: words.filter((word) => word !== '').join('\n'), fromBot: false });
}

function excuse(written: readonly MessagePart[], lang: Lang): string {
  if (written.some((part) => part.kind === 'withheld')) return say(lang, 'withheld');
  const unsupported = written.find((part) => part.kind === 'unsupported');
  return unsupported ? say(lang, 'unsupported', { what: unsupported.what }) : say(lang, 'empty');
}

function inputFile(part: Extract<MessagePart, { file: unknown }>, platform: Platform): InputFile {
  return { name: part.name, kind: part.kind, open: (signal) => platform.fetchFile(part.file, MAX_FILE_BYTES, signal) };
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
