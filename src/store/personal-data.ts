import { note } from './audit.ts';
import { type Deed, everBeen, mergeQueries, today } from './merges.ts';
import { touchRights } from './rights-revision.ts';
import { personScope } from './sessions.ts';
import { type Prepared, prepare, type Sql } from './sql.ts';
import type { Database } from './tables.ts';

/*
 * Everything that is kept of a person, table by table: what her data is made of when she asks for it, and what goes when she is forgotten.
 * A table that is missing here does not compile.
 */

type Row = Readonly<Record<string, unknown>>;
type Read<Args> = Prepared<Args, Row>;

/** By a person's id; by one of her accounts; by the rows of the two boxes that are hers. */
interface ByPerson {
  readonly person: string;
  readonly scope: string;
  /** As quotas name her. */
  readonly owner: string;
}
interface ByAccount {
  readonly channel: string;
  readonly account: string;
  /** What an adapter notes of a chat is under this name. */
  readonly memo: string;
}
interface BySeq {
  readonly seq: number;
}

type Rule = {
  readonly byPerson?: Finder<ByPerson>;
  readonly byAccount?: Finder<ByAccount>;
  readonly bySeq?: Finder<BySeq>;
};
interface Finder<Args> {
  readonly read: Read<Args>;
  /** Absent where the record has to stay: it names things, not people. */
  readonly erase?: Prepared<Args, unknown>;
}

/** Why a table has nothing of anybody. */
type Impersonal = { readonly impersonal: string };

