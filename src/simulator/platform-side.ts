import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type {
  AddressCheck,
  AppChange,
  NewApp,
  PlatformKind,
  SimAccount,
  SimAction,
  SimActionResult,
  SimApp,
  SimApproval,
  SimApprovalForm,
  SimChat,
  SimMessage,
  SimQuota,
} from './contract.ts';
import type { Persona } from './people.ts';

/** One vendor's side, as the server, the control API and the page see it. */
export interface PlatformSide {
  readonly kind: PlatformKind;
  /** Whether a request's path belongs to this vendor. */
  owns(path: string): boolean;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** @returns False when the path is not for a long connection of this vendor. */
  upgrade(path: string, request: IncomingMessage, socket: Duplex, head: Buffer): boolean;

  account(person: Persona): SimAccount | undefined;
  appViews(): SimApp[];
  chatViews(): SimChat[];
  /** Of a vendor that counts the calls of a month, for a company that has something there. */
  quotaView?(): SimQuota | undefined;
  approvalForms?(): readonly SimApprovalForm[];
  /** The last `limit` messages of a chat, before one of them when it is given, oldest first. */
  messageViews(chat: string, limit: number, before?: string): SimMessage[];

  /** Newest first. */
  approvalViews(): SimApproval[];

  perform(action: SimAction): Promise<SimActionResult>;
  createApp(app: NewApp): SimApp;
  changeApp(id: string, change: AppChange): SimApp | undefined;
  checkApp(id: string): Promise<AddressCheck | undefined>;
  /** A fault was ordered; some take effect at once. */
  faultAdded(kind: string, app: string | undefined): void;

  rateLimits: boolean;
  /** The shared speed is another one now. */
  speedChanged(): void;
  /** As at the start, apps and groups included. */
  reset(): void;
  close(): Promise<void>;
}
