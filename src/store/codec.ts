import type { Approval, ApprovalDecision, OwnApprovalState } from '../core/approvals.ts';
import type { FailureCode } from '../core/errors.ts';
import type { StorableEvent } from '../core/event.ts';
import { id } from '../core/ids.ts';
import type { Lang } from '../core/lang.ts';
import type { Account, Contact, Merge, Person, Redeemed } from '../core/people-store.ts';
import type { Placeholder } from '../core/placeholder-store.ts';
import type { GivenAnswer, PushAnswer } from '../core/push-question.ts';
import type { NewPush, NewPushAnswer, NewPushPart, Push, PushPart } from '../core/push-store.ts';
import type { ListedSession, Session, SessionOwner } from '../core/session-store.ts';
import type {
  Begun,
  InboxRow,
  NewApproval,
  NewInboxRow,
  NewOutboxRow,
  NewTurn,
  OutboxMessage,
  OutboxRow,
  Turn,
  TurnEnd,
} from '../core/store.ts';
import type { DeadLetter } from '../core/upkeep-store.ts';
import type { ApprovalRow, NewApprovalRow } from './approvals.ts';
import type { NewEvent } from './inbox.ts';
import type { NewCode } from './link-codes.ts';
import type { OpAnswer } from './ops.ts';
import type { NewMessage } from './outbox.ts';
import type { SeenAccount } from './people.ts';
import type { PlaceholderRow } from './placeholders.ts';
import type { NewAnswerRow, NewPartRow, NewPushRow } from './pushes.ts';
import { type Dialogue, personScope } from './sessions.ts';
import type { NewTurnRow, TurnEndRow } from './turns.ts';

type StoredEvent = NonNullable<OpAnswer<'inbox.get'>>;
type StoredMessage = NonNullable<OpAnswer<'outbox.claim'>>;
type StoredTurn = NonNullable<OpAnswer<'turns.get'>>;

/*
 * Between the domain and the rows. JSON is made and read here, on the gateway's side, once for each crossing: the engines
 * only see text. What JSON.parse gives is trusted, for nobody but this file has written it.
 */

export function eventToRow({ channel, event, lane, lease }: NewInboxRow): NewEvent {
  const message = event.kind === 'message' ? event.message : null;
  return { channel, key: event.key, lane, message, body: JSON.stringify(event), ...(lease && { taker: lease }) };
}

export function rowToEvent(row: StoredEvent): InboxRow {
  return {
    seq: row.seq,
    channel: id(row.channel),
    lane: id(row.lane),
    event: JSON.parse(row.body) as StorableEvent,
    receivedAt: row.arrived_at,
    attempts: row.attempts,
  };
}

export function messageToRow({ lane, message, turn, part, sent }: NewOutboxRow): NewMessage {
  return {
    channel: message.to.channel,
    key: message.key,
    lane,
    turn: turn ?? null,
    part,
    ...messageBody(message),
    sent: sent ? JSON.stringify(sent) : null,
  };
}

export function messageBody(message: OutboxMessage): { readonly body: string; readonly framed: number } {
  return { body: JSON.stringify(message), framed: message.kind === 'frame' ? 1 : 0 };
}

export function rowToMessage(row: StoredMessage): OutboxRow {
  return {
    seq: row.seq,
    lane: id(row.lane),
    message: JSON.parse(row.body) as OutboxMessage,
    ...(row.turn !== null && { turn: id(row.turn) }),
    part: row.part,
    ...(row.sent !== null && { sent: JSON.parse(row.sent) as NonNullable<OutboxRow['sent']> }),
    attempts: row.attempts,
    createdAt: row.arrived_at,
    doubts: row.doubts,
  };
}

export function turnToRow({ to, asker, scope, idleMs, ...turn }: NewTurn): readonly [NewTurnRow, Dialogue] {
  const { account } = asker;
  const isPersonal = scope === 'person';
  return [
    { ...turn, account, address: JSON.stringify(to), asker: JSON.stringify(asker) },
    { scope: isPersonal ? personScope(turn.person) : turn.lane, isPersonal, idleMs },
  ];
}

/** What the beginning of a turn has come to; a new turn is known to the one who asked. */
export function rowToBegun(turn: NewTurn, row: OpAnswer<'turns.begin'>, now: number): Begun {
  if (row.kind !== 'begun') return row;
  const { before, session } = row;
  return {
    kind: 'begun',
    turn: before ? rowToTurn(before) : freshTurn(turn, row, now),
    session: rowToSession(session, turn.agent, now),
  };
}

export function scopeOf(owner: SessionOwner): string {
  return owner.scope === 'person' ? personScope(owner.person) : owner.lane;
}

