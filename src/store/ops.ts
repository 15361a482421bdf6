import * as access from './access-requests.ts';
import * as agentChoices from './agent-choices.ts';
import * as approvals from './approvals.ts';
import { of as auditOf, auditQueries } from './audit.ts';
import * as beginTurn from './begin-turn.ts';
import * as calls from './calls.ts';
import * as claims from './claims.ts';
import * as cursors from './cursors.ts';
import * as departments from './departments.ts';
import * as directory from './directory.ts';
import * as groupScopes from './group-scopes.ts';
import * as inbox from './inbox.ts';
import { leaverQueries } from './leavers.ts';
import * as linkCodes from './link-codes.ts';
import * as memos from './memos.ts';
import * as merges from './merges.ts';
import { migrationQueries } from './migrate.ts';
import { newPersonQueries } from './new-person.ts';
import * as outbox from './outbox.ts';
import * as people from './people.ts';
import * as personalData from './personal-data.ts';
import * as placeholders from './placeholders.ts';
import * as pushes from './pushes.ts';
import * as ratings from './ratings.ts';
import * as rights from './rights.ts';
import { revision, rightsRevisionQueries } from './rights-revision.ts';
import * as sealedTexts from './sealed-texts.ts';
import * as sessionList from './session-list.ts';
import * as sessions from './sessions.ts';
import type { Sql } from './sql.ts';
import * as turns from './turns.ts';
import * as upkeep from './upkeep.ts';
import * as usage from './usage.ts';
import { waitQueries } from './waits.ts';

/** Every operation by its name. Each runs in a transaction of its own, wherever the engine runs it. */
export const OPS = {
  'inbox.accept': inbox.accept,
  'inbox.claim': inbox.claim,
  'inbox.renew': inbox.renew,
  'inbox.done': inbox.done,
  'inbox.fail': inbox.fail,
  'inbox.release': inbox.release,
  'inbox.cancel': inbox.cancel,
  'inbox.get': inbox.get,
  'inbox.cursor': cursors.read,
  'outbox.put': outbox.put,
  'outbox.claim': outbox.claim,
  'outbox.renew': outbox.renew,
  'outbox.note': outbox.note,
  'outbox.doubt': outbox.doubt,
  'outbox.unsent': outbox.unsent,
  'outbox.sent': outbox.finish,
  'outbox.fail': outbox.fail,
  'outbox.release': outbox.release,
  'outbox.ofKey': outbox.ofKey,
  'outbox.lastFrameOf': outbox.lastFrameOf,
  'outbox.revise': outbox.revise,
  'lane.claim': claims.claim,
  'lane.lapse': claims.lapse,
  'turns.begin': beginTurn.begin,
  'turns.get': turns.get,
  'turns.running': turns.running,
  'turns.runningOf': turns.runningOf,
  'turns.last': turns.last,
  'turns.lastOf': turns.lastOf,
  'turns.saveRun': turns.saveRun,
  'turns.saveSent': turns.saveSent,
  'turns.end': turns.end,
  'turns.stop': turns.stop,
  'turns.rate': ratings.rate,
  'turns.setRating': ratings.setRating,
  'turns.unrate': ratings.unrate,
  'turns.suggest': turns.suggest,
  'turns.ofMessage': turns.ofMessage,
  'rights.revision': revision,
  'rights.rules': rights.rules,
  'rights.replace': rights.replace,
  'rights.merge': rights.merge,
  'rights.grant': rights.grant,
  'rights.revoke': rights.revoke,
  'rights.note': rights.note,
  'rights.decisions': rights.decisions,
  'rights.take': usage.take,
  'rights.spend': usage.spend,
  'rights.used': usage.used,
  'access.ask': access.ask,
  'access.decide': access.decide,
  'sessions.chosen': agentChoices.chosen,
  'sessions.choose': agentChoices.choose,
  'groups.scopes': groupScopes.all,
  'groups.choose': groupScopes.choose,
  'sessions.reset': sessions.reset,
  'sessions.list': sessionList.list,
  'sessions.rename': sessionList.rename,
  'sessions.resume': sessionList.resume,
  'people.identify': people.identify,
  'people.find': people.find,
  'people.setLang': people.setLang,
  'people.merge': merges.merge,
  'people.unlink': merges.unlink,
  'people.undo': merges.undo,
  'people.accounts': merges.accounts,
  'people.merges': merges.ofPerson,
  'people.list': merges.list,
  'people.keys': personalData.keysOf,
  'people.page': personalData.page,
  'people.read': personalData.read,
  'people.erase': personalData.erase,
  'people.noteExport': personalData.noteExport,
  'people.audit': auditOf,
  'pushes.add': pushes.add,
  'pushes.get': pushes.get,
  'pushes.shown': pushes.shown,
  'pushes.answer': pushes.answer,
  'pushes.handled': pushes.handled,
  'directory.learn': directory.learn,
  'directory.match': directory.match,
  'directory.due': directory.due,
  'directory.isKnown': directory.isKnown,
  'directory.learnKnown': directory.learnKnown,
  'directory.unseen': directory.unseen,
  'departments.place': departments.place,
  'departments.drop': departments.drop,
  'departments.dropUnseen': departments.dropUnseen,
  'departments.page': departments.page,
  'departments.standing': departments.standing,
  'links.offer': linkCodes.offer,
  'links.burn': linkCodes.burn,
  'links.redeem': linkCodes.redeem,
  'calls.add': calls.add,
  'calls.ofMonth': calls.ofMonth,
  'approvals.begin': approvals.begin,
  'approvals.started': approvals.started,
  'approvals.notStarted': approvals.notStarted,
  'approvals.get': approvals.get,
  'approvals.ofInstance': approvals.ofInstance,
  'approvals.starting': approvals.starting,
  'approvals.running': approvals.running,
  'approvals.list': approvals.list,
  'approvals.move': approvals.move,
  'approvals.handled': approvals.handled,
  'memos.read': memos.read,
  'memos.swap': memos.swap,
  'placeholders.of': placeholders.of,
  'placeholders.keep': placeholders.keep,
  'upkeep.recover': upkeep.recover,
  'upkeep.lanesWithWork': upkeep.lanesWithWork,
  'upkeep.nextDueAt': upkeep.nextDueAt,
  'upkeep.depth': upkeep.depth,
  'upkeep.deadLetters': upkeep.deadLetters,
  'upkeep.replay': upkeep.replay,
  'upkeep.countTexts': sealedTexts.count,
  'upkeep.purge': upkeep.purgeAll,
} as const;

