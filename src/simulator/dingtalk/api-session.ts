import { count, type Endpoint, json, jsonBody } from './call.ts';
import { OldRefusal, usedUp } from './errors.ts';
import { SESSION_PATH } from './sessions.ts';
import { readWebhookMessage } from './webhook-message.ts';

/** Answers within a session (robot-message-type, `sessionWebhook`). */
export const SESSION_ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'POST',
    path: SESSION_PATH,
    api: 'old',
    token: 'none',
    counted: false,
    run(call) {
      const { world, query } = call;
      const { app, message } = world.sessions.get(query.get('session') ?? '');
      const said = readWebhookMessage(world, jsonBody(call), call.body.length);
      const { chat } = message;
      const perMinute = world.limits.sessionPerMinute;
      if (!world.rates.take(`session ${chat.id}`, perMinute, 60_000)) {
        throw new OldRefusal(130101, `send too fast, exceed ${perMinute} times per minute`);
      }
      count(world, call.endpoint, app.id);
      if (world.rules.sessionCounts && !world.quota.takeCall()) throw usedUp(true);
      world.messages.add({
        chat,
        from: { kind: 'bot', app: app.id },
        type: said.type,
        body: said.body,
        mentions: chat.kind === 'group' ? said.mentions : [],
        parentId: message.id,
        sentBy: 'session',
      });
      return json();
    },
  },
];
