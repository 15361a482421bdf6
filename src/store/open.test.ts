import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from './open.ts';

describe('opening the store of a DATABASE_URL', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'posthouse-open-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['a path', (file: string) => file],
    ['a file: URL', (file: string) => pathToFileURL(file).href],
    ['a sqlite: URL', (file: string) => `sqlite:${file}`],
    ['a sqlite:// URL', (file: string) => `sqlite://${file}`],
  ])('opens %s, and makes folder and file for this user only', async (_, urlOf) => {
    const file = join(folder, 'data', 'posthouse.db');
    const store = await openStore(urlOf(file));
    expect(await store.upkeep.lanesWithWork(0, 1)).toEqual([]);
    const modes = [join(folder, 'data'), file, `${file}-wal`].map(async (path) => (await stat(path)).mode & 0o777);
    expect(await Promise.all(modes)).toEqual([0o700, 0o600, 0o600]);
    await store.close();
  });

  it('says which server it cannot reach, and no password', async () => {
    const opening = openStore('postgres://user:hush@127.0.0.1:1/posthouse');
    await expect(opening).rejects.toMatchObject({
      code: 'store_unavailable',
      message: 'the store postgres://127.0.0.1:1/posthouse cannot be used: no connection (ECONNREFUSED)',
    });
  });

  it('refuses what it does not know', async () => {
    await expect(openStore('mysql://127.0.0.1/x')).rejects.toMatchObject({ code: 'config_invalid' });
  });

  it('says which file cannot be made', async () => {
    await writeFile(join(folder, 'data'), 'a file where the folder should be');
    const opening = openStore(join(folder, 'data', 'posthouse.db'));
    await expect(opening).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining(join(folder, 'data', 'posthouse.db')),
    });
  });
});
