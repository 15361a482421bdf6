import type { Avatar, MenuItem } from '../contract.ts';
import { steadyHex } from '../ids.ts';

/** Where an app subscribed to events over HTTP, and with what they are signed and encrypted. */
export interface EventSubscription {
  readonly url: string;
  readonly token: string;
  readonly aesKey: string;
}

/** An internal app with a robot. */
export interface DingtalkApp {
  /** Client id and app key in one. */
  readonly id: string;
  /** By which its robot is named in calls and messages; usually the client id. */
  readonly robotCode: string;
  readonly secret: string;
  readonly agentId: number;
  readonly avatar: Avatar;
  /** The robot's sealed id, as it stands in mentions. */
  readonly botId: string;
  name: string;
  /** How it is told of messages. */
  mode: 'stream' | 'webhook';
  webhookUrl: string | undefined;
  /** Where events go; undefined for the long connection. */
  events: EventSubscription | undefined;
  /** Above the line one writes in, in the chat with the robot; a press says its key. */
  readonly shortcuts: readonly MenuItem[];
  /** Permissions; what is not there is refused. */
  scopes: ReadonlySet<string>;
  /** Addresses it may call from; undefined for all. */
  trustedIps: ReadonlySet<string> | undefined;
  /** Where cards call back over HTTP: address and secret by route key. */
  readonly cardRoutes: Map<string, { readonly url: string; readonly apiSecret: string }>;
}

export interface DingtalkAppOptions {
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Default: the client id. */
  readonly robotCode?: string;
  readonly agentId?: number;
  readonly name?: string;
  /** Default `stream`. */
  readonly mode?: 'stream' | 'webhook';
  readonly webhookUrl?: string;
  /** Events over HTTP instead of the long connection. */
  readonly events?: EventSubscription;
  /** Default: {@link ALL_SCOPES}. */
  readonly scopes?: readonly string[];
  readonly trustedIps?: readonly string[];
  readonly shortcuts?: readonly MenuItem[];
}

export const ALL_SCOPES = [
  'qyapi_robot_sendmsg',
  'qyapi_chat_manage',
  'Card.Instance.Write',
  'Card.Streaming.Write',
  'Workflow.Instance.Read',
  'Workflow.Instance.Write',
  'Workflow.Form.Read',
] as const;

const DEFAULT_SHORTCUTS: readonly MenuItem[] = [
  { key: '/new', label: { zh: '新会话', en: 'New chat' } },
  { key: '/help', label: { zh: '帮助', en: 'Help' } },
];

const FIRST_AGENT_ID = 100_001;
const BLUE = '#3089ff';

/** @param index - Place in the list of apps; gives what was not asked for, the same at each start. */
export function createDingtalkApp(options: DingtalkAppOptions, index: number): DingtalkApp {
  const id = options.clientId ?? `ding${steadyHex(16, 'dingtalk-app', String(index))}`;
  const name = options.name ?? (index === 0 ? '驿站机器人' : `驿站机器人${index + 1}`);
  return {
    id,
    name,
    robotCode: options.robotCode ?? id,
    secret: options.clientSecret ?? steadyHex(64, 'dingtalk-secret', id),
    agentId: options.agentId ?? FIRST_AGENT_ID + index,
    avatar: { color: BLUE, letters: name.slice(0, 1) },
    botId: sealedId('bot', id),
    mode: options.mode ?? 'stream',
    webhookUrl: options.webhookUrl,
    events: options.events,
    shortcuts: options.shortcuts ?? DEFAULT_SHORTCUTS,
    scopes: new Set(options.scopes ?? ALL_SCOPES),
    trustedIps: options.trustedIps === undefined ? undefined : new Set(options.trustedIps),
    cardRoutes: new Map(),
  };
}

/** An id that tells nothing and can be sent to by nobody. */
export function sealedId(kind: string, id: string): string {
  const bytes = Buffer.from(steadyHex(32, 'dingtalk-sealed', kind, id), 'hex');
  return `$:LWCP_v1:$${bytes.toString('base64')}`;
}
