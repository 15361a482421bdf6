import type { SimClock } from '../clock.ts';
import type { SharedWorld } from '../shared-world.ts';
import type { Staff } from '../staff.ts';
import type { Accounts } from './accounts.ts';
import type { Approvals } from './approvals/approvals.ts';
import type { FeishuApp } from './apps.ts';
import type { CardRules } from './card-check.ts';
import type { Cards } from './card-entity.ts';
import type { CardTokens } from './card-tokens.ts';
import type { Chats } from './chats.ts';
import type { ContentRules } from './content.ts';
import type { Deliverer } from './deliver.ts';
import type { HookBot } from './hook/hooks.ts';
import type { FeishuLimits } from './limits.ts';
import type { Messages } from './messages.ts';
import type { Rates } from './rates.ts';
import type { Recorder } from './record.ts';
import type { SentKeys } from './sent-keys.ts';
import type { SocketHub } from './socket-hub.ts';
import type { Tokens } from './tokens.ts';
import type { Line } from './try-delivery.ts';

/** Everything the vendor's side of Feishu consists of. */
export interface FeishuWorld {
  readonly shared: SharedWorld;
  readonly clock: SimClock;
  readonly limits: FeishuLimits;
  readonly apps: Map<string, FeishuApp>;
  /** Groups' own bots, by the ends of their addresses. */
  readonly hooks: Map<string, HookBot>;
  readonly accounts: Accounts;
  readonly staff: Staff;
  readonly chats: Chats;
  readonly messages: Messages;
  readonly cards: Cards;
  readonly approvals: Approvals;
  readonly cardTokens: CardTokens;
  readonly tokens: Tokens;
  readonly sentKeys: SentKeys;
  readonly contentRules: ContentRules;
  readonly rates: Rates;
  readonly recorder: Recorder;
  readonly hub: SocketHub;
  readonly line: Line;
  readonly deliverer: Deliverer;
  /** Whether missing rights (scopes) are refused. */
  readonly checkScopes: boolean;
  rulesFor(app: FeishuApp): CardRules;
}
