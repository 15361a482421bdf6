import { type Json } from '../../lib/read.ts';
import { mustFind } from '../must-find.ts';
import type { Piece } from '../page-actions.ts';
import { contactChat } from './app/api-contacts.ts';
import { type AppEvent, eventCallback, menuType, messageCallback } from './app/events.ts';
import { type CardChoice, pressAppCard, readPress } from './app/press.ts';
import type { WecomApp, WecomBot } from './apps.ts';
import { isBusy, tellEvent, tellMessage } from './bot/tell.ts';
import { newMsgId } from './chats.ts';
import type { CallbackOutcome } from './deliver.ts';
import type { KfAccount } from './kf/accounts.ts';
import { type Done, tellKf } from './kf/hands.ts';
import { kfOf } from './kf/log.ts';
import type { WecomChat, WecomMessage } from './model.ts';
import { type PersonFile, readMentions, type Written, writeFile } from './person-content.ts';
import type { WecomWorld } from './world.ts';
import type { XmlFields } from './xml.ts';

/** Where a person writes. */
export interface Place {
  /** `SimPerson.id` */
  readonly from: string;
  /** An app (agentid), bot or account (open_kfid) whose direct chat is meant; default: the first app, for customers the first account. */
  readonly to?: string | undefined;
  /** A chat's id, instead of `to`. */
  readonly chat?: string | undefined;
  /** Quotes this message; only bots are told. */
  readonly quote?: string | undefined;
}

export type Feedback = 'accurate' | 'inaccurate' | 'cancelled';
export type { Done } from './kf/hands.ts';

/** What people do in their clients. Wrong ids throw; what the vendor's client would not offer, too. */
export interface Hands {
  write(place: Place, written: Written): Done;
  /** In a group, `@{…}` with a bot's id mentions it; only those who are mentioned are told. */
  say(
    place: Place & { readonly text: string /** Of the menu entry that was pressed. */; readonly menuId?: string },
  ): Done;
  /** Text and pictures in one message; bots only. */
  sendMixed(place: Place & { readonly parts: readonly Piece[] }): Done;
  sendFile(place: Place & PersonFile): Done;
  sendLocation(place: Place & { readonly latitude: number; readonly longitude: number; readonly label: string }): Done;
  sendLink(place: Place & { readonly title: string; readonly url: string; readonly description?: string }): Done;
  /** Opens the chat of an app or a bot; a bot hears of it once a day. */
  enter(
    from: string,
    to?: string,
  ): { readonly chatId: string; readonly delivered: Promise<readonly CallbackOutcome[]> };
  chooseMenu(from: string, key: string, to?: string): Promise<CallbackOutcome>;
  /** Presses a button of a card. */
  press(from: string, messageId: string, choice: CardChoice): Promise<CallbackOutcome>;
  /** 👍 or 👎 at a bot's answer that asked for it. */
  feedback(
    from: string,
    messageId: string,
    kind: Feedback,
    more?: { readonly content?: string; readonly reasons?: readonly number[] },
  ): Promise<CallbackOutcome>;
  /** Any event of an app that has no method of its own. */
  event(event: AppEvent & { readonly app?: string }): Promise<CallbackOutcome>;
  /** A customer adds a member to her contacts. */
  addContact(customer: string, member: string, app?: string): Promise<CallbackOutcome>;
  /** Decides an approval that waits for this person. */
  decideApproval(from: string, spNo: string, approve: boolean, speech?: string): void;
  /** Takes back what one has asked for, also after it was approved. */
  withdrawApproval(from: string, spNo: string): void;
  /** The same message again, as the vendor does when it is in doubt. */
  redeliver(messageId: string): Promise<readonly CallbackOutcome[]>;
}

