import type { AnswerFile, FileContent } from '../../core/agent.ts';
import { GatewayError } from '../../core/errors.ts';
import type { FileRef } from '../../core/event.ts';
import { fileOrLink } from '../../core/file-or-link.ts';
import type { PlatformDeps } from '../../core/platform-definition.ts';
import type { OutboundMessage, Sent } from '../../core/reply.ts';
import type { Body, CallOptions, FeishuApi } from './api.ts';
import { failureOf, vendorCodeOf } from './errors.ts';
import { MAX_FILE_BYTES, MAX_IMAGE_BYTES, TEXT_INTERVAL_MS } from './limits.ts';
import { fileText } from './messages.ts';

type FileMessage = OutboundMessage & { readonly kind: 'file' };

const TYPE_BY_ENDING: Readonly<Record<string, string>> = {
  pdf: 'pdf',
  doc: 'doc',
  docx: 'doc',
  xls: 'xls',
  xlsx: 'xls',
  csv: 'xls',
  ppt: 'ppt',
  pptx: 'ppt',
  mp4: 'mp4',
  opus: 'opus',
};

/** Sends a file that the agent made: fetched at once, for its address lives for minutes; where it cannot be sent, its address. */
export async function sendFile(
  message: FileMessage,
  api: FeishuApi,
  deps: PlatformDeps,
  signal: AbortSignal,
): Promise<Sent> {
  const options: CallOptions = { priority: 'final', signal };
  const { file, lang } = message;
  const uploading = uploaded(file, api, deps, options);
  const body = (await fileOrLink(uploading, deps, signal)) ?? fileText(file.name, file.url, lang);
  const id = await api.send(message.to, body, message.key, options);
  return { message: id, handle: { kind: 'text', type: body.type }, minUpdateIntervalMs: TEXT_INTERVAL_MS };
}

async function uploaded(file: AnswerFile, api: FeishuApi, deps: PlatformDeps, options: CallOptions): Promise<Body> {
  const limit = file.kind === 'image' ? MAX_IMAGE_BYTES : MAX_FILE_BYTES;
  const content = await deps.fetchUrl(file.url, limit, options.signal);
  if (file.kind === 'image') {
    const key = await api.uploadImage({ ...content, name: file.name }, options);
    return { type: 'image', content: JSON.stringify({ image_key: key }) };
  }
  // Voice is opus only, and a video needs a cover image: everything else goes as a plain file.
  const type = TYPE_BY_ENDING[endingOf(file.name)] ?? 'stream';
  const key = await api.uploadFile(content, type, file.name, options);
  return { type: bodyType(file.kind, type), content: JSON.stringify({ file_key: key }) };
}

function bodyType(kind: AnswerFile['kind'], type: string): Body['type'] {
  if (kind === 'audio' && type === 'opus') return 'audio';
  return type === 'mp4' ? 'media' : 'file';
}

function endingOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase();
}

/** The message that holds the file does not exist, does not hold it, or may not be read. */
const GONE = new Set([234003, 234004, 234038, 234040, 234043, 230110, 231003]);

/** Fetches what a person sent. */
export async function fetchFile(
  api: FeishuApi,
  file: FileRef,
  maxBytes: number,
  signal: AbortSignal,
): Promise<FileContent> {
  const { message, key, type } = file;
  if (message === undefined || key === undefined || key === '' || (type !== 'image' && type !== 'file')) {
    throw new GatewayError('file_gone', 'a file reference is incomplete');
  }
  try {
    return await api.download(message, key, type, maxBytes, signal);
  } catch (error) {
    const code = vendorCodeOf(error);
    if (code === undefined) throw error;
    if (code === 234037)
      throw new GatewayError('file_too_large', 'the platform does not hand out files of this size', { cause: error });
    if (GONE.has(code) || failureOf(code, 0) === 'platform_target_gone' || code === 404) {
      throw new GatewayError('file_gone', `the platform no longer has the file: code ${code}`, { cause: error });
    }
    throw error;
  }
}
