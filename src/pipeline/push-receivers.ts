import { GatewayError } from '../core/errors.ts';
import type { PushTo, PushWay, Receiver } from '../core/push.ts';
import type { Store } from '../core/store.ts';
import { type PusherSources, pusherOf } from './deliver-push.ts';

/** A receiver and how she is reached. */
export interface Reached extends Receiver {
  readonly way: PushWay;
}

export interface ReceiverSources extends PusherSources {
  readonly store: Pick<Store, 'people'>;
}

/**
 * Everybody who is named, each once.
 *
 * @param notice - Whether a notification of the app is wanted, where the vendor has those.
 * @throws {GatewayError} `push_unreachable` for the first who cannot be written to.
 */
export async function receiversOf(
  to: readonly PushTo[],
  notice: boolean,
  sources: ReceiverSources,
): Promise<readonly Reached[]> {
  const found = new Map<string, Reached>();
  for (const one of to) {
    const reached = one.kind === 'person' ? await accountOf(one, notice, sources) : reach(one, notice, sources);
    if (!reached) throw unreachable(one);
    found.set(JSON.stringify([reached.channel, reached.kind, reached.id]), reached);
  }
  return [...found.values()];
}

/** By the account that was heard of last, of those that can be written to. */
async function accountOf(
  { person, channel: wanted }: PushTo & { readonly kind: 'person' },
  notice: boolean,
  sources: ReceiverSources,
): Promise<Reached | undefined> {
  const accounts = await sources.store.people.accounts(person);
  const newestFirst = accounts.toSorted((one, other) => other.seenAt - one.seenAt);
  for (const { channel, account } of newestFirst) {
    if (wanted !== undefined && channel !== wanted) continue;
    const reached = reach({ kind: 'user', channel, id: account }, notice, sources);
    if (reached) return reached;
  }
  return undefined;
}

function reach({ channel, kind, id }: Receiver, notice: boolean, sources: PusherSources): Reached | undefined {
  const pusher = pusherOf(channel, sources);
  if (!pusher || (kind === 'user' && pusher.knows?.(id) === false)) return undefined;
  const ways: readonly PushWay[] = notice ? ['notice', 'message'] : ['message', 'notice'];
  const way = ways.find((one) => pusher.reach[one]?.[kind] !== undefined);
  return way && { channel, kind, id, way };
}

function unreachable(one: PushTo): GatewayError {
  const who = one.kind === 'person' ? `person ${one.person}` : `${one.kind} of ${one.channel}`;
  return new GatewayError('push_unreachable', `nothing here can write to ${who}`);
}
