import type { SimService, SimServicer, SimSurface } from './contract-wecom.ts';

export type PlatformKind = 'feishu' | 'wecom' | 'dingtalk';

/** Where a request of the wire log belongs; `dify` is the stand-in of the agent's server. */
export type FarSide = PlatformKind | 'dify';

/** The same in both languages. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

export interface SimPerson {
  /** The simulator's own id, the same on every platform (`lin`). */
  readonly id: string;
  readonly name: string;
  readonly enName: string;
  readonly role: 'employee' | 'colleague' | 'customer';
  readonly title: Words;
  readonly avatar: Avatar;
  /** Absent where this person has no account. */
  readonly accounts: Readonly<Partial<Record<PlatformKind, SimAccount>>>;
}

export interface Avatar {
  /** CSS colour of the disc. */
  readonly color: string;
  /** One or two letters to put on it. */
  readonly letters: string;
}

/** One person as one platform knows her. */
export interface SimAccount {
  /** By the vendor's own names (`union_id`, `user_id`). */
  readonly ids: Readonly<Record<string, string>>;
  /** Where an id differs from app to app (Feishu's `open_id`): by app id. */
  readonly perApp: Readonly<Record<string, string>>;
}

/** A bot of the customer at a vendor: what the gateway is connected as. */
export interface SimApp {
  readonly platform: PlatformKind;
  /** Where the vendor has several ways in and out. */
  readonly surface?: SimSurface;
  /** The vendor's id of the app (`cli_…`). */
  readonly id: string;
  readonly name: string;
  readonly avatar: Avatar;
  /** The bot's account, as it stands in mentions. */
  readonly botId: string;
  readonly mode: 'webhook' | 'socket';
  readonly webhookUrl?: string;
  /** Live long connections. */
  readonly connections: number;
  readonly menu: readonly MenuItem[];
  /** Rights the administrator gave it, by the vendor's names; absent ones are refused or change what is delivered. */
  readonly scopes: readonly string[];
  /** What has to be set in the gateway, by the vendor's names (`app_id`, `app_secret`, `encrypt_key`, `verification_token`). */
  readonly credentials: Readonly<Record<string, string>>;
  /** As environment variables of the gateway, ready to copy. */
  readonly env: Readonly<Record<string, string>>;
  /** Who serves customers here. */
  readonly servicers?: readonly SimServicer[];
}

export interface MenuItem {
  /** What the bot is told; absent on an entry that only opens others. */
  readonly key?: string;
  readonly label: Words;
  readonly items?: readonly MenuItem[];
}

export interface NewApp {
  readonly platform: PlatformKind;
  readonly surface?: SimSurface;
  readonly name?: string;
  readonly mode?: 'webhook' | 'socket';
  readonly webhookUrl?: string;
  readonly scopes?: readonly string[];
  readonly credentials?: Readonly<Record<string, string>>;
}

export type AppChange = Partial<Pick<NewApp, 'name' | 'mode' | 'webhookUrl' | 'scopes'>>;

export interface AddressCheck {
  readonly ok: boolean;
  readonly ms: number;
  readonly status?: number;
  readonly text: Words;
}

export interface SimChat {
  readonly platform: PlatformKind;
  readonly id: string;
  readonly kind: 'direct' | 'group';
  /** A group in which each message opens a topic. */
  readonly topics: boolean;
  readonly name: Words;
  /** People in it, by {@link SimPerson.id}; a direct chat has one. */
  readonly people: readonly string[];
  /** Apps whose bot is in it, by app id; a direct chat has one. */
  readonly bots: readonly string[];
  /** When something last happened; chats are listed newest first. */
  readonly activeAt: number;
  /** What the vendor's client shows under the chat's name. */
  readonly summary?: string;
  /** A chat of the vendor's own, in which one only reads: work notifications, or what waits for one's decision. */
  readonly purpose?: 'notices' | 'approvals';
  /** Present on a customer's chat with customer service. */
  readonly service?: SimService;
}
