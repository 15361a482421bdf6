import type { Bus } from '../bus.ts';
import type { DingtalkChat, DingtalkMessage } from './model.ts';
import { appView, chatView, messageView } from './view.ts';
import type { DingtalkWorld } from './world.ts';

/** Tells whoever looks on what happens in the chats; does nothing while nobody does. */
export interface PageTeller {
  messageAdded(message: DingtalkMessage): void;
  messageChanged(message: DingtalkMessage): void;
  chatAdded(chat: DingtalkChat): void;
  chatChanged(chat: DingtalkChat): void;
  appChanged(id: string): void;
}

export function createPageTeller(bus: Bus, world: () => DingtalkWorld): PageTeller {
  const chatChanged = (chat: DingtalkChat): void => {
    if (bus.watched) bus.emit({ type: 'chat-changed', chat: chatView(chat) });
  };
  return {
    chatChanged,
    chatAdded(chat) {
      if (bus.watched) bus.emit({ type: 'chat-added', chat: chatView(chat) });
    },
    messageAdded(message) {
      if (!bus.watched) return;
      bus.emit({ type: 'message-added', message: messageView(world(), message) });
      chatChanged(message.chat);
    },
    messageChanged(message) {
      if (bus.watched) bus.emit({ type: 'message-changed', message: messageView(world(), message) });
    },
    appChanged(id) {
      const app = bus.watched ? world().apps.get(id) : undefined;
      if (app !== undefined) bus.emit({ type: 'app-changed', app: appView(world(), app) });
    },
  };
}
