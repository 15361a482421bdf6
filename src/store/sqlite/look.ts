import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { WordedError } from '../../core/errors.ts';
import { SqliteDatabase } from './database.ts';
import { readSqliteError } from './failures.ts';
import { missing } from './schema.ts';

/** @throws {GatewayError} `config_invalid` or `store_unavailable`: why no gateway could work on this file. */
export function lookAtFile(file: string): void {
  const folder = nearestFolder(file);
  // Beside the file stand its log and its lock.
  if (!mayWrite(folder)) throw notWritable(folder);
  if (!existsSync(file)) return;
  if (!mayWrite(file)) throw notWritable(file);
  try {
    const db = new SqliteDatabase({ file, readOnly: true, busyTimeoutMs: 5_000 });
    try {
      missing(db);
    } finally {
      db.close();
    }
  } catch (error) {
    throw readSqliteError(error, file);
  }
}

/** Those below it are made with the file. */
function nearestFolder(file: string): string {
  let folder = dirname(file);
  while (!existsSync(folder)) folder = dirname(folder);
  if (statSync(folder).isDirectory()) return folder;
  throw new WordedError('config_invalid', {
    zh: `${folder} 是文件，不是文件夹`,
    en: `${folder} is a file, not a folder`,
  });
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function notWritable(path: string): WordedError {
  return new WordedError('config_invalid', {
    zh: `当前用户不能写入 ${path}`,
    en: `this user may not write to ${path}`,
  });
}
