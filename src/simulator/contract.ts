/**
 * What the demo page and the simulator say to each other: the control API and the live stream. Types and paths only, so
 * that the page's bundle takes nothing else from here.
 *
 * - Everything is JSON. A request that cannot be done answers 4xx with {@link SimRefusal}.
 * - The page opens {@link SIM_PATHS.events}: the first event is a whole `snapshot`, each later one a change to it. After
 *   a lost connection the next first event is a whole snapshot again, so nothing has to be caught up.
 * - Words for people come in both languages ({@link Words}); what somebody wrote comes as it was written.
 * - Times are epoch milliseconds, durations milliseconds, unless the name says otherwise.
 */

export const SIM_PATHS = {
  /** GET, `text/event-stream`: `data:` of each event is one {@link SimEvent}, `id:` its number. */
  events: '/sim/events',
  /** GET → {@link SimSnapshot}. */
  state: '/sim/state',
  /** POST {@link SimAction} → {@link SimActionResult}; what a person does in her client. */
  actions: '/sim/actions',
  /** POST raw bytes with `?name=…` and `content-type` → {@link SimResource}; then sent by an action. */
  resources: '/sim/resources',
  /** GET the bytes. */
  resource: (key: string): string => `/sim/resources/${encodeURIComponent(key)}`,
  /** GET `?platform=&chat=&before=<message id>&limit=` → {@link SimMessage}[], oldest first. */
  messages: '/sim/messages',
  /** GET `?limit=` → {@link WireEntry}[], newest last. DELETE empties the log. */
  wire: '/sim/wire',
  /** GET → {@link WireDetail}. */
  wireEntry: (id: string): string => `/sim/wire/${encodeURIComponent(id)}`,
  /** GET → {@link Fault}[]; POST {@link NewFault} → {@link Fault}; DELETE removes all. */
  faults: '/sim/faults',
  /** DELETE. */
  fault: (id: string): string => `/sim/faults/${encodeURIComponent(id)}`,
  /** GET → {@link GatewayState}. */
  gateway: '/sim/gateway',
  /** POST: the process dies at once and is started again by whoever runs it. 409 when nobody does. */
  killGateway: '/sim/gateway/kill',
  /** POST {@link TraceEvent} or an array of them, by the gateway's side. GET `?key=` or `?message=` → {@link TraceEvent}[]. */
  trace: '/sim/trace',
  /** GET → {@link SimSettings}; PATCH a part of it. */
  settings: '/sim/settings',
  /** POST: conversations, wire log, traces and faults go; people, apps, chats and settings stay as they were at the start. */
  reset: '/sim/reset',
  /** GET → {@link SimApp}[]; POST {@link NewApp} → {@link SimApp}. */
  apps: '/sim/apps',
  /** PATCH {@link AppChange} → {@link SimApp}. */
  app: (id: string): string => `/sim/apps/${encodeURIComponent(id)}`,
  /** POST: the vendor's check of the webhook address ("save URL") → {@link AddressCheck}. */
  checkApp: (id: string): string => `/sim/apps/${encodeURIComponent(id)}/check`,
} as const;

export type PlatformKind = 'feishu' | 'wecom' | 'dingtalk';

/** Where a request of the wire log belongs; `dify` is the stand-in of the agent's server. */
export type FarSide = PlatformKind | 'dify';

/** The same in both languages. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

export interface SimRefusal {
  readonly error: { readonly code: string; readonly text: Words };
}

// ───────────────────────────────────────────────────────────────── people, apps, chats

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
}

export interface MenuItem {
  /** What the bot is told; absent on an entry that only opens others. */
  readonly key?: string;
  readonly label: Words;
  readonly items?: readonly MenuItem[];
}

export interface NewApp {
  readonly platform: PlatformKind;
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
}

// ───────────────────────────────────────────────────────────────── messages

export type Author =
  | { readonly kind: 'person'; readonly person: string }
  | { readonly kind: 'bot'; readonly app: string }
  | { readonly kind: 'system' };

