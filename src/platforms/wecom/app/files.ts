import type { AnswerFile, FileContent } from '../../../core/agent.ts';
import { GatewayError } from '../../../core/errors.ts';
import type { FileRef } from '../../../core/event.ts';
import { fileOrLink } from '../../../core/file-or-link.ts';
import type { Lang } from '../../../core/lang.ts';
import type { SendOptions } from '../../../core/platform.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import { type Sent, sentWhole } from '../../../core/reply.ts';
import { vendorCodeOf } from '../errors.ts';
import { MAX_FILE_BYTES, MIN_FILE_BYTES } from '../limits.ts';
import { MAX_BYTES, type MediaType, mediaTypeOf } from '../media-type.ts';
import type { AppApi, CallOptions } from './api.ts';
import { type Body, fileText } from './messages.ts';

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
  const type = mediaTypeOf(content);
  return mediaBody(type, await api.upload(type, content, file.name, options));
}

/**
 * The message of a file; what cannot be sent goes as a link.
 *
 * Noted before it is sent: uploaded again it would have another id, and the vendor would not know the message for the same.
 */
export async function fileBody(
  { file, lang }: { readonly file: AnswerFile; readonly lang: Lang },
  api: Pick<AppApi, 'upload'>,
  deps: Pick<PlatformDeps, 'fetchUrl' | 'log' | 'channel'>,
  { signal, prior, save }: SendOptions,
): Promise<Body> {
  const begun = readMedia(prior?.handle ?? {});
  if (begun) return begun;
  const body = await fileOrLink(uploadFile(file, api, deps, { priority: 'final', signal }), deps, signal);
  if (!body) return fileText(file.name, file.url, lang);
  await save(sentWhole(undefined, { type: body.type, ...body.content }));
  return body;
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
