import { asObject, type Json } from '../../../lib/read.ts';
import { appOfCall, type Call, type Endpoint, json, jsonBody, type Reply, stringList } from '../call.ts';
import { checkCard } from '../card-check.ts';
import { WecomRefusal } from '../errors.ts';
import { list, text } from '../json.ts';
import type { WecomMessage } from '../model.ts';
import type { WecomWorld } from '../world.ts';
import { cardRules } from './api-send.ts';
import type { Sent } from './sent.ts';

export const CARD_ENDPOINTS: readonly Endpoint[] = [
  { method: 'POST', path: 'message/update_template_card', token: 'app', run: updateCard },
];

const WITH_BUTTONS = new Set(['button_interaction', 'vote_interaction', 'multiple_interaction']);

function updateCard(call: Call): Reply {
  const { world } = call;
  const app = appOfCall(call);
  const body = jsonBody(call);
  if (body['agentid'] !== app.agentId && body['agentid'] !== String(app.agentId)) throw new WecomRefusal(40056);
  const code = text(body['response_code']);
  const sent = world.sent.responseCodes.look(code);
  if (sent === undefined) throw new WecomRefusal(60140);
  if (sent.app !== app.id) throw new WecomRefusal(42015);

  const { people, invalid } = whose(world, body, sent);
  const change = readChange(body);
  for (const message of sent.copies.values()) checkChange(message, change);
  if (change.card !== undefined) {
    const own = text([...sent.copies.values()][0]?.card?.json['task_id']);
    const rules = cardRules(world, app);
    checkCard(change.card, { ...rules, isTaskUsed: (id) => id !== own && rules.isTaskUsed(id) });
  }
  // Only what can be carried out uses the code up.
  world.sent.responseCodes.take(code);
  for (const person of people) apply(world, sent.copies.get(person), change);
  return json({ invaliduser: invalid });
}

interface Change {
  readonly replaceName: string | undefined;
  readonly card: Json | undefined;
}

/** Those who have the card, among those who are named. */
function whose(world: WecomWorld, body: Json, sent: Sent): { people: readonly string[]; invalid: readonly string[] } {
  if (body['atall'] === 1 || list(body['partyids']).includes(1))
    return { people: [...sent.copies.keys()], invalid: [] };
  const named = stringList(body['userids'], world.limits.receivers, 40031);
  const invalid = named.filter((userId) => !sent.copies.has(world.accounts.member(userId)?.id ?? ''));
  const people = named.flatMap((userId) => world.accounts.member(userId)?.id ?? []);
  if (people.length === 0) throw new WecomRefusal(81013);
  return { people, invalid };
}

function readChange(body: Json): Change {
  const button = asObject(body['button']);
  const card = asObject(body['template_card']);
  if (button === undefined && card === undefined) throw new WecomRefusal(40058, 'button or template_card');
  if (button === undefined) return { card, replaceName: text(card?.['replace_text']) || undefined };
  const name = text(button['replace_name']);
  if (name === '') throw new WecomRefusal(42020);
  return { card: undefined, replaceName: name };
}

function checkChange(message: WecomMessage, { card }: Change): void {
  if (card === undefined && !WITH_BUTTONS.has(text(message.card?.json['card_type']))) throw new WecomRefusal(42017);
}

function apply(world: WecomWorld, message: WecomMessage | undefined, { card, replaceName }: Change): void {
  const state = message?.card;
  if (message === undefined || state === undefined) return;
  if (card !== undefined) state.json = card;
  state.replaced = replaceName;
  world.messages.updated(message, {
    kind: card === undefined ? 'button' : 'card',
    content: card === undefined ? (replaceName ?? '') : JSON.stringify(card),
  });
}

export { apply as applyCardChange };
