import type { Bus } from '../bus.ts';
import type { WecomChat } from './model.ts';
import type { PageTeller } from './teller.ts';
import { appView, botView, chatView, messageView } from './view.ts';
import type { WecomWorld } from './world.ts';

/** @param world - Asked for late: the world and its teller need each other. */
export function createPageTeller(bus: Bus, world: () => WecomWorld): PageTeller {
  const chatChanged = (chat: WecomChat): void => {
    if (bus.watched) bus.emit({ type: 'chat-changed', chat: chatView(world(), chat) });
  };
  return {
    chatChanged,
    chatAdded(chat) {
      if (bus.watched) bus.emit({ type: 'chat-added', chat: chatView(world(), chat) });
    },
    messageAdded(message) {
      if (!bus.watched) return;
      bus.emit({ type: 'message-added', message: messageView(world(), message) });
      chatChanged(message.chat);
    },
    messageChanged(message) {
      if (bus.watched) bus.emit({ type: 'message-changed', message: messageView(world(), message) });
    },
    appChanged(app) {
      if (!bus.watched) return;
      bus.emit({ type: 'app-changed', app: app.kind === 'app' ? appView(world(), app) : botView(world(), app) });
    },
  };
}
