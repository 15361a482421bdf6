import { type ManualClock, manualClock } from '../clock.ts';
import { type Simulator, startSimulator } from '../server.ts';
import type { FeishuOptions } from './options.ts';

/** What the API answered. */
export interface Answer {
  readonly status: number;
  readonly code: number;
  readonly msg: string;
  readonly data: Record<string, never>;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** A simulator on a clock that stands still, and a bare client of its API. For tests only. */
export interface TestVendor {
  readonly sim: Simulator;
  readonly clock: ManualClock;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** A card entity, sent to 林晓. */
  sendCard(card?: unknown): Promise<{ readonly cardId: string; readonly messageId: string }>;
  sendText(text: string, more?: Record<string, unknown>): Promise<Answer>;
}

export const STREAMING_CARD = {
  schema: '2.0',
  config: { streaming_mode: true },
  body: { elements: [{ tag: 'markdown', element_id: 'answer', content: 'Thinking' }] },
};

export async function startVendor(options: FeishuOptions = {}): Promise<TestVendor> {
  const clock = manualClock();
  const sim = await startSimulator({ clock, dify: false, feishu: { rateLimits: false, ...options } });
  let token: string | undefined;
  const fetchToken = async (): Promise<string> => {
    const { id: app_id, secret: app_secret } = sim.feishu.app;
    const answer = await send('POST', '/auth/v3/tenant_access_token/internal', { app_id, app_secret }, {});
    return String(answer.body['tenant_access_token']);
  };
  const send = async (
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Answer> => {
    const response = await fetch(`${sim.url}/open-apis${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json = (await response.json()) as Answer & Record<string, unknown>;
    const { code, msg, data } = json;
    return { status: response.status, headers: response.headers, code, msg, data, body: json };
  };
  const vendor: TestVendor = {
    sim,
    clock,
    async call(method, path, body, headers) {
      token ??= await fetchToken();
      return send(method, path, body, headers ?? { authorization: `Bearer ${token}` });
    },
    async sendCard(card = STREAMING_CARD) {
      const made = await vendor.call('POST', '/cardkit/v1/cards', { type: 'card_json', data: JSON.stringify(card) });
      const cardId = String(made.data['card_id']);
      const sent = await vendor.call('POST', '/im/v1/messages?receive_id_type=open_id', {
        receive_id: sim.feishu.openId('lin'),
        msg_type: 'interactive',
        content: JSON.stringify({ type: 'card', data: { card_id: cardId } }),
      });
      return { cardId, messageId: String(sent.data['message_id']) };
    },
    sendText: (text, more = {}) =>
      vendor.call('POST', '/im/v1/messages?receive_id_type=open_id', {
        receive_id: sim.feishu.openId('lin'),
        msg_type: 'text',
        content: JSON.stringify({ text }),
        ...more,
      }),
  };
  return vendor;
}
