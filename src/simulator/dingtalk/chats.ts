import { type ChatList, createChatList, type NewGroup, wordsOf } from '../chats.ts';
import type { SimClock } from '../clock.ts';
import { randomHex, steadyHex } from '../ids.ts';
import type { DingtalkChat } from './model.ts';

export interface Chats extends ChatList<DingtalkChat> {
  /** The chat of one person with one robot; made when it is first asked for. */
  direct(app: { readonly id: string; readonly name: string }, person: string): DingtalkChat;
  /** Where a person finds the app's work notifications; nobody can write there. */
  notices(app: { readonly id: string }, person: string): DingtalkChat;
  /** Where a person finds the approvals that wait for her. */
  approvals(person: string): DingtalkChat;
  addGroup(group: NewGroup): DingtalkChat;
}

export function createChats(clock: SimClock, added: (chat: DingtalkChat) => void): Chats {
  const chats = createChatList(clock, added);
  const { all } = chats;
  return {
    ...chats,
    direct(app, person) {
      const id = directId(app.id, person);
      const known = all.get(id);
      if (known !== undefined) return known;
      return chats.add({
        id,
        kind: 'direct',
        name: { zh: app.name, en: app.name },
        people: new Set([person]),
        bots: new Set([app.id]),
      });
    },
    notices(app, person) {
      const id = `notices:${app.id}:${person}`;
      const name = { zh: '工作通知', en: 'Work notifications' };
      return all.get(id) ?? chats.add({ id, name, ...own(person), purpose: 'notices' });
    },
    approvals(person) {
      const id = `approvals:${person}`;
      const name = { zh: '审批', en: 'Approvals' };
      return all.get(id) ?? chats.add({ id, name, ...own(person), purpose: 'approvals' });
    },
    addGroup({ name, people, bots = [], id }) {
      const words = wordsOf(name);
      return chats.add({
        id: id ?? groupId(words.zh, all.size),
        kind: 'group',
        name: words,
        people: new Set(people),
        bots: new Set(bots),
      });
    },
  };
}

function own(person: string): Pick<DingtalkChat, 'kind' | 'people' | 'bots'> {
  return { kind: 'direct', people: new Set([person]), bots: new Set() };
}

/** All direct chats of a robot end alike: whoever keeps only the tail of an id mixes people up. */
function directId(app: string, person: string): string {
  const head = base64(steadyHex(18, 'dingtalk-direct', app, person));
  return `cid${head}${base64(steadyHex(30, 'dingtalk-direct', app))}=`;
}

function groupId(name: string, index: number): string {
  return `cid${base64(steadyHex(30, 'dingtalk-group', name, String(index)))}==`;
}

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

/** `msgId` of a message. */
export function newMsgId(): string {
  return `msg${base64(randomHex().slice(0, 30))}==`;
}

/** `processQueryKey` of a robot's message. */
export function newQueryKey(): string {
  return base64(randomHex() + randomHex());
}