export const personalQueries = {
  people: prepare((db, p: ByPerson) => db.selectFrom('people').selectAll().where('id', '=', p.person)),
  erasePeople: prepare((db, p: ByPerson) => db.deleteFrom('people').where('id', '=', p.person)),
  accounts: prepare((db, p: ByPerson) => db.selectFrom('accounts').selectAll().where('person', '=', p.person)),
  eraseAccounts: prepare((db, p: ByPerson) => db.deleteFrom('accounts').where('person', '=', p.person)),
  sessions: prepare((db, p: ByPerson) =>
    db
      .selectFrom('sessions')
      .selectAll()
      .where((eb) => eb.or([eb('scope', '=', p.scope), eb('user', '=', p.person)])),
  ),
  eraseSessions: prepare((db, p: ByPerson) =>
    db.deleteFrom('sessions').where((eb) => eb.or([eb('scope', '=', p.scope), eb('user', '=', p.person)])),
  ),
  grants: prepare((db, p: ByPerson) => db.selectFrom('grants').selectAll().where('person', '=', p.person)),
  eraseGrants: prepare((db, p: ByPerson) => db.deleteFrom('grants').where('person', '=', p.person)),
  decisions: prepare((db, p: ByPerson) => db.selectFrom('decisions').selectAll().where('person', '=', p.person)),
  eraseDecisions: prepare((db, p: ByPerson) => db.deleteFrom('decisions').where('person', '=', p.person)),
  usage: prepare((db, p: ByPerson) => db.selectFrom('usage').selectAll().where('owner', '=', p.owner)),
  eraseUsage: prepare((db, p: ByPerson) => db.deleteFrom('usage').where('owner', '=', p.owner)),
  usageTurns: prepare((db, p: ByPerson) => db.selectFrom('usage_turns').selectAll().where('person', '=', p.person)),
  eraseUsageTurns: prepare((db, p: ByPerson) => db.deleteFrom('usage_turns').where('person', '=', p.person)),
  accessRequests: prepare((db, p: ByPerson) =>
    db.selectFrom('access_requests').selectAll().where('person', '=', p.person),
  ),
  eraseAccessRequests: prepare((db, p: ByPerson) => db.deleteFrom('access_requests').where('person', '=', p.person)),
  agentChoices: prepare((db, p: ByPerson) => db.selectFrom('agent_choices').selectAll().where('scope', '=', p.scope)),
  eraseAgentChoices: prepare((db, p: ByPerson) => db.deleteFrom('agent_choices').where('scope', '=', p.scope)),
  sessionAccounts: prepare((db, p: ByAccount) =>
    db.selectFrom('session_accounts').selectAll().where('channel', '=', p.channel).where('account', '=', p.account),
  ),
  eraseSessionAccounts: prepare((db, p: ByAccount) =>
    db.deleteFrom('session_accounts').where('channel', '=', p.channel).where('account', '=', p.account),
  ),
  turns: prepare((db, p: ByPerson) => db.selectFrom('turns').selectAll().where('person', '=', p.person)),
  eraseTurns: prepare((db, p: ByPerson) => db.deleteFrom('turns').where('person', '=', p.person)),
  ratings: prepare((db, p: ByPerson) => db.selectFrom('ratings').selectAll().where('person', '=', p.person)),
  eraseRatings: prepare((db, p: ByPerson) => db.deleteFrom('ratings').where('person', '=', p.person)),
  merges: prepare((db, p: ByPerson) =>
    db
      .selectFrom('merges')
      .selectAll()
      .where((eb) => eb.or([eb('kept', '=', p.person), eb('absorbed', '=', p.person)])),
  ),
  eraseMerges: prepare((db, p: ByPerson) =>
    db.deleteFrom('merges').where((eb) => eb.or([eb('kept', '=', p.person), eb('absorbed', '=', p.person)])),
  ),
  linkCodes: prepare((db, p: ByPerson) => db.selectFrom('link_codes').selectAll().where('person', '=', p.person)),
  eraseLinkCodes: prepare((db, p: ByPerson) => db.deleteFrom('link_codes').where('person', '=', p.person)),
  linkTries: prepare((db, p: ByAccount) =>
    db.selectFrom('link_tries').selectAll().where('channel', '=', p.channel).where('account', '=', p.account),
  ),
  eraseLinkTries: prepare((db, p: ByAccount) =>
    db.deleteFrom('link_tries').where('channel', '=', p.channel).where('account', '=', p.account),
  ),
  audit: prepare((db, p: ByPerson) => db.selectFrom('audit').selectAll().where('subject', '=', p.person)),
  eraseAudit: prepare((db, p: ByPerson) => db.deleteFrom('audit').where('subject', '=', p.person)),
  approvals: prepare((db, p: ByAccount) =>
    db.selectFrom('approvals').selectAll().where('channel', '=', p.channel).where('asker', '=', p.account),
  ),
  eraseApprovals: prepare((db, p: ByAccount) =>
    db.deleteFrom('approvals').where('channel', '=', p.channel).where('asker', '=', p.account),
  ),
  memos: prepare((db, p: ByAccount) =>
    db.selectFrom('memos').selectAll().where('channel', '=', p.channel).where('name', '=', p.memo),
  ),
  eraseMemos: prepare((db, p: ByAccount) =>
    db.deleteFrom('memos').where('channel', '=', p.channel).where('name', '=', p.memo),
  ),
  pushParts: prepare((db, p: ByAccount) =>
    db.selectFrom('push_parts').selectAll().where('channel', '=', p.channel).where('receiver', '=', p.account),
  ),
  pushAnswers: prepare((db, p: ByAccount) =>
    db.selectFrom('push_answers').selectAll().where('channel', '=', p.channel).where('account', '=', p.account),
  ),
  erasePushAnswers: prepare((db, p: ByAccount) =>
    db.deleteFrom('push_answers').where('channel', '=', p.channel).where('account', '=', p.account),
  ),
  erasePushParts: prepare((db, p: ByAccount) =>
    db.deleteFrom('push_parts').where('channel', '=', p.channel).where('receiver', '=', p.account),
  ),
  placeholders: prepare((db, p: ByPerson) => db.selectFrom('placeholders').selectAll().where('person', '=', p.person)),
  erasePlaceholders: prepare((db, p: ByPerson) => db.deleteFrom('placeholders').where('person', '=', p.person)),
  inbox: prepare((db, p: BySeq) => db.selectFrom('inbox').selectAll().where('seq', '=', p.seq)),
  eraseInbox: prepare((db, p: BySeq) => db.deleteFrom('inbox').where('seq', '=', p.seq)),
  outbox: prepare((db, p: BySeq) => db.selectFrom('outbox').selectAll().where('seq', '=', p.seq)),
  eraseOutbox: prepare((db, p: BySeq) => db.deleteFrom('outbox').where('seq', '=', p.seq)),
  directory: prepare((db, p: ByAccount) =>
    db.selectFrom('directory').selectAll().where('channel', '=', p.channel).where('account', '=', p.account),
  ),
  eraseDirectory: prepare((db, p: ByAccount) =>
    db.deleteFrom('directory').where('channel', '=', p.channel).where('account', '=', p.account),
  ),
  memberships: prepare((db, p: ByAccount) =>
    db.selectFrom('memberships').selectAll().where('channel', '=', p.channel).where('account', '=', p.account),
  ),
  eraseMemberships: prepare((db, p: ByAccount) =>
    db.deleteFrom('memberships').where('channel', '=', p.channel).where('account', '=', p.account),
  ),
  inboxPage: prepare((db, p: { after: number; limit: number }) =>
    db
      .selectFrom('inbox')
      .select(['seq', 'channel', 'lane', 'body'])
      .where('seq', '>', p.after)
      .orderBy('seq')
      .limit(p.limit),
  ),
  outboxPage: prepare((db, p: { after: number; limit: number }) =>
    db
      .selectFrom('outbox')
      .select(['seq', 'channel', 'lane', 'turn', 'body'])
      .where('seq', '>', p.after)
      .orderBy('seq')
      .limit(p.limit),
  ),
};

