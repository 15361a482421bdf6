import type { Call, Endpoint, Reply } from './call.ts';
import { data, flat, jsonBody } from './call.ts';
import { FeishuRefusal } from './errors.ts';

/** Tokens, the bot itself and the state of the long connections. */
export const AUTH_ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/open-apis/auth/v3/tenant_access_token/internal',
    token: false,
    run: (call) => issue(call, (token, expire) => ({ tenant_access_token: token, expire })),
  },
  {
    method: 'POST',
    path: '/open-apis/auth/v3/app_access_token/internal',
    token: false,
    run: (call) => issue(call, (token, expire) => ({ app_access_token: token, tenant_access_token: token, expire })),
  },
  {
    method: 'GET',
    path: '/open-apis/bot/v3/info',
    run: ({ app }) =>
      flat({
        code: 0,
        msg: 'ok',
        bot: { activate_status: 2, app_name: app.name, avatar_url: '', ip_white_list: [], open_id: app.botId },
      }),
  },
  {
    method: 'GET',
    path: '/open-apis/event/v1/connection',
    run: ({ world, app }) => data({ online_instance_cnt: world.hub.count(app.id) }),
  },
];

function issue(call: Call, answer: (token: string, expire: number) => Record<string, unknown>): Reply {
  const { app_id: id, app_secret: secret } = jsonBody(call);
  const app = typeof id === 'string' ? call.world.apps.get(id) : undefined;
  if (app === undefined) throw new FeishuRefusal(10003);
  if (secret !== app.secret) throw new FeishuRefusal(10015);
  const { token, expire } = call.world.tokens.issue(app);
  return flat({ code: 0, msg: 'ok', ...answer(token, expire) });
}
