import { hash } from 'node:crypto';
import type { OpAnswer, OpArgs, OpName } from '../ops.ts';
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
  // An acceptance of which nobody has heard may still be under way: it has the lane until it is over.
  'lane.lapse': alone((lane) => [`lane ${lane}`]),
  'outbox.renew': ONE,
  'outbox.note': ONE,
  'outbox.doubt': ONE,
  'outbox.unsent': ONE,
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
 * Operations of which calls on different rows share a transaction. It holds calls of one operation only: what another operation must not
 * see half done, it does not see. And they are such that two calls with different keys touch none of the same rows.
 */
export const IN_GROUPS: ReadonlySet<OpName> = new Set<OpName>([
  'inbox.accept',
  'lane.claim',
  'turns.begin',
  'turns.saveRun',
  'turns.saveSent',
  'turns.end',
  'outbox.put',
  'outbox.sent',
  'rights.take',
  'rights.spend',
  'rights.note',
]);

/**
 * Whether the end of the transaction of calls that answer `values` is waited for until it is on the server's disk. The claim of an event is not: only the
 * gateway itself goes by it. When the server dies and it is forgotten, so is all that came after it, the event is claimed anew, and whoever
 * had it meets `lease_lost`; before anything leaves the gateway another transaction is waited for (a turn begins, a row is in the outbox),
 * which takes the claim to the disk with it. The claim of a message is waited for, since what is next is that it leaves.
 */
export function isKept(name: OpName, values: readonly unknown[]): boolean {
  if (name !== 'lane.claim') return true;
  const claimed = values as readonly OpAnswer<'lane.claim'>[];
  return claimed.some((one) => one?.box === 'outbox');
}

/** What a call must be alone with. */
export function keysOf(name: OpName, args: readonly unknown[]): readonly string[] {
  const conduct: Conduct<OpName> = CONDUCT[name];
  return conduct.kind === 'alone' ? (conduct.with as (...args: readonly unknown[]) => readonly string[])(...args) : [];
}

/** The numbers of keys, each once and in one order everywhere, so that of those who wait for them no two wait for each other. */
export function locksInOrder(keys: readonly string[]): string {
  return arrayOf([...new Set(keys.map(lockOf))].toSorted((a, b) => (a < b ? -1 : 1)));
}

/** The numbers of keys, in their order. */
export function locksOf(keys: readonly string[]): string {
  return arrayOf(keys.map(lockOf));
}

/** As the server writes it. */
function arrayOf(numbers: readonly bigint[]): string {
  return `{${numbers.join(',')}}`;
}

/** Numbers of keys that were used lately: a message needs that of its lane several times. */
const numbered = new Map<string, bigint>();
const MOST_NUMBERED = 4_000;

/** Two keys of one number only wait for each other without need. */
function lockOf(key: string): bigint {
  let number = numbered.get(key);
  if (number !== undefined) return number;
  number = hash('sha1', key, 'buffer').readBigInt64BE(0);
  if (numbered.size >= MOST_NUMBERED) numbered.clear();
  numbered.set(key, number);
  return number;
}
