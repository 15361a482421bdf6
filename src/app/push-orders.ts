import { toGatewayError } from '../core/errors.ts';
import type { ChannelName } from '../core/ids.ts';
import type { OrderPush, PushOrder } from '../core/push.ts';
import type { PushService } from '../pipeline/index.ts';

/** What adapters say by themselves; they are made before there is something that pushes, and say nothing until then. */
export interface PushOrders {
  of(channel: ChannelName): OrderPush;
  pushBy(pushes: PushService): void;
}

export function createPushOrders(): PushOrders {
  const by = Promise.withResolvers<PushService>();
  return {
    of: (channel) => async (order) => place(order, channel, await by.promise),
    pushBy: (pushes) => by.resolve(pushes),
  };
}

/** What was ordered first stays: the second time is after a crash, and more may have been said since. */
async function place({ key, kind, id, content, lang }: PushOrder, channel: ChannelName, pushes: PushService) {
  const known = `${channel} ${key}`;
  if (await pushes.find(known)) return;
  try {
    await pushes.push({ key: known, to: [{ kind, channel, id }], content, lang });
  } catch (error) {
    if (toGatewayError(error).code !== 'push_conflict') throw error;
  }
}
