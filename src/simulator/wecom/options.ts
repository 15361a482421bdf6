import type { NewGroup } from '../chats.ts';
import type { WecomAppOptions, WecomBotOptions } from './apps.ts';
import type { SocketRules } from './bot/socket-hub.ts';
import type { KfOptions } from './kf/accounts.ts';
import type { WecomLimits } from './limits.ts';
import type { OaTemplate } from './oa/approvals.ts';

/** What the vendor's pages leave open, or contradict each other on. */
export interface WecomRules {
  /** Longer texts of an app: cut, as the page of `message/send` says, or 45002, as the list of codes does. */
  readonly longText: 'cut' | 'refuse';
  /** Messages above 30 a minute to one member: dropped with errcode 0, or 45009. */
  readonly overLimit: 'drop' | 'refuse';
  /** What makes a callback be sent again. */
  readonly retryOn: 'not-200' | 'no-answer';
  /** Whether a further try has a new timestamp and nonce. */
  readonly freshNonce: boolean;
  /** Whether a card can be updated in the response to `template_card_event` of an app. */
  readonly passiveCardUpdate: boolean;
  /** Code of a response_url that was used before or is over. */
  readonly staleResponseUrl: number;
  /** Whether a session of customer service can be ended by API while no person serves. */
  readonly endUnserved: boolean;
}

export const WECOM_RULES: WecomRules = {
  longText: 'cut',
  overLimit: 'drop',
  retryOn: 'not-200',
  freshNonce: true,
  passiveCardUpdate: false,
  staleResponseUrl: 60140,
  endUnserved: false,
};

export interface WecomOptions {
  /** Default: one made up. */
  readonly corpId?: string;
  /** Default: one app without an address. */
  readonly apps?: readonly WecomAppOptions[];
  /** Default: one bot on the long connection. */
  readonly bots?: readonly WecomBotOptions[];
  /** Groups that are there from the start; bots and robots by place in the list of bots. */
  readonly groups?: readonly (Omit<NewGroup, 'bots'> & {
    readonly bots?: readonly (string | number)[];
    /** Names of the robots that stand in it. */
    readonly robots?: readonly string[];
  })[];
  /** Customer service; `false` for none. */
  readonly kf?: KfOptions | false;
  /** Approval templates; default: one for access, which 王敏 decides. */
  readonly approvals?: readonly OaTemplate[];
  readonly limits?: Partial<WecomLimits>;
  readonly rules?: Partial<WecomRules>;
  /** Whether the vendor's rate limits are kept; default true. Off for load tests. */
  readonly rateLimits?: boolean;
  readonly socket?: Partial<SocketRules>;
  /** Most messages and deliveries in memory; default: all. */
  readonly keep?: number;
  /** Whether each frame of a stream and each update of a card is kept with its content; default true. */
  readonly keepHistory?: boolean;
  /** Most connections to one callback address; default 128. */
  readonly webhookConnections?: number;
}
