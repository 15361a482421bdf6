import {
  type Asker,
  type Decision,
  EVERYONE,
  type Grant,
  type Quota,
  type RightKind,
  type RightsRules,
  type Role,
} from '../core/rights.ts';

/** The rules, ready to be asked. */
export interface Rulebook {
  /** Nobody has made any rules: everybody may do everything, and nothing is counted. */
  readonly isEmpty: boolean;
  /** The roles that somebody has at a time, in the order of the rules. */
  rolesOf(asker: Asker, now: number): readonly Role[];
  decide(asker: Asker, kind: RightKind, name: string, now: number): Decision;
  /** What she has, the most generous of each kind. */
  quotasOf(asker: Asker, now: number): readonly Quota[];
  role(name: string): Role | undefined;
  /** Those that may be asked for. */
  readonly onRequest: readonly Role[];
}

/** What CASL answers, as far as it is used here: all rights are an action (the kind) on a subject (the name). */
interface Ability {
  can(action: string, subject: string): boolean;
  relevantRuleFor(action: string, subject: string): { readonly reason?: string; readonly inverted: boolean } | null;
}

/**
 * Reads rules into a book. Who has which roles is looked up at each question, so that the end of a grant and a new department count at once;
 * what roles together allow is worked out once for each set of them, however many people have it.
 */
export async function openRulebook(rules: RightsRules): Promise<Rulebook> {
  const roles = new Map(rules.roles.map((role) => [role.name, role]));
  const isEmpty = rules.roles.length === 0;
  const grants = byTarget(rules.grants.filter(({ role }) => roles.has(role)));
  const spokenOf = new Set(rules.roles.flatMap(({ allow }) => allow.map(kindOf)));
  const abilities = new Map<string, Ability>();
  // Loaded where there are rules: most gateways have none.
  const casl = isEmpty ? undefined : await import('@casl/ability');

  function namesOf(asker: Asker, now: number): ReadonlySet<string> {
    const names = new Set([EVERYONE]);
    for (const target of targetsOf(asker)) {
      for (const grant of grants.get(target) ?? []) if (isInForce(grant, now)) names.add(grant.role);
    }
    return names;
  }

  function rolesOf(asker: Asker, now: number): readonly Role[] {
    if (isEmpty || asker.left) return [];
    const names = namesOf(asker, now);
    return rules.roles.filter(({ name }) => names.has(name));
  }

  function abilityOf(mine: readonly Role[]): Ability | undefined {
    const key = JSON.stringify(mine.map(({ name }) => name));
    const known = abilities.get(key);
    if (known || !casl) return known;
    const made = casl.createMongoAbility(rawRules(mine)) as unknown as Ability;
    abilities.set(key, made);
    return made;
  }

  return {
    isEmpty,
    rolesOf,
    role: (name) => roles.get(name),
    onRequest: rules.roles.filter(({ onRequestDays }) => onRequestDays !== undefined),
    decide(asker, kind, name, now) {
      if (asker.left) return { allowed: false, why: 'left', roles: [] };
      if (isEmpty) return { allowed: true, why: 'open' };
      const rule = abilityOf(rolesOf(asker, now))?.relevantRuleFor(kind, name);
      if (rule?.inverted === true) return { allowed: false, why: 'denied', role: rule.reason, roles: [] };
      if (rule) return { allowed: true, why: 'role', role: rule.reason };
      if (!spokenOf.has(kind)) return { allowed: true, why: 'open' };
      return { allowed: false, why: 'missing', roles: rolesFor(rules.roles, kind, name) };
    },
    quotasOf: (asker, now) => mostGenerous(rolesOf(asker, now).flatMap(({ quotas }) => quotas)),
  };
}

/** Everything that roles may have been given to and that this is. */
function targetsOf({ person, channel, platform, group, departments }: Asker): readonly string[] {
  return [
    EVERYONE,
    `person:${person}`,
    `channel:${channel}`,
    `platform:${platform}`,
    ...(group === undefined ? [] : [`group:${channel}/${group}`]),
    ...departments.map((department) => `department:${department}`),
  ];
}

function byTarget(grants: readonly Grant[]): ReadonlyMap<string, readonly Grant[]> {
  const map = new Map<string, Grant[]>();
  for (const grant of grants) map.set(grant.to, [...(map.get(grant.to) ?? []), grant]);
  return map;
}

/** From its beginning up to, not including, its end. */
function isInForce({ from, until }: Grant, now: number): boolean {
  return (from === undefined || from <= now) && (until === undefined || now < until);
}

/** What is forbidden comes last: of two rules about the same thing CASL goes by the later. */
function rawRules(roles: readonly Role[]) {
  const rule = (role: string, right: string, inverted: boolean) => {
    const name = right.slice(right.indexOf(':') + 1);
    return { action: kindOf(right), subject: name === '*' ? 'all' : name, inverted, reason: role };
  };
  return [
    ...roles.flatMap(({ name, allow }) => allow.map((right) => rule(name, right, false))),
    ...roles.flatMap(({ name, deny }) => deny.map((right) => rule(name, right, true))),
  ];
}

function kindOf(right: string): string {
  return right.slice(0, right.indexOf(':'));
}

/** The roles that allow something and can be asked for. */
function rolesFor(roles: readonly Role[], kind: RightKind, name: string): readonly string[] {
  const rights: ReadonlySet<string> = new Set([`${kind}:${name}`, `${kind}:*`]);
  const isFor = ({ allow, onRequestDays }: Role) =>
    onRequestDays !== undefined && allow.some((right) => rights.has(right));
  return roles.filter(isFor).map((role) => role.name);
}

/** Who has two quotas of one kind has the larger, for roles give and do not take. */
function mostGenerous(quotas: readonly Quota[]): readonly Quota[] {
  const best = new Map<string, Quota>();
  for (const quota of quotas) {
    const unit = quota.messages === undefined ? 'tokens' : 'messages';
    const key = `${quota.per} ${quota.of} ${unit}`;
    const known = best.get(key);
    if (!known || (quota[unit] ?? 0) > (known[unit] ?? 0)) best.set(key, quota);
  }
  return [...best.values()];
}
