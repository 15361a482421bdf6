import type { AnswerFile, FileContent } from '../../../core/agent.ts';
import { GatewayError } from '../../../core/errors.ts';
import type { FileRef } from '../../../core/event.ts';
import { fileOrLink } from '../../../core/file-or-link.ts';
import { id } from '../../../core/ids.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import type { OutboundMessage, Sent } from '../../../core/reply.ts';
import { say } from '../../../core/text.ts';
import { type HttpClient, HttpError } from '../../../lib/http-client.ts';
import { fileNameIn } from '../client.ts';
import { decryptFile } from '../crypto.ts';
import { MAX_FILE_BYTES, MIN_FILE_BYTES, PADDING_BLOCK_BYTES, UPLOAD_TIMEOUT_MS } from '../limits.ts';
import { MAX_BYTES, type MediaType } from '../media-type.ts';
import type { BotApi, CallOptions } from './api.ts';
import { FRAME_INTERVAL_MS } from './limits.ts';
import { plainWords } from './markdown.ts';
import { isPicture } from './pictures.ts';

type FileMessage = OutboundMessage & { readonly kind: 'file' };

const TYPES: Readonly<Record<AnswerFile['kind'], MediaType>> = {
  image: 'image',
  audio: 'voice',
  video: 'video',
  file: 'file',
};

/** Sends a file that the agent made: fetched at once, for its address lives for minutes; where it cannot be sent, its address. */
export async function sendFile(
  message: FileMessage,
  api: BotApi,
  deps: PlatformDeps,
  signal: AbortSignal,
): Promise<Sent> {
  const { file, to, key, lang } = message;
  const call: CallOptions = { priority: 'final', signal };
  // Without a connection nothing can be sent, a link neither.
  const uploaded = await fileOrLink(upload(file, api, deps, signal), deps, signal, ['platform_unavailable']);
  if (uploaded) await api.file(to, uploaded.type, uploaded.media, call);
  else await api.push(to, { content: plainWords(say(lang, 'fileFallback', { name: file.name, url: file.url })) }, call);
  return { message: id(key), handle: {}, minUpdateIntervalMs: FRAME_INTERVAL_MS };
}

async function upload(file: AnswerFile, api: BotApi, deps: PlatformDeps, signal: AbortSignal) {
  const content = await deps.fetchUrl(file.url, MAX_FILE_BYTES, signal);
  const type = mediaType(TYPES[file.kind], content.bytes);
  return { type, media: await api.upload(type, file.name, content, signal) };
}

/** What is too large for its kind, or not of the one form that the kind takes, goes as a plain file. */
function mediaType(wanted: MediaType, bytes: Uint8Array): MediaType {
  if (bytes.length < MIN_FILE_BYTES)
    throw new GatewayError('platform_content_refused', 'a file is too small to be sent');
  const fits = bytes.length <= MAX_BYTES[wanted];
  if (wanted === 'image') return fits && isPicture(bytes) ? 'image' : 'file';
  if (wanted === 'voice')
    return fits && Buffer.from(bytes.subarray(0, 5)).toString('latin1') === '#!AMR' ? 'voice' : 'file';
  if (wanted === 'video')
    return fits && Buffer.from(bytes.subarray(4, 8)).toString('latin1') === 'ftyp' ? 'video' : 'file';
  return 'file';
}

/**
 * Fetches what a person sent and opens it.
 *
 * @param ownKey - The bot's key, for files that bring none.
 * @throws {GatewayError} `file_gone` when its five minutes are over, `file_too_large`, `decrypt_failed`, `platform_unavailable`.
 */
export async function fetchFile(
  http: HttpClient,
  file: FileRef,
  ownKey: Uint8Array,
  maxBytes: number,
  signal: AbortSignal,
): Promise<FileContent> {
  const { url = '', key } = file;
  if (!URL.canParse(url)) throw new GatewayError('file_gone', 'a file reference is incomplete');
  const { bytes, name } = await download(http, url, maxBytes + PADDING_BLOCK_BYTES, signal);
  const opened = decryptFile(bytes, key === undefined ? ownKey : Buffer.from(key, 'base64'));
  if (opened.length > maxBytes) throw new GatewayError('file_too_large', 'a file is larger than allowed');
  const ending = name ?? '';
  return { bytes: opened, mime: mimeOf(opened, ending), ...(ending !== '' && { name: ending }) };
}

async function download(http: HttpClient, url: string, maxBytes: number, signal: AbortSignal) {
  try {
    const response = await http.request({ method: 'GET', url, signal, maxBytes, timeoutMs: UPLOAD_TIMEOUT_MS });
    if (response.status === 200) {
      const name = fileNameIn(response.headers['content-disposition']);
      return { bytes: await response.bytes(), name };
    }
    response.discard();
    const code = response.status >= 500 ? 'platform_unavailable' : 'file_gone';
    throw new GatewayError(code, `a file’s address answers HTTP ${response.status}`);
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    const kind = error instanceof HttpError ? error.kind : 'broken';
    if (kind === 'too-large')
      throw new GatewayError('file_too_large', 'a file is larger than allowed', { cause: error });
    throw new GatewayError('platform_unavailable', `a file was not fetched: ${kind}`, { cause: error });
  }
}

const BY_ENDING: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  json: 'application/json',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  mp4: 'video/mp4',
};

/** The vendor calls everything a stream of bytes, so the file itself is asked. */
function mimeOf(bytes: Uint8Array, name: string): string {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\x89PNG')) return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('GIF8')) return 'image/gif';
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'image/webp';
  if (head.startsWith('%PDF')) return 'application/pdf';
  return BY_ENDING[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';
}