export function createHands(world: WecomWorld): Hands {
  const { accounts, clock } = world;

  const tell = (message: WecomMessage): Promise<CallbackOutcome[]> =>
    Promise.all(receiversOf(world, message).map((receiver) => tellOne(world, receiver, message)));

  const write = (place: Place, { type, body, mentioned }: Written): Done => {
    const chat = chatOf(world, place);
    if (!chat.people.has(place.from)) throw new Error(`${place.from} is not in this chat`);
    const [bot] = [...chat.bots].flatMap((id) => world.bots.get(id) ?? []);
    if (chat.surface === 'bot' && bot !== undefined && isBusy(world, { bot, chat, person: place.from })) {
      throw new Error('the bot is still busy with three messages of this person');
    }
    const message = world.messages.add({
      chat,
      type,
      body: mentioned === undefined ? body : { ...body, mentioned },
      from: { kind: 'person', person: place.from },
      id: chat.surface === 'app' ? world.newMsgId() : newMsgId(),
      quoted:
        place.quote === undefined ? undefined : mustFind(world.messages.find(place.quote), 'message', place.quote),
    });
    return { messageId: message.id, chatId: chat.id, delivered: tell(message) };
  };

  const event = (wanted: AppEvent & { readonly app?: string }): Promise<CallbackOutcome> =>
    world.deliverer.deliver(eventCallback(world, appOf(world, wanted.app), wanted));

  return {
    write,
    say: (place) => {
      const { text, mentioned } = readMentions(world, place.text);
      const body = { content: text, ...(place.menuId === undefined ? {} : { menuId: place.menuId }) };
      return write(place, { type: 'text', body, ...(mentioned.length > 0 ? { mentioned } : {}) });
    },
    sendMixed(place) {
      const mentions: string[] = [];
      const items = place.parts.map((part) => {
        if ('image' in part) return { resource: part.image };
        const { text, mentioned } = readMentions(world, part.text);
        mentions.push(...mentioned);
        return { content: text };
      });
      return write(place, { type: 'mixed', body: { items }, ...(mentions.length > 0 ? { mentioned: mentions } : {}) });
    },
    sendFile: (place) => write(place, writeFile(world, place)),
    sendLocation: ({ latitude, longitude, label, ...place }) =>
      write(place, { type: 'location', body: { latitude, longitude, label } }),
    sendLink: ({ title, url, description = '', ...place }) =>
      write(place, { type: 'link', body: { title, url, description, picurl: '' } }),
    enter(from, to) {
      const chat = chatOf(world, { from, to });
      const bot = world.bots.get(to ?? '');
      return { chatId: chat.id, delivered: bot === undefined ? enterApp(from, to) : enterBot(bot, chat, from) };
    },
    async chooseMenu(from, key, to) {
      const app = appOf(world, to);
      return event({ app: app.id, person: from, event: menuType(app, key), fields: { EventKey: key } });
    },
    press(from, messageId, choice) {
      const message = mustFind(world.messages.find(messageId), 'message', messageId);
      const owner = ownerOf(message);
      const app = world.apps.get(owner);
      if (app !== undefined) return pressAppCard(world, app, message, from, choice);
      return pressBotCard(mustFind(world.bots.get(owner), 'bot', owner), message, from, choice);
    },
    feedback(from, messageId, kind, { content, reasons } = {}) {
      const message = mustFind(world.messages.find(messageId), 'message', messageId);
      const bot = mustFind(world.bots.get(ownerOf(message)), 'bot', ownerOf(message));
      if (message.feedbackId === undefined) throw new Error('this message asks for no feedback');
      return tellEvent(world, { bot, chat: message.chat, person: from }, 'feedback_event', {
        id: message.feedbackId,
        type: { accurate: 1, inaccurate: 2, cancelled: 3 }[kind],
        ...(content === undefined ? {} : { content }),
        ...(reasons === undefined ? {} : { inaccurate_reason_list: reasons }),
      });
    },
    event,
    addContact(customer, member, app) {
      contactChat(world, customer, member);
      const fields: XmlFields = {
        ChangeType: 'add_external_contact',
        UserID: accounts.userId(member),
        ExternalUserID: accounts.externalId(customer),
        State: '',
        WelcomeCode: world.contactCodes.issue({ customer, member }, world.limits.contactWelcomeMs),
      };
      return event({ event: 'change_external_contact', fields, ...(app === undefined ? {} : { app }) });
    },
    decideApproval: (from, spNo, approve, speech = '') =>
      world.approvals.decide(world.approvals.get(spNo), from, approve, speech),
    withdrawApproval: (from, spNo) => world.approvals.withdraw(world.approvals.get(spNo), from),
    redeliver: (messageId) => tell(mustFind(world.messages.find(messageId), 'message', messageId)),
  };

  function enterApp(from: string, to: string | undefined): Promise<readonly CallbackOutcome[]> {
    const app = appOf(world, to);
    if (!app.reportsEnter) return Promise.resolve([]);
    return event({ app: app.id, person: from, event: 'enter_agent', fields: { EventKey: '' } }).then((one) => [one]);
  }

  function enterBot(bot: WecomBot, chat: WecomChat, from: string): Promise<readonly CallbackOutcome[]> {
    const today = dayOf(clock.now());
    const key = `${bot.id} ${from}`;
    if (world.bot.entered.get(key) === today) return Promise.resolve([]);
    world.bot.entered.set(key, today);
    return tellEvent(world, { bot, chat, person: from }, 'enter_chat', {}).then((one) => [one]);
  }

  function pressBotCard(bot: WecomBot, message: WecomMessage, from: string, choice: CardChoice) {
    const { cardType, taskId, items } = readPress(message, choice);
    const details: Json = {
      card_type: cardType,
      event_key: choice.key,
      task_id: taskId,
      ...(items.length === 0
        ? {}
        : {
            selected_items: {
              selected_item: items.map(({ question, options }) => ({
                question_key: question,
                option_ids: { option_id: options },
              })),
            },
          }),
    };
    return tellEvent(world, { bot, chat: message.chat, person: from }, 'template_card_event', details, message);
  }
}

