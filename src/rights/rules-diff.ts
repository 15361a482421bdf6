import type { Grant, RightsRules, Role } from '../core/rights.ts';

/** One thing that an import changes. */
export interface RuleChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly of: 'role' | 'grant';
  /** A role's name; a grant as `role → target`, with its times. */
  readonly what: string;
}

/** What becomes of rules to which those of a file are added: a role of the same name is the file's, and a grant is there once. */
export function mergedRules(before: RightsRules, file: RightsRules): RightsRules {
  const names = new Set(before.roles.map(({ name }) => name));
  const given = new Map(file.roles.map((role) => [role.name, role]));
  const known = new Set(before.grants.map(wordsOf));
  return {
    roles: [
      ...before.roles.map((role) => given.get(role.name) ?? role),
      ...file.roles.filter(({ name }) => !names.has(name)),
    ],
    grants: [...before.grants, ...file.grants.filter((grant) => !known.has(wordsOf(grant)))],
  };
}

/** How rules differ: roles first, in the order of their names. */
export function changesOf(before: RightsRules, after: RightsRules): readonly RuleChange[] {
  const [were, are] = [before, after].map(({ roles }) => new Map(roles.map((role) => [role.name, bodyOf(role)]))) as [
    Map<string, string>,
    Map<string, string>,
  ];
  const roles = [...new Set([...were.keys(), ...are.keys()])].toSorted().flatMap((what): readonly RuleChange[] => {
    const [one, other] = [were.get(what), are.get(what)];
    if (one === other) return [];
    const kind = one === undefined ? 'added' : other === undefined ? 'removed' : 'changed';
    return [{ kind, of: 'role', what }];
  });
  const [had, has] = [before, after].map(({ grants }) => new Set(grants.map(wordsOf))) as [Set<string>, Set<string>];
  return [
    ...roles,
    ...[...had].filter((what) => !has.has(what)).map((what) => ({ kind: 'removed', of: 'grant', what }) as const),
    ...[...has].filter((what) => !had.has(what)).map((what) => ({ kind: 'added', of: 'grant', what }) as const),
  ];
}

/** The same for two roles that say the same. */
function bodyOf({ title, allow, deny, quotas, onRequestDays }: Role): string {
  const plain = quotas.map(({ per, of, messages, tokens, warnAt }) => [per, of, messages, tokens, warnAt]);
  return JSON.stringify([title, allow, deny, plain, onRequestDays]);
}

function wordsOf({ role, to, from, until }: Grant): string {
  const times = [from === undefined ? '' : ` from ${iso(from)}`, until === undefined ? '' : ` until ${iso(until)}`];
  return `${role} → ${to}${times.join('')}`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
