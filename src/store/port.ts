import type { Rating } from '../core/agent.ts';
import { GatewayError } from '../core/errors.ts';
import { id } from '../core/ids.ts';
import type { GroupScope } from '../core/lane.ts';
import type { LinkStore, PeopleStore } from '../core/people-store.ts';
import type { PlaceholderStore } from '../core/placeholder-store.ts';
import type { GroupStore, SessionStore } from '../core/session-store.ts';
import type {
  ApprovalStore,
  CallStore,
  InboxStore,
  Lease,
  MemoStore,
  NewOutboxRow,
  OutboxRow,
  OutboxStore,
  Store,
  TurnStore,
} from '../core/store.ts';
import type { UpkeepStore } from '../core/upkeep-store.ts';
import { SEALED } from '../lib/sealer.ts';
import { accessOver } from './access-port.ts';
import * as codec from './codec.ts';
import { departmentsOver, directoryOver } from './directory-port.ts';
import type { Engine, OpAnswer } from './ops.ts';
import { recordsOver } from './records.ts';
import { rightsOver } from './rights-port.ts';

/** The store's port over any engine: rows on one side, the words of the domain on the other. */
export function storeOver(engine: Engine): Store {
  return {
    inbox: inboxOver(engine),
    outbox: outboxOver(engine),
    turns: turnsOver(engine),
    sessions: sessionsOver(engine),
    groups: groupsOver(engine),
    people: peopleOver(engine),
    pushes: pushesOver(engine),
    links: linksOver(engine),
    directory: directoryOver(engine),
    departments: departmentsOver(engine),
    rights: rightsOver(engine),
    access: accessOver(engine),
    records: recordsOver(engine),
    calls: callsOver(engine),
    approvals: approvalsOver(engine),
    memos: memosOver(engine),
    placeholders: placeholdersOver(engine),
    upkeep: upkeepOver(engine),
    inOrder: engine.inOrder === true,
    async claim(lane, lease, now) {
      const next = await engine.call('lane.claim', lane, lease.holder, lease.until, now);
      if (next?.box === 'inbox') return { box: 'inbox', row: codec.rowToEvent(next.event), alone: next.alone };
      return next?.box === 'outbox' ? { box: 'outbox', row: codec.rowToMessage(next.message) } : next;
    },
    lapse: (lane, holder, now) => engine.call('lane.lapse', lane, holder, now),
    ...(engine.time && { time: engine.time.bind(engine) }),
    close: () => engine.close(),
  };
}

function inboxOver(engine: Engine): InboxStore {
  return {
    accept: (rows, now, cursor) => engine.call('inbox.accept', rows.map(codec.eventToRow), now, cursor),
    async claim(lane, lease, now) {
      const row = await engine.call('inbox.claim', lane, lease.holder, lease.until, now);
      return row && codec.rowToEvent(row);
    },
    renew: (seq, lease) => engine.call('inbox.renew', seq, lease.holder, lease.until),
    done: (seq, holder, now, rows = []) => engine.call('inbox.done', { seq, holder }, now, rows.map(codec.eventToRow)),
    fail: (seq, holder, code, retryAt, now) => engine.call('inbox.fail', { seq, holder }, code, retryAt, now),
    release: (seq, holder) => engine.call('inbox.release', { seq, holder }),
    cancel: (channel, message, now) => engine.call('inbox.cancel', channel, message, now),
    async get(seq) {
      const row = await engine.call('inbox.get', seq);
      return row && codec.rowToEvent(row);
    },
    cursor: (channel, name) => engine.call('inbox.cursor', channel, name),
  };
}

function outboxOver(engine: Engine): OutboxStore {
  return {
    async put(rows, now, lease) {
      const answers = await engine.call('outbox.put', rows.map(codec.messageToRow), now, lease ?? null);
      return putRows(rows, answers, lease, now);
    },
    async claim(lane, lease, now) {
      const row = await engine.call('outbox.claim', lane, lease.holder, lease.until, now);
      return row && codec.rowToMessage(row);
    },
    renew: (seq, lease) => engine.call('outbox.renew', seq, lease.holder, lease.until),
    note: (seq, holder, sent) => engine.call('outbox.note', { seq, holder }, JSON.stringify(sent)),
    doubt: (seq, holder) => engine.call('outbox.doubt', { seq, holder }),
    unsent: (seq, holder) => engine.call('outbox.unsent', { seq, holder }),
    sent: (seq, holder, sent, now) => engine.call('outbox.sent', { seq, holder }, JSON.stringify(sent), now),
    fail: (seq, holder, code, retryAt, now) => engine.call('outbox.fail', { seq, holder }, code, retryAt, now),
    release: (seq, holder) => engine.call('outbox.release', { seq, holder }),
    async ofKey(channel, key) {
      const row = await engine.call('outbox.ofKey', channel, key);
      return row && codec.rowToMessage(row);
    },
    async lastFrameOf(turn) {
      const row = await engine.call('outbox.lastFrameOf', turn);
      return row && codec.rowToMessage(row);
    },
    revise(seq, message) {
      const { body, framed } = codec.messageBody(message);
      return engine.call('outbox.revise', seq, body, framed);
    },
  };
}

