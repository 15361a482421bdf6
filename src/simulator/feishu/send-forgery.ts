import type { ForgeVariant } from '../contract.ts';
import { randomHex } from '../ids.ts';
import { type FeishuEvent, newEventId, visibleIds } from './events.ts';
import { forge } from './forge.ts';
import { appOf, type Place } from './hands.ts';
import type { FeishuWorld } from './world.ts';

/** A message that nobody wrote, in the name of a person, sent the way an attacker would. */
export function sendForgery(
  world: FeishuWorld,
  place: Place & { readonly variant: ForgeVariant; readonly text?: string },
): Promise<{ status: number; ms: number }> {
  const app = appOf(world, place.app);
  const chat = place.chat === undefined ? world.chats.direct(place.from, app.id) : world.chats.find(place.chat);
  const now = world.clock.now();
  const like: FeishuEvent = {
    type: 'im.message.receive_v1',
    id: newEventId(),
    at: now,
    body: {
      sender: {
        sender_id: visibleIds(world.accounts.ids(place.from, app), app),
        sender_type: 'user',
        tenant_key: app.tenantKey,
      },
      message: {
        message_id: `om_${randomHex()}`,
        create_time: String(now),
        update_time: String(now),
        chat_id: chat?.id ?? place.chat,
        chat_type: chat?.kind === 'group' ? 'group' : 'p2p',
        message_type: 'text',
        content: '{}',
      },
    },
  };
  return forge(world.line, app, {
    variant: place.variant,
    like,
    ...(place.text === undefined ? {} : { text: place.text }),
  });
}