export function turnEndToRow({ turn, seq, state, run, suggested, replies, lease }: TurnEnd): TurnEndRow {
  return {
    id: turn,
    seq,
    state,
    run: run ? JSON.stringify(run) : null,
    conversation: run?.conversation ?? null,
    suggested: JSON.stringify(suggested),
    replies: replies.map(messageToRow),
    taker: lease,
  };
}

/** A turn that has just begun. */
function freshTurn(
  { scope: _, idleMs: __, ...turn }: NewTurn,
  { session, from }: Extract<OpAnswer<'turns.begin'>, { kind: 'begun' }>,
  now: number,
): Turn {
  const begun = { state: 'running', part: 0, startedAt: now, rating: 'none', suggested: [] } as const;
  return { ...turn, session: id(session.id), ...begun, ...(from !== null && { continuedFrom: id(from) }) };
}

export function rowToTurn(row: StoredTurn): Turn {
  return {
    id: id(row.id),
    seq: row.seq,
    lane: id(row.lane),
    state: row.state as Turn['state'],
    channel: id(row.channel),
    to: JSON.parse(row.address) as Turn['to'],
    person: id(row.person),
    asker: JSON.parse(row.asker) as Turn['asker'],
    session: id(row.session),
    agent: id(row.agent),
    lang: row.lang as Turn['lang'],
    ...(row.run !== null && { run: JSON.parse(row.run) as NonNullable<Turn['run']> }),
    ...(row.sent !== null && { sent: JSON.parse(row.sent) as NonNullable<Turn['sent']> }),
    part: row.part,
    startedAt: row.started_at,
    rating: row.rating as Turn['rating'],
    suggested: JSON.parse(row.suggested) as Turn['suggested'],
    ...(row.continued_from !== null && { continuedFrom: id(row.continued_from) }),
    ...(row.stop !== null && { stop: row.stop as NonNullable<Turn['stop']> }),
  };
}

type StoredSession = Pick<
  Extract<OpAnswer<'turns.begin'>, { kind: 'begun' }>['session'],
  'id' | 'user' | 'conversation' | 'name' | 'channel'
>;

function rowToSession(row: StoredSession, agent: Session['agent'], now: number): Session {
  return {
    id: id(row.id),
    agent,
    user: row.user,
    ...(row.conversation !== null && { conversation: row.conversation }),
    ...(row.name !== null && { name: row.name }),
    ...(row.channel !== null && { channel: id(row.channel) }),
    lastUsedAt: now,
  };
}

export function rowToListedSession(row: OpAnswer<'sessions.list'>[number]): ListedSession {
  return {
    ...rowToSession(row, id(row.agent), row.last_used_at),
    isRunning: row.ended_at === null,
    startedAt: row.started_at,
    ...(row.first_turn !== null && { firstTurn: row.first_turn }),
  };
}

export function placeholderToRow({ kind, number, lang, own, value }: Placeholder): PlaceholderRow {
  return { kind, number, lang, own: own ? 1 : 0, body: value };
}

export function rowToPlaceholder({ kind, number, lang, own, body }: PlaceholderRow): Placeholder {
  return { kind, number, lang: lang as Lang, own: own === 1, value: body };
}

export function codeToRow(hash: string, person: string, { lane, to, lang }: Contact): NewCode {
  return { hash, person, lane, address: JSON.stringify(to), lang };
}

export function rowToRedeemed(row: OpAnswer<'links.redeem'>): Redeemed {
  if (row.kind !== 'linked') return row;
  const { lane, address, lang } = row;
  const giver = {
    lane: id<Contact['lane']>(lane),
    to: JSON.parse(address) as Contact['to'],
    lang: lang as Contact['lang'],
  };
  return { kind: 'linked', giver };
}

export function rowToAccount(row: OpAnswer<'people.accounts'>[number]): Account {
  return {
    channel: id(row.channel),
    account: id(row.account),
    ...(row.name !== null && { name: row.name }),
    seenAt: row.seen_at,
  };
}

export function rowToMerge(row: OpAnswer<'people.merges'>[number]): Merge {
  return {
    id: id(row.id),
    kept: id(row.kept),
    absorbed: id(row.absorbed),
    reason: row.reason as Merge['reason'],
    actor: row.actor,
    at: row.merged_at,
    ...(row.undone_at !== null && { undoneAt: row.undone_at }),
  };
}

export function senderToRow(channel: string, { account, name, ids, lang, everywhere }: SenderLike): SeenAccount {
  const told = { name: name ?? null, lang: lang ?? null, everywhere: everywhere ?? null };
  return { channel, account, ids: JSON.stringify(ids), ...told };
}

