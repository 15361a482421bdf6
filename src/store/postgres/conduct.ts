import { hash } from 'node:crypto';
import type { OpArgs, OpName } from '../ops.ts';
import { personScope } from '../sessions.ts';

/**
 * How an operation is run. Here transactions run side by side and each statement sees what was committed before it began, so whatever
 * reads and then decides has to say what it must be alone with.
 * - look: reads; each statement for itself.
 * - one: a single statement that decides by the rows it changes; it is a transaction by itself.
 * - alone: a transaction. No other runs at the same time that names one of these: two that read before they write would both find what
 *   only one may have. Those that name it with `among` only keep out who names it with `with`.
 */
export type Conduct<Name extends OpName> =
  | { readonly kind: 'look' }
  | { readonly kind: 'one' }
  | { readonly kind: 'alone'; readonly with: (...args: OpArgs<Name>) => readonly string[]; readonly among?: string };

const LOOK = { kind: 'look' } as const;
const ONE = { kind: 'one' } as const;

/** A lane's rows come and are taken one transaction after the other: so they are seen in the order of their numbers, and by one taker. */
const lanesOf = (rows: readonly { readonly lane: string }[]): readonly string[] =>
  rows.map(({ lane }) => `lane ${lane}`);

function alone<Args extends readonly unknown[]>(keys: (...args: Args) => readonly string[], among?: string) {
  return { kind: 'alone', with: keys, ...(among !== undefined && { among }) } as const;
}

/** Who is who: merging and parting persons moves accounts and sessions, and nobody may look at them meanwhile. */
const PEOPLE = 'people';

