import type { Agent } from '../core/agent.ts';
import { GatewayError } from '../core/errors.ts';
import { turnIdOf } from '../core/keys.ts';
import type { Lang } from '../core/lang.ts';
import type { Platform } from '../core/platform.ts';
import type { Person, Session, Turn } from '../core/store.ts';
import type { Semaphore } from '../lib/semaphore.ts';
import { langOf } from './identify.ts';
import { type PipelineParts, type RowOf, traceOf } from './parts.ts';
import { agentFor } from './route.ts';

/** Everything that is settled about a question before its agent is asked. */
export interface TurnContext {
  readonly row: RowOf<'message'>;
  readonly platform: Platform;
  readonly person: Person;
  readonly lang: Lang;
  readonly agent: Agent;
  readonly line: Semaphore;
  readonly session: Session;
  readonly turn: Turn;
  /** Under whose lease the turn is written. */
  readonly holder: string;
}

/** Finds out who asks whom and in which dialogue, and begins the turn (or takes up the one that was begun before a restart). */
export async function beginTurn(row: RowOf<'message'>, holder: string, parts: PipelineParts): Promise<TurnContext> {
  const { event } = row;
  const { channel } = event.to;
  const now = parts.clock.now();
  const platform = platformFor(parts, channel);
  const person = await parts.people.identify(channel, event.from, now);
  parts.tracer.step(traceOf(event), 'identified');
  const { agent, line } = agentFor(parts, channel);
  const session = await parts.store.sessions.current(row.lane, agent.name, person.id, parts.options.sessionIdleMs, now);
  const lang = langOf(person, event.from, textOf(row));
  const turn = await parts.store.turns.begin(
    {
      id: turnIdOf(event),
      seq: row.seq,
      lane: row.lane,
      channel,
      to: event.to,
      person: person.id,
      asker: event.from,
      session: session.id,
      agent: agent.name,
      lang,
    },
    holder,
    now,
  );
  parts.tracer.step({ ...traceOf(event), turn: turn.id }, 'routed', { agent: agent.name });
  return { row, platform, person, lang, agent, line, session, turn, holder };
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
