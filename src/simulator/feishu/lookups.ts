import type { IdKind } from './accounts.ts';
import type { FeishuApp } from './apps.ts';
import { type FeishuCode, FeishuRefusal } from './errors.ts';
import type { FeishuChat, FeishuMessage } from './model.ts';
import type { FeishuWorld } from './world.ts';

const ID_KINDS: ReadonlySet<string> = new Set<IdKind>(['open_id', 'union_id', 'user_id', 'email']);

function isIdKind(kind: string): kind is IdKind {
  return ID_KINDS.has(kind);
}

/**
 * The chat that `receive_id` means.
 * @throws {FeishuRefusal} 230001, 230002, 230034 or 99992361.
 */
export function findReceiver(world: FeishuWorld, app: FeishuApp, kind: string, id: unknown): FeishuChat {
  if (typeof id !== 'string' || id === '') throw new FeishuRefusal(230001, 'receive_id');
  if (kind === 'chat_id') {
    const chat = world.chats.find(id);
    if (chat === undefined) throw new FeishuRefusal(230034);
    return chat;
  }
  if (!isIdKind(kind)) throw new FeishuRefusal(230001, 'receive_id_type');
  const person = world.accounts.find(id, kind, app);
  if (person === 'foreign') throw new FeishuRefusal(99992361);
  if (person === undefined) throw new FeishuRefusal(230034);
  return world.chats.direct(person.id, app.id);
}

/** @throws {FeishuRefusal} 231003 when there is none, 230002 when the bot is not where it stands. */
export function visibleMessage(world: FeishuWorld, app: FeishuApp, id: string | undefined): FeishuMessage {
  const message = world.messages.find(id ?? '');
  if (message === undefined) throw new FeishuRefusal(231003);
  if (!message.chat.bots.has(app.id)) throw new FeishuRefusal(230002);
  return message;
}

/** @throws {FeishuRefusal} `foreign` when another sent it, 230011 when it was recalled. */
export function ownMessage(
  world: FeishuWorld,
  app: FeishuApp,
  id: string | undefined,
  foreign: FeishuCode,
): FeishuMessage {
  const message = visibleMessage(world, app, id);
  if (message.from.kind !== 'app' || message.from.app !== app) throw new FeishuRefusal(foreign);
  if (message.recalledAt !== undefined) throw new FeishuRefusal(230011);
  return message;
}
