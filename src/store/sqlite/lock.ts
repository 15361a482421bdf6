import { DatabaseSync } from 'node:sqlite';
import { GatewayError } from '../../core/errors.ts';
import { isBusy, readSqliteError } from './failures.ts';

/** How long to wait for a former owner that is just leaving, in milliseconds. */
const WAIT_MS = 1_000;

/**
 * The right to be the only one that works on a store. It is an exclusive transaction on an empty database beside the store,
 * so the operating system takes it back when the process ends, however it ends; there is no stale lock to clean up.
 */
export class StoreLock {
  readonly #connection: DatabaseSync;

  private constructor(connection: DatabaseSync) {
    this.#connection = connection;
  }

  /** @throws {GatewayError} `store_locked` when another process has it. */
  static take(storeFile: string): StoreLock {
    const file = `${storeFile}.lock`;
    const connection = open(file);
    try {
      connection.exec('begin exclusive');
      return new StoreLock(connection);
    } catch (error) {
      connection.close();
      if (!isBusy(error)) throw readSqliteError(error, file);
      throw new GatewayError('store_locked', `another process works on the store ${storeFile}; stop it first`, {
        details: { file: storeFile },
      });
    }
  }

  free(): void {
    this.#connection.close();
  }
}

function open(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file, { timeout: WAIT_MS });
  } catch (error) {
    throw readSqliteError(error, file);
  }
}
