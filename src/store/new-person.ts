import { randomBytes } from 'node:crypto';
import { prepare, type Sql } from './sql.ts';

export const newPersonQueries = {
  insert: prepare((db, p: { id: string; name: string | null; now: number }) =>
    db.insertInto('people').values({ id: p.id, name: p.name, created_at: p.now }),
  ),
};

/** A person of whom nothing but a name is known; answers her id. */
export async function addPerson(sql: Sql, name: string | null, now: number): Promise<string> {
  const id = `p-${randomBytes(12).toString('base64url')}`;
  await sql.run(newPersonQueries.insert, { id, name, now });
  return id;
}
