import { WordedError } from '../core/errors.ts';
import { prepare } from './sql.ts';

/** A migration in an engine's SQL. */
export interface MigrationScript {
  readonly name: string;
  readonly statements: readonly string[];
}

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
export function missingFrom(applied: readonly string[], all: readonly MigrationScript[]): readonly MigrationScript[] {
  const foreign = applied.find((name) => !all.some((migration) => migration.name === name));
  if (foreign !== undefined) {
    throw new WordedError('config_invalid', {
      zh: `更新版本的 Posthouse 用过这个存储（含 ${foreign}）；请用那个版本`,
      en: `the store was used by a newer version of Posthouse (it has ${foreign}); run that one`,
    });
  }
  return all.filter((migration) => !applied.includes(migration.name));
}