/** Every query by its name, for the engines that write them down in their SQL. */
export const QUERIES = {
  inbox: inbox.inboxQueries,
  outbox: outbox.outboxQueries,
  turns: turns.turnQueries,
  beginTurn: beginTurn.beginQueries,
  claims: claims.claimQueries,
  waits: waitQueries,
  ratings: ratings.ratingQueries,
  sessions: sessions.sessionQueries,
  rights: rights.rightsQueries,
  rightsRevision: rightsRevisionQueries,
  usage: usage.usageQueries,
  accessRequests: access.accessRequestQueries,
  agentChoices: agentChoices.agentChoiceQueries,
  groupScopes: groupScopes.groupScopeQueries,
  people: people.peopleQueries,
  newPerson: newPersonQueries,
  merges: merges.mergeQueries,
  personal: personalData.personalQueries,
  directory: directory.directoryQueries,
  departments: departments.departmentQueries,
  leavers: leaverQueries,
  linkCodes: linkCodes.linkCodeQueries,
  sessionList: sessionList.sessionListQueries,
  audit: auditQueries,
  pushes: pushes.pushQueries,
  cursors: cursors.cursorQueries,
  calls: calls.callQueries,
  approvals: approvals.approvalQueries,
  memos: memos.memoQueries,
  placeholders: placeholders.placeholderQueries,
  inboxUpkeep: upkeep.inboxUpkeepQueries,
  outboxUpkeep: upkeep.outboxUpkeepQueries,
  turnUpkeep: upkeep.turnUpkeepQueries,
  sealedTexts: sealedTexts.sealedTextQueries,
  migrations: migrationQueries,
};

type Ops = typeof OPS;
export type OpName = keyof Ops;
/** What an operation takes beside its transaction; plain data that can cross to another thread. */
export type OpArgs<Name extends OpName> = Ops[Name] extends (sql: Sql, ...args: infer Args) => unknown ? Args : never;
export type OpAnswer<Name extends OpName> = Awaited<ReturnType<Ops[Name]>>;

/** What an engine is to the rest: it runs operations, each as one durable transaction. */
export interface Engine {
  call<Name extends OpName>(name: Name, ...args: OpArgs<Name>): Promise<OpAnswer<Name>>;
  /** True where calls are run one after the other, in the order in which they are made. */
  readonly inOrder?: boolean;
  /**
   * Becomes the only one that works on the store, where the engine knows one owner only.
   * @returns Whether it is the only one: what is held then belongs to the dead.
   * @throws {GatewayError} `store_locked`.
   */
  own(): Promise<boolean>;
  /** The store's own time, in epoch milliseconds, where it is not that of this machine. */
  time?(): Promise<number>;
  close(): Promise<void>;
}
