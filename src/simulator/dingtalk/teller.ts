import type { DingtalkChat, DingtalkMessage } from './model.ts';

/** Tells whoever looks on what happens in the chats; does nothing while nobody does. */
export interface PageTeller {
  messageAdded(message: DingtalkMessage): void;
  messageChanged(message: DingtalkMessage): void;
  chatAdded(chat: DingtalkChat): void;
  chatChanged(chat: DingtalkChat): void;
  appChanged(id: string): void;
  quotaChanged(): void;
}
