import type { AccessRequest, AccessState, AccessStore } from '../core/access.ts';
import { id } from '../core/ids.ts';
import type { Contact } from '../core/people-store.ts';
import type { Engine, OpAnswer } from './ops.ts';

/** Requests for access, rows on one side and the words of the domain on the other. */
export function accessOver(engine: Engine): AccessStore {
  return {
    async ask({ id: name, person, role, contact: { lane, to, lang } }, now) {
      const row = { id: name, person, role, lane, address: JSON.stringify(to), lang };
      return rowToRequest(await engine.call('access.ask', row, now));
    },
    async decide(name, state, by, now) {
      const row = await engine.call('access.decide', name, state, by, now);
      return row && rowToRequest(row);
    },
  };
}

function rowToRequest(row: OpAnswer<'access.ask'>): AccessRequest {
  const contact: Contact = {
    lane: id(row.lane),
    to: JSON.parse(row.address) as Contact['to'],
    lang: row.lang as Contact['lang'],
  };
  return {
    id: row.id,
    person: id(row.person),
    role: row.role,
    state: row.state as AccessState,
    contact,
    askedAt: row.asked_at,
    ...(row.decided_at !== null && { decidedAt: row.decided_at }),
  };
}
