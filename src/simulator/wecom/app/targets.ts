import type { Persona } from '../../people.ts';
import { COMPANY } from '../../staff.ts';
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

/**
 * Who is meant: of a department also those within it. There are no tags.
 * @throws {WecomRefusal} 40031 or 40058 for too many, 81013 when nobody is left.
 */
export function findTargets(world: WecomWorld, app: WecomApp, wanted: WantedTargets): Targets {
  const { limits, accounts } = world;
  if (wanted.users.length > limits.receivers) throw new WecomRefusal(40031, 'too many');
  if (wanted.parties.length > limits.parties || wanted.tags.length > limits.parties) throw new WecomRefusal(40058);
  const people = new Set<string>();
  const invalidUsers: string[] = [];
  const sees = (person: string): boolean => app.visible?.has(person) !== false;
  const known = wanted.parties.filter((party) => world.staff.departments.has(Number(party)));
  const parties = wanted.all ? [COMPANY] : known.map(Number);
  for (const party of parties) for (const { id } of everybodyIn(world, party)) if (sees(id)) people.add(id);
  for (const userId of wanted.users) {
    const person = accounts.member(userId);
    const hasLeft = person !== undefined && world.staff.of(person.id).status === 'left';
    if (person === undefined || hasLeft || !sees(person.id)) invalidUsers.push(userId.toLowerCase());
    else people.add(person.id);
  }
  if (people.size === 0) throw new WecomRefusal(81013);
  return {
    people: [...people],
    invalidUsers,
    invalidParties: wanted.parties.filter((party) => !known.includes(party)),
    invalidTags: wanted.tags,
  };
}

/** With the departments below it. */
function everybodyIn({ staff }: WecomWorld, party: number): Persona[] {
  return [party, ...staff.below(party, true).map(({ id }) => id)].flatMap((id) => staff.within(id));
}

/** `a|b|c`, empty pieces left out. */
export function splitBars(value: unknown): string[] {
  if (value === undefined) return [];
  if (typeof value !== 'string') throw new WecomRefusal(40058);
  return value.split('|').filter((piece) => piece !== '');
}
