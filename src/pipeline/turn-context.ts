import type { Agent } from '../core/agent.ts';
import { GatewayError } from '../core/errors.ts';
import type { ReplyAddress } from '../core/event.ts';
import type { Lane, PersonId } from '../core/ids.ts';
import { turnIdOf } from '../core/keys.ts';
import type { Lang } from '../core/lang.ts';
import type { Person } from '../core/people-store.ts';
import type { Platform } from '../core/platform.ts';
import type { Standing } from '../core/routes.ts';
import type { Session, SessionOwner, SessionScope } from '../core/session-store.ts';
import type { NewTurn, Turn } from '../core/store.ts';
import type { Semaphore } from '../lib/semaphore.ts';
import { authorize, type Permission, type Refusal } from './authorize.ts';
import { langOf } from './identify.ts';
import { type PipelineParts, type RowOf, traceOf } from './parts.ts';
import type { Refused } from './refuse.ts';
import { decideRoute, staffed, standingOf } from './route.ts';
import type { Routed } from './routing.ts';

/** Everything that is settled about a question before its agent is asked. */
export interface TurnContext {
  readonly row: RowOf<'message'>;
  readonly platform: Platform;
  readonly person: Person;
  readonly lang: Lang;
  readonly standing: Standing;
  /** What it may go on with. */
  readonly permission: Permission;
  readonly agent: Agent;
  readonly line: Semaphore;
  readonly session: Session;
  readonly turn: Turn;
  /** Under whose lease the turn is written. */
  readonly holder: string;
}

/** How often an account may change hands while one of its questions begins. */
const MOST_MOVES = 3;

/**
 * Finds out who asks whom and in which dialogue, and begins the turn (or takes up the one that was begun before a restart).
 *
 * @param known - Who asks, as far as is remembered.
 * @returns A refusal when she may not ask; undefined when nobody is to be asked now: the dialogue is busy with a question from elsewhere (the event was given back
 * and is woken in time), or she has taken hers back (the event is done).
 */
export async function beginTurn(
  row: RowOf<'message'>,
  known: Person,
  holder: string,
  parts: PipelineParts,
): Promise<TurnContext | Refused | undefined> {
  const { event } = row;
  const { channel } = event.to;
  const platform = platformFor(parts, channel);
  let person = known;
  for (let moves = 0; moves < MOST_MOVES; moves += 1) {
    parts.tracer.step(traceOf(event), 'identified');
    const routed = await routeOf(row, person, parts);
    const { agent } = staffed(routed.agent, parts);
    const lang = langOf(person, event.from, textOf(row));
    const wanted = turnOf(row, { person, agent, lang }, parts);
    const permission = await permissionFor(row, wanted, person, parts);
    if (permission.kind === 'refused') return { ...permission, turn: wanted };
    const begun = await parts.store.turns.begin(wanted, holder, parts.clock.now());
    if (begun.kind === 'begun') {
      const { turn, session } = begun;
      parts.tracer.step({ ...traceOf(event), turn: turn.id }, 'routed', { agent: turn.agent, by: routed.by });
      const asked = routed.text === undefined ? row : withText(row, routed.text);
      const standing = await standingOf(parts, person);
      return {
        row: asked,
        platform,
        person,
        lang,
        standing,
        permission,
        ...staffed(turn.agent, parts),
        session,
        turn,
        holder,
      };
    }
    if (begun.kind === 'recalled') await parts.store.inbox.done(row.seq, holder, parts.clock.now());
    if (begun.kind !== 'moved') return undefined;
    person = await parts.people.identifyNow(channel, event.from, parts.clock.now());
  }
  throw new GatewayError('overloaded', `the account of row ${row.seq} changed hands ${MOST_MOVES} times`);
}

/** Who answers; a turn that was begun before goes on with its agent, whatever the rules say by now. */
async function routeOf(row: RowOf<'message'>, person: Person, parts: PipelineParts): Promise<Routed> {
  const { event, lane } = row;
  const owner = ownerOf(event.to, person.id, lane);
  const routed = await decideRoute({ to: event.to, person, owner, text: textOf(row) }, parts);
  const before = row.attempts > 1 && parts.agents.size > 1 ? await parts.store.turns.get(turnIdOf(event)) : undefined;
  return before && parts.agents.has(before.agent) ? { ...routed, agent: before.agent } : routed;
}

/** The question without the word that called for its agent. */
function withText(row: RowOf<'message'>, text: string): RowOf<'message'> {
  const others = row.event.parts.filter(({ kind }) => kind !== 'text');
  return { ...row, event: { ...row.event, parts: [{ kind: 'text', text }, ...others] } };
}

/** What has begun goes on, whatever the rules say by now: its card is on the screen. */
async function permissionFor(
  row: RowOf<'message'>,
  { to, agent, lang, id: turn }: NewTurn,
  person: Person,
  parts: PipelineParts,
): Promise<Permission | Refusal> {
  const hasBegun = row.attempts > 1 && (await parts.store.turns.get(turn)) !== undefined;
  return hasBegun ? { kind: 'allowed', counted: true } : authorize(row.event, { person, to, lang }, agent, parts);
}

function turnOf(
  row: RowOf<'message'>,
  { person, agent, lang }: Pick<TurnContext, 'person' | 'agent' | 'lang'>,
  parts: PipelineParts,
): NewTurn {
  const { event, seq, lane } = row;
  return {
    id: turnIdOf(event),
    seq,
    lane,
    channel: event.to.channel,
    to: event.to,
    person: person.id,
    asker: event.from,
    agent: agent.name,
    lang,
    scope: scopeFor(event.to),
    idleMs: parts.options.sessionIdleMs,
  };
}

/** A direct chat is the person's, wherever she goes on with it; in a group the lane says who shares the dialogue. */
function scopeFor(to: ReplyAddress): SessionScope {
  return to.kind === 'direct' ? 'person' : 'lane';
}

/** Whose dialogue goes on at an address. */
export function ownerOf(to: ReplyAddress, person: PersonId, lane: Lane): SessionOwner {
  return scopeFor(to) === 'person' ? { scope: 'person', person } : { scope: 'lane', lane };
}

/** @throws {GatewayError} `channel_unknown` when the channel was taken out of the settings. */
export function platformFor(parts: Pick<PipelineParts, 'platforms'>, channel: Platform['channel']): Platform {
  const platform = parts.platforms.get(channel);
  if (!platform) throw new GatewayError('channel_unknown', `no channel ${channel}`);
  return platform;
}

function textOf(row: RowOf<'message'>): string {
  return row.event.parts.map((part) => (part.kind === 'text' ? part.text : '')).join(' ');
}