export interface SimMessage {
  readonly platform: PlatformKind;
  /** The vendor's id (`om_…`). */
  readonly id: string;
  readonly chat: string;
  /** The topic it stands in. */
  readonly thread?: string;
  /** The message it answers or quotes. */
  readonly parent?: string;
  /** The first message of that chain of answers. */
  readonly root?: string;
  readonly from: Author;
  readonly at: number;
  readonly content: SimContent;
  readonly editedAt?: number;
  readonly recalledAt?: number;
  readonly reactions: readonly SimReaction[];
  /** People who have read it, by {@link SimPerson.id}. */
  readonly readBy: readonly string[];
  /** Questions offered below it, of which one press sends the text. */
  readonly followUps: readonly string[];
  /** How the gateway took a person's message; absent on a bot's own. One entry an app that was told. */
  readonly delivery?: readonly DeliveryMark[];
  /** Grows with each change; an older one that arrives late is to be dropped. */
  readonly version: number;
}

export interface SimReaction {
  /** The vendor's name (`THUMBSUP`). */
  readonly emoji: string;
  readonly by: readonly Author[];
}

/**
 * A delivery is always in one of these states.
 * - sending: on its way or waiting for the ack. Left by the ack, a refusal or the vendor's time limit.
 * - acknowledged: final.
 * - waiting: failed, will be sent again at `nextAt`.
 * - given-up: the vendor's last try failed too.
 */
export interface DeliveryMark {
  readonly app: string;
  readonly state: 'sending' | 'acknowledged' | 'waiting' | 'given-up';
  readonly attempts: number;
  /** From sending to the ack, of the last try. */
  readonly ackMs?: number;
  readonly nextAt?: number;
}

export type SimContent =
  | { readonly kind: 'text'; readonly text: string; readonly mentions: readonly SimMention[] }
  /** Text in the platform's Markdown dialect; `streaming` while it still grows. */
  | { readonly kind: 'markdown'; readonly text: string; readonly streaming: boolean }
  | { readonly kind: 'post'; readonly title: string; readonly paragraphs: readonly (readonly PostNode[])[] }
  | { readonly kind: 'image'; readonly image: SimResource }
  | { readonly kind: 'file'; readonly file: SimResource }
  | { readonly kind: 'audio'; readonly audio: SimResource; readonly durationMs: number }
  | { readonly kind: 'video'; readonly video: SimResource; readonly durationMs: number }
  | { readonly kind: 'card'; readonly card: SimCard }
  /** A line across the conversation. */
  | { readonly kind: 'divider'; readonly text: string }
  /** Anything else; `type` is the vendor's word for it and `raw` its content. */
  | { readonly kind: 'other'; readonly type: string; readonly raw: string };

/** A mention as it stands in the text: `key` is replaced by `@name`. */
export interface SimMention {
  readonly key: string;
  readonly name: string;
  /** Absent for "everybody". */
  readonly who?: Author;
}

/** One piece of a rich text, in the vendor's words; what is not used by a tag is absent. */
export interface PostNode {
  readonly tag: 'text' | 'a' | 'at' | 'img' | 'media' | 'emotion' | 'hr' | 'code_block' | 'md';
  readonly text?: string;
  readonly href?: string;
  readonly style?: readonly string[];
  readonly name?: string;
  readonly image?: SimResource;
  readonly emoji?: string;
  readonly language?: string;
}

export interface SimResource {
  readonly key: string;
  readonly name: string;
  readonly mime: string;
  readonly bytes: number;
  /** Path on this server. */
  readonly url: string;
}

/** A card as it stands now. */
export interface SimCard {
  /** The vendor's card JSON with every update worked in. */
  readonly json: Readonly<Record<string, unknown>>;
  /** The vendor's id of the card, when it is one that streams. */
  readonly cardId?: string;
  /** Shows the typing cursor; buttons that change the card do not work meanwhile. */
  readonly streaming: boolean;
  /** When the vendor ends the streaming by itself. */
  readonly streamingUntil?: number;
  /** How text appears while streaming. */
  readonly print: { readonly everyMs: number; readonly step: number; readonly strategy: 'fast' | 'delay' };
  /** By element id: the elements that have been streamed into. Others show what `json` says at once. */
  readonly elements: Readonly<Record<string, StreamedElement>>;
  /** Images the card names, by their key. */
  readonly images: Readonly<Record<string, SimResource>>;
  /** Number of updates so far, of every kind. */
  readonly updates: number;
}

