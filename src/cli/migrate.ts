import { openStore } from '../store/open.ts';
import { placeName } from '../store/place.ts';
import { readSettings } from './settings.ts';
import type { Terminal } from './terminal.ts';

export interface MigrateOptions {
  readonly config?: string;
  readonly from?: string;
  readonly to?: string;
  readonly dryRun?: boolean;
}

/** Brings the store to this version's form, as `start` does by itself; or copies a file into a database. */
export async function migrate(terminal: Terminal, options: MigrateOptions): Promise<number> {
  const { from, to, dryRun = false } = options;
  if (from !== undefined && to !== undefined) return move(terminal, from, to, dryRun);
  if (from !== undefined || to !== undefined || dryRun) {
    terminal.err(
      terminal.say({
        zh: '✘ --from 与 --to 要一起给出，例如 --from data/posthouse.db --to postgres://user:password@host/posthouse。',
        en: '✘ Give both --from and --to, such as --from data/posthouse.db --to postgres://user:password@host/posthouse.',
      }),
    );
    return 1;
  }
  const { databaseUrl } = await readSettings(terminal, options.config);
  await (await openStore(databaseUrl)).close();
  const place = placeName(databaseUrl);
  terminal.out(terminal.say({ zh: `✔ 存储 ${place} 已是最新结构。`, en: `✔ The store ${place} is up to date.` }));
  return 0;
}

async function move(terminal: Terminal, from: string, to: string, dryRun: boolean): Promise<number> {
  const { moveStore } = await import('../store/move.ts');
  const tables = await moveStore(from, to, dryRun);
  for (const { table, from: here, to: there } of tables) terminal.out(`${table.padEnd(20)} ${here} → ${there}`);
  const rows = tables.reduce((sum, table) => sum + table.from, 0);
  const place = placeName(to);
  if (dryRun) {
    const isEmpty = tables.every((table) => table.to === 0);
    terminal.out(
      terminal.say(
        isEmpty
          ? {
              zh: `试运行：将复制 ${rows} 行到 ${place}，什么都没有改动。`,
              en: `Dry run: ${rows} rows would be copied to ${place}; nothing was changed.`,
            }
          : { zh: `✘ ${place} 不是空的；请换一个空数据库。`, en: `✘ ${place} is not empty; name an empty database.` },
      ),
    );
    return isEmpty ? 0 : 1;
  }
  terminal.out(
    terminal.say({
      zh: `✔ 已复制 ${rows} 行，数量一致。现在把 DATABASE_URL 设为新地址再启动；原文件没有改动。`,
      en: `✔ ${rows} rows copied, the counts agree. Now set DATABASE_URL to the new address and start; the file is as it was.`,
    }),
  );
  return 0;
}
