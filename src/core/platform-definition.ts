import type { ZodType } from 'zod';
import type { FileContent } from './agent.ts';
import type { BudgetPlan, CallBudget } from './budget.ts';
import type { Clock } from './clock.ts';
import type { ChannelName } from './ids.ts';
import type { InLanguages } from './lang.ts';
import type { Log } from './log.ts';
import type { Memos } from './memos.ts';
import type { Peers } from './peers.ts';
import type { Platform } from './platform.ts';
import type { OrderPush } from './push.ts';
import type { SharedCount } from './shared-limits.ts';
import type { SharedTokens } from './shared-tokens.ts';
import type { Summarize } from './summary.ts';

/** One call to a vendor, for the metrics. */
export interface VendorCall {
  /** The operation by a fixed name (`message.reply`), never a path with ids. */
  readonly api: string;
  /** The vendor's code (`0` is success), or why there was none (`timeout`, `connect`, `broken`, `aborted`). */
  readonly code: string;
  readonly ms: number;
}

/** What an adapter needs from whoever makes it. */
export interface PlatformDeps {
  readonly channel: ChannelName;
  readonly clock: Clock;
  readonly log: Log;
  /** Fetches what an agent's answer points to; refuses addresses inside our own network. */
  readonly fetchUrl: (url: string, maxBytes: number, signal: AbortSignal) => Promise<FileContent>;
  /** From 0 up to, not including, 1; spreads retries. */
  readonly random: () => number;
  /** Proxy for https and wss addresses (`HTTPS_PROXY`). */
  readonly proxy?: string;
  /** Hosts that are reached without it (`NO_PROXY`). */
  readonly noProxy?: string;
  readonly onCall?: (call: VendorCall) => void;
  /** What the vendor counts by the month; present where calls are counted in the store. */
  readonly budget?: CallBudget;
  /** Present where there are other processes that may be told something. */
  readonly peers?: Peers;
  /** Present where other processes use the same tokens. */
  readonly tokens?: SharedTokens;
  /** Counts calls together with other processes, by the name of what limits them; absent where there are none. */
  readonly countTogether?: (name: string) => SharedCount;
  /** What must outlive the process; absent where there is no store. */
  readonly memos?: Memos;
  /** For what an adapter says by itself; absent where nothing is said. */
  readonly order?: OrderPush;
  /** Has the channel's agent sum up what was said; absent where there is none. */
  readonly summarize?: Summarize;
}

/** One setting as an administrator meets it. */
export interface SettingHelp {
  /** The environment variable that sets it; absent where only the settings file does. */
  readonly env?: string;
  /** Where it stands in the vendor's back office, or what it is for. */
  readonly where: InLanguages;
}

/** A platform before it has settings: how to read them and how to make an adapter of them. */
export interface PlatformDefinition<Config = unknown> {
  readonly name: string;
  readonly configSchema: ZodType<Config>;
  /** By the names of `configSchema`. */
  readonly settings: Readonly<Record<string, SettingHelp>>;
  /** The settings of one app as the environment gives them, not yet checked; undefined where it says nothing of this platform. */
  fromEnv(env: Readonly<Record<string, string | undefined>>): unknown;
  /** What the vendor allows in a month; absent where it counts nothing. */
  budget?(config: Config): BudgetPlan;
  create(config: Config, deps: PlatformDeps): Platform;
}