const q = personalQueries;

export const PERSONAL: { readonly [Table in keyof Database]: Rule | Impersonal } = {
  inbox: { bySeq: { read: q.inbox, erase: q.eraseInbox } },
  outbox: { bySeq: { read: q.outbox, erase: q.eraseOutbox } },
  turns: { byPerson: { read: q.turns, erase: q.eraseTurns } },
  ratings: { byPerson: { read: q.ratings, erase: q.eraseRatings } },
  sessions: { byPerson: { read: q.sessions, erase: q.eraseSessions } },
  roles: { impersonal: 'what roles allow' },
  grants: { byPerson: { read: q.grants, erase: q.eraseGrants } },
  rights_state: { impersonal: 'how often the rules were changed' },
  decisions: { byPerson: { read: q.decisions, erase: q.eraseDecisions } },
  usage: { byPerson: { read: q.usage, erase: q.eraseUsage } },
  usage_turns: { byPerson: { read: q.usageTurns, erase: q.eraseUsageTurns } },
  access_requests: { byPerson: { read: q.accessRequests, erase: q.eraseAccessRequests } },
  agent_choices: { byPerson: { read: q.agentChoices, erase: q.eraseAgentChoices } },
  session_accounts: { byAccount: { read: q.sessionAccounts, erase: q.eraseSessionAccounts } },
  people: { byPerson: { read: q.people, erase: q.erasePeople } },
  accounts: { byPerson: { read: q.accounts, erase: q.eraseAccounts } },
  merges: { byPerson: { read: q.merges, erase: q.eraseMerges } },
  directory: { byAccount: { read: q.directory, erase: q.eraseDirectory } },
  memberships: { byAccount: { read: q.memberships, erase: q.eraseMemberships } },
  departments: { impersonal: 'names of departments and what they are part of' },
  link_codes: { byPerson: { read: q.linkCodes, erase: q.eraseLinkCodes } },
  link_tries: { byAccount: { read: q.linkTries, erase: q.eraseLinkTries } },
  audit: { byPerson: { read: q.audit, erase: q.eraseAudit } },
  approvals: { byAccount: { read: q.approvals, erase: q.eraseApprovals } },
  memos: { byAccount: { read: q.memos, erase: q.eraseMemos } },
  push_parts: { byAccount: { read: q.pushParts, erase: q.erasePushParts } },
  push_answers: { byAccount: { read: q.pushAnswers, erase: q.erasePushAnswers } },
  placeholders: { byPerson: { read: q.placeholders, erase: q.erasePlaceholders } },
  pushes: {
    impersonal:
      'a key of the caller’s, a digest, and what the caller wants to remember; whom it went to is in push_parts',
  },
  group_scopes: { impersonal: 'how a group shares its conversations; nobody is named' },
  cursors: { impersonal: 'how far we have come in what vendors hand out' },
  calls: { impersonal: 'how many calls were made in a month' },
  migrations: { impersonal: 'the form of the tables' },
};

