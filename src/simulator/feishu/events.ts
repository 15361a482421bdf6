import { randomHex } from '../ids.ts';
import type { Accounts, UserIds } from './accounts.ts';
import { type FeishuApp, SCOPE } from './apps.ts';
import { mentionIds } from './mentions.ts';
import type { FeishuChat, FeishuMessage } from './model.ts';

/** One event or callback for one app, before it is encrypted or framed. */
export interface FeishuEvent {
  readonly type: string;
  readonly id: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Epoch ms of what happened. */
  readonly at: number;
  readonly message?: FeishuMessage;
  readonly chat?: string;
  /** Events of the first form have another envelope; default 2. */
  readonly version?: 1;
}

/** The JSON of a delivery: schema 2.0, or the form of before. */
export function envelope(app: FeishuApp, event: FeishuEvent): string {
  if (event.version === 1) {
    const { id: uuid, type, at, body } = event;
    const inner = { app_id: app.id, tenant_key: app.tenantKey, type, ...body };
    const token = app.verificationToken;
    return JSON.stringify({ ts: (at / 1000).toFixed(6), uuid, token, type: 'event_callback', event: inner });
  }
  // A callback tells its time in microseconds, an event in milliseconds.
  const created = event.type === 'card.action.trigger' ? `${event.at}000` : String(event.at);
  return JSON.stringify({
    schema: '2.0',
    header: {
      event_id: event.id,
      event_type: event.type,
      create_time: created,
      token: app.verificationToken,
      app_id: app.id,
      tenant_key: app.tenantKey,
    },
    event: event.body,
  });
}

export function newEventId(): string {
  return randomHex();
}

/** The ids of a person as this app may see them: user_id only with its scope. */
export function visibleIds(ids: UserIds, app: FeishuApp): Record<string, string> {
  const { open_id, union_id, user_id } = ids;
  return app.scopes.has(SCOPE.userId) ? { union_id, user_id, open_id } : { union_id, open_id };
}

/** Whether an app is told of a message, by the rights it has. */
export function isToldOf(app: FeishuApp, message: FeishuMessage): boolean {
  if (message.chat.kind === 'direct') return app.scopes.has(SCOPE.p2pMessages);
  if (app.scopes.has(SCOPE.groupMessages)) return true;
  const mentioned = message.mentions.some(({ who }) => who.kind === 'app' && who.app === app);
  return mentioned && app.scopes.has(SCOPE.groupMentions);
}

/** `im.message.receive_v1` */
export function messageReceived(app: FeishuApp, message: FeishuMessage, accounts: Accounts): FeishuEvent {
  const person = message.from.kind === 'person' ? message.from.person : '';
  const mentions = message.mentions.flatMap((mention) => {
    const id = mentionIds(mention, app, accounts);
    if (id === undefined) return [];
    const kind = mention.who.kind === 'app' ? 'bot' : 'user';
    return [{ key: mention.key, id, mentioned_type: kind, name: mention.name, tenant_key: app.tenantKey }];
  });
  return {
    type: 'im.message.receive_v1',
    id: newEventId(),
    at: message.createdAt,
    message,
    chat: message.chat.id,
    body: {
      sender: {
        sender_id: visibleIds(accounts.ids(person, app), app),
        sender_type: 'user',
        tenant_key: app.tenantKey,
      },
      message: {
        message_id: message.id,
        ...(message.rootId === undefined ? {} : { root_id: message.rootId }),
        ...(message.parentId === undefined ? {} : { parent_id: message.parentId }),
        create_time: String(message.createdAt),
        update_time: String(message.updatedAt),
        chat_id: message.chat.id,
        ...(message.threadId === undefined ? {} : { thread_id: message.threadId }),
        chat_type: message.chat.kind === 'direct' ? 'p2p' : 'group',
        message_type: message.type,
        content: message.content,
        ...(mentions.length === 0 ? {} : { mentions }),
      },
    },
  };
}

/** What the other events are made of. */
interface Happening {
  readonly app: FeishuApp;
  readonly accounts: Accounts;
  readonly person: string;
  readonly now: number;
}

export function messageRecalled({ now }: Happening, message: FeishuMessage): FeishuEvent {
  return {
    type: 'im.message.recalled_v1',
    id: newEventId(),
    at: now,
    message,
    chat: message.chat.id,
    body: {
      message_id: message.id,
      chat_id: message.chat.id,
      recall_time: String(now),
      recall_type: 'message_owner',
    },
  };
}

export function messageRead({ app, accounts, person, now }: Happening, message: FeishuMessage): FeishuEvent {
  return {
    type: 'im.message.message_read_v1',
    id: newEventId(),
    at: now,
    message,
    chat: message.chat.id,
    body: {
      reader: {
        reader_id: visibleIds(accounts.ids(person, app), app),
        read_time: String(now),
        tenant_key: app.tenantKey,
      },
      message_id_list: [message.id],
    },
  };
}

export function reaction(
  { app, accounts, person, now }: Happening,
  message: FeishuMessage,
  emoji: string,
  change: 'created' | 'deleted',
): FeishuEvent {
  return {
    type: `im.message.reaction.${change}_v1`,
    id: newEventId(),
    at: now,
    message,
    chat: message.chat.id,
    body: {
      message_id: message.id,
      reaction_type: { emoji_type: emoji },
      operator_type: 'user',
      user_id: visibleIds(accounts.ids(person, app), app),
      action_time: String(now),
    },
  };
}

export function botMembership(
  { app, accounts, person, now }: Happening,
  chat: FeishuChat,
  change: 'added' | 'deleted',
): FeishuEvent {
  return {
    type: `im.chat.member.bot.${change}_v1`,
    id: newEventId(),
    at: now,
    chat: chat.id,
    body: {
      chat_id: chat.id,
      operator_id: visibleIds(accounts.ids(person, app), app),
      external: false,
      operator_tenant_key: app.tenantKey,
      name: chat.name.zh,
      i18n_names: { zh_cn: chat.name.zh, en_us: chat.name.en, ja_jp: '' },
    },
  };
}

export function chatEntered({ app, accounts, person, now }: Happening, chat: FeishuChat): FeishuEvent {
  const last = chat.messages.at(-1);
  return {
    type: 'im.chat.access_event.bot_p2p_chat_entered_v1',
    id: newEventId(),
    at: now,
    chat: chat.id,
    body: {
      chat_id: chat.id,
      operator_id: visibleIds(accounts.ids(person, app), app),
      ...(last === undefined ? {} : { last_message_id: last.id, last_message_create_time: String(last.createdAt) }),
    },
  };
}

export function menuChosen({ app, accounts, person, now }: Happening, name: string, key: string): FeishuEvent {
  return {
    type: 'application.bot.menu_v6',
    id: newEventId(),
    at: now,
    body: {
      operator: { operator_name: name, operator_id: visibleIds(accounts.ids(person, app), app) },
      event_key: key,
      timestamp: Math.floor(now / 1000),
    },
  };
}
