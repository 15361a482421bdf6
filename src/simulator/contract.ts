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

import type { SimAction, SimStaffAction, SimToast } from './contract-actions.ts';
import type { SimApprovalForm, SimDingtalkAction, SimQuota } from './contract-dingtalk.ts';
import type { SimMessage, SimResource } from './contract-messages.ts';
import type { PlatformKind, SimApp, SimChat, SimPerson, Words } from './contract-people.ts';
import type { SimWecomAction } from './contract-wecom.ts';
import type { Fault, GatewayState, SimSettings, TraceEvent, WireEntry } from './contract-wire.ts';

export type * from './contract-actions.ts';
export type * from './contract-dingtalk.ts';
export type * from './contract-messages.ts';
export type * from './contract-people.ts';
export type * from './contract-wecom.ts';
export type * from './contract-wire.ts';

/** Whatever a person does, on whichever platform. */
export type AnySimAction = SimAction | SimDingtalkAction | SimStaffAction | SimWecomAction;

export const SIM_PATHS = {
  /** GET, `text/event-stream`: `data:` of each event is one {@link SimEvent}, `id:` its number. */
  events: '/sim/events',
  /** GET → {@link SimSnapshot}. */
  state: '/sim/state',
  /** POST {@link AnySimAction} → {@link SimActionResult}; what a person does in her client. */
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
  /**
   * POST: conversations, wire log, traces and faults go; people, apps, chats and settings stay as they were at the start. A
   * gateway that was started from here forgets everything, too, unless `?gateway=keep`; answers when it is back.
   */
  reset: '/sim/reset',
  /** GET `?platform=` → {@link SimApproval}[], newest first; decided by an action. */
  approvals: '/sim/approvals',
  /** GET → {@link SimApp}[]; POST {@link NewApp} → {@link SimApp}. */
  apps: '/sim/apps',
  /** PATCH {@link AppChange} → {@link SimApp}. */
  app: (id: string): string => `/sim/apps/${encodeURIComponent(id)}`,
  /** POST: the vendor's check of the webhook address ("save URL") → {@link AddressCheck}. */
  checkApp: (id: string): string => `/sim/apps/${encodeURIComponent(id)}/check`,
} as const;

export interface SimRefusal {
  readonly error: { readonly code: string; readonly text: Words };
}

export interface SimSnapshot {
  readonly now: number;
  readonly people: readonly SimPerson[];
  readonly apps: readonly SimApp[];
  readonly chats: readonly SimChat[];
  /** The last of each chat, oldest first. */
  readonly messages: readonly SimMessage[];
  /** Ready to be sent by one press: a picture, a document, a voice message. */
  readonly samples: readonly SimResource[];
  /** Questions worth asking the stand-in agent, with what each shows. */
  readonly hints?: readonly { readonly ask: Words; readonly shows: Words }[];
  readonly wire: readonly WireEntry[];
  readonly faults: readonly Fault[];
  readonly gateway: GatewayState;
  /** Of vendors that count the calls of a month. */
  readonly quotas?: readonly SimQuota[];
  /** Of vendors whose client has approvals. */
  readonly approvalForms?: readonly SimApprovalForm[];
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
  | {
      readonly type: 'toast';
      readonly platform: PlatformKind;
      readonly person: string;
      readonly message?: string;
      readonly toast: SimToast;
    }
  | { readonly type: 'wire-added' | 'wire-changed'; readonly entry: WireEntry }
  | { readonly type: 'wire-cleared' }
  | { readonly type: 'faults-changed'; readonly faults: readonly Fault[] }
  | { readonly type: 'gateway-changed'; readonly gateway: GatewayState }
  | { readonly type: 'trace'; readonly event: TraceEvent }
  | { readonly type: 'quota-changed'; readonly quota: SimQuota }
  | { readonly type: 'settings-changed'; readonly settings: SimSettings };
