import type { Avatar, MenuItem } from '../contract.ts';
import { steadyHex } from '../ids.ts';
import { aesKey } from './crypto.ts';

/** One self-built app at the vendor, with what its administrator set in the back office. */
export interface FeishuApp {
  /** `cli_` and 16 hexadecimal digits; the official client refuses any other. */
  readonly id: string;
  readonly secret: string;
  /** Empty when deliveries go out plain and unsigned. */
  readonly encryptKey: string;
  readonly aesKey: Buffer;
  readonly verificationToken: string;
  /** The bot's own open_id. */
  readonly botId: string;
  readonly tenantKey: string;
  readonly avatar: Avatar;
  readonly menu: readonly MenuItem[];
  name: string;
  /** How events reach the app. */
  mode: 'webhook' | 'socket';
  /** How presses on cards do; the vendor sets it apart from the events. */
  callbackMode: 'webhook' | 'socket';
  webhookUrl: string | undefined;
  scopes: ReadonlySet<string>;
  /** Event types the app has subscribed; all of them when undefined. */
  readonly events: ReadonlySet<string> | undefined;
}

export interface FeishuAppOptions {
  readonly appId?: string;
  readonly appSecret?: string;
  /** `''` for plain deliveries. */
  readonly encryptKey?: string;
  readonly verificationToken?: string;
  readonly name?: string;
  readonly mode?: 'webhook' | 'socket';
  readonly callbackMode?: 'webhook' | 'socket';
  readonly webhookUrl?: string;
  /** Default: {@link DEFAULT_SCOPES}. */
  readonly scopes?: readonly string[];
  readonly events?: readonly string[];
  readonly menu?: readonly MenuItem[];
}

export const SCOPE = {
  p2pMessages: 'im:message.p2p_msg:readonly',
  groupMentions: 'im:message.group_at_msg:readonly',
  groupMessages: 'im:message.group_msg',
  send: 'im:message',
  sendAsBot: 'im:message:send_as_bot',
  read: 'im:message:readonly',
  update: 'im:message:update',
  recall: 'im:message:recall',
  reactions: 'im:message.reactions:write_only',
  resource: 'im:resource',
  chat: 'im:chat:readonly',
  card: 'cardkit:card:write',
  contact: 'contact:contact.base:readonly',
  name: 'contact:user.base:readonly',
  email: 'contact:user.email:readonly',
  mobile: 'contact:user.phone:readonly',
  userId: 'contact:user.employee_id:readonly',
  department: 'contact:user.department:readonly',
  employee: 'contact:user.employee:readonly',
  departmentBase: 'contact:department.base:readonly',
  approval: 'approval:approval',
  approvalInstance: 'approval:instance',
  approvalTask: 'approval:task',
} as const;

/** Everything but the sensitive "all messages of a group". */
export const DEFAULT_SCOPES: readonly string[] = Object.values(SCOPE).filter((scope) => scope !== SCOPE.groupMessages);

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

const TENANT_KEY = 'demo0tenant';
const COLOURS = ['#3370ff', '#0fa968', '#e8730c', '#7f3bf5'];

/** @param index - Place in the list of apps; gives the ids that were not asked for, the same at each start. */
export function createFeishuApp(options: FeishuAppOptions, index: number): FeishuApp {
  const id = options.appId ?? `cli_${steadyHex(16, 'feishu-app', String(index))}`;
  const encryptKey = options.encryptKey ?? `ek-${steadyHex(24, 'encrypt-key', id)}`;
  const name = options.name ?? (index === 0 ? '驿站助手' : `驿站助手 ${index + 1}`);
  const mode = options.mode ?? 'webhook';
  return {
    id,
    secret: options.appSecret ?? steadyHex(32, 'app-secret', id),
    encryptKey,
    aesKey: aesKey(encryptKey),
    verificationToken: options.verificationToken ?? `vt-${steadyHex(24, 'verification-token', id)}`,
    botId: `ou_${steadyHex(32, 'bot', id)}`,
    tenantKey: TENANT_KEY,
    avatar: { color: COLOURS[index % COLOURS.length] ?? '#3370ff', letters: name.slice(0, 1) },
    menu: options.menu ?? DEFAULT_MENU,
    name,
    mode,
    callbackMode: options.callbackMode ?? mode,
    webhookUrl: options.webhookUrl,
    scopes: new Set(options.scopes ?? DEFAULT_SCOPES),
    events: options.events === undefined ? undefined : new Set(options.events),
  };
}
