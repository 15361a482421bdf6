import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { GatewayError, WordedError } from '../core/errors.ts';
import { packWords } from '../core/lang.ts';
import {
  EVERYONE,
  type GrantTarget,
  QUOTA_PERIODS,
  type Quota,
  RIGHT_KINDS,
  type Right,
  type RightsRules,
  TARGET_KINDS,
} from '../core/rights.ts';

const right = z.custom<Right>(
  (value) => typeof value === 'string' && new RegExp(`^(?:${RIGHT_KINDS.join('|')}):\\S(?:.*\\S)?$`, 'u').test(value),
  {
    error: packWords({
      zh: '应为 agent:名称、command:名称 或 feature:名称，* 表示该类全部',
      en: 'expected agent:NAME, command:NAME or feature:NAME, or * for all of a kind',
    }),
  },
);

const target = z.custom<GrantTarget>((value) => value === EVERYONE || (typeof value === 'string' && isTarget(value)), {
  error: packWords({
    zh: '应为 person:ID、department:渠道/ID、group:渠道/群、channel:名称、platform:名称 或 everyone',
    en: 'expected person:ID, department:CHANNEL/ID, group:CHANNEL/CHAT, channel:NAME, platform:NAME or everyone',
  }),
});

function isTarget(text: string): boolean {
  const [kind, rest] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)];
  if (!(TARGET_KINDS as readonly string[]).includes(kind) || kind === EVERYONE || rest === '') return false;
  // Two vendors' directories may have the same id for different things.
  return (kind !== 'group' && kind !== 'department') || /^[^/]+\/.+$/u.test(rest);
}

const amount = z.int().min(0).max(1_000_000_000_000).optional();
const quota = z
  .strictObject({
    per: z.enum(QUOTA_PERIODS),
    of: z.enum(['person', 'department']).default('person'),
    messages: amount,
    tokens: amount,
    warnAt: amount,
  })
  .refine(({ messages, tokens }) => (messages === undefined) !== (tokens === undefined), {
    error: packWords({ zh: '应有 messages 或 tokens 之一', en: 'expected either messages or tokens' }),
  });

/** `2026-05-01` (midnight in China) or a whole time with its zone. */
const time = z
  .string()
  .refine((text) => !Number.isNaN(millisOf(text)), {
    error: packWords({
      zh: '应为 2026-05-01 或 2026-05-01T08:00:00+08:00',
      en: 'expected 2026-05-01 or 2026-05-01T08:00:00+08:00',
    }),
  })
  .transform(millisOf)
  .optional();

function millisOf(text: string): number {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return Date.parse(`${text}T00:00:00+08:00`);
  return /^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
}

const role = z.strictObject({
  title: z.string().min(1).max(60).optional(),
  allow: z.array(right).default([]),
  deny: z.array(right).default([]),
  quotas: z.array(quota).default([]),
  onRequestDays: z.number().positive().max(3650).optional(),
});

const schema = z.strictObject({
  roles: z.record(z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,39}$/u), role).default({}),
  grants: z.array(z.strictObject({ role: z.string(), to: target, from: time, until: time })).default([]),
});

/** Rules that are not what they should be, with all that is wrong. */
export class RulesError extends GatewayError {
  /** What was read. */
  readonly given: unknown;
  readonly issues: readonly z.core.$ZodIssue[];

  constructor(given: unknown, issues: readonly z.core.$ZodIssue[]) {
    super('config_invalid', `${issues.length} faults in the rules`);
    this.given = given;
    this.issues = issues;
  }
}

/**
 * Reads rules from YAML.
 * @param others - Roles that are there beside those of the file.
 * @throws {GatewayError} `config_invalid`: a {@link RulesError} with every fault, or one that says it.
 */
export function readRules(text: string, others: readonly string[] = []): RightsRules {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken) {
    const why = broken.message.split('\n', 1).join('');
    throw new WordedError('config_invalid', {
      zh: `规则不是有效的 YAML（${why}）`,
      en: `the rules are no YAML: ${why}`,
    });
  }
  const given: unknown = document.toJS() ?? {};
  const result = schema.safeParse(given);
  if (!result.success) throw new RulesError(given, result.error.issues);
  const { roles, grants } = result.data;
  const strange = grants.flatMap(({ role: name }, index) =>
    roles[name] || others.includes(name) ? [] : [{ place: `grants.${index}.role`, name }],
  );
  if (strange.length > 0) {
    throw new WordedError('config_invalid', {
      zh: strange.map(({ place, name }) => `${place}：没有角色 ${name}`).join('\n'),
      en: strange.map(({ place, name }) => `${place}: expected a role that is there, not ${name}`).join('\n'),
    });
  }
  return { roles: Object.entries(roles).map(([name, given]) => ({ name, ...given })), grants };
}

/** The same as YAML; what has its default is left out. */
export function writeRules({ roles, grants }: RightsRules): string {
  const list = <T>(name: string, items: readonly T[]) => (items.length > 0 ? { [name]: items } : {});
  const asRole = ({ name, title, allow, deny, quotas, onRequestDays }: RightsRules['roles'][number]) => [
    name,
    known({
      title,
      ...list('allow', allow),
      ...list('deny', deny),
      ...list('quotas', quotas.map(plain)),
      onRequestDays,
    }),
  ];
  const asGrant = ({ role: name, to, from, until }: RightsRules['grants'][number]) =>
    known({ role: name, to, from: timeOf(from), until: timeOf(until) });
  return stringify({ roles: Object.fromEntries(roles.map(asRole)), grants: grants.map(asGrant) });
}

function plain({ per, of, messages, tokens, warnAt }: Quota) {
  return known({ per, of: of === 'person' ? undefined : of, messages, tokens, warnAt });
}

function timeOf(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}

function known(block: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(block).filter(([, value]) => value !== undefined));
}
