import type { Bus } from '../bus.ts';
import type { DingtalkChat } from './model.ts';
import type { PageTeller } from './teller.ts';
import { appView, chatView, messageView, quotaView } from './view.ts';
import type { DingtalkWorld } from './world.ts';

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
    quotaChanged() {
      if (bus.watched && world().apps.size > 0) bus.emit({ type: 'quota-changed', quota: quotaView(world()) });
    },
  };
}
