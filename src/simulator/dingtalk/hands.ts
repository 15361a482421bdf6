import type { Json } from '../../lib/read.ts';
import { mustFind } from '../must-find.ts';
import type { Piece } from '../page-actions.ts';
import type { Decision } from './approvals/approvals.ts';
import type { DingtalkApp } from './apps.ts';
import type { DingtalkChat, DingtalkMessage } from './model.ts';
import { type CardChoice, type PressOutcome, pressCard } from './press.ts';
import type { PushOutcome } from './push.ts';
import { tellEvent, tellMessage } from './tell.ts';
import type { DingtalkWorld } from './world.ts';

/** Where a person writes. */
export interface Place {
  /** `SimPerson.id` */
  readonly from: string;
  /** An app (client id) whose robot's direct chat is meant; default: the first. */
  readonly to?: string | undefined;
  /** A chat's id, instead of `to`. */
  readonly chat?: string | undefined;
  /** Quotes this message. */
  readonly quote?: string | undefined;
}

/** A message that was written, and what becomes of telling the robots of it. */
export interface Done {
  readonly messageId: string;
  readonly chatId: string;
  /** One entry a robot that was told: none in a group where none was mentioned. */
  readonly delivered: Promise<readonly PushOutcome[]>;
}

export interface PersonFile {
  readonly kind: 'picture' | 'audio' | 'video' | 'file';
  /** Key of a file in the simulator. */
  readonly resource: string;
  readonly durationMs?: number | undefined;
  /** What the vendor makes of a voice message. */
  readonly recognition?: string;
}

/** What people do in their clients. Wrong ids throw; what the vendor's client would not offer, too. */
export interface Hands {
  /** In a group, `@{…}` with an app's client id or a person's id mentions it; only robots that are mentioned are told. */
  say(place: Place & { readonly text: string }): Done;
  /** Text and pictures in one message; mentions as in {@link say}. */
  sendRich(place: Place & { readonly parts: readonly Piece[] }): Done;
  /** In a group no robot is told. */
  sendFile(place: Place & PersonFile): Done;
  /** Something the vendor has no type for: a sticker, a place, a forwarded conversation. */
  sendOther(place: Place & { readonly type: string; readonly content: Json }): Done;
  /** @param ref - A message, or a card's `outTrackId`. */
  press(from: string, ref: string, choice: CardChoice): Promise<PressOutcome>;
  read(from: string, messageId: string): Promise<readonly PushOutcome[]>;
  /** Takes back what one wrote. */
  recall(from: string, messageId: string): Promise<readonly PushOutcome[]>;
  /** Pushes the same message again, in a new frame, as the vendor does when it is in doubt. */
  redeliver(messageId: string): Promise<readonly PushOutcome[]>;
  /** Decides an approval that waits for this person. */
  decide(from: string, instanceId: string, decision: Decision, remark?: string): void;
  /** Asks for something to be approved, by the template's own approvers. @returns The instance's id. */
  startApproval(from: string, processCode: string, values: Readonly<Record<string, string>>): string;
  /** Takes back what one asked to be approved. */
  withdraw(from: string, instanceId: string, remark?: string): void;
  /** Writes below an approval that one has to do with. */
  remark(from: string, instanceId: string, text: string): void;
  /** An event of any type. */
  event(type: string, data: Json, app?: string): Promise<PushOutcome>;
}

