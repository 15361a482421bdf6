import type { ZodType } from 'zod';
import type { FileContent } from './agent.ts';
import type { Clock } from './clock.ts';
import type { ChannelName } from './ids.ts';
import type { InLanguages } from './lang.ts';
import type { Platform } from './platform.ts';

/** Events with ids and durations; never message text, never a secret. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}
export type LogFields = Readonly<Record<string, unknown>>;

/** One call to a vendor, for the metrics. */
export interface VendorCall {
  /** The operation by our name for it (`im.message.reply`). */
  readonly api: string;
  /** The vendor's code (`0` is success), or why there was no answer (`timeout`, `connect`, `broken`, `aborted`). */
  readonly code: string;
  readonly ms: number;
}

/** What an adapter needs from the outside. */
export interface PlatformDeps {
  readonly channel: ChannelName;
  readonly clock: Clock;
  readonly log: Log;
  /** Fetches what an agent's answer points to; refuses addresses inside our own network. */
  readonly fetchUrl: (url: string, maxBytes: number, signal: AbortSignal) => Promise<FileContent>;
  /** From 0 to below 1, for jitter. */
  readonly random: () => number;
  /** Proxy for https and wss (`HTTPS_PROXY`). */
  readonly proxy?: string;
  readonly onCall?: (call: VendorCall) => void;
}

/** One setting as an administrator meets it. */
export interface SettingHelp {
  /** The environment variable of the same meaning. */
  readonly env: string;
  /** Where it stands in the vendor's back office. */
  readonly where: InLanguages;
}

/** A platform before it has settings: how to read them and how to make an adapter of them. */
export interface PlatformDefinition<Config = unknown> {
  readonly name: string;
  readonly configSchema: ZodType<Config>;
  /** By the names of `configSchema`. */
  readonly settings: Readonly<Record<string, SettingHelp>>;
  /** The settings of one app out of the environment, unchecked; undefined where it names none. */
  fromEnv(env: Readonly<Record<string, string | undefined>>): unknown;
  create(config: Config, deps: PlatformDeps): Platform;
}
