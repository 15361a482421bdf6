import type { Bus } from '../bus.ts';
import type { FeishuApp } from './apps.ts';
import type { CardEntity, FeishuChat, FeishuMessage, Update } from './model.ts';
import { appView, chatView, messageView } from './view.ts';
import type { FeishuWorld } from './world.ts';

/** Tells whoever looks on what happens in the chats; does nothing while nobody does. */
export interface PageTeller {
  messageAdded(message: FeishuMessage): void;
  messageChanged(message: FeishuMessage): void;
  cardChanged(entity: CardEntity, update: Update, kept: number | undefined): void;
  chatAdded(chat: FeishuChat): void;
  chatChanged(chat: FeishuChat): void;
  appChanged(app: FeishuApp): void;
}

/** @param world - Asked for late: the world and its teller need each other. */
export function createPageTeller(bus: Bus, world: () => FeishuWorld): PageTeller {
  const chatChanged = (chat: FeishuChat): void => {
    if (bus.watched) bus.emit({ type: 'chat-changed', chat: chatView(world(), chat) });
  };
  const messageChanged = (message: FeishuMessage): void => {
    if (!bus.watched || message.upperId !== undefined) return;
    bus.emit({ type: 'message-changed', message: messageView(world(), message) });
  };
  return {
    messageChanged,
    chatChanged,
    messageAdded(message) {
      if (!bus.watched || message.upperId !== undefined) return;
      bus.emit({ type: 'message-added', message: messageView(world(), message) });
      chatChanged(message.chat);
    },
    cardChanged(entity, update, kept) {
      const message = entity.sentAs;
      if (!bus.watched || message === undefined) return;
      if (kept === undefined || update.element === undefined || update.content === undefined) {
        messageChanged(message);
        return chatChanged(message.chat);
      }
      bus.emit({
        type: 'card-streamed',
        platform: 'feishu',
        chat: message.chat.id,
        message: message.id,
        element: update.element,
        kept,
        tail: update.content.slice(kept),
        sequence: entity.sequence,
        at: update.at,
        version: message.version + entity.updates,
      });
    },
    chatAdded(chat) {
      if (bus.watched) bus.emit({ type: 'chat-added', chat: chatView(world(), chat) });
    },
    appChanged(app) {
      if (bus.watched) bus.emit({ type: 'app-changed', app: appView(world(), app) });
    },
  };
}
