import { assertNever } from '../core/errors.ts';
import { type EventKey, id } from '../core/ids.ts';
import { eventSendKey, noticeKey, turnIdOf } from '../core/keys.ts';
import { conversationLane } from '../core/lane.ts';
import type { Person } from '../core/people-store.ts';
import type { InboxRow } from '../core/store.ts';
import { say } from '../core/text.ts';
import type { HeldLease } from '../queue/leases.ts';
import { act, followPress, rateAs, showPress } from './actions.ts';
import { followApproval } from './approvals/follow.ts';
import { refusalFor } from './authorize.ts';
import { agentCall, commandIn, type GivenCommand } from './commands/index.ts';
import { converse } from './converse.ts';
import { followDirectory } from './directory/follow.ts';
import { langOf } from './identify.ts';
import { sendNotice } from './notice.ts';
import { type PipelineParts, type RowOf, traceOf } from './parts.ts';
import { rateByReaction } from './reactions.ts';
import { isTooOld } from './recover.ts';
import { endRecalled } from './stop-turn.ts';
import { ownerOf } from './turn-context.ts';
import { greetGroup, welcome } from './welcome.ts';

/** One event, from the inbox to its effect. Safe to run twice. Throws what the queue has to try again. */
export async function handleEvent(
  row: InboxRow,
  held: HeldLease,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  const trace = traceOf(row.event);
  await parts.tracer.during(trace, 'event', async () => {
    parts.tracer.step(trace, 'claimed', { attempts: row.attempts });
    await work(row, held, parts, signal);
    parts.tracer.step(trace, 'done');
  });
}

function work(row: InboxRow, held: HeldLease, parts: PipelineParts, signal: AbortSignal): Promise<void> {
  switch (row.event.kind) {
    case 'message':
      return handleMessage(row as RowOf<'message'>, held, parts, signal);
    case 'menu':
      return handleMenu(row as RowOf<'menu'>, held, parts, signal);
    case 'card-action':
      return handleAction(row as RowOf<'card-action'>, held, parts, signal);
    case 'rated':
      return handleRating(row as RowOf<'rated'>, held, parts, signal);
    case 'recalled':
      return handleRecall(row as RowOf<'recalled'>, held, parts);
    case 'entered':
      return welcome(row as RowOf<'entered'>, held, parts, signal);
    case 'bot-added':
    case 'bot-removed':
      return greetGroup(row as RowOf<'bot-added' | 'bot-removed'>, held, parts, signal);
    case 'approval':
      return handleApproval(row as RowOf<'approval'>, held, parts, signal);
    case 'directory':
      return handleDirectory(row as RowOf<'directory'>, held, parts, signal);
    case 'reaction':
      return handleReaction(row as RowOf<'reaction'>, held, parts, signal);
    default:
      return assertNever(row.event);
  }
}

function done(row: InboxRow, held: HeldLease, parts: PipelineParts): Promise<void> {
  return parts.store.inbox.done(row.seq, held.lease.holder, parts.clock.now());
}

async function handleMessage(
  row: RowOf<'message'>,
  held: HeldLease,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  const person = await senderOf(row, parts);
  if (person.hasLeft === true) return shutOut(row, person, held, parts, signal);
  const given = commandIn(row.event) ?? agentCall(row.event, parts.routes ?? []);
  if (given) return runCommand(given, row, held, parts, signal);
  // Begun and interrupted: its card is finished by the turn itself. Never begun: nobody waits for an answer any more.
  if (isTooOld(row, parts) && (await parts.store.turns.running(row.lane))?.seq !== row.seq)
    return expire(row, person, held, parts, signal);
  return converse(row, person, held, parts, signal);
}

function senderOf({ event }: RowOf<'message' | 'menu'>, { people, clock }: PipelineParts): Promise<Person> {
  return people.identify(event.to.channel, event.from, clock.now());
}

/** Who has left the company is told so, and nothing else is done for her. */
async function shutOut(
  row: RowOf<'message' | 'menu'>,
  person: Person,
  held: HeldLease,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  const { event, lane } = row;
  const lang = langOf(person, event.from);
  const key = noticeKey(turnIdOf(event));
  await sendNotice({ lane, to: event.to, key, text: say(lang, 'shutOut'), lang }, held.lease, parts, signal);
  await done(row, held, parts);
}

