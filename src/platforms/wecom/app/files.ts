import type { AnswerFile, FileContent } from '../../../core/agent.ts';
import { GatewayError } from '../../../core/errors.ts';
import type { FileRef } from '../../../core/event.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import type { Sent } from '../../../core/reply.ts';
import { vendorCodeOf } from '../errors.ts';
import { MAX_FILE_BYTES, MAX_IMAGE_BYTES, MAX_VIDEO_BYTES, MAX_VOICE_BYTES, MIN_FILE_BYTES } from '../limits.ts';
import type { AppApi, CallOptions, MediaType } from './api.ts';
import type { Body } from './messages.ts';

const MAX_BYTES: Readonly<Record<MediaType, number>> = {
  image: MAX_IMAGE_BYTES,
  voice: MAX_VOICE_BYTES,
  video: MAX_VIDEO_BYTES,
  file: MAX_FILE_BYTES,
};

/** Fetches a file of an answer, for its address lives for minutes, and hands it to the vendor as the best kind it passes for. */
export async function uploadFile(
  file: AnswerFile,
  api: Pick<AppApi, 'upload'>,
  deps: Pick<PlatformDeps, 'fetchUrl'>,
  options: CallOptions,
): Promise<Body> {
  const content = await deps.fetchUrl(file.url, MAX_FILE_BYTES, options.signal);
  if (content.bytes.length < MIN_FILE_BYTES)
    throw new GatewayError('platform_content_refused', 'a file is too short for the platform');
  const type = typeOf(content);
  return mediaBody(type, await api.upload(type, content, file.name, options));
}

function mediaBody(type: MediaType, media: string): Body {
  return { type, content: { media_id: media } };
}

/** The message of a file that an earlier try has uploaded, from its notes. */
export function readMedia(handle: Sent['handle']): Body | undefined {
  const { type, media_id: media } = handle;
  return isMediaType(type) && typeof media === 'string' ? mediaBody(type, media) : undefined;
}

function isMediaType(type: unknown): type is MediaType {
  return typeof type === 'string' && type in MAX_BYTES;
}

/** By its first bytes, not its name: the vendor looks at them too. What is too large for its kind goes as a plain file. */
function typeOf({ bytes }: FileContent): MediaType {
  const type = kindOf(Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString('latin1'));
  return bytes.length > MAX_BYTES[type] ? 'file' : type;
}

function kindOf(head: string): MediaType {
  if (head.startsWith('\x89PNG\r\n') || head.startsWith('\xff\xd8\xff')) return 'image';
  if (head.startsWith('#!AMR\n')) return 'voice';
  return head.slice(4, 8) === 'ftyp' ? 'video' : 'file';
}

/** Fetches what a member sent. */
export async function fetchFile(
  api: Pick<AppApi, 'download'>,
  { media }: FileRef,
  maxBytes: number,
  signal: AbortSignal,
): Promise<FileContent> {
  if (media === undefined || media === '') throw new GatewayError('file_gone', 'a file reference is incomplete');
  try {
    return await api.download(media, maxBytes, signal);
  } catch (error) {
    const code = vendorCodeOf(error);
    if (code === 830002)
      throw new GatewayError('file_too_large', 'the platform does not hand out files of this size', { cause: error });
    // The vendor keeps it for three days.
    if (code === 40007 || code === 41006)
      throw new GatewayError('file_gone', `the platform no longer has the file: code ${code}`, { cause: error });
    throw error;
  }
}
