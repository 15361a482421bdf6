import { fillWords, type InLanguages, type Lang } from '../../../core/lang.ts';

/** The words of our own on messages and cards of an app; sentences that are no labels are the core's. */
const LABELS = {
  /** An answer without words is one of files, which come behind it. */
  filesOnly: { zh: '请看下面的文件：', en: 'Please see the file below:' },
  stopped: { zh: '⏹ 已停止', en: '⏹ Stopped' },
  sources: { zh: '来源', en: 'Sources' },
  wasHelpful: { zh: '这个回答有帮助吗？', en: 'Was this answer helpful?' },
  tryAgain: { zh: '要再试一次吗？', en: 'Try again?' },
  askNext: { zh: '你可以接着问', en: 'You can ask next' },
  up: { zh: '👍 有用', en: '👍 Helpful' },
  upPressed: { zh: '✅ 有用', en: '✅ Helpful' },
  down: { zh: '👎 没帮助', en: '👎 Not' },
  downPressed: { zh: '☑️ 没帮助', en: '☑️ Not' },
  regenerate: { zh: '🔄 重新生成', en: '🔄 Again' },
  stop: { zh: '⏹ 停止', en: '⏹ Stop' },
  ask: { zh: '问题 {n}', en: 'Question {n}' },
  file: { zh: '📎 {name}：{url}', en: '📎 {name}: {url}' },
} as const satisfies Record<string, InLanguages>;

export type LabelKey = keyof typeof LABELS;

export function label(lang: Lang, key: LabelKey, words: Readonly<Record<string, string | number>> = {}): string {
  return fillWords(LABELS[key][lang], words);
}
