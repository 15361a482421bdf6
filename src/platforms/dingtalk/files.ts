import type { AnswerFile, FileContent } from '../../core/agent.ts';
import { GatewayError } from '../../core/errors.ts';
import type { FileRef } from '../../core/event.ts';
import { fileOrLink } from '../../core/file-or-link.ts';
import type { PlatformDeps } from '../../core/platform-definition.ts';
import { zipOf } from '../../lib/zip.ts';
import type { DingtalkApi, RobotMessage } from './api.ts';
import type { CallOptions } from './client.ts';
import { vendorCodeOf } from './errors.ts';
import { MAX_FILE_BYTES, MAX_IMAGE_BYTES } from './limits.ts';

/** Kinds of documents that a message can hold; others go in an archive. */
const FILE_TYPES: ReadonlySet<string> = new Set(['xlsx', 'pdf', 'zip', 'rar', 'doc', 'docx']);

/** What the vendor has been given, as a message names it. */
export interface Uploaded {
  readonly kind: 'image' | 'file';
  readonly media: string;
  /** Where it is not the file's own. */
  readonly name?: string;
}

/**
 * Fetches a file, at once, for an agent's lives for minutes, and uploads it.
 *
 * @returns Undefined for what cannot be had: its address says it then.
 */
export function uploadedFile(
  file: AnswerFile,
  api: DingtalkApi,
  deps: PlatformDeps,
  call: CallOptions,
): Promise<Uploaded | undefined> {
  return fileOrLink(upload(file, api, deps, call), deps, call.signal);
}

async function upload(file: AnswerFile, api: DingtalkApi, deps: PlatformDeps, call: CallOptions): Promise<Uploaded> {
  const { name, url } = file;
  const kind = file.kind === 'image' ? 'image' : 'file';
  const content = await deps.fetchUrl(url, kind === 'image' ? MAX_IMAGE_BYTES : MAX_FILE_BYTES, call.signal);
  if (kind === 'image' || FILE_TYPES.has(endingOf(name)))
    return { kind, media: await api.upload(content, kind, name, call) };
  const archive = { bytes: await zipOf(name, content.bytes, deps.clock.now()), mime: 'application/zip' };
  return { kind, media: await api.upload(archive, kind, `${name}.zip`, call), name: `${name}.zip` };
}

/** The robot's message that shows it. */
export function robotFile(file: AnswerFile, { kind, media, name = file.name }: Uploaded): RobotMessage {
  if (kind === 'image') return { key: 'sampleImageMsg', param: { photoURL: media } };
  return { key: 'sampleFile', param: { mediaId: media, fileName: name, fileType: endingOf(name) } };
}

function endingOf(name: string): string {
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
