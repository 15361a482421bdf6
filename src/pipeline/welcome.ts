import { type EventKey, id } from '../core/ids.ts';
import { eventSendKey, turnIdOf } from '../core/keys.ts';
import { conversationLane } from '../core/lane.ts';
import { say } from '../core/text.ts';
import type { HeldLease } from '../queue/leases.ts';
import { closeTurn } from './close-turn.ts';
import { deliverAll } from './deliver-all.ts';
import { langOf } from './identify.ts';
import { noticeRow, sendNotice } from './notice.ts';
import type { PipelineParts, RowOf } from './parts.ts';
import { profileOf } from './profile.ts';
import { agentFor } from './route.ts';
import { endInChat } from './stop-turn.ts';

/**
 * Greets somebody who opens the direct chat for the first time, with the agent's own opening words and the questions it suggests. The
 * greeting is a turn, so that its buttons work like those of an answer.
 */
export async function welcome(
  row: RowOf<'entered'>,
  held: HeldLease,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  const { event } = row;
  const { inbox, turns } = parts.store;
  // Named after the conversation, not the event: vendors tell of every opening, and one greeting is enough.
  const greeting = { key: id<EventKey>(`welcome:${conversationLane(event, 'member')}`), to: event.to };
  const turn = turnIdOf(greeting);
  if (await turns.get(turn)) return inbox.done(row.seq, held.lease.holder, parts.clock.now());

  const now = parts.clock.now();
  const { agent } = agentFor(parts, event.to.channel);
  const person = await parts.people.identify(event.to.channel, event.from, now);
  const lang = langOf(person, event.from);
  const profile = await profileOf(agent, parts, signal);
  const base = {
    seq: row.seq,
    lane: row.lane,
    channel: event.to.channel,
    to: event.to,
    person: person.id,
    asker: event.from,
  };
  // In a dialogue of the chat's own: whoever only opens a chat has not gone on with anything there.
  const dialogue = { scope: 'lane', idleMs: parts.options.sessionIdleMs } as const;
  await turns.begin({ id: turn, ...base, ...dialogue, agent: agent.name, lang }, held.lease.holder, now);

  const { suggested } = profile;
  const text = profile.opening ?? say(lang, 'welcome', { agent: agent.title });
  const key = eventSendKey(greeting, '0');
  const replies = [
    noticeRow({ lane: row.lane, to: event.to, key, text, lang, turn, suggested, agent: agent.name }, parts),
  ];
  const end = { turn, state: 'done', suggested, replies, seq: row.seq, lease: held.lease } as const;
  const rows = await closeTurn(end, parts.clock.now(), parts);
  await deliverAll(rows, held.lease.holder, parts, signal);
}

/** Says hello to a group the bot was added to; where it was taken out, nobody is left to answer. */
export async function greetGroup(
  row: RowOf<'bot-added' | 'bot-removed'>,
  held: HeldLease,
  parts: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  const { event } = row;
  if (event.kind === 'bot-added') {
    const { agent } = agentFor(parts, event.to.channel);
    const person = await parts.people.identify(event.to.channel, event.from, parts.clock.now());
    const lang = langOf(person, event.from);
    const text = say(lang, 'welcomeGroup', { agent: agent.title });
    await sendNotice(
      { lane: row.lane, to: event.to, key: eventSendKey(event, '0'), text, lang },
      held.lease,
      parts,
      signal,
    );
  } else endInChat(event.to.channel, event.to.chat, parts);
  await parts.store.inbox.done(row.seq, held.lease.holder, parts.clock.now());
}
