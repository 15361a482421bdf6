import type { FileContent } from './agent.ts';
import type { ApprovalPort } from './approvals.ts';
import type {
  CardActionEvent,
  Delivery,
  FilePart,
  FileRef,
  IgnoredEvent,
  InboundEvent,
  ReplyAddress,
} from './event.ts';
import type { AccountId, ChannelName, ChatId, EventKey, MessageId, TurnId } from './ids.ts';
import type { InLanguages } from './lang.ts';
import type { MemberDirectory } from './members.ts';
import type { Pusher } from './push.ts';
import type { ActionAnswer, Frame, OutboundMessage, Sent } from './reply.ts';

/** What an app is able to do; callers ask this, never the platform's name. */
export interface Capabilities {
  /** How a reply can grow while the agent talks: pushed, edited in place, fetched by the platform, or only added to. */
  readonly reply: 'stream' | 'edit' | 'polled' | 'append';
  /** Longest answer in one message, in bytes of UTF-8; a longer one is cut into several. */
  readonly maxAnswerBytes: number;
  /** How long the vendor takes two sendings with one key for the same message, in milliseconds; 0 where it never does. */
  readonly sendKeyWindowMs: number;
  /** Whether a message of ours can carry buttons. */
  readonly buttons: boolean;
  /** Where an answer cannot change: whether the questions one may ask next may follow in a message of their own. */
  readonly suggestsApart?: boolean;
  /** Pictures that an answer's text points to are shown in it; elsewhere they come in messages of their own, as other files do. */
  readonly picturesInText?: boolean;
  /** Files of an answer stand in its text, as pictures and links: there is no message for one alone. */
  readonly filesInText?: boolean;
}

/** The answer to a delivery, as the vendor wants it. */
export interface Ack {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** What a delivery turned out to be. */
export type Receipt =
  /**
   * Things that happened: stored, then `ack` is given; with `place`, how far a pulled page brings us, in the same step. A vendor that
   * takes an answer in its own request only (a greeting) gets what `late` waits for instead: the adapter knows how long it may.
   */
  | {
      readonly kind: 'events';
      readonly events: readonly InboundEvent[];
      readonly ack: Ack;
      readonly late?: () => Promise<Ack>;
      readonly place?: PulledPlace;
    }
  /** The platform asks how an answer looks by now (`can.reply` is `'polled'`): told at once, from what runs here or is stored. */
  | { readonly kind: 'poll'; readonly turn: TurnId; readonly answer: (look: PolledLook) => Ack }
  /** Somebody waits at the other end for what to show: answered from what is stored, within the response. */
  | { readonly kind: 'question'; readonly event: CardActionEvent; readonly answer: (answer: ActionAnswer) => Ack }
  /** The vendor checks that we are there. */
  | { readonly kind: 'handshake'; readonly ack: Ack }
  | { readonly kind: 'ignored'; readonly event: IgnoredEvent; readonly ack: Ack };

/** Where the pulling of one source goes on. */
export interface PulledPlace {
  /** The adapter's own name for the source. */
  readonly source: string;
  readonly place: string;
}

/**
 * How an answer looks to a platform that asks.
 * - waiting: not begun, or nothing to see yet.
 * - growing: the newest frame; more follow.
 * - whole: stored as it is to stay, on its way or sent. A `send` of the same message may come later, or have been.
 */
export type PolledLook =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'growing'; readonly frame: Frame }
  | { readonly kind: 'whole'; readonly message: OutboundMessage };

export interface SendOptions {
  readonly signal: AbortSignal;
  /** What an earlier, interrupted try had noted. */
  readonly prior?: Sent;
  /** Something may be shown under this key already, of which nothing is known: under it the vendor would show nothing new. */
  readonly mayBeShown?: boolean;
  /** Called, and awaited, as soon as there is something a later try must know; before the message is visible. */
  readonly save: (sent: Sent) => Promise<void>;
}

/** A message somebody wrote earlier, for the agent to read. */
export interface EarlierMessage {
  readonly author?: string;
  /** Its words, with the names of its files. */
  readonly text: string;
  readonly fromBot: boolean;
  /** What of its files can be fetched. */
  readonly files?: readonly FilePart[];
  /** The event that it answers, where the vendor tells. */
  readonly answers?: EventKey;
}

