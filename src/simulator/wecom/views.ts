import type { PlatformSide } from '../platform-side.ts';
import { isCustomer } from './accounts.ts';
import { appView, botView, chatView, kfView, messageView, robotView } from './view.ts';
import type { WecomWorld } from './world.ts';

/** What the page and the control API see. */
export function createViews(
  world: WecomWorld,
): Pick<PlatformSide, 'account' | 'appViews' | 'chatViews' | 'messageViews'> {
  return {
    account(person) {
      // A company that has nothing here has no people here either.
      const isThere = world.apps.size + world.bots.size + (world.kf?.accounts.size ?? 0) > 0;
      if (!isThere) return undefined;
      const ids = isCustomer(person)
        ? { external_userid: world.accounts.externalId(person.id) }
        : { userid: world.accounts.userId(person.id) };
      return { ids, perApp: {} };
    },
    appViews: () => [
      ...[...world.apps.values()].map((app) => appView(world, app)),
      ...[...world.bots.values()].map((bot) => botView(world, bot)),
      ...[...(world.kf?.accounts.values() ?? [])].map((account) => kfView(world, account)),
      ...[...world.robots.values()].map(robotView),
    ],
    chatViews: () => [...world.chats.all.values()].map((chat) => chatView(world, chat)),
    messageViews(chatId, limit, before) {
      const all = world.chats.find(chatId)?.messages ?? [];
      const at = before === undefined ? -1 : all.findIndex(({ id }) => id === before);
      return (at < 0 ? all : all.slice(0, at)).slice(-limit).map((message) => messageView(world, message));
    },
  };
}
