import { fillWords, type InLanguages, type Lang } from '../../core/lang.ts';

/** The words on our cards and messages, in both languages; sentences that are no labels are the core's. */
const LABELS = {
  continued: { zh: '（未完，见下一条）', en: '(continued below)' },
  position: {
    zh: '⏳ 前面还有人在提问，你排在第 {n} 位，请稍候',
    en: '⏳ Others asked before you: you are number {n} in line',
  },
  loading: { zh: '💭 正在思考…', en: '💭 Thinking…' },
  noText: { zh: '（没有内容）', en: '(nothing was said)' },
  sources: { zh: '**来源**', en: '**Sources**' },
  moreSources: { zh: '…以及另外 {n} 个来源', en: '… and {n} more' },
  up: { zh: '👍 有用', en: '👍 Helpful' },
  upPressed: { zh: '👍 已评为有用', en: '👍 Rated helpful' },
  down: { zh: '👎 没帮助', en: '👎 Not helpful' },
  downPressed: { zh: '👎 已评为没帮助', en: '👎 Rated not helpful' },
  regenerate: { zh: '🔄 重新生成', en: '🔄 Regenerate' },
  stop: { zh: '⏹ 停止', en: '⏹ Stop' },
  image: { zh: '图片', en: 'image' },
  file: { zh: '📎 [{name}]({url})', en: '📎 [{name}]({url})' },
  message: { zh: '新消息', en: 'New message' },
} as const satisfies Record<string, InLanguages>;

export type LabelKey = keyof typeof LABELS;

export function label(lang: Lang, key: LabelKey, words: Readonly<Record<string, string | number>> = {}): string {
  return fillWords(LABELS[key][lang], words);
}
