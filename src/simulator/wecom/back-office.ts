import type { NewGroup } from '../chats.ts';
import type { AppChange, NewApp, SimApp } from '../contract.ts';
import { mustFind } from '../must-find.ts';
import {
  createWecomApp,
  createWecomBot,
  createWecomRobot,
  type Receiver,
  type WecomApp,
  type WecomAppOptions,
  type WecomBot,
  type WecomBotOptions,
  type WecomRobot,
} from './apps.ts';
import type { WecomOptions } from './options.ts';
import { appView, botView, kfView } from './view.ts';
import type { WecomWorld } from './world.ts';

/** What the company's administrator does. */
export interface BackOffice {
  addApp(options?: WecomAppOptions): WecomApp;
  addBot(options?: WecomBotOptions): WecomBot;
  addGroup(group: NewGroup): { readonly chatId: string };
  addRobot(chat: string, name?: string): WecomRobot;
  /** An app, or a bot when its surface says so. */
  createApp(wanted: NewApp): SimApp;
  changeApp(id: string, change: AppChange): SimApp | undefined;
}

export function createBackOffice(world: WecomWorld): BackOffice {
  const office: BackOffice = {
    addApp(options = {}) {
      const app = createWecomApp(world.corpId, options, world.apps.size);
      world.apps.set(app.id, app);
      world.teller.appChanged(app);
      return app;
    },
    addBot(options = {}) {
      const bot = createWecomBot(options, world.bots.size);
      world.bots.set(bot.id, bot);
      world.teller.appChanged(bot);
      return bot;
    },
    addGroup: (group) => ({ chatId: world.chats.addGroup(group).id }),
    addRobot(chatId, name) {
      const chat = mustFind(world.chats.find(chatId), 'chat', chatId);
      const robot = createWecomRobot(name, chat.id, world.robots.size);
      world.robots.set(robot.id, robot);
      chat.bots.add(robot.id);
      return robot;
    },
    createApp(wanted) {
      const { token, encoding_aes_key: encodingAesKey, secret } = wanted.credentials ?? {};
      const options = {
        ...(wanted.name === undefined ? {} : { name: wanted.name }),
        ...(wanted.webhookUrl === undefined ? {} : { webhookUrl: wanted.webhookUrl }),
        ...(token === undefined ? {} : { token }),
        ...(encodingAesKey === undefined ? {} : { encodingAesKey }),
        ...(secret === undefined ? {} : { secret }),
      };
      if (wanted.surface !== 'bot') return appView(world, office.addApp(options));
      return botView(world, office.addBot({ ...options, mode: wanted.mode ?? 'socket' }));
    },
    changeApp: (id, change) => changed(world, id, change),
  };
  return office;
}

/** The groups that are there from the start. */
export function furnish(world: WecomWorld, office: BackOffice, { groups = [] }: WecomOptions): void {
  const botIds = [...world.bots.keys()];
  for (const { robots = [], bots = [0], ...group } of groups) {
    const ids = bots.flatMap((bot) => (typeof bot === 'number' ? (botIds[bot] ?? []) : bot));
    const { chatId } = office.addGroup({ ...group, bots: ids });
    for (const name of robots) office.addRobot(chatId, name);
  }
}

/** Where callbacks of an app, a bot or an account go. */
export function receiverOf(world: WecomWorld, id: string): Receiver | undefined {
  const { kf } = world;
  return world.apps.get(id) ?? world.bots.get(id) ?? (kf?.accounts.has(id) === true ? kf.receiver : undefined);
}

function changed(world: WecomWorld, id: string, change: AppChange): SimApp | undefined {
  const receiver = receiverOf(world, id);
  if (receiver === undefined) return undefined;
  if (change.webhookUrl !== undefined) receiver.webhookUrl = change.webhookUrl;
  const app = world.apps.get(id);
  const bot = world.bots.get(id);
  if (app !== undefined && change.name !== undefined) app.name = change.name;
  if (bot !== undefined && change.name !== undefined) bot.name = change.name;
  if (bot !== undefined && change.mode !== undefined && change.mode !== bot.mode) {
    bot.mode = change.mode;
    // A bot is in one mode: to leave the long connection ends it.
    if (change.mode === 'webhook') world.bot.hub.drop(bot.id);
  }
  if (app !== undefined) world.teller.appChanged(app);
  if (bot !== undefined) world.teller.appChanged(bot);
  if (app !== undefined) return appView(world, app);
  if (bot !== undefined) return botView(world, bot);
  const account = world.kf?.accounts.get(id);
  return account === undefined ? undefined : kfView(world, account);
}
