import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WordedError } from '../core/errors.ts';

/** Whether several processes may work on the store of this `DATABASE_URL` at once. */
export function isPostgres(databaseUrl: string): boolean {
  return /^postgres(ql)?:/.test(databaseUrl);
}

/** A store's place for eyes and logs: without user and password. */
export function placeName(databaseUrl: string): string {
  if (!isPostgres(databaseUrl) || !URL.canParse(databaseUrl)) return databaseUrl;
  const { hostname, port, pathname, searchParams } = new URL(databaseUrl);
  const host = searchParams.get('host') ?? hostname;
  return `postgres://${host}${port === '' ? '' : `:${port}`}${pathname}`;
}

/** The SQLite file of a `DATABASE_URL`. @throws {GatewayError} `config_invalid` for an address of something else. */
export function fileOf(databaseUrl: string): string {
  const scheme = /^([a-z][a-z0-9+]+):/.exec(databaseUrl)?.[1];
  if (scheme === undefined) return resolve(databaseUrl);
  if (scheme === 'file') return fileURLToPath(databaseUrl);
  if (scheme === 'sqlite') return resolve(databaseUrl.replace(/^sqlite:(\/\/)?/, ''));
  throw new WordedError('config_invalid', {
    zh: `不能用 ${scheme}: 地址打开存储；请填 SQLite 文件或 postgres: 地址`,
    en: `a store cannot be opened by a ${scheme}: URL; name a SQLite file or a postgres: URL`,
  });
}
