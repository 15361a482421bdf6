import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { statementsFile } from './statements.ts';

describe("SQLite's statements", () => {
  it('are written down as the queries and migrations say (else: npx vitest run src/store -u)', async () => {
    await expect(statementsFile()).toMatchFileSnapshot(join(import.meta.dirname, 'statements.generated.ts'));
  });
});
