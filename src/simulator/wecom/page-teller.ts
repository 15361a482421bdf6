import type { Bus } from '../bus.ts';
import type { SimApp } from '../contract.ts';
import type { WecomChat } from './model.ts';
import type { PageTeller } from './teller.ts';
import { appView, botView, chatView, kfView, messageView } from './view.ts';
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
      bus.emit({ type: 'app-changed', app: viewOf(world(), app) });
    },
  };
}

function viewOf(world: WecomWorld, app: Parameters<PageTeller['appChanged']>[0]): SimApp {
  if (app.kind === 'app') return appView(world, app);
  return app.kind === 'bot' ? botView(world, app) : kfView(world, app);
}