export function createHands(world: DingtalkWorld): Hands {
  const write = (place: Place, type: string, body: Json, mentions: readonly string[] = []): Done => {
    const chat = chatOf(world, place);
    if (!chat.people.has(place.from)) throw new Error(`${place.from} is not in that chat`);
    const quoted =
      place.quote === undefined ? undefined : mustFind(world.messages.find(place.quote), 'message', place.quote);
    const from = { kind: 'person', person: place.from } as const;
    const message = world.messages.add({ chat, from, type, body, mentions, quoted });
    const told = toldOf(world, chat, type, mentions);
    const delivered = Promise.all(told.map((app) => tellMessage(world, app, message)));
    return { messageId: message.id, chatId: chat.id, delivered };
  };

  return {
    say(place) {
      const { text, shown, mentions } = readMentions(world, place.text);
      return write(place, 'text', { content: text, ...(shown !== text && { shown }) }, mentions);
    },
    sendRich(place) {
      const mentions: string[] = [];
      const richText = place.parts.flatMap((part): Json[] => {
        if ('image' in part) return [{ type: 'picture', resource: checked(world, part.image) }];
        const read = readMentions(world, part.text);
        mentions.push(...read.mentions);
        return read.text === '' ? [] : [{ text: read.text }];
      });
      return write(place, 'richText', { richText }, mentions);
    },
    sendFile(place) {
      const { kind, durationMs = 2000, recognition = '（语音）' } = place;
      const resource = checked(world, place.resource);
      const fileName = world.shared.resources.find(resource)?.name ?? '';
      const more: Readonly<Record<PersonFile['kind'], Json>> = {
        picture: {},
        audio: { duration: durationMs, recognition },
        video: { duration: durationMs, videoType: 'mp4' },
        file: { fileName, spaceId: '1', fileId: '1' },
      };
      return write(place, kind, { resource, ...more[kind] });
    },
    sendOther: (place) => write(place, place.type, place.content),
    async press(from, ref, choice) {
      const found = world.messages.find(ref) ?? messageOfTrack(world, ref);
      const message = mustFind(found, 'message', ref);
      if (message.card === undefined) throw new Error('that message is no card');
      if (!message.chat.people.has(from)) throw new Error(`${from} does not see that card`);
      return pressCard(world, from, message, message.card, choice);
    },
    async read(from, messageId) {
      const message = mustFind(world.messages.find(messageId), 'message', messageId);
      if (!message.chat.people.has(from)) throw new Error(`${from} does not see that message`);
      const isOwn = message.from.kind === 'person' && message.from.person === from;
      if (isOwn || message.readBy.has(from)) return [];
      message.readBy.set(from, world.clock.now());
      world.messages.changed(message);
      // What people write to each other is nobody else's business.
      if (message.from.kind !== 'bot') return [];
      return robotEvent(world, 'robot_msg_read', from, message, message.from.app);
    },
    async recall(from, messageId) {
      const message = mustFind(world.messages.find(messageId), 'message', messageId);
      if (message.from.kind !== 'person' || message.from.person !== from) throw new Error('that is somebody else’s');
      message.recalledAt = world.clock.now();
      world.messages.changed(message);
      const told = toldOf(world, message.chat, message.type, message.mentions);
      const all = await Promise.all(told.map((app) => robotEvent(world, 'robot_msg_recall', from, message, app.id)));
      return all.flat();
    },
    redeliver(messageId) {
      const message = mustFind(world.messages.find(messageId), 'message', messageId);
      const told = toldOf(world, message.chat, message.type, message.mentions);
      return Promise.all(told.map((app) => tellMessage(world, app, message)));
    },
    decide(from, instanceId, decision, remark) {
      const { tasks } = world.approvals.get(instanceId);
      const { userId } = world.accounts.of(from);
      const task = tasks.find((one) => one.userId === userId && one.status === 'RUNNING');
      if (task === undefined) throw new Error(`${from} has nothing to decide there`);
      world.approvals.decide(instanceId, task, decision, remark);
    },
    startApproval(from, processCode, values) {
      const template = mustFind(world.approvals.templates.get(processCode), 'form', processCode);
      const originator = mustFind(world.accounts.of(from).userId, 'member', from);
      const missing = template.fields.find(({ label, required }) => required === true && !values[label]?.trim());
      if (missing !== undefined) throw new Error(`${missing.label} has to be filled in`);
      const form = template.fields.flatMap(({ label }) => {
        const value = values[label]?.trim() ?? '';
        return value === '' ? [] : [{ name: label, value }];
      });
      const steps = template.approvers.map((userId) => ({ actionType: 'NONE', userIds: [userId] }) as const);
      return world.approvals.start({ template, originator, form, steps }).id;
    },
    withdraw(from, instanceId, remark = '') {
      world.approvals.withdraw(instanceId, world.accounts.of(from).userId ?? '', remark);
    },
    remark(from, instanceId, text) {
      const { userId } = world.accounts.of(from);
      const { originator, tasks } = world.approvals.get(instanceId);
      const isInvolved = userId === originator || tasks.some((task) => task.userId === userId);
      if (userId === undefined || !isInvolved) throw new Error(`${from} has nothing to do with that`);
      world.approvals.comment(instanceId, userId, text);
    },
    event: (type, data, app) => tellEvent(world, appOf(world, app), type, data),
  };
}

