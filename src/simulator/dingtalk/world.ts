import type { SimClock } from '../clock.ts';
import type { Outgoing } from '../outgoing.ts';
import type { SharedWorld } from '../shared-world.ts';
import type { Staff } from '../staff.ts';
import type { Waits } from '../waits.ts';
import type { Accounts } from './accounts.ts';
import type { Approvals } from './approvals/approvals.ts';
import type { DingtalkApp } from './apps.ts';
import type { Chats } from './chats.ts';
import type { Deliverer } from './deliver.ts';
import type { Files } from './files.ts';
import type { GroupRobot } from './group-robot/robots.ts';
import type { DingtalkLimits } from './limits.ts';
import type { Messages } from './messages.ts';
import type { DingtalkCard } from './model.ts';
import type { Notices } from './notices/notices.ts';
import type { DingtalkRules } from './options.ts';
import type { Quota } from './quota.ts';
import type { Rates } from './rates.ts';
import type { Recorder } from './record.ts';
import type { Sessions } from './sessions.ts';
import type { StreamHub } from './stream/hub.ts';
import type { PageTeller } from './teller.ts';
import type { CardTemplate } from './templates.ts';
import type { Tokens } from './tokens.ts';

/** Everything the vendor's side of DingTalk consists of. */
export interface DingtalkWorld {
  readonly shared: SharedWorld;
  readonly clock: SimClock;
  readonly limits: DingtalkLimits;
  readonly rules: DingtalkRules;
  readonly corpId: string;
  /** By client id. */
  readonly apps: Map<string, DingtalkApp>;
  /** By the `access_token` of their addresses. */
  readonly groupRobots: Map<string, GroupRobot>;
  readonly notices: Notices;
  readonly approvals: Approvals;
  readonly accounts: Accounts;
  readonly staff: Staff;
  readonly chats: Chats;
  readonly messages: Messages;
  readonly sessions: Sessions;
  readonly files: Files;
  readonly tokens: Tokens;
  readonly rates: Rates;
  readonly quota: Quota;
  readonly recorder: Recorder;
  readonly hub: StreamHub;
  readonly line: Outgoing;
  readonly waits: Waits;
  readonly deliverer: Deliverer;
  readonly templates: ReadonlyMap<string, CardTemplate>;
  /** By app and `outTrackId`: `'ding… gw-01'`. */
  readonly cards: Map<string, DingtalkCard>;
  /** People, by `SimPerson.id`, to whom `batchSend` holds messages back. */
  readonly heldBack: Set<string>;
  readonly teller: PageTeller;
  /** All addresses are blocked until then, as after too many calls. */
  blockedUntil: number;
  /** Where this server is reached, for the addresses that are given out. */
  baseUrl: string;
}
