import { z } from 'zod';
import type { AgentDefinition } from '../core/agent-definition.ts';
import { type InLanguages, packWords } from '../core/lang.ts';
import type { PlatformDefinition } from '../core/platform-definition.ts';
import type { RobotDefinition } from '../core/robot-definition.ts';
import type { Env } from './environment.ts';

/** What platforms and agents have in common here: a schema, and a name and an explanation for each setting. */
export interface Kind {
  /** `feishu`, `dify`. */
  readonly name: string;
  readonly schema: z.ZodType;
  /** By the names of the schema. */
  readonly settings: Readonly<Record<string, { readonly env?: string; readonly where?: InLanguages }>>;
  fromEnv(env: Env): unknown;
}

export function platformKind(definition: PlatformDefinition): Kind {
  return {
    name: definition.name,
    schema: definition.configSchema,
    settings: definition.settings,
    fromEnv: (env) => definition.fromEnv(env),
  };
}

export function agentKind(definition: AgentDefinition): Kind {
  const { envNames, help = {} } = definition;
  const settings = [...new Set([...Object.keys(envNames), ...Object.keys(help)])].map((name) => {
    const [env, where] = [envNames[name], help[name]];
    return [name, { ...(env !== undefined && { env }), ...(where !== undefined && { where }) }] as const;
  });
  return {
    name: definition.name,
    schema: definition.configSchema,
    settings: Object.fromEntries(settings),
    fromEnv: (env) => definition.fromEnv(env),
  };
}

/** Robots stand in the settings file only: a group's is one of many. */
export function robotKind({ name, configSchema, settings }: RobotDefinition): Kind {
  return { name, schema: configSchema, settings, fromEnv: () => undefined };
}

export function envNamesOf(kind: Kind): readonly string[] {
  return Object.values(kind.settings).flatMap(({ env }) => (env === undefined ? [] : [env]));
}

export const GROUP_SCOPES = ['member', 'topic', 'group'] as const;
export const GROUP_ANSWERS = ['mentioned', 'always'] as const;

/** What a channel has beside its platform's own settings. */
export const channelSchema = z.object({
  name: z.string().regex(
    /^[a-z0-9][a-z0-9-]{0,39}$/,
    packWords({
      zh: '应由小写字母、数字和连字符组成，最多 40 个字符',
      en: 'expected lower-case letters, digits and hyphens, at most 40',
    }),
  ),
  agent: z.string().min(1).optional(),
  groups: z
    .strictObject({
      scope: z.enum(GROUP_SCOPES).default('member'),
      answer: z.enum(GROUP_ANSWERS).default('mentioned'),
    })
    .prefault({}),
});

/** What a robot has beside its platform's own settings. */
export const robotSchema = z.object({ name: channelSchema.shape.name });

/** What an agent has beside its kind's own settings. */
export const agentSchema = z.object({
  name: z.string().regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,39}$/u,
    packWords({
      zh: '应由文字、数字、空格和 . _ - 组成，最多 40 个字符',
      en: 'expected letters, digits, spaces and . _ -, at most 40',
    }),
  ),
});

/** `FEISHU_GROUP_SCOPE`, `FEISHU_GROUP_ANSWER`: every platform has them. */
export function groupEnvNames(platform: string): { readonly scope: string; readonly answer: string } {
  const prefix = platform.toUpperCase().replaceAll('-', '_');
  return { scope: `${prefix}_GROUP_SCOPE`, answer: `${prefix}_GROUP_ANSWER` };
}
