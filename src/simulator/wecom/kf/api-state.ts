import { type Call, type Endpoint, json, jsonBody, type Reply } from '../call.ts';
import { WecomRefusal } from '../errors.ts';
import { pick, text } from '../json.ts';
import type { WecomWorld } from '../world.ts';
import type { KfSession, KfState } from './accounts.ts';
import { accountOf, sessionOf } from './api-messages.ts';
import { setState } from './kf-world.ts';
import { kfChat, kfOf } from './log.ts';

/** Who answers a customer. */
export const KF_STATE_ENDPOINTS: readonly Endpoint[] = [
  { method: 'POST', path: 'kf/service_state/get', token: 'kf', run: getState },
  { method: 'POST', path: 'kf/service_state/trans', token: 'kf', run: changeState },
];

/** To where the API may bring a session, by its state now (D:94669). */
const CHANGES: Readonly<Record<KfState, readonly KfState[]>> = { 0: [1, 2, 3], 1: [2, 3], 2: [3], 3: [3, 4], 4: [] };

function getState(call: Call): Reply {
  const { world } = call;
  const body = jsonBody(call);
  const { state, servicer } = sessionOf(world, accountOf(world, body), body['external_userid']);
  const userId = servicer === undefined ? undefined : world.accounts.userId(servicer);
  return json({ service_state: state, ...pick('servicer_userid', userId) });
}

function changeState(call: Call): Reply {
  const { world } = call;
  const body = jsonBody(call);
  const session = sessionOf(world, accountOf(world, body), body['external_userid']);
  const state = body['service_state'];
  if (!isState(state)) throw new WecomRefusal(40058, 'service_state');
  const mayEnd = world.rules.endUnserved && state === 4 && session.state !== 4;
  if (!CHANGES[session.state].includes(state) && !mayEnd) throw new WecomRefusal(95016);
  const servicer = state === 3 ? readServicer(world, session, text(body['servicer_userid'])) : undefined;
  const wasServed = session.state === 2 || session.state === 3;
  setState(session, state, servicer, world.clock.now());
  world.teller.chatChanged(kfChat(world, session));
  return json({ ...pick('msg_code', codeFor(world, session, state, wasServed)) });
}

function isState(value: unknown): value is KfState {
  return value === 0 || value === 1 || value === 2 || value === 3 || value === 4;
}

/** @throws {WecomRefusal} 95014 or 95019. */
function readServicer(world: WecomWorld, { account }: KfSession, userId: string): string {
  const person = world.accounts.member(userId);
  const duty = person === undefined ? undefined : account.servicers.get(person.id);
  if (person === undefined || duty === undefined) throw new WecomRefusal(95014);
  if (!duty.onDuty) throw new WecomRefusal(95019);
  return person.id;
}

/** A code for one more word: at the first change to a person or the pool, and at the end. */
function codeFor(world: WecomWorld, session: KfSession, state: KfState, wasServed: boolean): string | undefined {
  const { codes } = kfOf(world);
  if (state === 4) return codes.issue({ session, kind: 'ended' }, world.limits.kfWelcomeMs);
  if (wasServed || (state !== 2 && state !== 3)) return undefined;
  return codes.issue({ session, kind: state === 2 ? 'pool' : 'picked' }, world.limits.kfCodeMs);
}
