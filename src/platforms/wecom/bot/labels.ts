import { fillWords, type InLanguages, type Lang } from '../../../core/lang.ts';

/** The words of ours in a bot's messages; sentences that are no labels are the core's. */
const LABELS = {
  queued: {
    zh: '⏳ 前面还有人在提问，你排在第 {n} 位，请稍候',
    en: '⏳ Others asked before you: you are number {n} in line',
  },
  loading: { zh: '💭 正在思考…', en: '💭 Thinking…' },
  noText: { zh: '（没有内容）', en: '(nothing was said)' },
  continued: { zh: '（未完，见下一条）', en: '(continued below)' },
  cut: {
    zh: '（回答太长，后面的内容没有发出。请发消息让我继续说后面的部分。）',
    en: '(The answer was too long, so its end was left out. Send a message to ask for the rest.)',
  },
  continuing: {
    zh: '⏳ 回答还在继续，写完后会接着发给你。',
    en: '⏳ Still writing; the rest follows when it is done.',
  },
  rest: { zh: '（接上文）', en: '(continued)' },
  lost: {
    zh: '这条回答的显示已中断。如果稍后没有收到完整回答，请再问一次。',
    en: 'The display of this answer was interrupted. If the whole answer does not follow, please ask again.',
  },
  sources: { zh: '**来源**', en: '**Sources**' },
  suggested: { zh: '你还可以问', en: 'You could also ask' },
  picture: { zh: '图片', en: 'picture' },
} as const satisfies Record<string, InLanguages>;

export function label(
  lang: Lang,
  key: keyof typeof LABELS,
  words: Readonly<Record<string, string | number>> = {},
): string {
  return fillWords(LABELS[key][lang], words);
}
