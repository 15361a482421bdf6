import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GatewayError } from '../core/errors.ts';
import type { Store } from '../core/store.ts';
import { createSealer, type SealingKey } from '../lib/sealer.ts';
import type { Engine } from './ops.ts';
import { fileOf, isPostgres } from './place.ts';
import { storeOver } from './port.ts';
import { sealedEngine } from './sealed-engine.ts';
import { SqliteEngine } from './sqlite/engine.ts';

export interface StoreOptions {
  /** Opens what is there and changes nothing; for looking at a store beside a running gateway. Default false. */
  readonly readOnly?: boolean;
  /** How long a write waits for another program that has a SQLite file, in milliseconds. Default 5,000. */
  readonly busyTimeoutMs?: number;
  /** Most connections of this process to PostgreSQL. Default 10. */
  readonly connections?: number;
  /** What seals the texts, as `STORE_KEYS` gives it (`a1:<base64>,a0:<base64>`, the first one seals); absent: they are stored as they are. */
  readonly keys?: string;
}

const BUSY_TIMEOUT_MS = 5_000;
const CONNECTIONS = 10;

/**
 * Opens the store that a `DATABASE_URL` names: a path (`data/posthouse.db`), a `file:` or `sqlite:` URL of a SQLite file, or a
 * `postgres:` URL. A file and its folder are made when they are missing, readable for this user only; a database must be there.
 * @throws {GatewayError} `config_invalid` for a URL we cannot open, `store_unavailable`, `store_locked`.
 */
export async function openStore(databaseUrl: string, options: StoreOptions = {}): Promise<Store> {
  const engine = await openEngine(databaseUrl, options);
  const { keys } = options;
  return storeOver(keys === undefined ? engine : sealedEngine(engine, createSealer(readStoreKeys(keys))));
}

function readStoreKeys(keys: string): readonly SealingKey[] {
  return keys.split(',').map((entry) => {
    const [name = '', base64 = ''] = entry.split(':');
    return { name, bytes: Buffer.from(base64, 'base64') };
  });
}

async function openEngine(databaseUrl: string, options: StoreOptions): Promise<Engine> {
  const { readOnly = false, busyTimeoutMs = BUSY_TIMEOUT_MS, connections = CONNECTIONS } = options;
  if (isPostgres(databaseUrl)) {
    // Loaded only where it is used: one machine with a file needs no client of a database.
    const { PostgresEngine } = await import('./postgres/engine.ts');
    return PostgresEngine.open({ url: databaseUrl, readOnly, connections });
  }
  const file = fileOf(databaseUrl);
  if (!readOnly) await make(file);
  return SqliteEngine.open({ file, readOnly, busyTimeoutMs });
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