export const CONDUCT: { readonly [Name in OpName]: Conduct<Name> } = {
  // A message may be taken back while it is stored.
  'inbox.accept': alone((events) => [
    ...lanesOf(events),
    ...events.map(({ channel, key }) => `event ${channel} ${key}`),
  ]),
  'inbox.claim': alone((lane) => [`lane ${lane}`]),
  'inbox.renew': alone(() => []),
  'inbox.done': alone((_held, _now, events) => lanesOf(events)),
  'inbox.fail': ONE,
  'inbox.release': ONE,
  'inbox.cancel': alone((channel, message) => [`event ${channel} ${message}`]),
  'inbox.get': LOOK,
  'inbox.cursor': LOOK,
  'outbox.put': alone((messages) => lanesOf(messages)),
  'outbox.claim': alone((lane) => [`lane ${lane}`]),
  'lane.claim': alone((lane) => [`lane ${lane}`]),
  'outbox.renew': ONE,
  'outbox.note': ONE,
  'outbox.doubt': ONE,
  'outbox.sent': ONE,
  'outbox.fail': ONE,
  'outbox.release': ONE,
  'outbox.ofKey': LOOK,
  'outbox.lastFrameOf': LOOK,
  'outbox.revise': ONE,
  'turns.begin': alone((turn, { scope }) => [`session ${scope} ${turn.agent}`], PEOPLE),
  'turns.get': LOOK,
  'turns.running': LOOK,
  'turns.runningOf': LOOK,
  'turns.lastOf': LOOK,
  'turns.last': LOOK,
  'turns.saveRun': alone(() => []),
  'turns.saveSent': ONE,
  'turns.end': alone(({ replies }) => lanesOf(replies)),
  'turns.rate': alone((turn) => [`rating ${turn}`], PEOPLE),
  'turns.setRating': alone((turn) => [`rating ${turn}`], PEOPLE),
  'turns.unrate': alone((turn) => [`rating ${turn}`], PEOPLE),
  'turns.stop': alone(() => []),
  'turns.suggest': ONE,
  'turns.ofMessage': LOOK,
  'rights.revision': LOOK,
  'rights.rules': LOOK,
  'rights.replace': alone(() => ['rights']),
  'rights.merge': alone(() => ['rights']),
  'rights.grant': alone(() => ['rights']),
  'rights.revoke': alone(() => ['rights']),
  'rights.note': ONE,
  'rights.decisions': LOOK,
  'rights.take': alone((turn, _person, counters) => [
    `usage ${turn}`,
    ...counters.map(({ owner, period }) => `usage ${owner} ${period}`),
  ]),
  'rights.spend': alone((turn) => [`usage ${turn}`]),
  'rights.used': LOOK,
  'access.ask': alone(({ person, role }) => [`access ${person} ${role}`]),
  'access.decide': alone((id) => [`access ${id}`]),
  'sessions.chosen': LOOK,
  'sessions.choose': ONE,
  'groups.scopes': LOOK,
  'groups.choose': alone(({ channel, chat }) => [`group ${channel} ${chat}`]),
  'sessions.reset': alone((scope, agent) => [`session ${scope} ${agent}`]),
  'sessions.list': LOOK,
  'sessions.rename': ONE,
  'sessions.resume': alone((person, _id, agent) => [`session ${personScope(person)} ${agent}`], PEOPLE),
  'people.identify': alone(
    ({ channel, account, everywhere }) => [
      `account ${channel} ${account}`,
      ...(everywhere === null ? [] : [`everywhere ${everywhere}`]),
    ],
    PEOPLE,
  ),
  'people.find': LOOK,
  'people.setLang': ONE,
  'people.merge': alone(() => [PEOPLE]),
  'people.unlink': alone(() => [PEOPLE]),
  'people.undo': alone(() => [PEOPLE]),
  'people.accounts': LOOK,
  'people.merges': LOOK,
  'people.list': LOOK,
  'people.keys': LOOK,
  'people.page': LOOK,
  'people.read': LOOK,
  'people.erase': alone(() => [PEOPLE]),
  'people.noteExport': ONE,
  'people.audit': LOOK,
  'directory.learn': alone(() => [PEOPLE]),
  'directory.match': LOOK,
  'directory.due': LOOK,
  'directory.isKnown': LOOK,
  'directory.learnKnown': alone(() => [PEOPLE]),
  'directory.unseen': LOOK,
  'departments.place': alone(() => ['departments']),
  'departments.drop': alone(() => [PEOPLE, 'departments']),
  'departments.dropUnseen': alone(() => [PEOPLE, 'departments']),
  'departments.page': LOOK,
  'departments.standing': LOOK,
  'links.offer': alone(({ person }) => [`codes of ${person}`]),
  'links.burn': ONE,
  // A merge may follow.
  'links.redeem': alone(() => [PEOPLE]),
  'pushes.add': alone(({ id }, _parts, messages) => [`push ${id}`, ...lanesOf(messages)]),
  'pushes.get': LOOK,
  'pushes.shown': LOOK,
  'pushes.answer': alone(({ push, channel, account }) => [`answer ${push} ${channel} ${account}`], PEOPLE),
  'pushes.handled': ONE,
  'calls.add': alone(() => ['calls']),
  'calls.ofMonth': LOOK,
  'approvals.begin': alone(({ id }) => [`approval ${id}`]),
  'approvals.started': ONE,
  'approvals.notStarted': ONE,
  'approvals.get': LOOK,
  'approvals.ofInstance': LOOK,
  'approvals.starting': LOOK,
  'approvals.list': LOOK,
  'approvals.running': LOOK,
  'approvals.move': alone((id) => [`approval ${id}`]),
  'approvals.handled': ONE,
  'memos.read': LOOK,
  'memos.swap': ONE,
  'placeholders.of': LOOK,
  'placeholders.keep': alone((session) => [`placeholders ${session}`]),
  'upkeep.recover': alone(() => ['recover']),
  'upkeep.lanesWithWork': LOOK,
  'upkeep.nextDueAt': LOOK,
  'upkeep.depth': LOOK,
  'upkeep.deadLetters': LOOK,
  'upkeep.replay': ONE,
  'upkeep.countTexts': LOOK,
  // Two that remove the same rows in another order would wait for each other.
  'upkeep.purge': alone(() => ['purge']),
};

/**
 * What begins a transaction that is alone with `keys`. In one message: the locks must be there before the first statement of the
 * operation looks at anything, and in one order everywhere, so that no two wait for each other.
 */
export function beginAlone(keys: readonly string[], among?: string): string {
  const numbers = [...new Set(keys.map(lockOf))].toSorted((a, b) => (a < b ? -1 : 1));
  const shared = among === undefined ? [] : [`select pg_advisory_xact_lock_shared(${lockOf(among)});`];
  const locks = numbers.map((number) => `select pg_advisory_xact_lock(${number});`);
  return ['begin isolation level read committed;', ...shared, ...locks].join(' ');
}

/** Two keys of one number only wait for each other without need. */
function lockOf(key: string): bigint {
  return hash('sha1', key, 'buffer').readBigInt64BE(0);
}
