import { textAt } from '../../lib/read.ts';
import type { DingtalkApp } from './apps.ts';
import { type Call, count, type Endpoint, json, jsonBody } from './call.ts';
import { ApiRefusal, badCredentials, OldRefusal } from './errors.ts';

export function appBy({ world, endpoint }: Call, id: string, secret: string): DingtalkApp | undefined {
  const app = world.apps.get(id);
  if (app === undefined || app.secret !== secret) return undefined;
  count(world, endpoint, app.id);
  return app;
}

export const TOKEN_ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/v1.0/oauth2/accessToken',
    api: 'new',
    token: 'none',
    counted: false,
    run(call) {
      const body = jsonBody(call);
      const app = appBy(call, textAt(body, 'appKey'), textAt(body, 'appSecret'));
      if (app === undefined) throw badCredentials();
      return json({ accessToken: call.world.tokens.give(app, 'new'), expireIn: call.world.limits.tokenSeconds });
    },
  },
  {
    method: 'POST',
    path: '/v1.0/oauth2/*/token',
    api: 'new',
    token: 'none',
    counted: false,
    run(call) {
      const body = jsonBody(call);
      if (textAt(body, 'grant_type') !== 'client_credentials') throw new ApiRefusal(400, 'unsupported.grant.type');
      const app = appBy(call, textAt(body, 'client_id'), textAt(body, 'client_secret'));
      if (app === undefined) throw new ApiRefusal(400, 'invalid.client');
      if (call.params[0] !== call.world.corpId) throw new ApiRefusal(401, 'unauthorized.client');
      return json({ access_token: call.world.tokens.give(app, 'new'), expires_in: call.world.limits.tokenSeconds });
    },
  },
  {
    method: 'GET',
    path: '/gettoken',
    api: 'old',
    token: 'none',
    counted: false,
    run(call) {
      const { query, world } = call;
      const app = appBy(call, query.get('appkey') ?? '', query.get('appsecret') ?? '');
      if (app === undefined) throw new OldRefusal(40089, 'invalid corpid or corpsecret');
      return json({ access_token: world.tokens.give(app, 'old'), expires_in: world.limits.tokenSeconds });
    },
  },
];
