import type { Avatar, MenuItem } from '../contract.ts';
import { steadyHex } from '../ids.ts';
import { aesKeyOf, encodingKeyFrom } from './crypto.ts';

/** An address that gets callbacks, with what signs and encrypts them. */
export interface Receiver {
  /** For the record, the faults and the wire log. */
  readonly id: string;
  readonly token: string;
  readonly encodingAesKey: string;
  readonly aesKey: Buffer;
  /** What stands behind each encrypted message: the corpid, `''` for bots. */
  readonly receiveId: string;
  webhookUrl: string | undefined;
}

export interface ReceiverOptions {
  readonly token?: string;
  readonly encodingAesKey?: string;
  readonly webhookUrl?: string;
}

/** A self-built app of the company. */
export interface WecomApp extends Receiver {
  readonly kind: 'app';
  readonly agentId: number;
  readonly secret: string;
  readonly avatar: Avatar;
  name: string;
  menu: readonly MenuItem[];
  /** The menu as the gateway set it; undefined until it did. */
  ownMenu: unknown;
  /** Whether it is among the apps that may call customer service. */
  readonly kf: boolean;
  /** Whether `enter_agent` and `LOCATION` are reported. */
  readonly reportsEnter: boolean;
  /** Whether it stands among the apps that may see and start approvals (审批 → 可调用接口的应用). */
  readonly oa: boolean;
  /** Members who see it; undefined for everybody. */
  readonly visible: ReadonlySet<string> | undefined;
  /** Addresses it may call from; undefined for all. Else 60020. */
  trustedIps: ReadonlySet<string> | undefined;
}

export interface WecomAppOptions extends ReceiverOptions {
  readonly agentId?: number;
  readonly secret?: string;
  readonly name?: string;
  readonly menu?: readonly MenuItem[];
  readonly kf?: boolean;
  readonly reportsEnter?: boolean;
  /** Default true. */
  readonly oa?: boolean;
  /** By `SimPerson.id`. */
  readonly visible?: readonly string[];
  readonly trustedIps?: readonly string[];
}

/** An AI bot. It is in one mode: the callback address or the long connection. */
export interface WecomBot extends Receiver {
  readonly kind: 'bot';
  readonly secret: string;
  readonly avatar: Avatar;
  name: string;
  mode: 'webhook' | 'socket';
}

export interface WecomBotOptions extends ReceiverOptions {
  readonly botId?: string;
  readonly secret?: string;
  readonly name?: string;
  /** Default `socket`. */
  readonly mode?: 'webhook' | 'socket';
}

/** A group's robot: whoever has the key may write. */
export interface WecomRobot {
  readonly kind: 'robot';
  /** The `key` of its address. */
  readonly id: string;
  readonly name: string;
  readonly avatar: Avatar;
  /** The group it stands in; undefined once it was taken out. */
  chat: string | undefined;
}

const DEFAULT_MENU: readonly MenuItem[] = [
  { label: { zh: '新对话', en: 'New chat' }, key: 'new' },
  {
    label: { zh: '更多', en: 'More' },
    items: [
      { label: { zh: '帮助', en: 'Help' }, key: 'help' },
      { label: { zh: '停止回答', en: 'Stop' }, key: 'stop' },
    ],
  },
];
const FIRST_AGENT_ID = 1_000_002;
const BLUE = '#2b7de9';
const GREEN = '#07a65d';

export function createReceiver(id: string, receiveId: string, options: ReceiverOptions): Receiver {
  const encodingAesKey = options.encodingAesKey ?? encodingKeyFrom(steadyHex(64, 'wecom-aes', id));
  return {
    id,
    receiveId,
    encodingAesKey,
    token: options.token ?? steadyHex(24, 'wecom-token', id),
    aesKey: aesKeyOf(encodingAesKey),
    webhookUrl: options.webhookUrl,
  };
}

/** @param index - Place in the list of apps; gives what was not asked for, the same at each start. */
export function createWecomApp(corpId: string, options: WecomAppOptions, index: number): WecomApp {
  const agentId = options.agentId ?? FIRST_AGENT_ID + index;
  const name = options.name ?? (index === 0 ? '驿站助手' : `驿站助手 ${index + 1}`);
  return {
    ...createReceiver(String(agentId), corpId, options),
    kind: 'app',
    agentId,
    name,
    secret: options.secret ?? steadyHex(43, 'wecom-secret', corpId, String(agentId)),
    avatar: { color: BLUE, letters: name.slice(0, 1) },
    menu: options.menu ?? DEFAULT_MENU,
    ownMenu: undefined,
    kf: options.kf ?? false,
    reportsEnter: options.reportsEnter ?? true,
    oa: options.oa ?? true,
    visible: options.visible === undefined ? undefined : new Set(options.visible),
    trustedIps: options.trustedIps === undefined ? undefined : new Set(options.trustedIps),
  };
}

export function createWecomBot(options: WecomBotOptions, index: number): WecomBot {
  const id = options.botId ?? `aib${steadyHex(29, 'wecom-bot', String(index))}`;
  const name = options.name ?? (index === 0 ? '驿站机器人' : `驿站机器人${index + 1}`);
  return {
    ...createReceiver(id, '', options),
    kind: 'bot',
    name,
    secret: options.secret ?? steadyHex(43, 'wecom-bot-secret', id),
    avatar: { color: GREEN, letters: name.slice(0, 1) },
    mode: options.mode ?? 'socket',
  };
}

export function createWecomRobot(name: string | undefined, chat: string, index: number): WecomRobot {
  const hex = steadyHex(32, 'wecom-robot', String(index));
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  const called = name ?? '消息推送';
  return { kind: 'robot', id, name: called, avatar: { color: BLUE, letters: called.slice(0, 1) }, chat };
}
