import { asObject, type Json, listAt, textAt } from '../../lib/read.ts';
import { appBy } from './api-token.ts';
import { type Call, type Endpoint, json, jsonBody, type Reply } from './call.ts';
import { ApiRefusal } from './errors.ts';
import { STREAM_PATH } from './stream/hub.ts';
import type { Subscription } from './stream/tickets.ts';

/** (opensource.dingtalk.com/developerpedia, Stream protocol) */
export const STREAM_ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/v1.0/gateway/connections/open',
    api: 'new',
    token: 'none',
    counted: false,
    run(call) {
      const body = jsonBody(call);
      const app = appBy(call, textAt(body, 'clientId'), textAt(body, 'clientSecret'));
      if (app === undefined) throw new ApiRefusal(401, 'authFailed', 'unknown clientId or wrong clientSecret');
      const ticket = call.world.hub.ticket({
        app: app.id,
        ua: textAt(body, 'ua'),
        subscriptions: subscriptionsIn(body),
      });
      const endpoint = `${call.world.baseUrl.replace(/^http/, 'ws')}${STREAM_PATH}`;
      return dressed(call, { endpoint, ticket });
    },
  },
];

function subscriptionsIn(body: Json): readonly Subscription[] {
  const wanted = listAt(body, 'subscriptions').map((one) => asObject(one) ?? {});
  if (wanted.length === 0) throw new ApiRefusal(400, 'invalidParameter.subscriptions', 'nothing is subscribed to');
  return wanted.map((one) => {
    const [type, topic] = [textAt(one, 'type'), textAt(one, 'topic')];
    const isKnown = (type === 'EVENT' && topic === '*') || (type === 'CALLBACK' && topic !== '');
    if (!isKnown) throw new ApiRefusal(400, 'invalidParameter.subscriptions', `no such subscription: ${type} ${topic}`);
    return { type, topic };
  });
}

/** Who does not ask for JSON gets XML. */
function dressed({ headers }: Call, body: { readonly endpoint: string; readonly ticket: string }): Reply {
  if ((headers['accept'] ?? '').includes('application/json')) return json(body);
  const fields = Object.entries(body).map(([name, value]) => `<${name}>${value}</${name}>`);
  return { kind: 'xml', body: `<?xml version="1.0" encoding="utf-8"?><Response>${fields.join('')}</Response>` };
}
