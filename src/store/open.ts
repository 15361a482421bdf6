import { mkdir, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GatewayError } from '../core/errors.ts';
import type { Store } from '../core/store.ts';
import { storeOver } from './port.ts';
import { SqliteEngine } from './sqlite/engine.ts';

export interface StoreOptions {
  /** Opens what is there and changes nothing; for looking at a store beside a running gateway. Default false. */
  readonly readOnly?: boolean;
  /** How long a write waits for another program that has the file, in milliseconds. Default 5,000. */
  readonly busyTimeoutMs?: number;
}

const BUSY_TIMEOUT_MS = 5_000;

/**
 * Opens the store that a `DATABASE_URL` names: a path (`data/posthouse.db`) or a `file:` or `sqlite:` URL of a SQLite file.
 * The file and its folder are made when they are missing, readable for this user only.
 * @throws {GatewayError} `config_invalid` for a URL we cannot open, `store_unavailable`, `store_locked`.
 */
export async function openStore(databaseUrl: string, options: StoreOptions = {}): Promise<Store> {
  const file = fileOf(databaseUrl);
  const { readOnly = false, busyTimeoutMs = BUSY_TIMEOUT_MS } = options;
  if (!readOnly) await make(file);
  return storeOver(await SqliteEngine.open({ file, readOnly, busyTimeoutMs }));
}

/** What people wrote is for this user's eyes; SQLite gives its other files the mode of this one. */
async function make(file: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(file, 'a', 0o600);
    await handle.close();
  } catch (cause) {
    throw new GatewayError('store_unavailable', `the store ${file} cannot be made or written`, { cause });
  }
}

function fileOf(databaseUrl: string): string {
  const scheme = /^([a-z][a-z0-9+]+):/.exec(databaseUrl)?.[1];
  if (scheme === undefined) return resolve(databaseUrl);
  if (scheme === 'file') return fileURLToPath(databaseUrl);
  if (scheme === 'sqlite') return resolve(databaseUrl.replace(/^sqlite:(\/\/)?/, ''));
  if (scheme === 'postgres' || scheme === 'postgresql') {
    throw new GatewayError(
      'config_invalid',
      'PostgreSQL comes with the distributed engine; name a SQLite file for now',
    );
  }
  throw new GatewayError('config_invalid', `a store cannot be opened by a ${scheme}: URL; name a SQLite file`);
}
