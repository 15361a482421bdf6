import { fillWords, type InLanguages, type Lang } from '../../../core/lang.ts';

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
  briefing: { zh: '有一位客户转给你了。', en: 'A customer was handed over to you.' },
  briefingOf: { zh: '客户“{name}”转给你了。', en: 'The customer “{name}” was handed over to you.' },
  whyAsked: { zh: '原因：客户要求人工', en: 'Why: asked for a person' },
  whyAgent: { zh: '原因：智能助手判断需要人工', en: 'Why: the assistant wants a person to take over' },
  whyRated: { zh: '原因：客户多次表示回答没有帮助', en: 'Why: said again and again that the answers did not help' },
  whyFailed: { zh: '原因：智能助手连续未能回答', en: 'Why: the assistant failed to answer several times' },
  whyPool: { zh: '原因：从排队中接入', en: 'Why: picked from the queue' },
  whyColleague: { zh: '原因：同事转接给你', en: 'Why: handed on by a colleague' },
  speaks: { zh: '语言：{language}', en: 'Language: {language}' },
  chinese: { zh: '中文', en: 'Chinese' },
  english: { zh: '英文', en: 'English' },
  wroteAt: { zh: '提问时间：{at}', en: 'Asked at: {at} (Beijing)' },
  wants: { zh: '问题：{question}', en: 'Question: {question}' },
  wasAnswered: { zh: '已回答：{answer}', en: 'Answered: {answer}' },
  unanswered: { zh: '还没有回答过', en: 'Nothing was answered yet' },
  saidBefore: { zh: '之前的对话：', en: 'What was said before:' },
  summary: {
    zh: '客户“{name}”的对话概括（由智能助手生成，请核对）：',
    en: 'Summary of the dialogue with “{name}” (by the assistant; please check):',
  },
  someone: { zh: '客户', en: 'a customer' },
  customer: { zh: '客户：', en: 'Customer: ' },
  assistant: { zh: '助手：', en: 'Assistant: ' },
} as const satisfies Record<string, InLanguages>;

export type LabelKey = keyof typeof LABELS;

export function label(lang: Lang, key: LabelKey, words: Readonly<Record<string, string>> = {}): string {
  return fillWords(LABELS[key][lang], words);
}
