import type { Accounts } from './accounts.ts';
import type { FeishuApp } from './apps.ts';
import { cardOf } from './messages.ts';
import type { CardJson, FeishuMessage, Mention } from './model.ts';
import { textsOf } from './recorded-answer.ts';

/** How the content of cards is asked for (`card_msg_content_type`): as old clients show it, or as the bot wrote it. */
export type CardContent = 'rendered' | 'written';

/** A message as the API shows it: in answers to a sending and in lists. Ids of people are open_ids of the asking app. */
export function messageData(
  message: FeishuMessage,
  app: FeishuApp,
  accounts?: Accounts,
  cards: CardContent = 'rendered',
): Record<string, unknown> {
  const { from, chat } = message;
  const mentions = message.mentions.filter(({ who }) => who.kind !== 'all');
  return {
    message_id: message.id,
    ...(message.rootId === undefined ? {} : { root_id: message.rootId }),
    ...(message.parentId === undefined ? {} : { parent_id: message.parentId }),
    ...(message.threadId === undefined ? {} : { thread_id: message.threadId }),
    ...(message.upperId === undefined ? {} : { upper_message_id: message.upperId }),
    msg_type: message.type,
    create_time: String(message.createdAt),
    update_time: String(message.updatedAt),
    deleted: message.recalledAt !== undefined,
    updated: message.edits > 0,
    chat_id: chat.id,
    sender:
      from.kind === 'person'
        ? {
            id: accounts?.ids(from.person, app).open_id ?? '',
            id_type: 'open_id',
            sender_type: 'user',
            tenant_key: app.tenantKey,
          }
        : {
            id: from.kind === 'app' ? from.app.id : '',
            id_type: 'app_id',
            sender_type: 'app',
            tenant_key: app.tenantKey,
          },
    body: { content: bodyOf(message, cards) },
    ...(mentions.length === 0 ? {} : { mentions: mentions.map((mention) => mentionData(mention, app, accounts)) }),
  };
}

/** Of a recalled message nothing is shown, of a card a rendering, beside it as it was written where that is asked for. */
function bodyOf(message: FeishuMessage, cards: CardContent): string {
  if (message.recalledAt !== undefined) return 'This message was recalled';
  const card = cardOf(message);
  if (card === undefined) return message.content;
  return JSON.stringify({ ...rendered(card), ...(cards === 'written' && { user_dsl: JSON.stringify(card) }) });
}

/** What old clients show: of a newer card that they are too old for it, as the vendor does to whoever reads it by the API. */
function rendered(card: CardJson): Record<string, unknown> {
  const title = textsOf(card['header'])[0] ?? null;
  if (card['schema'] === '2.0') return { title, elements: [[{ tag: 'text', text: TOO_OLD }]] };
  return { title, elements: textsOf(card['elements']).map((text) => [{ tag: 'text', text }]) };
}

const TOO_OLD = '请升级至最新版本客户端，以查看内容';

/** In the API a mention's id is a plain string, not the object that events have. */
function mentionData(mention: Mention, app: FeishuApp, accounts: Accounts | undefined): Record<string, unknown> {
  const { who } = mention;
  const id = who.kind === 'app' ? who.app.botId : who.kind === 'person' ? accounts?.ids(who.person, app).open_id : '';
  return { key: mention.key, id: id ?? '', id_type: 'open_id', name: mention.name, tenant_key: app.tenantKey };
}
