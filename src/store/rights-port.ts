import { id } from '../core/ids.ts';
import type { Counter, Grant, RightsStore, Role } from '../core/rights.ts';
import type { Engine } from './ops.ts';
import type { GrantRow } from './rights.ts';
import type { CounterRow } from './usage.ts';

/** Rights, rows on one side and the words of the domain on the other. */
export function rightsOver(engine: Engine): RightsStore {
  return {
    revision: () => engine.call('rights.revision'),
    async rules() {
      const { roles, grants } = await engine.call('rights.rules');
      return {
        roles: roles.map(({ name, body }) => ({ name, ...(JSON.parse(body) as Omit<Role, 'name'>) })),
        grants: grants.map(rowToGrant),
      };
    },
    replace(rules, actor, now) {
      const roles = rules.roles.map(({ name, ...body }, place) => ({ name, place, body: JSON.stringify(body) }));
      const grants = rules.grants.map((grant, place) => grantToRow(grant, `rule ${place}`, place));
      return engine.call('rights.replace', roles, grants, actor, now);
    },
    merge(rules, actor, now) {
      const roles = rules.roles.map(({ name, ...body }, place) => ({ name, place, body: JSON.stringify(body) }));
      const grants = rules.grants.map((grant) => {
        const { role, to, from, until } = grant;
        return grantToRow(grant, `added ${JSON.stringify([role, to, from, until])}`, ADDED);
      });
      return engine.call('rights.merge', roles, grants, actor, now);
    },
    grant: (grant, key, actor, now) => engine.call('rights.grant', grantToRow(grant, key, LAST), actor, now),
    revoke: (key) => engine.call('rights.revoke', key),
    note: ({ allowed, ...decision }) => engine.call('rights.note', { ...decision, allowed: allowed ? 1 : 0 }),
    async decisions(person, limit) {
      const rows = await engine.call('rights.decisions', person ?? null, limit);
      return rows.map((row) => ({
        ...row,
        person: id(row.person),
        channel: id(row.channel),
        allowed: row.allowed === 1,
      }));
    },
    take: (turn, person, counters, now) => engine.call('rights.take', turn, person, counters.map(counterToRow), now),
    spend: (turn, tokens) => engine.call('rights.spend', turn, tokens),
    used: (owners) => engine.call('rights.used', owners),
  };
}

/** What was added to the rules of a file stands behind them. */
const ADDED = 500_000;
/** What was given one by one stands behind the rules of the file. */
const LAST = 1_000_000;
const PERSON = 'person:';

function grantToRow({ role, to, from, until }: Grant, key: string, place: number): GrantRow {
  const person = to.startsWith(PERSON) ? to.slice(PERSON.length) : null;
  return { key, place, role, target: to, person, from: from ?? null, until: until ?? null };
}

function rowToGrant({ role, target, from, until }: Pick<GrantRow, 'role' | 'target' | 'from' | 'until'>): Grant {
  const times = { ...(from !== null && { from }), ...(until !== null && { until }) };
  return { role, to: target as Grant['to'], ...times };
}

function counterToRow({ owner, period, messages, tokens, warnAt }: Counter): CounterRow {
  return { owner, period, messages: messages ?? null, tokens: tokens ?? null, warnAt: warnAt ?? null };
}
