import type { FileContent } from '../../core/agent.ts';
import { MAX_FILE_BYTES, MAX_IMAGE_BYTES, MAX_VIDEO_BYTES, MAX_VOICE_BYTES } from './limits.ts';

/** What an uploaded file can be shown as. */
export type MediaType = 'image' | 'voice' | 'video' | 'file';

export const MAX_BYTES: Readonly<Record<MediaType, number>> = {
  image: MAX_IMAGE_BYTES,
  voice: MAX_VOICE_BYTES,
  video: MAX_VIDEO_BYTES,
  file: MAX_FILE_BYTES,
};

/** By its first bytes, not its name: the vendor looks at them too. What is too large for its kind goes as a plain file. */
export function mediaTypeOf({ bytes }: FileContent): MediaType {
  const type = kindOf(Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString('latin1'));
  return bytes.length > MAX_BYTES[type] ? 'file' : type;
}

function kindOf(head: string): MediaType {
  if (head.startsWith('\x89PNG\r\n') || head.startsWith('\xff\xd8\xff')) return 'image';
  if (head.startsWith('#!AMR\n')) return 'voice';
  return head.slice(4, 8) === 'ftyp' ? 'video' : 'file';
}
