import { type Call, type Endpoint, json, type Reply } from '../call.ts';
import { WecomRefusal } from '../errors.ts';

/** Tokens, and the addresses the vendor comes from. */
export const TOKEN_ENDPOINTS: readonly Endpoint[] = [
  { method: 'GET', path: 'gettoken', token: 'none', run: getToken },
  { method: 'GET', path: 'get_api_domain_ip', token: 'any', run: () => json({ ip_list: ['127.0.0.1'] }) },
  { method: 'GET', path: 'getcallbackip', token: 'any', run: () => json({ ip_list: ['127.0.0.1'] }) },
];

function getToken({ world, query }: Call): Reply {
  const [corpId, secret] = [query.get('corpid') ?? '', query.get('corpsecret') ?? ''];
  if (corpId === '') throw new WecomRefusal(41002);
  if (secret === '') throw new WecomRefusal(41004);
  if (corpId !== world.corpId) throw new WecomRefusal(40013);
  for (const app of world.apps.values()) {
    if (app.secret === secret) return json(world.tokens.issue({ kind: 'app', id: app.id, app }));
  }
  const { kf } = world;
  if (kf !== undefined && kf.secret === secret) return json(world.tokens.issue({ kind: 'kf', id: kf.receiver.id }));
  throw new WecomRefusal(40001);
}
