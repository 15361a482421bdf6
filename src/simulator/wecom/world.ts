import type { SimClock } from '../clock.ts';
import type { Outgoing } from '../outgoing.ts';
import type { SharedWorld } from '../shared-world.ts';
import type { Staff } from '../staff.ts';
import type { Waits } from '../waits.ts';
import type { Accounts } from './accounts.ts';
import type { SentStore } from './app/sent.ts';
import type { WecomApp, WecomBot, WecomRobot } from './apps.ts';
import type { BotWorld } from './bot/bot-world.ts';
import type { Chats } from './chats.ts';
import type { Codes } from './codes.ts';
import type { Deliverer } from './deliver.ts';
import type { KfWorld } from './kf/kf-world.ts';
import type { WecomLimits } from './limits.ts';
import type { MediaStore } from './media.ts';
import type { Messages } from './messages.ts';
import type { OaApprovals } from './oa/approvals.ts';
import type { WecomRules } from './options.ts';
import type { Rates } from './rates.ts';
import type { Recorder } from './record.ts';
import type { PageTeller } from './teller.ts';
import type { Tokens } from './tokens.ts';

/** Everything the vendor's side of WeCom consists of. */
export interface WecomWorld {
  readonly shared: SharedWorld;
  readonly clock: SimClock;
  readonly limits: WecomLimits;
  readonly rules: WecomRules;
  readonly corpId: string;
  /** By agentid, bot id and key. */
  readonly apps: Map<string, WecomApp>;
  readonly bots: Map<string, WecomBot>;
  readonly robots: Map<string, WecomRobot>;
  readonly accounts: Accounts;
  readonly staff: Staff;
  readonly chats: Chats;
  readonly messages: Messages;
  readonly media: MediaStore;
  readonly tokens: Tokens;
  readonly rates: Rates;
  readonly recorder: Recorder;
  readonly line: Outgoing;
  readonly waits: Waits;
  readonly deliverer: Deliverer;
  /** What apps have sent, with the codes of their cards. */
  readonly sent: SentStore;
  /** Welcome codes of new external contacts; their value names customer and member. */
  readonly contactCodes: Codes<{ readonly customer: string; readonly member: string }>;
  readonly bot: BotWorld;
  readonly kf: KfWorld | undefined;
  readonly approvals: OaApprovals;
  readonly teller: PageTeller;
  /** A new id of 64 bits. */
  readonly newMsgId: () => string;
  /** Where this server is reached, for the addresses that are given out. */
  baseUrl: string;
}
