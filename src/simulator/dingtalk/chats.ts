import type { SimClock } from '../clock.ts';
import type { Words } from '../contract.ts';
import { randomHex, steadyHex } from '../ids.ts';
import type { DingtalkChat } from './model.ts';

export interface NewDingtalkGroup {
  readonly name: string | Words;
  /** By `SimPerson.id`. */
  readonly people: readonly string[];
  readonly bots?: readonly string[];
  readonly id?: string;
}

export interface Chats {
  readonly all: ReadonlyMap<string, DingtalkChat>;
  find(id: string): DingtalkChat | undefined;
  /** The chat of one person with one robot; made when it is first asked for. */
  direct(app: { readonly id: string; readonly name: string }, person: string): DingtalkChat;
  /** Where a person finds the app's work notifications; nobody can write there. */
  notices(app: { readonly id: string }, person: string): DingtalkChat;
  /** Where a person finds the approvals that wait for her. */
  approvals(person: string): DingtalkChat;
  addGroup(group: NewDingtalkGroup): DingtalkChat;
  clear(): void;
}

export function createChats(clock: SimClock, added: (chat: DingtalkChat) => void): Chats {
  const all = new Map<string, DingtalkChat>();
  const add = (chat: Omit<DingtalkChat, 'messages' | 'activeAt'>): DingtalkChat => {
    const whole: DingtalkChat = { ...chat, messages: [], activeAt: clock.now() };
    all.set(whole.id, whole);
    added(whole);
    return whole;
  };
  return {
    all,
    find: (id) => all.get(id),
    direct(app, person) {
      const id = directId(app.id, person);
      const known = all.get(id);
      if (known !== undefined) return known;
      return add({
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
      return all.get(id) ?? add({ id, name, ...own(person), purpose: 'notices' });
    },
    approvals(person) {
      const id = `approvals:${person}`;
      const name = { zh: '审批', en: 'Approvals' };
      return all.get(id) ?? add({ id, name, ...own(person), purpose: 'approvals' });
    },
    addGroup({ name, people, bots = [], id }) {
      const words = typeof name === 'string' ? { zh: name, en: name } : name;
      return add({
        id: id ?? groupId(words.zh, all.size),
        kind: 'group',
        name: words,
        people: new Set(people),
        bots: new Set(bots),
      });
    },
    clear: () => all.clear(),
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
