import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { SCRIPTS, STATEMENTS } from './statements.generated.ts';

const folder = mkdtempSync(join(tmpdir(), 'posthouse-plans-'));
const db = new DatabaseSync(join(folder, 'plans.db'));
for (const { statements } of SCRIPTS) for (const statement of statements) db.exec(statement);

/** Steps that read a whole index, and why that is right there. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  // A person's data is looked for once in her life; an index for it would cost every message.
  ...Object.fromEntries(
    Object.entries({
      Sessions: 'sessions',
      Turns: 'turns',
      Ratings: 'ratings',
      Approvals: 'approvals',
      PushParts: 'push_parts',
      UsageTurns: 'usage_turns',
    }).flatMap(([name, table]) => [
      [`personal.${name[0]?.toLowerCase()}${name.slice(1)}`, [`SCAN ${table}`]],
      [`personal.erase${name}`, [`SCAN ${table}`]],
    ]),
  ),
  // They count what is not finished, or held, and the index holds nothing else.
  'inboxUpkeep.open': ['SCAN inbox USING COVERING INDEX inbox_due'],
  'outboxUpkeep.open': ['SCAN outbox USING COVERING INDEX outbox_due'],
  'inboxUpkeep.held': ['SCAN inbox USING INDEX inbox_held'],
  // It gives back all that was held, and the index holds nothing else.
  'inboxUpkeep.recover': ['SCAN inbox USING INDEX inbox_held'],
  // The newest first, as many as were asked for.
  'approvals.list': ['SCAN approvals USING INDEX approvals_newest'],
  // An operator asks, now and then and beside the gateway, what every row is sealed under.
  'sealedTexts.inbox': ['SCAN inbox'],
  'sealedTexts.outbox': ['SCAN outbox'],
  'sealedTexts.turns': ['SCAN turns'],
  'sealedTexts.memos': ['SCAN memos'],
  'sealedTexts.placeholders': ['SCAN placeholders'],
  'sealedTexts.approvals': ['SCAN approvals'],
  'sealedTexts.pushes': ['SCAN pushes'],
  'sealedTexts.pushAnswers': ['SCAN push_answers'],
  // The answers of one push, in the order they came.
  'pushes.answers': ['USE TEMP B-TREE FOR ORDER BY'],
  // All that groups have chosen: read at the start, and every minute while messages come.
  'groupScopes.all': ['SCAN group_scopes'],
  // What runs for one person: one turn an agent at most, looked for when she says stop.
  'turns.runningOf': ['USE TEMP B-TREE FOR ORDER BY'],
  // All rules and grants: read when they have changed.
  'rights.roles': ['SCAN roles', 'USE TEMP B-TREE FOR ORDER BY'],
  'rights.grants': ['SCAN grants', 'USE TEMP B-TREE FOR ORDER BY'],
  // Requests for access are few; what is old goes once an hour.
  'accessRequests.purge': ['SCAN old', 'USE TEMP B-TREE FOR ORDER BY'],
  // The newest first, as many as an operator asks for.
  'rights.decisions': ['SCAN decisions USING INDEX decisions_by_age'],
  // What is open in one lane, counted.
  'claims.look': ['SCAN row'],
  // The names of all migrations.
  'migrations.applied': ['SCAN migrations USING COVERING INDEX sqlite_autoindex_migrations_1'],
};

describe("SQLite's plans", () => {
  afterAll(() => {
    db.close();
    rmSync(folder, { recursive: true });
  });

  it.each(Object.keys(STATEMENTS))('reads no more than it needs for %s', (name) => {
    const steps = explained(name, 'explain query plan').map((step) => String(step['detail']));
    const wasteful = steps.filter((step) => /^SCAN|TEMP B-TREE/.test(step) && !isAboutSubquery(step));
    expect(wasteful).toEqual(ALLOWED[name] ?? []);
  });

  // The second half of an upsert knows no other way.
  it.each(Object.keys(STATEMENTS))('need no copies of pages for taking %s back', (name) => {
    const aborts = explained(name, 'explain').some(
      (step) => String(step['opcode']).startsWith('Halt') && isAbort(step),
    );
    expect(aborts).toBe(STATEMENTS[name]?.text.includes('do update set') === true);
  });
});

function explained(name: string, how: 'explain' | 'explain query plan') {
  const { text, slots } = STATEMENTS[name] ?? { text: '', slots: [] };
  return db.prepare(`${how} ${text}`).all(...slots.map((slot) => (typeof slot === 'string' ? '1' : slot[0])));
}

/** Whether a step that ends a statement with an error also undoes what the statement had done (SQLite's `OE_Abort`, 2). */
function isAbort({ p1, p2 }: Record<string, unknown>): boolean {
  return p1 !== 0 && p2 === 2;
}

function isAboutSubquery(step: string): boolean {
  return /^SCAN (CONSTANT ROW|\(subquery)/.test(step);
}