// A new row answers only its number, so that long texts do not cross back to where they came from.
function putRows(
  rows: readonly NewOutboxRow[],
  answers: OpAnswer<'outbox.put'>,
  lease: Lease | undefined,
  now: number,
): readonly OutboxRow[] {
  return rows.flatMap((row, index) => {
    const answer = answers[index] ?? null;
    if (answer === null) return [];
    if (typeof answer !== 'number') return [codec.rowToMessage(answer)];
    return [{ ...row, seq: answer, attempts: lease ? 1 : 0, createdAt: now, doubts: 0 }];
  });
}

function turnsOver(engine: Engine): TurnStore {
  return {
    async begin(turn, holder, now) {
      const begun = await engine.call('turns.begin', ...codec.turnToRow(turn), holder, now);
      return codec.rowToBegun(turn, begun, now);
    },
    async get(turn) {
      const row = await engine.call('turns.get', turn);
      return row && codec.rowToTurn(row);
    },
    async running(lane) {
      const row = await engine.call('turns.running', lane);
      return row && codec.rowToTurn(row);
    },
    async runningOf(person) {
      const row = await engine.call('turns.runningOf', codec.scopeOf({ scope: 'person', person }));
      return row && codec.rowToTurn(row);
    },
    async last(lane) {
      const row = await engine.call('turns.last', lane);
      return row && codec.rowToTurn(row);
    },
    lastOf: async (lane, session, limit) =>
      (await engine.call('turns.lastOf', lane, session, limit)).map(codec.rowToTurn),
    saveRun: (turn, holder, run) =>
      engine.call('turns.saveRun', turn, holder, JSON.stringify(run), run.conversation ?? null),
    saveSent: (turn, holder, part, sent) =>
      engine.call('turns.saveSent', turn, holder, part, sent.message ?? null, JSON.stringify(sent)),
    async end(end, now) {
      const { replies, next } = await engine.call('turns.end', codec.turnEndToRow(end), now);
      return { replies: putRows(end.replies, replies, end.lease, now), ...(next !== undefined && { next: id(next) }) };
    },
    stop: (turn, reason, now) => engine.call('turns.stop', turn, reason, now),
    async rate(turn, person, rating, seq, now) {
      return (await engine.call('turns.rate', turn, person, rating, seq, now)) as Rating;
    },
    async setRating(turn, person, rating, seq, now) {
      return (await engine.call('turns.setRating', turn, person, rating, seq, now)) as Rating;
    },
    suggest: (turn, suggested) => engine.call('turns.suggest', turn, JSON.stringify(suggested)),
    async unrate(turn, person, rating, seq, now) {
      return (await engine.call('turns.unrate', turn, person, rating, seq, now)) as Rating;
    },
    async ofMessage(channel, message) {
      const row = await engine.call('turns.ofMessage', channel, message);
      return row && codec.rowToTurn(row);
    },
  };
}

function sessionsOver(engine: Engine): SessionStore {
  return {
    list: async (person, limit) => (await engine.call('sessions.list', person, limit)).map(codec.rowToListedSession),
    rename: (person, session, name) => engine.call('sessions.rename', person, session, name ?? null),
    resume: (person, { id: session, agent }, now) => engine.call('sessions.resume', person, session, agent, now),
    async chosen(owner, channel) {
      const agent = await engine.call('sessions.chosen', { scope: codec.scopeOf(owner), channel });
      return agent === undefined ? undefined : id(agent);
    },
    choose: (owner, channel, agent, now) =>
      engine.call('sessions.choose', { scope: codec.scopeOf(owner), channel }, agent ?? null, now),
    reset: (owner, agent, now) => engine.call('sessions.reset', codec.scopeOf(owner), agent, now),
  };
}

function groupsOver(engine: Engine): GroupStore {
  return {
    async scopes() {
      const rows = await engine.call('groups.scopes');
      return rows.map(({ channel, chat, scope }) => ({
        channel: id(channel),
        chat: id(chat),
        scope: scope as GroupScope,
      }));
    },
    choose: (channel, chat, scope, by, now) => engine.call('groups.choose', { channel, chat }, scope ?? null, by, now),
  };
}

function peopleOver(engine: Engine): PeopleStore {
  return {
    async identify(channel, sender, now) {
      const seen = codec.senderToRow(channel, sender);
      let row = await engine.call('people.identify', seen, now);
      if (row.same !== undefined) {
        await engine.call('people.merge', row.same, row.id, { actor: 'vendor', reason: 'vendor-id' }, now);
        row = await engine.call('people.identify', seen, now);
      }
      return codec.rowToPerson(row);
    },
    async find(channel, account) {
      const row = await engine.call('people.find', channel, account);
      return row && codec.rowToPerson(row);
    },
    setLang: (person, lang) => engine.call('people.setLang', person, lang),
    async merge(one, other, deed, now) {
      const row = await engine.call('people.merge', one, other, deed, now);
      return row && codec.rowToMerge(row);
    },
    async unlink(channel, account, deed, now) {
      const person = await engine.call('people.unlink', channel, account, deed, now);
      return person === undefined ? undefined : id(person);
    },
    undo: (merge, deed, now) => engine.call('people.undo', merge, deed, now),
    accounts: async (person) => (await engine.call('people.accounts', person)).map(codec.rowToAccount),
    merges: async (person) => (await engine.call('people.merges', person)).map(codec.rowToMerge),
  };
}

