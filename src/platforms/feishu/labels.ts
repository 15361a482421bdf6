import { fillWords, type InLanguages, type Lang } from '../../core/lang.ts';

/** The words on our cards, in both languages; sentences that are no labels are the core's. */
const LABELS = {
  queued: { zh: '排队中', en: 'In line' },
  thinking: { zh: '思考中', en: 'Thinking' },
  answering: { zh: '回答中', en: 'Answering' },
  done: { zh: '已完成', en: 'Done' },
  stopped: { zh: '已停止', en: 'Stopped' },
  failed: { zh: '未完成', en: 'Failed' },
  continued: { zh: '未完，见下一条', en: 'Continued below' },
  position: {
    zh: '⏳ 前面还有人在提问，你排在第 {n} 位，请稍候',
    en: '⏳ Others asked before you: you are number {n} in line',
  },
  loading: { zh: '💭 正在思考…', en: '💭 Thinking…' },
  noText: { zh: '（没有内容）', en: '(nothing was said)' },
  thoughts: { zh: '思考过程', en: 'How it was worked out' },
  sources: { zh: '**来源**', en: '**Sources**' },
  moreSources: { zh: '更多来源（{n}）', en: 'More sources ({n})' },
  up: { zh: '👍 有用', en: '👍 Helpful' },
  upPressed: { zh: '👍 已评为有用', en: '👍 Rated helpful' },
  down: { zh: '👎 没帮助', en: '👎 Not helpful' },
  downPressed: { zh: '👎 已评为没帮助', en: '👎 Rated not helpful' },
  regenerate: { zh: '🔄 重新生成', en: '🔄 Regenerate' },
  stop: { zh: '⏹ 停止', en: '⏹ Stop' },
  image: { zh: '图片', en: 'image' },
  file: { zh: '📎 {name}：{url}', en: '📎 {name}: {url}' },
} as const satisfies Record<string, InLanguages>;

export type LabelKey = keyof typeof LABELS;

export function label(lang: Lang, key: LabelKey, words: Readonly<Record<string, string | number>> = {}): string {
  return fillWords(LABELS[key][lang], words);
}
