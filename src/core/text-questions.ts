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
  pausedAsked: {
    zh: '请在发给你的卡片上选择，之后会接着处理。',
    en: 'Please decide on the card that I send you; it goes on after that.',
  },
  formTitle: { zh: '需要你确认', en: 'This needs your decision' },
  formExpired: {
    zh: '这个表单已过期或已由他人处理，没有更多内容了。如仍需要，请重新提问。',
    en: 'The time of this form is over, or somebody else has dealt with it. Please ask again if you still need it.',
  },
  formIncomplete: {
    zh: '还有选项没有选，请选好后再提交。',
    en: 'Something was not chosen yet. Please choose, then press again.',
  },
  formDone: { zh: '已处理。', en: 'Done.' },
} as const satisfies Record<string, InLanguages>;
