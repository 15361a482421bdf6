import { type FileCategory, SYSTEM_LIMITS } from './apps.ts';

const KINDS: Readonly<Record<Exclude<FileCategory, 'custom'>, string>> = {
  image: 'jpg jpeg png webp gif svg',
  video: 'mp4 mov mpeg webm',
  audio: 'mp3 m4a wav amr mpga',
  document: 'txt md mdx markdown pdf html htm xlsx xls docx csv vtt properties doc eml msg pptx xml epub',
};

const BY_EXTENSION: ReadonlyMap<string, FileCategory> = new Map(
  Object.entries(KINDS).flatMap(([kind, all]) => all.split(' ').map((one) => [one, kind as FileCategory] as const)),
);

/** Dify goes by the extension, whatever the MIME type says. */
export function categoryOf(extension: string): FileCategory {
  return BY_EXTENSION.get(extension) ?? 'custom';
}

/** Without the dot, in lower case; empty for a name without one. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
}

/** Largest upload of that kind, in bytes. */
export function maxBytesOf(extension: string): number {
  const megabytes = {
    image: SYSTEM_LIMITS.image_file_size_limit,
    video: SYSTEM_LIMITS.video_file_size_limit,
    audio: SYSTEM_LIMITS.audio_file_size_limit,
    document: SYSTEM_LIMITS.file_size_limit,
    custom: SYSTEM_LIMITS.file_size_limit,
  }[categoryOf(extension)];
  return megabytes * 1024 * 1024;
}