export interface StreamedElement {
  /** The whole text so far; also stands in `json`. */
  readonly text: string;
  /** How many characters of it were there before the last update: those show at once, the rest is typed. 0 = repaint. */
  readonly kept: number;
  readonly sequence: number;
  readonly at: number;
}

// ───────────────────────────────────────────────────────────────── what a person does

interface Doing {
  readonly platform: PlatformKind;
  /** {@link SimPerson.id} */
  readonly person: string;
}

interface Sending extends Doing {
  readonly chat: string;
  /** Answer or quote this message. */
  readonly replyTo?: string;
  /** Write in this topic. */
  readonly thread?: string;
  /** Together with `replyTo`: open (or go on in) the topic of that message. */
  readonly inThread?: boolean;
}

export type SimAction =
  /**
   * Mentions stand in `text` as `@{…}` with the id of a person or an app, or `all`: `"@{cli_…} hello"`. In the vendor's
   * payload they become what the vendor writes there.
   */
  | (Sending & { readonly type: 'send-text'; readonly text: string })
  | (Sending & { readonly type: 'send-post'; readonly title?: string; readonly paragraphs: readonly (readonly PostNode[])[] })
  /** `resource` is the key of an uploaded {@link SimResource} or of one of {@link SimSnapshot.samples}. */
  | (Sending & { readonly type: 'send-image' | 'send-file' | 'send-video'; readonly resource: string; readonly durationMs?: number })
  | (Sending & { readonly type: 'send-audio'; readonly resource: string; readonly durationMs: number })
  | (Sending & { readonly type: 'send-sticker' })
  /** Several messages, forwarded as one. */
  | (Sending & { readonly type: 'send-forward'; readonly messages: readonly string[] })
  | (Doing & { readonly type: 'edit'; readonly message: string; readonly text: string })
  | (Doing & { readonly type: 'recall'; readonly message: string })
  | (Doing & { readonly type: 'react' | 'unreact'; readonly message: string; readonly emoji: string })
  | (Doing & { readonly type: 'read'; readonly message: string })
  /** Presses a button, chooses an option or submits a form of a card. */
  | (Doing & CardPress & { readonly type: 'press'; readonly message: string })
  /** Presses one of {@link SimMessage.followUps}. */
  | (Doing & { readonly type: 'follow-up'; readonly message: string; readonly index: number })
  /** Opens the direct chat with a bot; made when there is none yet. */
  | (Doing & { readonly type: 'enter'; readonly app: string })
  | (Doing & { readonly type: 'menu'; readonly app: string; readonly key: string })
  | (Doing & { readonly type: 'add-bot' | 'remove-bot'; readonly chat: string; readonly app: string })
  | (Doing & { readonly type: 'create-group'; readonly name: string; readonly people: readonly string[]; readonly bots: readonly string[]; readonly topics?: boolean })
  /** Sends the same message again, as the vendor does when it is in doubt: same message, new delivery. */
  | (Doing & { readonly type: 'redeliver'; readonly message: string })
  /** A delivery that an attacker made; nothing of it appears in the chat. */
  | (Doing & { readonly type: 'forge'; readonly app: string; readonly chat?: string; readonly variant: ForgeVariant; readonly text?: string });

/** What was pressed, in the card's own terms. */
export interface CardPress {
  /** The element's tag (`button`, `select_static`, …). */
  readonly tag: string;
  /** Its `element_id` or `name`, where it has one. */
  readonly element?: string;
  readonly name?: string;
  /** Its callback value, as it stands in the card. */
  readonly value?: unknown;
  readonly formValue?: Readonly<Record<string, unknown>>;
  readonly inputValue?: string;
  readonly option?: string;
  readonly options?: readonly string[];
  readonly checked?: boolean;
}

