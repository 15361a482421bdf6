import type { PostNode } from '../contract.ts';
import { randomHex } from '../ids.ts';
import { mustFind } from '../must-find.ts';
import type { FeishuApp } from './apps.ts';
import type { DeliveryOutcome } from './deliver.ts';
import {
  botMembership,
  chatEntered,
  type FeishuEvent,
  isToldOf,
  menuChosen,
  messageRead,
  messageRecalled,
  messageReceived,
  reaction,
} from './events.ts';
import { newThreadId } from './messages.ts';
import type { FeishuChat, FeishuMessage } from './model.ts';
import { type Written, writeFile, writePost, writeText } from './person-text.ts';
import type { FeishuWorld } from './world.ts';

/** Where a person writes. */
export interface Place {
  /** {@link Persona.id} */
  readonly from: string;
  /** A chat's id; without one it is the direct chat with `app`. */
  readonly chat?: string | undefined;
  /** The bot of a direct chat; without one the first app's. */
  readonly app?: string | undefined;
  /** Answers or quotes this message. */
  readonly replyTo?: string | undefined;
  /** In this topic. */
  readonly thread?: string | undefined;
  /** With `replyTo`: opens the topic of that message, or goes on in it. */
  readonly inThread?: boolean | undefined;
}

/** What was set going by something a person did. */
export interface Done {
  readonly messageId: string;
  readonly chatId: string;
  /** How each app that was told took it; empty when none was. Never rejects. */
  readonly delivered: Promise<readonly DeliveryOutcome[]>;
}

/** What people do in their clients. Wrong ids throw; what the vendor's client would not offer, too. */
export interface Hands {
  write(place: Place, written: Written): Done;
  say(place: Place & { readonly text: string }): Done;
  sendPost(place: Place & { readonly title?: string; readonly paragraphs: readonly (readonly PostNode[])[] }): Done;
  sendFile(place: Place & FileToSend): Done;
  forward(place: Place & { readonly messages: readonly string[] }): Done;
  edit(message: string, text: string): void;
  recall(message: string): Promise<readonly DeliveryOutcome[]>;
  react(from: string, message: string, emoji: string): Promise<readonly DeliveryOutcome[]>;
  unreact(from: string, message: string, emoji: string): Promise<readonly DeliveryOutcome[]>;
  read(from: string, message: string): Promise<readonly DeliveryOutcome[]>;
  enter(
    from: string,
    app?: string,
  ): { readonly chatId: string; readonly delivered: Promise<readonly DeliveryOutcome[]> };
  chooseMenu(from: string, key: string, app?: string): Promise<readonly DeliveryOutcome[]>;
  addBot(from: string, chat: string, app: string): Promise<readonly DeliveryOutcome[]>;
  removeBot(from: string, chat: string, app: string): Promise<readonly DeliveryOutcome[]>;
  /** Decides an approval that waits for this person. */
  decideApproval(from: string, instance: string, approve: boolean, comment?: string): void;
  /** Takes back what one has asked for, also after it was approved. */
  withdrawApproval(from: string, instance: string): void;
  /** The same message again under a new event id. */
  redeliver(message: string): Promise<readonly DeliveryOutcome[]>;
}

export interface FileToSend {
  readonly kind: 'image' | 'file' | 'audio' | 'media';
  /** Key of a file in the simulator. */
  readonly resource: string;
  readonly durationMs?: number | undefined;
}

