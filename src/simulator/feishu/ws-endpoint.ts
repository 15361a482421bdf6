import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, sendJson } from '../http.ts';
import { record } from './card-check.ts';
import type { FeishuWorld } from './world.ts';

export const WS_ENDPOINT = '/callback/ws/endpoint';
export const WS_PATH = '/ws/v2';

/** Tells a client where to open its long connection. `data` is always an object: clients look into it before `code`. */
export async function answerWsEndpoint(
  world: FeishuWorld,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, 64 * 1024);
  const entry = world.line.wire.begin(() => ({
    side: 'feishu',
    direction: 'in',
    transport: 'http',
    method: 'POST',
    path: WS_ENDPOINT,
    title: { zh: '申请长连接地址', en: 'ask for the long connection’s address' },
    body,
  }));
  const answer = endpointAnswer(world, body, request.headers.host ?? '127.0.0.1');
  sendJson(response, 200, answer);
  entry?.end({ status: 200, code: answer.code, body: JSON.stringify(answer) });
}

function endpointAnswer(
  world: FeishuWorld,
  body: Buffer,
  host: string,
): { readonly code: number; readonly msg: string; readonly data: Readonly<Record<string, unknown>> } {
  const asked = parse(body);
  const id = asked?.['AppID'];
  const app = typeof id === 'string' ? world.apps.get(id) : undefined;
  if (app === undefined || asked?.['AppSecret'] !== app.secret) return { code: 514, msg: 'auth failed', data: {} };
  if (world.hub.count(app.id) >= world.limits.connections) {
    return { code: 1_000_040_350, msg: 'the number of connections exceeded the limit', data: {} };
  }
  const data = { URL: world.hub.ticket(app, host), ClientConfig: world.hub.options.clientConfig };
  return { code: 0, msg: 'success', data };
}

function parse(body: Buffer): Record<string, unknown> | undefined {
  try {
    return record(JSON.parse(body.toString()));
  } catch {
    return undefined;
  }
}