type SenderLike = Pick<StorableEvent['from'], 'account' | 'name' | 'ids' | 'lang' | 'everywhere'>;

export function rowToPerson(
  row: Pick<OpAnswer<'people.identify'>, 'id' | 'name' | 'lang'> & { readonly left?: number | null },
): Person {
  return {
    id: id(row.id),
    ...(row.name !== null && { name: row.name }),
    ...(row.lang !== null && { lang: row.lang as NonNullable<Person['lang']> }),
    ...(row.left != null && { hasLeft: true }),
  };
}

export function pushToRow({ id: push, key, digest, purpose, subject }: NewPush<unknown>): NewPushRow {
  const wanted = purpose === undefined ? null : JSON.stringify(subject ?? null);
  return { id: push, key, digest, purpose: purpose ?? null, subject: wanted };
}

export function answerToRow({ push, channel, account, key, button, choices }: NewPushAnswer): NewAnswerRow {
  return { push, channel, account, key, body: JSON.stringify({ button, choices }) };
}

export function rowToAnswer(row: StoredPush['answers'][number]): PushAnswer {
  return {
    channel: id(row.channel),
    account: id(row.account),
    ...(JSON.parse(row.body) as GivenAnswer),
    at: row.answered_at,
    handled: row.handled === 1,
  };
}

export function partToRow({ channel, kind, receiver, part, sendKey, shown }: NewPushPart): NewPartRow {
  const { day, digest } = shown ?? { day: null, digest: null };
  return { channel, kind, receiver, part, sendKey: sendKey ?? null, day, digest };
}

type StoredPush = NonNullable<OpAnswer<'pushes.get'>>;

export function rowToPush({ push, parts, answers }: StoredPush): Push {
  return {
    id: id(push.id),
    key: push.key,
    digest: push.digest,
    ...(push.purpose !== null && { purpose: push.purpose, subject: JSON.parse(push.subject ?? 'null') as unknown }),
    acceptedAt: push.accepted_at,
    parts: parts.map(rowToPart),
    answers: answers.map(rowToAnswer),
  };
}

function rowToPart(row: StoredPush['parts'][number]): PushPart {
  const sent = row.sent === null ? undefined : (JSON.parse(row.sent) as NonNullable<OutboxRow['sent']>);
  const refused = row.state === 'sent' ? sent?.refused?.[row.receiver] : undefined;
  const code = refused ?? (row.state === 'sent' ? undefined : (row.code as PushPart['code'] | null));
  return {
    channel: id(row.channel),
    kind: row.kind as PushPart['kind'],
    receiver: row.receiver,
    part: row.part,
    ...(row.send_key !== null && { sendKey: id(row.send_key) }),
    ...(row.day !== null && row.digest !== null && { shown: { day: row.day, digest: row.digest } }),
    state: refused === undefined ? stateOf(row) : 'refused',
    ...(code !== undefined && code !== null && { code }),
    attempts: row.attempts ?? 0,
    ...(row.finished_at !== null && { finishedAt: row.finished_at }),
  };
}

function stateOf({ send_key, state }: StoredPush['parts'][number]): PushPart['state'] {
  if (send_key === null) return 'skipped';
  return state === null ? 'past' : (state as PushPart['state']);
}

export function rowToDeadLetter(row: OpAnswer<'upkeep.deadLetters'>[number]): DeadLetter {
  return {
    box: row.box,
    seq: row.seq,
    channel: id(row.channel),
    lane: id(row.lane),
    code: (row.code ?? 'internal') as DeadLetter['code'],
    attempts: row.attempts,
    at: row.at ?? 0,
  };
}

export function approvalToRow(approval: NewApproval): NewApprovalRow {
  const { subject, by, person, ...same } = approval;
  return { ...same, subject: JSON.stringify(subject ?? null), asker: by, person: person ?? null };
}

export function rowToApproval(row: ApprovalRow): Approval {
  const { person, instance, code } = row;
  return {
    id: id(row.id),
    purpose: row.purpose,
    subject: JSON.parse(row.subject) as unknown,
    channel: id(row.channel),
    template: id(row.template),
    by: id(row.asker),
    ...(person !== null && { person: id(person) }),
    ...(instance !== null && { instance: id(instance) }),
    state: row.state as OwnApprovalState,
    stateAt: row.state_at,
    decisions: JSON.parse(row.decisions) as readonly ApprovalDecision[],
    handled: row.handled_state === row.state,
    createdAt: row.created_at,
    ...(code !== null && { code: code as FailureCode }),
  };
}
