import type { z } from 'zod';
import type { Agent } from './agent.ts';
import type { Clock } from './clock.ts';
import type { AgentName } from './ids.ts';
import type { InLanguages } from './lang.ts';
import type { Log } from './log.ts';

/** What an agent needs from whoever makes it. */
export interface AgentDeps {
  /** The operator's name for it; also its title until a better one is known. */
  readonly name: AgentName;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 up to, not including, 1; spreads retries. */
  readonly random: () => number;
  /** Proxy for https addresses (`HTTPS_PROXY`). */
  readonly proxy?: string;
  /** Hosts that are reached without it (`NO_PROXY`). */
  readonly noProxy?: string;
  /**
   * Told of every call to the agent's server once its head has come or it has failed.
   * @param api - The call by a fixed name (`chat-messages`), never a path with ids.
   * @param code - The HTTP status, or why there was none (`timeout`, `connect`).
   */
  readonly onCall?: (api: string, code: string, ms: number) => void;
}

/** Environment variables; empty ones count as unset. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A kind of agent: how to read its settings and how to make one. */
export interface AgentDefinition<Config = unknown> {
  /** The kind, as the settings say it (`dify`). */
  readonly name: string;
  readonly configSchema: z.ZodType<Config>;
  /** Which variable sets which setting, so that a fault in it can be told by the name the operator wrote. */
  readonly envNames: Readonly<Record<string, string>>;
  /** What each setting is for or where one finds it, by the names of `configSchema`; for the reference and for faults. */
  readonly help?: Readonly<Record<string, InLanguages>>;
  /** The settings as the environment gives them, not yet checked; undefined when it says nothing of this kind. */
  fromEnv(env: Env): unknown;
  create(config: Config, deps: AgentDeps): Agent;
}
