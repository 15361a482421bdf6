import type { InLanguages } from './lang.ts';

/** What people read about what they sent: why it cannot be asked, or what is asked in their name. */
export const QUESTION_TEXTS = {
  unsupported: {
    zh: '我还看不懂{what}。请发送{takes}。',
    en: 'I cannot read {what} yet. Please send {takes}.',
  },
  withheld: {
    zh: '平台没有把你的问题送到这里：本月的消息额度已用完。请告诉管理员购买扩展包，或下月再问。',
    en: 'The platform did not pass on what you asked: the messages of this month are used up. Please tell the administrator to buy an add-on pack, or ask again next month.',
  },
  empty: { zh: '请告诉我你想问什么。', en: 'Please tell me what you would like to ask.' },
  filesOnly: { zh: '请看我发送的附件：{names}', en: 'Please look at what I sent: {names}' },
  quoteOnly: { zh: '请看我引用的这条消息。', en: 'Please look at the message that I quote.' },
  unreadableForward: {
    zh: '没能读到你转发的内容。请把其中的文字复制后发给我，或请管理员检查机器人读取消息的权限。',
    en: 'I could not read what you forwarded. Please copy its text and send me that, or ask the administrator whether I may read messages.',
  },
} as const satisfies Record<string, InLanguages>;
