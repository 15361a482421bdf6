import { sql } from 'kysely';
import { GatewayError } from '../core/errors.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { Migration, MigrationTools } from './migrations/migration.ts';
import { prepare, type QueryBuilder } from './sql.ts';

export const migrationQueries = {
  applied: prepare((db, _: object) => db.selectFrom('migrations').select('name').orderBy('name')),

  note: prepare((db, p: { name: string; now: number }) =>
    db.insertInto('migrations').values({ name: p.name, applied_at: p.now }),
  ),
};

/**
 * The migrations that a store has not seen yet, in order.
 * @throws {GatewayError} `config_invalid` when it has seen one that we do not know.
 */
export function missingFrom(applied: readonly string[]): readonly Migration[] {
  const known = new Set(MIGRATIONS.map((migration) => migration.name));
  const foreign = applied.find((name) => !known.has(name));
  if (foreign !== undefined) {
    throw new GatewayError('config_invalid', `the store was used by a newer version of Posthouse (it has ${foreign})`);
  }
  return MIGRATIONS.filter((migration) => !applied.includes(migration.name));
}

/** The table in which applied migrations are noted. */
export function migrationTable(db: QueryBuilder): string {
  return db.schema
    .createTable('migrations')
    .ifNotExists()
    .addColumn('name', 'text', (col) => col.primaryKey())
    .addColumn('applied_at', 'bigint', (col) => col.notNull())
    .compile().sql;
}

/** A migration as statements of the engine that `db` builds for. */
export function statementsOf(migration: Migration, db: QueryBuilder, rising: MigrationTools['rising']): string[] {
  return migration.steps({ schema: db.schema, sql, rising }).map((step) => step.compile().sql);
}