/**
 * - signature: signed over something else; timestamp: right signature, an hour old; key: encrypted and signed with
 *   another key; nonce: yesterday's real delivery again, byte for byte; unsigned: no signature headers; token: wrong
 *   verification token; app: another app's id.
 */
export type ForgeVariant = 'signature' | 'timestamp' | 'key' | 'nonce' | 'unsigned' | 'token' | 'app';

export type SimActionResult =
  | {
      readonly ok: true;
      /** The message that was written. */
      readonly message?: string;
      /** The chat that was entered or made. */
      readonly chat?: string;
      /** What the person sees after a press. */
      readonly toast?: SimToast;
      /** HTTP status the gateway gave to a forged delivery; 0 when it cut the line. */
      readonly status?: number;
      /** How long the gateway took to answer. */
      readonly ms?: number;
    }
  | {
      readonly ok: false;
      /** The vendor's number where the vendor shows one to the person (`200341`), else a word of ours. */
      readonly error: { readonly code: string; readonly text: Words };
    };

export interface SimToast {
  readonly kind: 'info' | 'success' | 'warning' | 'error';
  readonly text: string;
}

// ───────────────────────────────────────────────────────────────── the wire

export interface WireEntry {
  readonly id: string;
  readonly at: number;
  readonly side: FarSide;
  readonly app?: string;
  /** `in`: the gateway called the vendor; `out`: the vendor delivered to the gateway. */
  readonly direction: 'in' | 'out';
  readonly transport: 'http' | 'sse' | 'websocket';
  /** HTTP method, or the frame's type on a WebSocket. */
  readonly method: string;
  readonly path: string;
  /** 0 while there is no answer, −1 when the line broke or time ran out. */
  readonly status: number;
  /** The vendor's own code in the answer, 0 when it went well. */
  readonly code?: number;
  readonly ms?: number;
  /** One line: what this is ("event im.message.receive_v1, 2nd try"). */
  readonly title: Words;
  /** The fault that was made on it. */
  readonly fault?: FaultKind;
  /** The message it is about. */
  readonly message?: string;
  /** Frames so far of a stream. */
  readonly frames: number;
}

export interface WireDetail extends WireEntry {
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** As bytes on the wire: the ciphertext where there is one. */
  readonly requestBody: WireBody;
  /** Decrypted or otherwise read, where that differs. */
  readonly plainBody?: WireBody;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody?: WireBody;
  /** Which key signed what, why it was accepted or refused: one sentence each. */
  readonly explanation: readonly Words[];
  readonly stream: readonly WireFrame[];
}

export interface WireBody {
  /** UTF-8, or base64 of what is not text. */
  readonly text: string;
  readonly encoding: 'utf8' | 'base64';
  /** Length of the whole; more than `text` holds when it was cut. */
  readonly bytes: number;
  readonly cut: boolean;
}

/** One SSE event or one WebSocket frame. */
export interface WireFrame {
  readonly at: number;
  readonly direction: 'in' | 'out';
  readonly title: string;
  readonly body: WireBody;
}

// ───────────────────────────────────────────────────────────────── faults, gateway, trace

export type FaultKind =
  /** Calls of the gateway: 429 with the vendor's headers; 500; no answer ever; the line is cut; "token expired". */
  | 'throttle'
  | 'server-error'
  | 'hang'
  | 'drop'
  | 'expired-token'
  /** Deliveries to the gateway: twice; after `delayMs`; after the one behind it; with a forged one before it. */
  | 'duplicate'
  | 'late'
  | 'reorder'
  | 'forge';

export interface NewFault {
  readonly kind: FaultKind;
  /** Only here; else everywhere it makes sense. */
  readonly side?: FarSide;
  readonly app?: string;
  /** Only calls whose path contains this. */
  readonly path?: string;
  /** How many times; for ever when there is neither `count` nor `forMs`. */
  readonly count?: number;
  readonly forMs?: number;
  /** 0 to 1; 1 when absent. */
  readonly probability?: number;
  /** For `late` (default 2,000) and `throttle` (what the reset header says; default 1,000). */
  readonly delayMs?: number;
  /** For `forge`; `signature` when absent. */
  readonly variant?: ForgeVariant;
}

