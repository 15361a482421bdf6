import type { InLanguages } from './lang.ts';

/** What people read who have pressed something. */
export const BUTTON_TEXTS = {
  toastUp: { zh: '谢谢你的肯定！', en: 'Thank you!' },
  toastDown: { zh: '收到，我们会改进。', en: 'Noted; we will do better.' },
  toastWithdrawn: { zh: '已取消评价。', en: 'Your rating was withdrawn.' },
  toastStopping: { zh: '正在停止…', en: 'Stopping…' },
  toastAlreadyOver: { zh: '这个回答已经结束了。', en: 'This answer is over already.' },
  toastRegenerating: { zh: '正在重新回答…', en: 'Answering again…' },
  toastAsked: { zh: '已提问，请稍候。', en: 'Asked; one moment.' },
  toastNotYours: { zh: '只有提问的人可以这样做。', en: 'Only the person who asked can do this.' },
  toastExpired: { zh: '这张卡片已经过期，请重新提问。', en: 'This card is too old. Please ask again.' },
  toastUnknown: { zh: '无法识别这个操作，请重新提问。', en: 'This button is not known any more. Please ask again.' },
  answerTaken: { zh: '已收到：{what}', en: 'Noted: {what}' },
  answerKept: { zh: '你已经回答过：{what}', en: 'You have answered already: {what}' },
  answerOver: { zh: '这条消息已经过期，不能再回答。', en: 'This message is too old to be answered.' },
  answerNotYours: {
    zh: '这条消息不是发给你的，不能由你回答。',
    en: 'This was not sent to you, so you cannot answer it.',
  },
  answerTitle: { zh: '有人回答了“{title}”', en: '“{title}” was answered' },
  answerTold: { zh: '{who}：{what}', en: '{who}: {what}' },
  accessGrant: { zh: '批准', en: 'Grant' },
  accessRefuse: { zh: '拒绝', en: 'Refuse' },
  // Why an answer was rated down, as its agent reads it.
  ratedIrrelevant: { zh: '答非所问', en: 'not what was asked' },
  ratedIncomplete: { zh: '内容不完整', en: 'incomplete' },
  ratedWrong: { zh: '内容有错误', en: 'wrong' },
  ratedMisreadData: { zh: '数据分析有误', en: 'data misread' },
} as const satisfies Record<string, InLanguages>;
