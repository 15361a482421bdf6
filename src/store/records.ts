import { id } from '../core/ids.ts';
import type { AuditEntry, PeopleRecords } from '../core/people-store.ts';
import { rowToPerson } from './codec.ts';
import type { Engine } from './ops.ts';
import { boxesOf } from './personal-boxes.ts';

/** What operators look at and do for a person, over any engine. */
export function recordsOver(engine: Engine): PeopleRecords {
  return {
    async list(after, limit) {
      const rows = await engine.call('people.list', after, limit);
      return rows.map((row) => ({ ...rowToPerson(row), createdAt: row.created_at }));
    },
    async audit(person, limit) {
      const rows = await engine.call('people.audit', person, limit);
      return rows.map(({ at, actor, action, detail }) => ({
        at,
        actor,
        action,
        detail: JSON.parse(detail) as AuditEntry['detail'],
      }));
    },
    async export(person, deed, now) {
      const keys = await engine.call('people.keys', person);
      if (!keys) return undefined;
      const data = await engine.call('people.read', keys.person, await boxesOf(engine, keys.accounts));
      await engine.call('people.noteExport', keys.person, deed, now);
      return data;
    },
    async erase(person, deed, now) {
      const keys = await engine.call('people.keys', person);
      if (!keys) return undefined;
      return engine.call('people.erase', id(keys.person), await boxesOf(engine, keys.accounts), deed, now);
    },
  };
}
