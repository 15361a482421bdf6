import { type Call, data, type Endpoint, jsonBody, type Reply } from './call.ts';
import { checkCard, record } from './card-check.ts';
import { FeishuRefusal } from './errors.ts';
import type { CardJson, FeishuMessage } from './model.ts';
import type { FeishuWorld } from './world.ts';

/** Changing a card some time after it was pressed, by the token that came with the press. */
export const DELAY_UPDATE_ENDPOINTS: readonly Endpoint[] = [
  { method: 'POST', path: '/open-apis/interactive/v1/card/update', run: update },
];

const MAX_BYTES = 100 * 1024;

function update(call: Call): Reply {
  const { world, app } = call;
  const { token, card: given } = jsonBody(call);
  const card = record(given);
  if (card === undefined) throw new FeishuRefusal(200621, 'card');
  if (call.body.length > MAX_BYTES) throw new FeishuRefusal(100000);
  const message = world.cardTokens.use(token);
  if (message.from.kind !== 'app' || message.from.app !== app) throw new FeishuRefusal(300311);
  showCard(world, message, card, 'delay-update');
  return data({}, message.id);
}

/**
 * Puts another card in the place of a message's card, as a press's answer or a later update does.
 * @throws {FeishuRefusal} 200830, or what is wrong with the card.
 */
export function showCard(world: FeishuWorld, message: FeishuMessage, card: CardJson, kind: string): void {
  const { from, entity } = message;
  if (from.kind !== 'app') throw new FeishuRefusal(300311);
  const isNew = card['schema'] === '2.0';
  const wasNew = (entity?.json ?? message.card)?.['schema'] === '2.0';
  if (wasNew && !isNew) throw new FeishuRefusal(200830);
  if (entity !== undefined) {
    world.cards.reshape(entity, () => card);
  } else {
    if (isNew) checkCard(card, world.rulesFor(from.app));
    message.card = card;
  }
  world.messages.updated(message, { kind, content: JSON.stringify(card) });
}
