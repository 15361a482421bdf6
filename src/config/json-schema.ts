import { z } from 'zod';
import type { AgentDefinition } from '../core/agent-definition.ts';
import type { PlatformDefinition } from '../core/platform-definition.ts';
import type { RobotDefinition } from '../core/robot-definition.ts';
import { GENERAL_SETTINGS, generalSchema } from './general.ts';
import { agentKind, agentSchema, channelSchema, type Kind, platformKind, robotKind, robotSchema } from './kinds.ts';

/** A piece of JSON Schema, as far as we look into it. */
export interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly [other: string]: unknown;
}

/** What a schema says to whoever writes settings, before anything is transformed. */
export function inputSchema(schema: z.ZodType): JsonSchema {
  const input = plainSchema(schema, 'input');
  const output = plainSchema(schema, 'output').properties ?? {};
  if (input.properties === undefined) return input;
  // The default of a value that is transformed stands on the far side of the transformation.
  const properties = Object.entries(input.properties).map(([name, part]): [string, JsonSchema] => {
    const standard = part.default ?? output[name]?.default;
    return [name, standard === undefined ? part : { ...part, default: standard }];
  });
  return { ...input, properties: Object.fromEntries(properties) };
}

function plainSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-7', unrepresentable: 'any' });
  return rest as JsonSchema;
}

/** The JSON Schema of `posthouse.yaml`, for editors. */
export function settingsSchema(
  platforms: readonly PlatformDefinition[],
  agents: readonly AgentDefinition[],
  robots: readonly RobotDefinition[],
): object {
  const general = described(inputSchema(generalSchema), '');
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'posthouse.yaml',
    ...general,
    properties: {
      ...general.properties,
      channels: {
        type: 'array',
        description: 'One entry for each app at a platform.',
        items: {
          oneOf: platforms.map((definition) => entrySchema(platformKind(definition), 'platform', channelSchema)),
        },
      },
      robots: {
        type: 'array',
        description: 'One entry for each robot that stands in a group and only speaks.',
        items: { oneOf: robots.map((definition) => entrySchema(robotKind(definition), 'platform', robotSchema)) },
      },
      agents: {
        type: 'array',
        description: 'One entry for each agent that answers.',
        items: { oneOf: agents.map((definition) => entrySchema(agentKind(definition), 'kind', agentSchema)) },
      },
    },
  };
}

/** The schema with the help of each setting; numbers and switches may also be given as `${NAME}`. */
function described(schema: JsonSchema, prefix: string): JsonSchema {
  const properties = Object.entries(schema.properties ?? {}).map(([name, part]): [string, JsonSchema] => {
    const path = `${prefix}${name}`;
    const help = GENERAL_SETTINGS[path]?.help.en;
    if (part.properties !== undefined) return [name, described(part, `${path}.`)];
    const plain = part.type === 'string' ? part : { anyOf: [part, { type: 'string', pattern: '\\$\\{' }] };
    return [name, help === undefined ? plain : { description: help, ...plain }];
  });
  return { ...schema, properties: Object.fromEntries(properties) };
}

function entrySchema(kind: Kind, kindKey: 'platform' | 'kind', common: z.ZodType): JsonSchema {
  const own = inputSchema(kind.schema);
  const shared = inputSchema(common);
  const settings = Object.entries(own.properties ?? {}).map(([name, part]) => {
    const where = kind.settings[name]?.where?.en;
    return [name, where === undefined ? part : { description: where, ...part }];
  });
  return {
    ...own,
    title: kind.name,
    properties: {
      [kindKey]: { const: kind.name },
      ...shared.properties,
      ...(Object.fromEntries(settings) as Record<string, JsonSchema>),
    },
    // The environment may give what the file leaves out, so only the kind itself is asked for.
    required: [kindKey],
  };
}
