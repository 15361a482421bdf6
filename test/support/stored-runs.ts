import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * The messages whose answer was under way when the gateway died and whose run at the agent's is stored, so that it can be
 * found again: these must not be asked a second time. Looks at a copy, for opening the file would change it.
 */
export function storedRuns(file: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'posthouse-look-'));
  const copy = join(folder, 'copy.db');
  for (const end of ['', '-wal']) if (existsSync(file + end)) copyFileSync(file + end, copy + end);
  const db = new DatabaseSync(copy);
  const rows = db
    .prepare(
      `select inbox.event_key as message from turns join inbox on inbox.seq = turns.seq
       where turns.state = 'running' and json_extract(turns.run, '$.message') is not null`,
    )
    .all();
  db.close();
  rmSync(folder, { recursive: true, force: true });
  return rows.map(({ message }) => String(message));
}
