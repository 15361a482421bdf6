import type { WecomApp } from '../apps.ts';
import { WecomRefusal } from '../errors.ts';
import type { WecomWorld } from '../world.ts';

/** Whom a message goes to, and whom it does not. */
export interface Targets {
  /** People, each once. */
  readonly people: readonly string[];
  /** Lower-cased, as the vendor gives them back. */
  readonly invalidUsers: readonly string[];
  readonly invalidParties: readonly string[];
  readonly invalidTags: readonly string[];
}

export interface WantedTargets {
  readonly users: readonly string[];
  readonly parties: readonly string[];
  readonly tags: readonly string[];
  readonly all: boolean;
}

/** The only department: the company itself. */
export const ROOT_PARTY = '1';

/**
 * Who is meant. There is one department with everybody in it, and there are no tags.
 * @throws {WecomRefusal} 40031 or 40058 for too many, 81013 when nobody is left.
 */
export function findTargets(world: WecomWorld, app: WecomApp, wanted: WantedTargets): Targets {
  const { limits, accounts } = world;
  if (wanted.users.length > limits.receivers) throw new WecomRefusal(40031, 'too many');
  if (wanted.parties.length > limits.parties || wanted.tags.length > limits.parties) throw new WecomRefusal(40058);
  const people = new Set<string>();
  const invalidUsers: string[] = [];
  const sees = (person: string): boolean => app.visible?.has(person) !== false;
  if (wanted.all || wanted.parties.includes(ROOT_PARTY)) {
    for (const { id } of accounts.members()) if (sees(id)) people.add(id);
  }
  for (const userId of wanted.users) {
    const person = accounts.member(userId);
    if (person === undefined || !sees(person.id)) invalidUsers.push(userId.toLowerCase());
    else people.add(person.id);
  }
  if (people.size === 0) throw new WecomRefusal(81013);
  return {
    people: [...people],
    invalidUsers,
    invalidParties: wanted.parties.filter((party) => party !== ROOT_PARTY),
    invalidTags: wanted.tags,
  };
}

/** `a|b|c`, empty pieces left out. */
export function splitBars(value: unknown): string[] {
  if (value === undefined) return [];
  if (typeof value !== 'string') throw new WecomRefusal(40058);
  return value.split('|').filter((piece) => piece !== '');
}
