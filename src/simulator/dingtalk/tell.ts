import type { Json } from '../../lib/read.ts';
import { parseObject, textAt } from '../../lib/read.ts';
import { steadyHex } from '../ids.ts';
import type { DingtalkApp } from './apps.ts';
import { robotSign } from './crypto.ts';
import { isRefusal } from './errors.ts';
import { eventOverHttp } from './event-line.ts';
import type { DingtalkMessage } from './model.ts';
import { robotPayload } from './payload.ts';
import type { Push, PushOutcome } from './push.ts';
import { newFrameId, TOPIC_EVENTS, TOPIC_ROBOT, uuidOf } from './stream/frames.ts';
import { readWebhookMessage } from './webhook-message.ts';
import type { DingtalkWorld } from './world.ts';

/** Tells an app what somebody wrote. */
export async function tellMessage(
  world: DingtalkWorld,
  app: DingtalkApp,
  message: DingtalkMessage,
): Promise<PushOutcome> {
  const push = messagePush(world, app, message);
  const outcome = await world.deliverer.deliver(push);
  if (push.http !== undefined && outcome.ok) takeReply(world, app, message, outcome.answer);
  return outcome;
}

export function messagePush(world: DingtalkWorld, app: DingtalkApp, message: DingtalkMessage): Push {
  const data = JSON.stringify(robotPayload(world, app, message));
  const push: Push = { app, kind: 'message', event: message.type, type: 'CALLBACK', topic: TOPIC_ROBOT, data, message };
  if (app.mode === 'stream') return push;
  return { ...push, http: { url: app.webhookUrl, headers: () => signedHeaders(world.clock.now(), app.secret) } };
}

export function signedHeaders(now: number, secret: string): Record<string, string> {
  const timestamp = String(now);
  return { timestamp, sign: robotSign(timestamp, secret) };
}

/** The response to a push over HTTP may be the answer itself; one that is none is not complained about. */
function takeReply(world: DingtalkWorld, app: DingtalkApp, message: DingtalkMessage, source: string): void {
  const body = parseObject(source);
  if (body === undefined || ['', 'empty'].includes(textAt(body, 'msgtype'))) return;
  try {
    const said = readWebhookMessage(world, body, Buffer.byteLength(source));
    world.messages.add({
      chat: message.chat,
      from: { kind: 'bot', app: app.id },
      type: said.type,
      body: said.body,
      mentions: said.mentions,
      parentId: message.id,
      sentBy: 'reply',
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

/** Events the month's pushes do not count: changes of the contacts. */
const UNCOUNTED = /^(?:user_|org_)/;

/** Tells an app of an event, in the one way it subscribed to them. */
export function tellEvent(world: DingtalkWorld, app: DingtalkApp, type: string, data: Json): Promise<PushOutcome> {
  const isThere = UNCOUNTED.test(type) || world.quota.takePush();
  const eventId = newFrameId();
  const headers = {
    eventId,
    eventType: type,
    eventCorpId: world.corpId,
    eventBornTime: String(world.clock.now()),
    eventUnifiedAppId: uuidOf(steadyHex(32, 'dingtalk-unified-app', app.id)),
  };
  const told = isThere ? data : { errCode: 20001, errMsg: 'the pushes of this month are used up' };
  const push = { app, headers, kind: 'event', event: type, type: 'EVENT', topic: TOPIC_EVENTS } as const;
  if (app.events === undefined) return world.deliverer.deliver({ ...push, data: JSON.stringify(told) });
  const { body, ...http } = eventOverHttp(world, app, app.events, { type, id: eventId, data: told });
  return world.deliverer.deliver({ ...push, data: body, http });
}
