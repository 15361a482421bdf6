interface Named {
  readonly chars: readonly string[];
  /** What the vendors call it. */
  readonly vendor: readonly string[];
  readonly zh: string;
  readonly en: string;
}

/** The emoji that we have pictures of. */
export const EMOJI = {
  up: { chars: ['👍'], vendor: ['THUMBSUP', 'JIAYI', 'LIKE'], zh: '赞', en: 'Thumbs up' },
  down: { chars: ['👎'], vendor: ['ThumbsDown', 'THUMBSDOWN'], zh: '踩', en: 'Thumbs down' },
  heart: { chars: ['❤️', '❤'], vendor: ['HEART', 'LOVE'], zh: '爱心', en: 'Heart' },
  smile: { chars: ['😄', '😀', '😃'], vendor: ['LAUGH', 'LOL', 'JOYFUL'], zh: '笑', en: 'Laugh' },
  grin: { chars: ['😊', '🙂'], vendor: ['SMILE', 'BLUSH'], zh: '微笑', en: 'Smile' },
  think: { chars: ['🤔'], vendor: ['THINKING'], zh: '思考', en: 'Thinking' },
  thought: { chars: ['💭', '💬'], vendor: [], zh: '想法', en: 'Thought' },
  sad: { chars: ['😢', '🙁'], vendor: ['SOB', 'CRY', 'FROWN'], zh: '难过', en: 'Sad' },
  wave: { chars: ['👋'], vendor: ['WAVE'], zh: '挥手', en: 'Wave' },
  clap: { chars: ['👏'], vendor: ['APPLAUSE', 'CLAP'], zh: '鼓掌', en: 'Applause' },
  pray: { chars: ['🙏'], vendor: ['THANKS', 'PRAY'], zh: '感谢', en: 'Thanks' },
  party: { chars: ['🎉'], vendor: ['PARTY'], zh: '庆祝', en: 'Party' },
  done: { chars: ['✅'], vendor: ['DONE', 'OK', 'CheckMark', 'Yes'], zh: '完成', en: 'Done' },
  cross: { chars: ['❌'], vendor: ['CrossMark', 'No'], zh: '叉', en: 'Cross' },
  warn: { chars: ['⚠️', '⚠'], vendor: ['WARNING'], zh: '注意', en: 'Warning' },
  bulb: { chars: ['💡'], vendor: ['BULB'], zh: '灯泡', en: 'Idea' },
  fire: { chars: ['🔥'], vendor: ['Fire', 'FIRE'], zh: '火', en: 'Fire' },
  again: { chars: ['🔄', '🔁'], vendor: [], zh: '重来', en: 'Again' },
  stop: { chars: ['⏹️', '⏹', '🛑'], vendor: [], zh: '停止', en: 'Stop' },
  clock: { chars: ['⏳', '⌛', '🕐', '⏱️', '⏱'], vendor: ['OneSecond', 'Typing'], zh: '时钟', en: 'Clock' },
  paper: { chars: ['📄', '📃', '📝', '📋'], vendor: [], zh: '文档', en: 'Document' },
  books: { chars: ['📚', '📖'], vendor: [], zh: '书', en: 'Books' },
  clip: { chars: ['📎'], vendor: [], zh: '回形针', en: 'Paper clip' },
  search: { chars: ['🔍', '🔎'], vendor: [], zh: '搜索', en: 'Search' },
  person: { chars: ['👤', '🙋'], vendor: [], zh: '人', en: 'Person' },
  spark: { chars: ['✨'], vendor: [], zh: '闪光', en: 'Sparkles' },
} as const satisfies Record<string, Named>;

export type EmojiName = keyof typeof EMOJI;

const ENTRIES = Object.entries(EMOJI) as [EmojiName, Named][];
const BY_CHAR = new Map(ENTRIES.flatMap(([name, { chars }]) => chars.map((char) => [char, name] as const)));
const BY_VENDOR = new Map(
  ENTRIES.flatMap(([name, { vendor }]) => vendor.map((word) => [word.toLowerCase(), name] as const)),
);
// Longer ones first: ❤️ is ❤ with a mark behind it.
const CHARS = new RegExp(`(${[...BY_CHAR.keys()].toSorted((a, b) => b.length - a.length).join('|')})`, 'u');

export function emojiOfChar(char: string): EmojiName | undefined {
  return BY_CHAR.get(char);
}

export function emojiOfVendor(word: string): EmojiName | undefined {
  return BY_VENDOR.get(word.toLowerCase());
}

/** Text and emoji of ours in turn; one piece when there is no emoji. */
export function splitByEmoji(text: string): string[] {
  return text.split(CHARS).filter((piece) => piece !== '');
}

/** The emoji offered as reactions, by the vendor's name. */
export const REACTIONS = ['THUMBSUP', 'HEART', 'LAUGH', 'APPLAUSE', 'THANKS', 'PARTY', 'DONE', 'THINKING'] as const;
