import type { InLanguages, Lang } from '../../../core/lang.ts';

/** What customers read of ours beside answers; sentences that are no labels are the core's. */
const LABELS = {
  up: { zh: '👍 有用', en: '👍 Helpful' },
  down: { zh: '👎 没帮助', en: '👎 Not helpful' },
  regenerate: { zh: '🔄 重新回答', en: '🔄 Answer again' },
  stop: { zh: '⏹ 停止', en: '⏹ Stop' },
  person: { zh: '👤 转人工', en: '👤 Talk to a person' },
  wasHelpful: { zh: '这个回答有帮助吗？', en: 'Was this answer helpful?' },
  tryAgain: { zh: '要再试一次吗？', en: 'Try again?' },
  askNext: { zh: '你可以接着问', en: 'You can ask next' },
  cut: {
    zh: '（内容较长，没有发完；请把问题问得具体一些。）',
    en: '(There was more than fits here; please ask more specifically.)',
  },
  handedOver: { zh: '已为你转接人工客服，请稍候。', en: 'A colleague will take over; one moment, please.' },
  queued: { zh: '客服都在忙，已为你排队，请稍候。', en: 'All colleagues are busy; you are in the queue.' },
  nobody: { zh: '现在没有人工客服在线。', en: 'No colleague is on duty right now.' },
  hours: { zh: '人工客服时间：{hours}', en: 'Office hours: {hours}' },
  meanwhile: { zh: '你可以继续向我提问。', en: 'You can go on asking me.' },
  briefing: { zh: '有一位客户转给你了。之前的对话：', en: 'A customer was handed over to you. What was said before:' },
  briefingOf: {
    zh: '客户“{name}”转给你了。之前的对话：',
    en: 'The customer “{name}” was handed over to you. What was said before:',
  },
  customer: { zh: '客户：', en: 'Customer: ' },
  assistant: { zh: '助手：', en: 'Assistant: ' },
} as const satisfies Record<string, InLanguages>;

export type LabelKey = keyof typeof LABELS;

export function label(lang: Lang, key: LabelKey, words: Readonly<Record<string, string>> = {}): string {
  return LABELS[key][lang].replace(/\{(\w+)\}/g, (_, word: string) => words[word] ?? '');
}
