import { describe, expect, it } from 'vitest';
import { changesOf, mergedRules } from './rules-diff.ts';
import { readRules } from './rules-file.ts';

const BEFORE = readRules(`
roles:
  everyone: { allow: ["agent:helpdesk"] }
  hr: { allow: ["agent:hr"] }
grants:
  - { role: hr, to: "person:p-1" }
  - { role: hr, to: "person:p-2", until: 2026-06-01 }
`);
const FILE = readRules(`
roles:
  hr: { allow: ["agent:hr"], quotas: [{ per: day, messages: 5 }] }
  sales: { allow: ["agent:crm"] }
grants:
  - { role: hr, to: "person:p-1" }
  - { role: sales, to: "department:feishu/od-1" }
`);
const shown = (...rules: Parameters<typeof changesOf>) =>
  changesOf(...rules).map(({ kind, of, what }) => `${kind} ${of} ${what}`);

describe('importing rules', () => {
  it('in the place of others says what goes, what comes and what changes', () => {
    expect(shown(BEFORE, FILE)).toEqual([
      'removed role everyone',
      'changed role hr',
      'added role sales',
      'removed grant hr → person:p-2 until 2026-05-31T16:00:00.000Z',
      'added grant sales → department:feishu/od-1',
    ]);
  });

  it('beside others takes nothing away, and gives nothing twice', () => {
    expect(shown(BEFORE, mergedRules(BEFORE, FILE))).toEqual([
      'changed role hr',
      'added role sales',
      'added grant sales → department:feishu/od-1',
    ]);
    const once = mergedRules(BEFORE, FILE);
    expect(shown(once, mergedRules(once, FILE))).toEqual([]);
    expect(once.grants).toHaveLength(3);
  });

  it('that are the same changes nothing, in whichever order they stand', () => {
    expect(shown(BEFORE, { roles: BEFORE.roles.toReversed(), grants: BEFORE.grants.toReversed() })).toEqual([]);
  });
});
