import type { FileKind } from './agent.ts';
import type { InLanguages, Lang } from './lang.ts';

/** In the order in which they are told. */
const WORDS: Readonly<Record<FileKind, InLanguages>> = {
  image: { zh: '图片', en: 'an image' },
  file: { zh: '文件', en: 'a file' },
  audio: { zh: '语音', en: 'a voice message' },
  video: { zh: '视频', en: 'a video' },
};
const TEXT: InLanguages = { zh: '文字', en: 'text' };

/** What can be sent to an agent, as a person reads it: “text, an image or a file”. */
export function whatItTakes(takes: readonly FileKind[], lang: Lang): string {
  const kinds = Object.entries(WORDS).flatMap(([kind, words]) => (takes.includes(kind as FileKind) ? [words] : []));
  const list = new Intl.ListFormat(lang === 'zh' ? 'zh' : 'en-GB', { type: 'disjunction' });
  return list.format([TEXT, ...kinds].map((words) => words[lang]));
}