/** The state of a long connection, for `/readyz`, the metrics and the console. */
export interface ConnectionState {
  readonly state: 'connecting' | 'open' | 'closed';
  /** Epoch milliseconds of the last frame of any kind. */
  readonly lastFrameAt?: number;
  readonly attempts: number;
}

/** A chat platform as the rest of the gateway sees it: one app at one vendor, made from its settings. */
export interface Platform {
  readonly name: string;
  /** What people call it. */
  readonly title: InLanguages;
  readonly channel: ChannelName;
  readonly can: Capabilities;
  /**
   * Proves who sent a delivery and reads it. No network: same bytes and time, same answer.
   * @throws {GatewayError} one of the refusals (`signature_…`, `decrypt_failed`, `body_…`, `app_mismatch`, …).
   */
  receive(delivery: Delivery, now: number): Receipt;
  /**
   * Brings deliveries that nobody sends to us: opens the vendor's long connection, where the settings ask for one, or pulls; resolves
   * when `signal` ends it.
   * @param placeOf - Where the pulling of a source has come to; undefined where it has not begun.
   */
  listen?(
    accept: (delivery: Delivery) => Promise<Ack>,
    signal: AbortSignal,
    placeOf?: (source: string) => Promise<string | undefined>,
  ): Promise<void>;
  connection?(): ConnectionState;
  /** Answers leave over the long connection: only the process that holds it can work on what has come. */
  readonly sendsByConnection?: boolean;
  /** Whether a message to this address can grow; absent where each can that `can.reply` speaks of. */
  grows?(to: ReplyAddress): boolean;
  /**
   * Sends a new message. A frame that is not final opens a message that `update` can make grow. Where replies are polled, resolves when
   * the platform has fetched it.
   */
  send(message: OutboundMessage, options: SendOptions): Promise<Sent>;
  /** Shows a newer frame in a message sent before; a final frame closes it. Present when `can.reply` is `'stream'` or `'edit'`. */
  update?(sent: Sent, message: OutboundMessage & { readonly kind: 'frame' }, options: SendOptions): Promise<Sent>;
  /**
   * Shows what a press has done. Present where presses come as events like any other and the vendor takes the answer in a call of its
   * own; elsewhere it is given in the response (`question`). Decoration: what it throws is logged and not tried again.
   */
  answerAction?(event: CardActionEvent, answer: ActionAnswer, signal: AbortSignal): Promise<void>;
  /**
   * Does what a press sets going at the vendor's beside being answered (somebody is brought in). Unlike the answer it is tried again when
   * it fails, after the answer was given once more; so both are safe to run twice.
   */
  followPress?(event: CardActionEvent, answer: ActionAnswer, signal: AbortSignal): Promise<void>;
  /**
   * Fetches a file that somebody sent.
   * @throws {GatewayError} `file_gone`, `file_too_large` (over `maxBytes`), or a `platform_…` code.
   */
  fetchFile(file: FileRef, maxBytes: number, signal: AbortSignal): Promise<FileContent>;
  /** Reads an earlier message (a quoted or forwarded one); undefined when it is gone or hidden. */
  readMessage?(message: MessageId, signal: AbortSignal): Promise<EarlierMessage | undefined>;
  /** Brings what nobody asked for; present where the vendor lets an app begin to talk. */
  readonly pusher?: Pusher;
  /** Tries the credentials and the set-up online; one sentence a fault, with where to click. */
  check?(signal: AbortSignal): Promise<readonly InLanguages[]>;
  /** Approvals (审批) at this vendor. */
  readonly approvals?: ApprovalPort;
  /** Who owns a group; undefined where the vendor names nobody. Present where the vendor tells apps. */
  chatOwner?(chat: ChatId, signal: AbortSignal): Promise<AccountId | undefined>;
  /** The company's directory, where the vendor lets apps look into it. */
  readonly directory?: MemberDirectory;
  close?(): Promise<void>;
}
