import { GatewayError } from '../../core/errors.ts';
import { type MigrationScript, migrationQueries, missingFrom } from '../migrate.ts';
import type { SqliteDatabase } from './database.ts';
import { StoreLock } from './lock.ts';
import { SCRIPTS } from './statements.generated.ts';

/**
 * Brings a file to this version's schema. Only its owner may change it, so that no gateway of an older version has its
 * tables changed under its feet.
 * @throws {GatewayError} `store_locked`, or `config_invalid` when a newer version has used it.
 */
export function bringUpToDate(db: SqliteDatabase): void {
  if (isUpToDate(db)) return;
  const lock = StoreLock.take(db.file);
  try {
    db.exec('pragma journal_mode = wal');
    migrate(db);
  } finally {
    lock.free();
  }
}

/** @throws {GatewayError} `config_invalid` when the file has not this version's schema. */
export function expectUpToDate(db: SqliteDatabase): void {
  if (isUpToDate(db)) return;
  throw new GatewayError(
    'config_invalid',
    `the store ${db.file} is new or of an older version; start the gateway once`,
  );
}

function isUpToDate(db: SqliteDatabase): boolean {
  return db.peek('pragma journal_mode') === 'wal' && missing(db).length === 0;
}

function missing(db: SqliteDatabase): readonly MigrationScript[] {
  const isNew = db.peek(`select 1 from sqlite_schema where name = 'migrations'`) === undefined;
  return missingFrom(isNew ? [] : db.all(migrationQueries.applied, {}).map((row) => row.name), SCRIPTS);
}

function migrate(db: SqliteDatabase): void {
  db.begin();
  try {
    for (const { name, statements } of missing(db)) {
      for (const statement of statements) db.exec(statement);
      db.run(migrationQueries.note, { name, now: Date.now() });
    }
    db.commit();
  } catch (error) {
    db.rollback();
    throw error;
  }
}
