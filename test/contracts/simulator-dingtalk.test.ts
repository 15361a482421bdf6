/**
 * The simulator against the vendor's own package: an unmodified `dingtalk-stream` must not be able to tell it from the
 * vendor. Its addresses are constants, so a subclass says where the gateway is; nothing else of it is changed.
 */

import { DWClient, type DWClientDownStream, TOPIC_CARD, TOPIC_ROBOT } from 'dingtalk-stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cardSign, robotSign } from '../../src/simulator/dingtalk/crypto.ts';
import { type DingtalkOptions, type Simulator, startSimulator } from '../../src/simulator/index.ts';

let sim: Simulator;
const clients: DWClient[] = [];

beforeEach(() => {
  // The package prints each connection.
  vi.spyOn(console, 'info').mockImplementation(() => undefined);
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await sim.close();
  vi.restoreAllMocks();
});

async function start(dingtalk: DingtalkOptions = {}): Promise<void> {
  sim = await startSimulator({ dify: false, dingtalk });
}

class Client extends DWClient {
  override async getEndpoint(): Promise<this> {
    const { clientId, clientSecret, ua, subscriptions } = this.getConfig();
    const response = await fetch(`${sim.url}/v1.0/gateway/connections/open`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ clientId, clientSecret, ua, subscriptions }),
    });
    const { endpoint, ticket } = (await response.json()) as { endpoint?: string; ticket?: string };
    if (endpoint === undefined) throw new Error('no endpoint');
    Object.assign(this, { dw_url: `${endpoint}?ticket=${ticket}` });
    return this;
  }
}

/** Connected, and telling what comes by topic. */
async function connect(
  on: Readonly<Record<string, (frame: DWClientDownStream, client: DWClient) => void>> = {},
): Promise<DWClient> {
  const { id: clientId, secret: clientSecret } = sim.dingtalk.app;
  // Its list of topics is one for all clients unless each is given its own, which its types forget.
  const options = { clientId, clientSecret, subscriptions: [{ type: 'EVENT', topic: '*' }] };
  const client = new Client(options);
  clients.push(client);
  for (const [topic, listener] of Object.entries(on)) {
    client.registerCallbackListener(topic, (frame) => listener(frame, client));
  }
  await client.connect();
  await sim.dingtalk.record.until(() => sim.dingtalk.stream.count(clientId) > 0);
  return client;
}

describe('the client of dingtalk-stream', () => {
  it('hears a message, acknowledges it, and answers by its sessionWebhook', async () => {
    await start();
    const heard: Record<string, unknown>[] = [];
    await connect({
      [TOPIC_ROBOT]: (frame, client) => {
        const message = JSON.parse(frame.data) as { sessionWebhook: string };
        heard.push(message);
        client.socketCallBackResponse(frame.headers.messageId, null);
        void fetch(message.sessionWebhook, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ msgtype: 'text', text: { content: 'hello' } }),
        });
      },
    });
    const asked = sim.dingtalk.say({ from: 'lin', text: '你好' });
    const answer = await sim.dingtalk.record.answered(asked.messageId);
    expect(answer).toMatchObject({ text: 'hello', sentBy: 'session', parentId: asked.messageId });
    expect(await asked.delivered).toMatchObject([{ ok: true, attempts: 1, status: 200 }]);
    expect(heard).toMatchObject([
      {
        conversationType: '1',
        conversationId: asked.chatId,
        msgId: asked.messageId,
        msgtype: 'text',
        text: { content: '你好' },
        senderStaffId: sim.dingtalk.userId('lin'),
        robotCode: sim.dingtalk.app.id,
      },
    ]);
  });
});

describe('signatures', () => {
  it('are those of the vendor’s vectors', async () => {
    await start();
    expect(robotSign('1767225600000', 'sim-app-secret-not-real')).toBe('g20xMRV/RRdpHU/jr4HGWg/kGDCsVQMfpCStaEpe5jM=');
    expect(cardSign('1767225600000', 'sim-card-api-secret')).toBe('a5IJEe3spdlCSrWj0J2ogzUNY6m3Vu09K4jhA0UmMkc=');
    expect(TOPIC_CARD).toBe('/v1.0/card/instances/callback');
  });
});