async function handleMenu(
  row: RowOf<'menu'>,
  held: HeldLease,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  const person = await senderOf(row, parts);
  if (person.hasLeft === true) return shutOut(row, person, held, parts, signal);
  const given = commandIn(row.event) ?? agentCall(row.event, parts.routes ?? []);
  if (given) return runCommand(given, row, held, parts, signal);
  parts.log.warn('unknown menu entry', { channel: row.channel, item: row.event.item });
  const { event, lane } = row;
  const lang = langOf(person, event.from, '');
  const notice = { lane, to: event.to, key: noticeKey(turnIdOf(event)), text: say(lang, 'menuUnknown'), lang };
  await sendNotice(notice, held.lease, parts, signal);
  return done(row, held, parts);
}

async function runCommand(
  { command, argument }: GivenCommand,
  row: RowOf<'message' | 'menu'>,
  held: HeldLease,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  const { event } = row;
  const { channel } = event.to;
  const person = await parts.people.identifyNow(channel, event.from, parts.clock.now());
  const typed = event.kind === 'message' && event.parts[0]?.kind === 'text' ? event.parts[0].text : '';
  const lang = langOf(person, event.from, typed);
  await parts.scopes.ready();
  // What waits its turn is in its conversation already, whoever shares one by now.
  const conversation = command.urgent ? conversationLane(event, parts.scopes.of(event.to)) : row.lane;
  const owner = ownerOf(event.to, person.id, conversation);
  const refusal = await refusalFor({ person, to: event.to, lang }, 'command', command.name, parts);
  const told =
    refusal?.text ?? (await command.run({ parts, person, lang, conversation, owner, channel, event, argument }));
  // Where the platform asks for an answer it has shown that one is coming, and the command's own message must end.
  const waited = parts.platforms.get(channel)?.can.reply === 'polled' && event.kind === 'message';
  const text = told ?? (waited ? say(lang, 'stopped') : undefined);
  if (text !== undefined) {
    const key = noticeKey(turnIdOf(event));
    await sendNotice({ lane: row.lane, to: event.to, key, text, lang }, held.lease, parts, signal);
  }
  await done(row, held, parts);
}

async function handleAction(
  row: RowOf<'card-action'>,
  held: HeldLease,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  // Shown while it is done: the person waits, and what she pressed does not.
  const shown = showPress(row, parts, signal);
  await followPress(row, shown, parts, signal);
  const following = await act(row, parts, signal);
  await parts.store.inbox.done(row.seq, held.lease.holder, parts.clock.now(), following);
  for (const next of following) parts.wake(next.lane);
  await shown;
}

async function handleRating(
  row: RowOf<'rated'>,
  held: HeldLease,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  await rateAs(row, parts, signal);
  await done(row, held, parts);
}

async function handleReaction(
  row: RowOf<'reaction'>,
  held: HeldLease,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  await rateByReaction(row, parts, signal);
  await done(row, held, parts);
}

async function handleApproval(
  row: RowOf<'approval'>,
  held: HeldLease,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  parts.metrics.approval(row.channel, await followApproval(row, parts, signal));
  await done(row, held, parts);
}

async function handleDirectory(
  row: RowOf<'directory'>,
  held: HeldLease,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  await followDirectory(row, parts, signal);
  await done(row, held, parts);
}

async function handleRecall(row: RowOf<'recalled'>, held: HeldLease, parts: PipelineParts): Promise<void> {
  const { channel, event } = row;
  const found = await parts.store.inbox.cancel(channel, event.message, parts.clock.now());
  if (found === 'running') {
    endRecalled(channel, event.message, parts);
    parts.remind(parts.clock.now());
  }
  await done(row, held, parts);
}

/** One sentence for all that was missed in a conversation within an hour, not one for each. */
async function expire(
  row: RowOf<'message'>,
  person: Person,
  held: HeldLease,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  const { event } = row;
  const now = parts.clock.now();
  const lang = langOf(person, event.from);
  const hour = Math.floor(now / 3_600_000);
  const key = eventSendKey({ key: id<EventKey>(`expired:${row.lane}:${hour}`), to: event.to }, '0');
  await sendNotice({ lane: row.lane, to: event.to, key, text: say(lang, 'expired'), lang }, held.lease, parts, signal);
  parts.log.info('message too old to answer', { channel: row.channel, seq: row.seq, ageMs: now - event.at });
  await done(row, held, parts);
}
