import type { AgentName, ChannelName } from '../core/ids.ts';
import type { GroupScope } from '../core/lane.ts';
import type { InLanguages } from '../core/lang.ts';
import type { Route } from '../core/routes.ts';
import type { GeneralSettings } from './general.ts';
import type { Secret } from './secret.ts';

export interface GroupSettings {
  /** Who shares a dialogue in a group. */
  readonly scope: GroupScope;
  /** Whether the bot answers everything in a group or only when it is mentioned. */
  readonly answer: 'mentioned' | 'always';
}

/** One app at one vendor. */
export interface ChannelSettings {
  readonly name: ChannelName;
  /** The platform's name, as in the registry. */
  readonly platform: string;
  /** The agent that answers here. */
  readonly agent: AgentName;
  readonly groups: GroupSettings;
  /** As the platform's schema gave it out; its secrets do not show in logs. */
  readonly config: unknown;
}

/** One robot that stands in a group and only speaks. */
export interface RobotSettings {
  /** Unique among channels and robots. */
  readonly name: ChannelName;
  /** The platform's name, as in the registry of robots. */
  readonly platform: string;
  /** As the robot's schema gave it out; its secrets do not show in logs. */
  readonly config: unknown;
}

export interface AgentSettings {
  readonly name: AgentName;
  /** The kind of agent, as in the registry. */
  readonly kind: string;
  /** As the agent's schema gave it out; its secrets do not show in logs. */
  readonly config: unknown;
}

/** Everything the gateway is told before it starts: complete, checked, with defaults filled in. */
export interface Settings
  extends Omit<GeneralSettings, 'adminToken' | 'defaultAgent' | 'publicUrl' | 'routes' | 'storeKeys'> {
  /** Without a slash at its end. */
  readonly publicUrl: string | undefined;
  readonly adminToken: Secret | undefined;
  /** As they were given; see `readStoreKeys`. */
  readonly storeKeys: Secret | undefined;
  readonly channels: readonly ChannelSettings[];
  readonly agents: readonly AgentSettings[];
  readonly robots: readonly RobotSettings[];
  readonly defaultAgent: AgentName;
  /** In the order in which they are tried. */
  readonly routes: readonly Route[];
  /** `HTTPS_PROXY` and `NO_PROXY`. */
  readonly proxy: string | undefined;
  readonly noProxy: string | undefined;
  /** The settings file that was read, if any. */
  readonly file: string | undefined;
  /** What works, but perhaps not as meant. */
  readonly warnings: readonly InLanguages[];
}
