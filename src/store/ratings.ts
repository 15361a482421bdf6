import { GatewayError } from '../core/errors.ts';
import { everBeen } from './merges.ts';
import { prepare, type Sql } from './sql.ts';

export const ratingQueries = {
  current: prepare((db, p: { turn: string; person: string }) =>
    db.selectFrom('ratings').select(['rating', 'press']).where('turn', '=', p.turn).where('person', '=', p.person),
  ),

  set: prepare((db, p: { turn: string; person: string; rating: string; press: number; now: number }) =>
    db
      .insertInto('ratings')
      .values({ turn: p.turn, person: p.person, rating: p.rating, press: p.press, rated_at: p.now })
      .onConflict((conflict) =>
        conflict.columns(['turn', 'person']).doUpdateSet({ rating: p.rating, press: p.press, rated_at: p.now }),
      ),
  ),

  // What others think is kept, and not shown on the asker's card.
  show: prepare((db, p: { turn: string; person: string; rating: string }) =>
    db.updateTable('turns').set({ rating: p.rating }).where('id', '=', p.turn).where('person', '=', p.person),
  ),

  turn: prepare((db, p: { turn: string }) => db.selectFrom('turns').select('seq').where('id', '=', p.turn)),
};

/** What this person thinks now; pressing the same again takes it back. */
export async function rate(sql: Sql, turn: string, person: string, pressed: string, press: number, now: number) {
  return rerate(sql, { turn, person, press, now }, (before) => (before === pressed ? 'none' : pressed));
}

/** What the vendor says this person thinks now. */
export async function setRating(sql: Sql, turn: string, person: string, rating: string, press: number, now: number) {
  return rerate(sql, { turn, person, press, now }, () => rating);
}

/** This rating does not hold any more; another one, which came later, does. */
export async function unrate(sql: Sql, turn: string, person: string, rating: string, press: number, now: number) {
  return rerate(sql, { turn, person, press, now }, (before = 'none') => (before === rating ? 'none' : before));
}

interface Press {
  readonly turn: string;
  readonly person: string;
  readonly press: number;
  readonly now: number;
}

/** A press counts once, and none that is older than the one that counted last. */
async function rerate(sql: Sql, { turn, person, press, now }: Press, next: (before: string | undefined) => string) {
  if (!(await sql.one(ratingQueries.turn, { turn }))) {
    throw new GatewayError('turn_expired', `turn ${turn} is not kept any more`);
  }
  const persons = await everBeen(sql, person);
  const before = await newest(sql, turn, persons);
  if (before && before.press >= press) return before.rating;
  const rating = next(before?.rating);
  await sql.run(ratingQueries.set, { turn, person: before?.person ?? person, rating, press, now });
  for (const one of persons) await sql.run(ratingQueries.show, { turn, person: one, rating });
  return rating;
}

/** What a person thought last, under whichever of the persons she has been. */
async function newest(sql: Sql, turn: string, persons: readonly string[]) {
  const all = [];
  for (const person of persons) {
    const found = await sql.one(ratingQueries.current, { turn, person });
    if (found) all.push({ ...found, person });
  }
  return all.toSorted((one, other) => other.press - one.press)[0];
}
