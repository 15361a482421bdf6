import type { WecomApp, WecomBot } from './apps.ts';
import type { KfAccount } from './kf/accounts.ts';
import type { WecomChat, WecomMessage } from './model.ts';

/** Tells whoever looks on what happens in the chats; does nothing while nobody does. */
export interface PageTeller {
  messageAdded(message: WecomMessage): void;
  messageChanged(message: WecomMessage): void;
  chatChanged(chat: WecomChat): void;
  chatAdded(chat: WecomChat): void;
  appChanged(app: WecomApp | WecomBot | KfAccount): void;
}
