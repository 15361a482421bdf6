import type { AnswerFile, FileContent } from '../../core/agent.ts';
import { GatewayError } from '../../core/errors.ts';
import type { FileRef } from '../../core/event.ts';
import { fileOrLink } from '../../core/file-or-link.ts';
import type { PlatformDeps } from '../../core/platform-definition.ts';
import type { DingtalkApi, RobotMessage } from './api.ts';
import type { CallOptions } from './client.ts';
import { vendorCodeOf } from './errors.ts';
import { MAX_FILE_BYTES, MAX_IMAGE_BYTES } from './limits.ts';

/** Kinds of documents that a message can hold; others go as a link. */
const FILE_TYPES: ReadonlySet<string> = new Set(['xlsx', 'pdf', 'zip', 'rar', 'doc', 'docx']);

/** What the vendor has been given, as a message names it. */
export interface Uploaded {
  readonly kind: 'image' | 'file';
  readonly media: string;
}

/**
 * Fetches a file, at once, for an agent's lives for minutes, and uploads it.
 *
 * @returns Undefined for a kind that no message holds, and for what cannot be had: its address says it then.
 */
export function uploadedFile(
  file: AnswerFile,
  api: DingtalkApi,
  deps: PlatformDeps,
  call: CallOptions,
): Promise<Uploaded | undefined> {
  return fileOrLink(upload(file, api, deps, call), deps, call.signal);
}

async function upload(
  file: AnswerFile,
  api: DingtalkApi,
  deps: PlatformDeps,
  call: CallOptions,
): Promise<Uploaded | undefined> {
  const isImage = file.kind === 'image';
  if (!isImage && !FILE_TYPES.has(endingOf(file))) return undefined;
  const content = await deps.fetchUrl(file.url, isImage ? MAX_IMAGE_BYTES : MAX_FILE_BYTES, call.signal);
  const kind = isImage ? 'image' : 'file';
  return { kind, media: await api.upload(content, kind, file.name, call) };
}

/** The robot's message that shows it. */
export function robotFile(file: AnswerFile, { kind, media }: Uploaded): RobotMessage {
  if (kind === 'image') return { key: 'sampleImageMsg', param: { photoURL: media } };
  return { key: 'sampleFile', param: { mediaId: media, fileName: file.name, fileType: endingOf(file) } };
}

function endingOf({ name }: AnswerFile): string {
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase();
}

/** Fetches what a person sent. */
export async function fetchFile(
  api: DingtalkApi,
  file: FileRef,
  maxBytes: number,
  signal: AbortSignal,
): Promise<FileContent> {
  const { code, spare } = file;
  if (code === undefined || code === '') throw new GatewayError('file_gone', 'a file reference is incomplete');
  const url = await addressOf(api, code, spare, { priority: 'final', signal });
  if (url === '') throw new GatewayError('file_gone', 'the platform gives no address for the file');
  return api.download(url, maxBytes, signal);
}

async function addressOf(
  api: DingtalkApi,
  code: string,
  spare: string | undefined,
  call: CallOptions,
): Promise<string> {
  try {
    return await api.downloadUrl(code, call);
  } catch (error) {
    if (vendorCodeOf(error)?.startsWith('invalidParameter.downloadCode') !== true) throw error;
    if (spare !== undefined) return addressOf(api, spare, undefined, call);
    throw new GatewayError('file_gone', 'the platform no longer has the file', { cause: error });
  }
}
