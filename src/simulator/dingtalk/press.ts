import { type Json, objectAt, parseObject } from '../../lib/read.ts';
import { changeCard } from './cards.ts';
import { cardSign } from './crypto.ts';
import { isRefusal } from './errors.ts';
import type { DingtalkCard, DingtalkMessage } from './model.ts';
import type { Push, PushOutcome } from './push.ts';
import { TOPIC_CARD } from './stream/frames.ts';
import type { DingtalkWorld } from './world.ts';

/** What was pressed, and what the template bound to it. */
export interface CardChoice {
  readonly actionId: string;
  readonly params?: Json;
}

/** What came of a press. */
export interface PressOutcome extends Omit<PushOutcome, 'answer'> {
  /** Whether the app was told at all; cards without a `callbackType` call nobody. */
  readonly told: boolean;
  /** What the app answered; the card has taken it over. */
  readonly response: Json | undefined;
}

const UNTOLD: PressOutcome = { ok: false, told: false, attempts: 0, status: 0, ackMs: 0, response: undefined };

/** (event-callback-card) */
export async function pressCard(
  world: DingtalkWorld,
  person: string,
  message: DingtalkMessage,
  card: DingtalkCard,
  choice: CardChoice,
): Promise<PressOutcome> {
  const { userId } = world.accounts.of(person);
  const push = pressPush(world, card, message, userId ?? '', choice);
  if (push === undefined || userId === undefined) return UNTOLD;
  world.quota.takePush();
  const { answer, ...outcome } = await world.deliverer.deliver(push);
  const body = parseObject(answer);
  const response =
    outcome.ok && body !== undefined ? (push.http === undefined ? objectAt(body, 'response') : body) : undefined;
  if (response !== undefined) takeResponse(world, card, userId, response);
  return { ...outcome, told: true, response };
}

function pressPush(
  world: DingtalkWorld,
  card: DingtalkCard,
  message: DingtalkMessage,
  userId: string,
  { actionId, params = {} }: CardChoice,
): Push | undefined {
  const app = world.apps.get(card.app);
  if (app === undefined) return undefined;
  const content = JSON.stringify({ cardPrivateData: { actionIds: [actionId], params } });
  const data = JSON.stringify({
    type: 'actionCallback',
    outTrackId: card.track,
    corpId: world.corpId,
    userId,
    userIdType: 1,
    spaceId: message.chat.id,
    spaceType: 'im',
    extension: '{}',
    content,
    value: content,
  });
  const push: Push = { app, kind: 'press', event: 'card press', type: 'CALLBACK', topic: TOPIC_CARD, data, message };
  if (card.callbackType === 'STREAM') return push;
  const route = card.callbackType === 'HTTP' ? app.cardRoutes.get(card.callbackRouteKey ?? '') : undefined;
  if (route === undefined) return undefined;
  return { ...push, http: { url: route.url, headers: () => pressHeaders(world.clock.now(), route.apiSecret) } };
}

export function pressHeaders(now: number, apiSecret: string): Record<string, string> {
  const timestamp = String(now);
  return { 'x-ddpaas-signature-timestamp': timestamp, 'x-ddpaas-signature': cardSign(timestamp, apiSecret) };
}

/** The card takes over what stands in the answer; who pressed gets her own part of it. */
function takeResponse(world: DingtalkWorld, card: DingtalkCard, userId: string, response: Json): void {
  if (response['cardData'] === undefined && response['userPrivateData'] === undefined) return;
  const own = response['userPrivateData'];
  try {
    changeCard(world, card, { ...response, ...(own !== undefined && { privateData: { [userId]: own } }) }, 'press');
  } catch (error) {
    // What the vendor cannot use it drops.
    if (!isRefusal(error)) throw error;
  }
}
