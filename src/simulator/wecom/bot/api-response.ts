import { type Call, type Endpoint, json, jsonBody, type Reply } from '../call.ts';
import { refusalOf } from '../errors.ts';
import { applyReply } from './replies.ts';

/** The address for one later answer, good for an hour, without a token. */
export const RESPONSE_ENDPOINTS: readonly Endpoint[] = [
  { method: 'POST', path: 'aibot/response', token: 'none', run: respond },
];

function respond(call: Call): Reply {
  const { world } = call;
  const code = call.query.get('response_code') ?? '';
  const interaction = world.bot.responseUrls.look(code);
  if (interaction === undefined) throw refusalOf(world.rules.staleResponseUrl);
  applyReply(world, interaction, jsonBody(call), 'url');
  world.bot.responseUrls.take(code);
  return json();
}
