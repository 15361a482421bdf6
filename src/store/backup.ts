import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { GatewayError } from '../core/errors.ts';
import { fileOf } from './place.ts';

/** Pages copied between two looks at the gateway's writes; 4 KiB each. */
const PAGES_AT_A_TIME = 256;

/** What a copy holds. */
export interface BackedUp {
  readonly bytes: number;
  /** The newest migration in it. */
  readonly schema: string;
}

/**
 * Copies a SQLite store to a new file while a gateway works on it. What is written meanwhile is in the copy, too; the copy is whole by itself, without
 * `-wal`, its folder is made when missing, and it stands under its name only once it has been looked through.
 *
 * @throws {GatewayError} `store_unavailable` when the store is missing, the file exists, cannot be written, or the copy is damaged.
 */
export async function backUp(databaseUrl: string, to: string): Promise<BackedUp> {
  const from = fileOf(databaseUrl);
  await stat(from).catch((cause: unknown) => refuse(`there is no store at ${from}`, cause));
  if (await stat(to).catch(() => undefined)) return refuse(`${to} is there already`);
  const unfinished = `${to}.part`;
  try {
    // For this user's eyes, from the first byte on.
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await (await open(unfinished, 'wx', 0o600)).close();
    await copy(from, unfinished);
    const schema = lookThrough(unfinished);
    await rename(unfinished, to);
    return { bytes: (await stat(to)).size, schema };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') await rm(unfinished, { force: true });
    return refuse(`the backup ${to} could not be written`, cause);
  }
}

async function copy(from: string, to: string): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true });
  try {
    await backup(source, to, { rate: PAGES_AT_A_TIME });
  } finally {
    source.close();
  }
}

/** Every page and index of a copy; also turns it from a WAL database into one file. */
function lookThrough(file: string): string {
  const copied = new DatabaseSync(file);
  try {
    copied.exec('pragma journal_mode = delete');
    const found = copied
      .prepare('pragma integrity_check')
      .all()
      .map((row) => String(row['integrity_check']));
    if (found.join() !== 'ok') throw new Error(`the copy is damaged: ${found.join('; ')}`);
    const newest = copied.prepare('select max(name) as name from migrations').get() as { name: string };
    return newest.name;
  } finally {
    copied.close();
  }
}

function refuse(message: string, cause?: unknown): never {
  throw new GatewayError('store_unavailable', message, { ...(cause !== undefined && { cause }) });
}
