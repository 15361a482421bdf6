import type { AnswerFile, FileKind } from '../core/agent.ts';
import { fileNameIn } from '../lib/file-name.ts';

const ENDINGS: Readonly<Record<Exclude<FileKind, 'file'>, RegExp>> = {
  image: /\.(?:png|jpe?g|gif|webp|bmp)$/i,
  audio: /\.(?:mp3|wav|amr|opus|m4a|aac|ogg)$/i,
  video: /\.(?:mp4|mov|webm)$/i,
};

/**
 * A file as it is pushed: what its name says, where nobody says more.
 *
 * @param name - What people read; the end of its address when absent.
 */
export function pushedFile(url: string, name = fileNameIn(url), kind = kindOf(name)): AnswerFile {
  return { kind, name, url };
}

function kindOf(name: string): FileKind {
  const kinds = ['image', 'audio', 'video'] as const;
  return kinds.find((kind) => ENDINGS[kind].test(name)) ?? 'file';
}
