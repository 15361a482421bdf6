import type { ZodType } from 'zod';
import type { PlatformDeps, SettingHelp } from './platform-definition.ts';
import type { Robot } from './push.ts';

/** What a robot needs from whoever makes it. */
export type RobotDeps = Pick<
  PlatformDeps,
  'channel' | 'clock' | 'log' | 'fetchUrl' | 'proxy' | 'noProxy' | 'onCall' | 'budget' | 'countTogether'
>;

/** A kind of robot that stands in one group and only speaks, before it has settings. */
export interface RobotDefinition<Config = unknown> {
  /** The platform's name. */
  readonly name: string;
  readonly configSchema: ZodType<Config>;
  /** By the names of `configSchema`. */
  readonly settings: Readonly<Record<string, SettingHelp>>;
  create(config: Config, deps: RobotDeps): Robot;
}
