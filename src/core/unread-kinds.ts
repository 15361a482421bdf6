import type { InLanguages, Lang } from './lang.ts';

const CALENDAR: InLanguages = { zh: '日程', en: 'calendar entries' };
const CONTACT: InLanguages = { zh: '名片', en: 'contact cards' };
const HISTORY: InLanguages = { zh: '聊天记录', en: 'forwarded chats' };
const MEETING: InLanguages = { zh: '会议', en: 'meetings' };
const GOODS: InLanguages = { zh: '商品和订单', en: 'goods and orders' };

/** What people call the kinds of messages that are not read, by the words that vendors have for them. */
const NAMES: ReadonlyMap<string, InLanguages> = new Map<string, InLanguages>([
  ['sticker', { zh: '表情', en: 'stickers' }],
  ['share_chat', { zh: '群名片', en: 'group cards' }],
  ['share_user', CONTACT],
  ['business_card', CONTACT],
  ['folder', { zh: '文件夹', en: 'folders' }],
  ['interactive', { zh: '这张卡片', en: 'this card' }],
  ['interactiveCard', { zh: '这张卡片', en: 'this card' }],
  ['hongbao', { zh: '红包', en: 'red packets' }],
  ['vote', { zh: '投票', en: 'votes' }],
  ['todo', { zh: '任务', en: 'tasks' }],
  ['calendar', CALENDAR],
  ['general_calendar', CALENDAR],
  ['share_calendar_event', CALENDAR],
  ['schedule', CALENDAR],
  ['video_chat', MEETING],
  ['meeting', MEETING],
  ['location', { zh: '位置', en: 'places' }],
  ['chatRecord', HISTORY],
  ['merged_msg', HISTORY],
  ['channels', { zh: '视频号内容', en: 'channel posts' }],
  ['channels_shop_product', GOODS],
  ['channels_shop_order', GOODS],
]);

/** Where the vendor's word says nothing to people, or is not known yet. */
const ANY: InLanguages = { zh: '这类消息', en: 'this kind of message' };

export function unreadKind(what: string, lang: Lang): string {
  return (NAMES.get(what) ?? ANY)[lang];
}
