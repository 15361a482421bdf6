import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Client } from 'pg';
import type { Statement } from '../../src/store/compile.ts';
import type { MigrationScript } from '../../src/store/migrate.ts';

/** What a version asked of its store, in an engine's SQL, and the migrations that it knew. */
export interface Asked {
  readonly statements: Readonly<Record<string, Statement>>;
  readonly migrations: readonly MigrationScript[];
}

/** A file of `scripts/freeze-statements.mjs`. */
export interface Frozen {
  readonly name: string;
  readonly sqlite: Asked;
  readonly postgres: Asked;
}

const FOLDER = join(import.meta.dirname, '../fixtures/statements');

export function frozenVersions(): readonly Frozen[] {
  return readdirSync(FOLDER)
    .toSorted()
    .map((file) => ({ name: file.replace(/\.json$/, ''), ...JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) }));
}

/**
 * Asks a database all that a version asked, each statement on its own and taken back.
 * @returns A line for each statement that it no longer takes.
 */
export function refusedBySqlite(db: DatabaseSync, statements: Asked['statements']): readonly string[] {
  return Object.entries(statements).flatMap(([name, statement]) => {
    db.exec('begin');
    try {
      db.prepare(statement.text).all(...valuesOf(statement));
      return [];
    } catch (error) {
      return [lineOf(name, error)];
    } finally {
      db.exec('rollback');
    }
  });
}

/** The same on PostgreSQL, where a statement is parsed and planned with the types of its columns. */
export async function refusedByPostgres(client: Client, statements: Asked['statements']): Promise<readonly string[]> {
  const refused: string[] = [];
  for (const [name, statement] of Object.entries(statements)) {
    await client.query('begin');
    try {
      await client.query(statement.text, valuesOf(statement));
    } catch (error) {
      refused.push(lineOf(name, error));
    } finally {
      await client.query('rollback');
    }
  }
  return refused;
}

/** Constants as the version had them; for whatever it put in, something that is a text and a number. */
function valuesOf({ slots }: Statement): (string | number | null)[] {
  return slots.map((slot) => (typeof slot === 'string' ? '1' : slot[0]));
}

function lineOf(name: string, error: unknown): string {
  return `${name}: ${error instanceof Error ? error.message : String(error)}`;
}
