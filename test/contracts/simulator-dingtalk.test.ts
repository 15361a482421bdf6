/**
 * The simulator against the vendor's own package: an unmodified `dingtalk-stream` must not be able to tell it from the
 * vendor. Its addresses are constants, so a subclass says where the gateway is; nothing else of it is changed.
 */

import { DWClient, type DWClientDownStream, EventAck, TOPIC_CARD, TOPIC_ROBOT } from 'dingtalk-stream';
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

  it('that acknowledges nothing hears a message again, in another frame', async () => {
    await start();
    sim.speed = 2000;
    const heard: { frame: string; message: string }[] = [];
    await connect({
      [TOPIC_ROBOT]: (frame, client) => {
        const { msgId } = JSON.parse(frame.data) as { msgId: string };
        heard.push({ frame: frame.headers.messageId, message: msgId });
        if (heard.length === 2) client.socketCallBackResponse(frame.headers.messageId, null);
      },
    });
    const asked = sim.dingtalk.say({ from: 'lin', text: '你好' });
    expect(await asked.delivered).toMatchObject([{ ok: true, attempts: 2 }]);
    expect(new Set(heard.map(({ message }) => message))).toEqual(new Set([asked.messageId]));
    expect(new Set(heard.map(({ frame }) => frame)).size).toBe(2);
  });

  it('answers a pressed button within the two seconds, and the card takes it over', async () => {
    await start();
    await connect({
      [TOPIC_CARD]: (frame, client) => {
        const { content } = JSON.parse(frame.data) as { content: string };
        const { cardPrivateData } = JSON.parse(content) as { cardPrivateData: { actionIds: string[] } };
        client.socketCallBackResponse(frame.headers.messageId, {
          cardUpdateOptions: { updateCardDataByKey: true },
          cardData: { cardParamMap: { pressed: cardPrivateData.actionIds.join() } },
        });
      },
    });
    await call('POST', '/v1.0/card/instances/createAndDeliver', {
      cardTemplateId: '1366a1eb-bc54-4859-ac88-517c56a9acb1.schema',
      outTrackId: 'gw-1',
      callbackType: 'STREAM',
      cardData: { cardParamMap: { markdown: 'Shall I?' } },
      openSpaceId: `dtv1.card//IM_ROBOT.${sim.dingtalk.userId('lin')}`,
      imRobotOpenDeliverModel: { spaceType: 'IM_ROBOT' },
    });
    expect(await sim.dingtalk.press('lin', 'gw-1', { actionId: 'approve' })).toMatchObject({ ok: true });
    expect(sim.dingtalk.record.answers()).toMatchObject([{ params: { markdown: 'Shall I?', pressed: 'approve' } }]);
  });

  it('acknowledges events by itself, and puts one off', async () => {
    await start();
    sim.speed = 2000;
    const client = await connect();
    const heard: string[] = [];
    client.registerAllEventListener(({ headers }) => {
      heard.push(headers.eventType ?? '');
      return { status: heard.length === 1 ? EventAck.LATER : EventAck.SUCCESS };
    });
    const data = { timeStamp: '1', userId: ['lin.xiao'] };
    expect(await sim.dingtalk.event('user_leave_org', data)).toMatchObject({ ok: true, attempts: 2 });
    expect(heard).toEqual(['user_leave_org', 'user_leave_org']);
  });

  it('echoes pings, and comes back when it is told to go', async () => {
    await start({ limits: { pingMs: 20, farewellMs: 50 } });
    await connect();
    const { record, stream } = sim.dingtalk;
    await record.until(() => stream.echoes > 1);
    stream.disconnect();
    await record.until(() => stream.opens.filter(({ step }) => step === 'connected').length === 2);
    expect(stream.count(sim.dingtalk.app.id)).toBe(1);
  });

  it('is refused with a wrong secret', async () => {
    await start();
    const client = new Client({ clientId: sim.dingtalk.app.id, clientSecret: 'wrong' });
    clients.push(client);
    await expect(client.getEndpoint()).rejects.toThrow('no endpoint');
    expect(sim.dingtalk.record.calls.get('POST /v1.0/gateway/connections/open authFailed')).toBe(1);
  });
});

/** A call with a token of the app. */
async function call(method: string, path: string, body: unknown): Promise<unknown> {
  const { id: appKey, secret: appSecret } = sim.dingtalk.app;
  const headers = { 'content-type': 'application/json' };
  const asked = { method: 'POST', headers, body: JSON.stringify({ appKey, appSecret }) };
  const given = (await (await fetch(`${sim.url}/v1.0/oauth2/accessToken`, asked)).json()) as { accessToken: string };
  const withToken = { ...headers, 'x-acs-dingtalk-access-token': given.accessToken };
  return (await fetch(`${sim.url}${path}`, { method, headers: withToken, body: JSON.stringify(body) })).json();
}

describe('signatures', () => {
  beforeEach(() => start());

  it('are those of the vectors that were computed by the vendor’s pages', () => {
    expect(robotSign('1767225600000', 'sim-app-secret-not-real')).toBe('g20xMRV/RRdpHU/jr4HGWg/kGDCsVQMfpCStaEpe5jM=');
    expect(cardSign('1767225600000', 'sim-card-api-secret')).toBe('a5IJEe3spdlCSrWj0J2ogzUNY6m3Vu09K4jhA0UmMkc=');
  });
});