/** Rows of the two boxes that are hers: found by reading them, for what they say may be sealed. */
export interface Boxes {
  readonly inbox: readonly number[];
  readonly outbox: readonly number[];
}

/** Whom to look for: everybody she has been, and her accounts. Undefined for somebody unknown. */
export async function keysOf(sql: Sql, person: string) {
  const root = await today(sql, person);
  if (!root) return undefined;
  const accounts = await sql.all(mergeQueries.accounts, { person: root.id });
  return {
    person: root.id,
    persons: await everBeen(sql, root.id),
    accounts: accounts.map(({ channel, account }) => ({ channel, account })),
  };
}

export async function page(sql: Sql, box: keyof Boxes, after: number, limit: number) {
  const rows =
    box === 'inbox' ? await sql.all(q.inboxPage, { after, limit }) : await sql.all(q.outboxPage, { after, limit });
  return rows.map((row) => ({ turn: null as string | null, ...row }));
}

/** All that is kept of her. */
export async function read(sql: Sql, person: string, boxes: Boxes) {
  const data: Record<string, Row[]> = {};
  for (const [table, finder, args] of await finders(sql, person, boxes)) {
    data[table] = [...(data[table] ?? []), ...(await sql.all(finder.read, args))];
  }
  return data;
}

/** Removes all of it; what stays is that it was done, by whom, and to which (meaningless) id. */
export async function erase(sql: Sql, person: string, boxes: Boxes, { actor, reason }: Deed, now: number) {
  const removed: Record<string, number> = {};
  for (const [table, { erase: query }, args] of await finders(sql, person, boxes)) {
    if (query) removed[table] = (removed[table] ?? 0) + (await sql.run(query, args));
  }
  await touchRights(sql);
  await note(sql, { actor, action: 'delete', subject: person, detail: { reason, removed } }, now);
  return removed;
}

export async function noteExport(sql: Sql, person: string, { actor, reason }: Deed, now: number) {
  await note(sql, { actor, action: 'export', subject: person, detail: { reason } }, now);
}

type Step = readonly [table: string, finder: Finder<never>, args: never];

/** Which queries find her, with what they are to be asked. */
async function finders(sql: Sql, person: string, boxes: Boxes): Promise<readonly Step[]> {
  const keys = await keysOf(sql, person);
  if (!keys) return [];
  const persons = keys.persons.map((one) => ({ person: one, scope: personScope(one), owner: `person:${one}` }));
  const steps: (readonly [string, unknown, unknown])[] = [];
  for (const [table, rule] of Object.entries(PERSONAL)) {
    if ('impersonal' in rule) continue;
    const seqs = table === 'inbox' ? boxes.inbox : boxes.outbox;
    for (const args of persons) if (rule.byPerson) steps.push([table, rule.byPerson, args]);
    for (const one of keys.accounts) {
      if (rule.byAccount) steps.push([table, rule.byAccount, { ...one, memo: `chat ${one.account}` }]);
    }
    for (const seq of seqs) if (rule.bySeq) steps.push([table, rule.bySeq, { seq }]);
  }
  return steps as unknown as readonly Step[];
}