type Listener =
  | { readonly kind: 'app'; readonly app: WecomApp }
  | { readonly kind: 'bot'; readonly bot: WecomBot }
  | { readonly kind: 'kf'; readonly account: KfAccount };

/** Who hears of a person's message. */
function receiversOf(world: WecomWorld, message: WecomMessage): Listener[] {
  const { chat } = message;
  const mentioned = message.body['mentioned'];
  return [...chat.bots].flatMap((id): Listener[] => {
    const [app, bot, account] = [world.apps.get(id), world.bots.get(id), world.kf?.accounts.get(id)];
    // No group message reaches an app, and bots hear only what mentions them.
    if (app !== undefined && chat.kind === 'direct') return [{ kind: 'app', app }];
    if (bot !== undefined && (chat.kind === 'direct' || (Array.isArray(mentioned) && mentioned.includes(id)))) {
      return [{ kind: 'bot', bot }];
    }
    return account === undefined ? [] : [{ kind: 'kf', account }];
  });
}

const UNTOLD: CallbackOutcome = { ok: true, attempts: 0, status: 0, ackMs: 0 };

function tellOne(world: WecomWorld, listener: Listener, message: WecomMessage): Promise<CallbackOutcome> {
  const person = message.from.kind === 'person' ? message.from.person : '';
  switch (listener.kind) {
    case 'app': {
      const callback = messageCallback(world, listener.app, message, person);
      return callback === undefined ? Promise.resolve(UNTOLD) : world.deliverer.deliver(callback);
    }
    case 'bot':
      return tellMessage(world, { bot: listener.bot, chat: message.chat, person }, message);
    default:
      return tellKf(world, kfOf(world).session(listener.account, person), message);
  }
}

/** The chat a person means. */
export function chatOf(world: WecomWorld, { from, to, chat }: Place): WecomChat {
  if (chat !== undefined) return mustFind(world.chats.find(chat), 'chat', chat);
  const person = world.shared.people.get(from);
  const bot = to === undefined ? undefined : world.bots.get(to);
  if (bot !== undefined) return world.chats.direct('bot', bot.id, person.id, bot.name);
  const account = to === undefined ? undefined : world.kf?.accounts.get(to);
  if (account !== undefined || person.role === 'customer') {
    const { id, name } = account ?? mustFind(kfOf(world).accounts.values().next().value, 'account', '(first)');
    return world.chats.direct('kf', id, person.id, name);
  }
  const app = appOf(world, to);
  return world.chats.direct('app', app.id, person.id, app.name);
}

/** @param id - Absent for the first app. */
export function appOf(world: WecomWorld, id: string | undefined): WecomApp {
  return mustFind(id === undefined ? world.apps.values().next().value : world.apps.get(id), 'app', id ?? '(first)');
}

function ownerOf(message: WecomMessage): string {
  if (message.from.kind !== 'bot') throw new Error('the message is not a bot’s');
  return message.from.bot;
}

/** The vendor counts days by Beijing's clock. */
function dayOf(now: number): string {
  return new Date(now + 8 * 3_600_000).toISOString().slice(0, 10);
}