/** The vendor spells `operatTime` so. (bot-message-withdrawal-event) */
async function robotEvent(
  world: DingtalkWorld,
  type: string,
  person: string,
  message: DingtalkMessage,
  appId: string,
): Promise<readonly PushOutcome[]> {
  const app = world.apps.get(appId);
  if (app === undefined) return [];
  const { unionId, userId } = world.accounts.of(person);
  const data = {
    unionId,
    userId,
    operatTime: world.clock.now(),
    robotCode: app.robotCode,
    openConversationId: message.chat.id,
    processQueryKey: message.queryKey ?? message.id,
  };
  return [await tellEvent(world, app, type, data)];
}

/** Files and voices of groups reach no robot. */
const NOT_IN_GROUPS: ReadonlySet<string> = new Set(['audio', 'video', 'file']);

/** Which robots are told of a message: in a group those that it mentions, unless the rules say otherwise. */
function toldOf(
  world: DingtalkWorld,
  chat: DingtalkChat,
  type: string,
  mentions: readonly string[],
): readonly DingtalkApp[] {
  const bots = [...chat.bots].flatMap((id) => world.apps.get(id) ?? []);
  if (chat.kind === 'direct') return bots;
  if (NOT_IN_GROUPS.has(type)) return [];
  return world.rules.groupMessages === 'all' ? bots : bots.filter(({ id }) => mentions.includes(id));
}

/** Mentions as the vendor writes them: people stand as their names, robots on the screen only. */
function readMentions(
  { apps, shared }: DingtalkWorld,
  source: string,
): { readonly text: string; readonly shown: string; readonly mentions: string[] } {
  const ids = [...source.matchAll(MENTION)].map(([, id = '']) => id);
  const nameOf = (id: string): string => (id === 'all' ? '所有人' : (apps.get(id)?.name ?? shared.people.get(id).name));
  return {
    text: source.replaceAll(MENTION, (_, id: string) => (apps.has(id) ? '' : `@${nameOf(id)}`)),
    shown: source.replaceAll(MENTION, (_, id: string) => `@${nameOf(id)}`),
    mentions: ids,
  };
}

const MENTION = /@\{([^}]+)\}/g;

function checked(world: DingtalkWorld, resource: string): string {
  return mustFind(world.shared.resources.find(resource), 'file', resource).key;
}

function messageOfTrack(world: DingtalkWorld, track: string): DingtalkMessage | undefined {
  for (const card of world.cards.values()) if (card.track === track) return card.messages[0];
  return undefined;
}

export function appOf(world: DingtalkWorld, id: string | undefined): DingtalkApp {
  const app = id === undefined ? world.apps.values().next().value : world.apps.get(id);
  return mustFind(app, 'app', id ?? '(first)');
}

export function chatOf(world: DingtalkWorld, { from, to, chat }: Place): DingtalkChat {
  if (chat !== undefined) return mustFind(world.chats.find(chat), 'chat', chat);
  return world.chats.direct(appOf(world, to), world.shared.people.get(from).id);
}
