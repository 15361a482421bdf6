import { GatewayError, WordedError } from '../../core/errors.ts';
import { type MigrationScript, migrationQueries, missingFrom } from '../migrate.ts';
import type { SqliteDatabase } from './database.ts';
import { StoreLock } from './lock.ts';
import { SCRIPTS } from './statements.generated.ts';

/**
 * Brings a file to this version's schema. Only its owner may change it, so that no gateway of an older version has its
 * tables changed under its feet.
 * @throws {GatewayError} `store_locked`, or `config_invalid` when a newer version or another program has used it.
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

/** Whether a gateway has ever worked on this file. */
export function isStore(db: SqliteDatabase): boolean {
  return db.peek(`select 1 from sqlite_schema where name = 'migrations'`) !== undefined;
}

/** What a gateway of this version would add to the file. @throws {GatewayError} `config_invalid` when it is not for us. */
export function missing(db: SqliteDatabase): readonly MigrationScript[] {
  if (isStore(db))
    return missingFrom(
      db.all(migrationQueries.applied, {}).map((row) => row.name),
      SCRIPTS,
    );
  expectNobodysTables(db);
  return SCRIPTS;
}

/** Our tables would stand among those of another program, which may be of the same names. */
function expectNobodysTables(db: SqliteDatabase): void {
  const table = db.peek(
    `select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'`,
  );
  if (typeof table !== 'string') return;
  throw new WordedError('config_invalid', {
    zh: `${db.file} 是其他程序的数据库（含表 ${table}）；请为存储指定单独的文件`,
    en: `${db.file} is a database of another program (it has a table ${table}); name a file of its own for the store`,
  });
}

function isUpToDate(db: SqliteDatabase): boolean {
  return db.peek('pragma journal_mode') === 'wal' && missing(db).length === 0;
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