export interface Fault extends NewFault {
  readonly id: string;
  readonly since: number;
  readonly until?: number;
  /** How often it has struck. */
  readonly hits: number;
  /** Times left, when there was a `count`. */
  readonly left?: number;
}

/**
 * - unknown: nobody told us; the gateway runs elsewhere.
 * - up, down: answers or does not.
 * - restarting: was killed and is being started again.
 */
export interface GatewayState {
  readonly state: 'unknown' | 'up' | 'down' | 'restarting';
  readonly since: number;
  /** Whether {@link SIM_PATHS.killGateway} works. */
  readonly canKill: boolean;
  readonly pid?: number;
  readonly kills: number;
  /** From the last kill to ready again. */
  readonly recoveredMs?: number;
  readonly url?: string;
}

/** One step of a message's way through the gateway, as the gateway tells it. */
export interface TraceEvent {
  /** The gateway's event key; joins the steps of one message. */
  readonly key: string;
  readonly turn?: string;
  /** The vendor's message id, where the gateway knows it. */
  readonly message?: string;
  /** `received`, `stored`, `acknowledged`, `identified`, `allowed`, `routed`, `asked`, `first-text`, `frame`, `final`, `delivered`, `failed`, … */
  readonly step: string;
  readonly at: number;
  /** Since the step before. */
  readonly ms?: number;
  readonly detail?: Readonly<Record<string, string | number | boolean>>;
}

export interface SimSettings {
  /** How many times faster than in life the vendor's redelivery waits pass; 1 to 100,000. */
  readonly speed: number;
  /** Whether the vendor's rate limits are kept. */
  readonly rateLimits: boolean;
  /** Whether the wire log is written. */
  readonly wire: boolean;
}

// ───────────────────────────────────────────────────────────────── snapshot and stream

export interface SimSnapshot {
  readonly now: number;
  readonly people: readonly SimPerson[];
  readonly apps: readonly SimApp[];
  readonly chats: readonly SimChat[];
  /** The last of each chat, oldest first. */
  readonly messages: readonly SimMessage[];
  /** Ready to be sent by one press: a picture, a document, a voice message. */
  readonly samples: readonly SimResource[];
  readonly wire: readonly WireEntry[];
  readonly faults: readonly Fault[];
  readonly gateway: GatewayState;
  readonly traces: readonly TraceEvent[];
  readonly settings: SimSettings;
}

export type SimEvent =
  | { readonly type: 'snapshot'; readonly state: SimSnapshot }
  | { readonly type: 'message-added'; readonly message: SimMessage }
  | { readonly type: 'message-changed'; readonly message: SimMessage }
  /** Text streamed into one element of a card. Apply when `version` is newer than the message's. */
  | {
      readonly type: 'card-streamed';
      readonly platform: PlatformKind;
      readonly chat: string;
      readonly message: string;
      readonly element: string;
      /** How many characters of the text before stay; `tail` follows them. */
      readonly kept: number;
      readonly tail: string;
      readonly sequence: number;
      readonly at: number;
      readonly version: number;
    }
  | { readonly type: 'chat-added' | 'chat-changed'; readonly chat: SimChat }
  | { readonly type: 'app-changed'; readonly app: SimApp }
  /** Shown to one person, at a message of hers when there is one. */
  | { readonly type: 'toast'; readonly platform: PlatformKind; readonly person: string; readonly message?: string; readonly toast: SimToast }
  | { readonly type: 'wire-added' | 'wire-changed'; readonly entry: WireEntry }
  | { readonly type: 'wire-cleared' }
  | { readonly type: 'faults-changed'; readonly faults: readonly Fault[] }
  | { readonly type: 'gateway-changed'; readonly gateway: GatewayState }
  | { readonly type: 'trace'; readonly event: TraceEvent }
  | { readonly type: 'settings-changed'; readonly settings: SimSettings };
