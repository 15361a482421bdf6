import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SCRIPTS } from './statements.generated.ts';
import { statementsFile } from './statements.ts';

describe("PostgreSQL's statements", () => {
  it('are written down as the queries and migrations say (else: npx vitest run src/store -u)', async () => {
    await expect(statementsFile()).toMatchFileSnapshot(join(import.meta.dirname, 'statements.generated.ts'));
  });

  it('only add to the schema, so that gateways of the version before go on', () => {
    const adds = /^(create (unique )?(table|index)|alter table "\w+" add column) /;
    const others = SCRIPTS.flatMap(({ statements }) => statements).filter((statement) => !adds.test(statement));
    expect(others).toEqual([]);
  });
});