function pushesOver(engine: Engine): Store['pushes'] {
  return {
    add: (push, now) =>
      engine.call(
        'pushes.add',
        codec.pushToRow(push),
        push.parts.map(codec.partToRow),
        push.rows.map(codec.messageToRow),
        now,
      ),
    async get(push) {
      const stored = await engine.call('pushes.get', push);
      return stored && codec.rowToPush(stored);
    },
    shown: async (channel, { day, digest }) => new Set(await engine.call('pushes.shown', channel, day, digest)),
    async answer(answer, now) {
      const kept = await engine.call('pushes.answer', codec.answerToRow(answer), now);
      if (!kept)
        throw new GatewayError('internal', `an answer to push ${answer.push} is not there after it was stored`);
      return { kept: codec.rowToAnswer(kept), isThis: kept.key === answer.key };
    },
    handled: (push, channel, account) => engine.call('pushes.handled', push, channel, account),
  };
}

function linksOver(engine: Engine): LinkStore {
  return {
    offer: (hash, person, giver, now) => engine.call('links.offer', codec.codeToRow(hash, person, giver), now),
    burn: (hash) => engine.call('links.burn', hash),
    async redeem(hash, channel, account, person, now) {
      return codec.rowToRedeemed(await engine.call('links.redeem', hash, { channel, account, person }, now));
    },
  };
}

function callsOver(engine: Engine): CallStore {
  return {
    add: (calls) => engine.call('calls.add', calls),
    ofMonth: async (month) =>
      (await engine.call('calls.ofMonth', month)).map((row) => ({ ...row, channel: id(row.channel) })),
  };
}

function approvalsOver(engine: Engine): ApprovalStore {
  return {
    async begin(approval, until, now) {
      const begun = await engine.call('approvals.begin', codec.approvalToRow(approval), until, now);
      return { approval: codec.rowToApproval(begun.row), mine: begun.mine, inDoubt: begun.inDoubt };
    },
    started: (approval, instance) => engine.call('approvals.started', approval, instance),
    notStarted: (approval, code) => engine.call('approvals.notStarted', approval, code ?? null),
    async get(approval) {
      const row = await engine.call('approvals.get', approval);
      return row && codec.rowToApproval(row);
    },
    async ofInstance(channel, instance) {
      const row = await engine.call('approvals.ofInstance', channel, instance);
      return row && codec.rowToApproval(row);
    },
    starting: (channel) => engine.call('approvals.starting', channel),
    running: async (before, limit) => (await engine.call('approvals.running', before, limit)).map(codec.rowToApproval),
    list: async (limit) => (await engine.call('approvals.list', limit)).map(codec.rowToApproval),
    async move(approval, { state, at, decisions }) {
      const row = await engine.call('approvals.move', approval, state, at, JSON.stringify(decisions));
      return row && codec.rowToApproval(row);
    },
    handled: (approval, state) => engine.call('approvals.handled', approval, state),
  };
}

function memosOver(engine: Engine): MemoStore {
  return {
    of: (channel) => ({
      read: (name) => engine.call('memos.read', { channel, name }),
      swap: (name, before, body, keepUntil) => engine.call('memos.swap', before, { channel, name, body, keepUntil }),
    }),
  };
}

function placeholdersOver(engine: Engine): PlaceholderStore {
  return {
    async of(session, person) {
      const { mine, last } = await engine.call('placeholders.of', session, person);
      return {
        mine: mine.map(codec.rowToPlaceholder),
        last: new Map(last.map(({ kind, number }) => [kind, number])),
      };
    },
    keep: (session, person, added, now) =>
      engine.call('placeholders.keep', session, person, added.map(codec.placeholderToRow), now),
  };
}

function upkeepOver(engine: Engine): UpkeepStore {
  return {
    async open() {
      const isAlone = await engine.own();
      return { recovered: isAlone ? await engine.call('upkeep.recover') : 0 };
    },
    lanesWithWork: async (now, limit) =>
      (await engine.call('upkeep.lanesWithWork', now, limit)).map((lane) => id(lane)),
    nextDueAt: (now) => engine.call('upkeep.nextDueAt', now),
    depth: () => engine.call('upkeep.depth'),
    deadLetters: async (limit) => (await engine.call('upkeep.deadLetters', limit)).map(codec.rowToDeadLetter),
    async replay(box, seq, now) {
      const lane = await engine.call('upkeep.replay', box, seq, now);
      return lane === undefined ? undefined : id(lane);
    },
    rowsSealedUnder: (key) => engine.call('upkeep.countTexts', `${SEALED}${key}:`),
    purge: (olderThan, limit) => engine.call('upkeep.purge', olderThan, limit),
  };
}
