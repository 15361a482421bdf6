import { backUp } from '../store/backup.ts';
import { isPostgres } from '../store/place.ts';
import type { StoreOptions } from './dead.ts';
import { readSettings } from './settings.ts';
import type { Terminal } from './terminal.ts';

/** Copies the store's file; works beside a running gateway. A database has its own means, and better ones. */
export async function backup(terminal: Terminal, file: string, options: StoreOptions): Promise<number> {
  const { databaseUrl } = await readSettings(terminal, options.config);
  if (isPostgres(databaseUrl)) {
    terminal.err(
      terminal.say({
        zh: `✘ 存储在 PostgreSQL 中，请用它自己的工具：pg_dump --format=custom --file=${file} "$DATABASE_URL"`,
        en: `✘ The store is in PostgreSQL; use its own means: pg_dump --format=custom --file=${file} "$DATABASE_URL"`,
      }),
    );
    return 1;
  }
  const { bytes, schema } = await backUp(databaseUrl, file);
  const size = `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  terminal.out(
    terminal.say({
      zh: `✔ 已备份到 ${file}（${size}，结构 ${schema}，已检查完整性）。内含消息内容，请妥善保管；STORE_KEYS 不在其中，请另行保存。`,
      en: `✔ Backed up to ${file} (${size}, schema ${schema}, looked through). It holds messages: keep it safe. STORE_KEYS is not in it: keep that, too.`,
    }),
  );
  return 0;
}
