import type { NewGroup } from '../chats.ts';
import type { ApprovalTemplate } from './approvals/approvals.ts';
import type { DingtalkAppOptions } from './apps.ts';
import type { DingtalkLimits } from './limits.ts';
import type { CardTemplate } from './templates.ts';

/** What the vendor's pages leave open, or contradict each other on. */
export interface DingtalkRules {
  /** A message that comes while no connection is there: lost, as seen in the field, or pushed again like one without ack. */
  readonly offline: 'lost' | 'redeliver';
  /** Whether a further push of the same message has a new frame id. */
  readonly freshFrameId: boolean;
  /** Whether each API takes the other one's token, too. */
  readonly anyToken: boolean;
  /** Whether a finished card can be streamed into. */
  readonly streamAfterEnd: boolean;
  /** Whether the classic template has to be put into its state of input before it streams. */
  readonly needsInputState: boolean;
  /** What streaming without its permission says. */
  readonly streamDenied: 'scope' | 'unknownError';
  /** Whether the month's calls and pushes are counted out; they are counted in any case. */
  readonly quota: boolean;
  /** Whether messages by sessionWebhook are calls of the month. */
  readonly sessionCounts: boolean;
  /** Of which messages in its groups a robot is told: the field `isInAtList` says that there may be others. */
  readonly groupMessages: 'mentioned' | 'all';
}

export const DINGTALK_RULES: DingtalkRules = {
  offline: 'lost',
  freshFrameId: true,
  anyToken: false,
  streamAfterEnd: false,
  needsInputState: true,
  streamDenied: 'scope',
  quota: true,
  sessionCounts: false,
  groupMessages: 'mentioned',
};

export interface DingtalkOptions {
  /** Default: one made up. */
  readonly corpId?: string;
  /** Default: one app with a robot in Stream mode. */
  readonly apps?: readonly DingtalkAppOptions[];
  /** Groups that are there from the start; robots by client id, or by place in the list of apps. */
  readonly groups?: readonly (Omit<NewGroup, 'bots'> & { readonly bots?: readonly (string | number)[] })[];
  /** Card templates of one's own, beside the vendor's public ones. */
  readonly templates?: readonly CardTemplate[];
  /** Approval templates; default: one for leave, which 王敏 decides. */
  readonly approvals?: readonly ApprovalTemplate[];
  readonly limits?: Partial<DingtalkLimits>;
  readonly rules?: Partial<DingtalkRules>;
  /** Whether rates and the month's quota are kept; default true. Off for load tests. */
  readonly rateLimits?: boolean;
  /** Most messages and deliveries in memory; default: all. */
  readonly keep?: number;
  /** Whether each change of a card is kept for the record; default true. */
  readonly keepHistory?: boolean;
}