export function createHands(world: FeishuWorld): Hands {
  const { clock, accounts } = world;
  const chatOf = (place: Place): FeishuChat => {
    if (place.chat !== undefined) return mustFind(world.chats.find(place.chat), 'chat', place.chat);
    const person = world.shared.people.get(place.from);
    return world.chats.direct(person.id, appOf(world, place.app).id);
  };
  const tell = (apps: Iterable<FeishuApp>, make: (app: FeishuApp) => FeishuEvent): Promise<DeliveryOutcome[]> => {
    const told: Promise<DeliveryOutcome>[] = [];
    for (const app of apps) {
      const event = make(app);
      if (app.events?.has(event.type) !== false) told.push(world.deliverer.deliver(app, event));
    }
    return Promise.all(told);
  };
  const botsIn = (chat: FeishuChat): FeishuApp[] =>
    [...chat.bots].flatMap((id) => {
      const app = world.apps.get(id);
      return app === undefined ? [] : [app];
    });
  const tellOfMessage = (message: FeishuMessage): Promise<DeliveryOutcome[]> =>
    tell(
      botsIn(message.chat).filter((app) => isToldOf(app, message)),
      (app) => messageReceived(app, message, accounts),
    );
  const happening = (app: FeishuApp, person: string) => ({ app, accounts, person, now: clock.now() });
  const find = (id: string): FeishuMessage => mustFind(world.messages.find(id), 'message', id);

  const write = (place: Place, written: Written): Done => {
    const chat = chatOf(place);
    if (!chat.people.has(place.from)) throw new Error(`${place.from} is not in this chat`);
    const message = world.messages.add({
      chat,
      from: { kind: 'person', person: place.from },
      ...written,
      ...placeIn(chat, place, find),
    });
    return { messageId: message.id, chatId: chat.id, delivered: tellOfMessage(message) };
  };

  return {
    write,
    say: (place) => write(place, writeText(world, chatOf(place), place.text)),
    sendPost: (place) => write(place, writePost(world, chatOf(place), place.title ?? '', place.paragraphs)),
    sendFile: (place) => write(place, writeFile(world, place.kind, place.resource, place.durationMs ?? 2000)),
    forward(place) {
      const originals = place.messages.map(find);
      const content = JSON.stringify({ content: 'Merged and Forwarded Message' });
      const done = write(place, { type: 'merge_forward', content });
      const upperId = done.messageId;
      for (const { chat: _chat, ...original } of originals) {
        world.messages.add({ ...original, parent: undefined, threadId: undefined, chat: chatOf(place), upperId });
      }
      return done;
    },
    edit(id, text) {
      const message = find(id);
      const written = writeText(world, message.chat, text);
      Object.assign(message, { content: written.content, mentions: written.mentions ?? [], updatedAt: clock.now() });
      message.edits += 1;
      world.messages.changed(message);
    },
    recall(id) {
      const message = find(id);
      message.recalledAt = clock.now();
      world.messages.changed(message);
      const person = message.from.kind === 'person' ? message.from.person : '';
      return tell(botsIn(message.chat), (app) => messageRecalled(happening(app, person), message));
    },
    react(from, id, emoji) {
      const message = find(id);
      message.reactions.set(randomHex(), { emoji, by: { kind: 'person', person: from }, at: clock.now() });
      world.messages.changed(message);
      return tell(botsIn(message.chat), (app) => reaction(happening(app, from), message, emoji, 'created'));
    },
    unreact(from, id, emoji) {
      const message = find(id);
      const mine = [...message.reactions].find(
        ([, one]) => one.emoji === emoji && one.by.kind === 'person' && one.by.person === from,
      );
      if (mine === undefined) return Promise.resolve([]);
      message.reactions.delete(mine[0]);
      world.messages.changed(message);
      return tell(botsIn(message.chat), (app) => reaction(happening(app, from), message, emoji, 'deleted'));
    },
    read(from, id) {
      const message = find(id);
      const { from: sender } = message;
      if (message.readBy.has(from)) return Promise.resolve([]);
      message.readBy.add(from);
      world.messages.changed(message);
      // The vendor tells of this only in direct chats, and only of the bot's own messages.
      if (message.chat.kind !== 'direct' || sender.kind !== 'app') return Promise.resolve([]);
      return tell([sender.app], (app) => messageRead(happening(app, from), message));
    },
    enter(from, appId) {
      const app = appOf(world, appId);
      const chat = chatOf({ from, app: app.id });
      return { chatId: chat.id, delivered: tell([app], () => chatEntered(happening(app, from), chat)) };
    },
    chooseMenu(from, key, appId) {
      const name = world.shared.people.get(from).name;
      return tell([appOf(world, appId)], (app) => menuChosen(happening(app, from), name, key));
    },
    addBot(from, chatId, appId) {
      const chat = mustFind(world.chats.find(chatId), 'chat', chatId);
      const app = appOf(world, appId);
      chat.bots.add(app.id);
      return tell([app], () => botMembership(happening(app, from), chat, 'added'));
    },
    removeBot(from, chatId, appId) {
      const chat = mustFind(world.chats.find(chatId), 'chat', chatId);
      const app = appOf(world, appId);
      chat.bots.delete(app.id);
      return tell([app], () => botMembership(happening(app, from), chat, 'deleted'));
    },
    decideApproval(from, code, approve, comment = '') {
      const instance = world.approvals.get(code);
      const task = instance.tasks.find(({ person, status }) => person === from && status === 'PENDING');
      if (task === undefined) throw new Error(`${from} has nothing to decide there`);
      world.approvals.decide(instance, task.id, from, approve, comment);
    },
    withdrawApproval(from, code) {
      const instance = world.approvals.get(code);
      if (instance.person === from && instance.status === 'APPROVED') return world.approvals.revert(instance);
      world.approvals.cancel(instance, from);
    },
    redeliver: (id) => tellOfMessage(find(id)),
  };
}

/** Where a new message stands among the others. */
function placeIn(
  chat: FeishuChat,
  place: Place,
  find: (id: string) => FeishuMessage,
): { parent?: FeishuMessage; threadId?: string } {
  if (place.replyTo !== undefined) {
    const parent = find(place.replyTo);
    if (place.inThread === true || chat.topics) parent.threadId ??= newThreadId();
    return { parent, ...(parent.threadId === undefined ? {} : { threadId: parent.threadId }) };
  }
  if (place.thread !== undefined) {
    const first = chat.messages.find(({ threadId }) => threadId === place.thread);
    return { parent: mustFind(first, 'topic', place.thread), threadId: place.thread };
  }
  return chat.topics ? { threadId: newThreadId() } : {};
}

/** @param id - Absent for the first app. */
export function appOf(world: FeishuWorld, id: string | undefined): FeishuApp {
  const app = id === undefined ? world.apps.values().next().value : world.apps.get(id);
  return mustFind(app, 'app', id ?? '(first)');
}
