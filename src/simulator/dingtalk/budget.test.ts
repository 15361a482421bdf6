import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../lib/read.ts';
import type { NewFault } from '../contract.ts';
import { type Answered, startDingtalk, type TestDingtalk } from './test-vendor.ts';

const OTO = '/v1.0/robot/oToMessages/batchSend';

let vendor: TestDingtalk;

beforeEach(async () => {
  vendor = await startDingtalk();
});

afterEach(() => vendor.close());

function said(): Json {
  return {
    robotCode: vendor.dingtalk.app.id,
    userIds: ['lin.xiao'],
    msgKey: 'sampleText',
    msgParam: JSON.stringify({ content: 'hi' }),
  };
}

const send = (): Promise<Answered> => vendor.call('POST', OTO, said());

describe('the month', () => {
  it('counts calls, but none of tokens, and refuses what is above', async () => {
    vendor.dingtalk.setQuota({ callLimit: 2 });
    await send();
    await send();
    expect(await send()).toMatchObject({ status: 403, body: { code: 'Forbidden.AccessDenied.ApiCountLimitForOrg' } });
    expect(vendor.dingtalk.quota).toMatchObject({ calls: 2, callLimit: 2, refused: 1 });
    vendor.dingtalk.rateLimits = false;
    expect((await send()).status).toBe(200);
  });

  it('begins anew with the next', async () => {
    vendor.dingtalk.setQuota({ calls: 5000 });
    expect((await send()).status).toBe(403);
    await vendor.clock.advance(31 * 24 * 3_600_000);
    expect((await send()).status).toBe(200);
    expect(vendor.dingtalk.quota.calls).toBe(1);
  });

  it('whose pushes are used up brings messages without what was said', async () => {
    vendor.dingtalk.setQuota({ pushes: 3000 });
    const line = await vendor.connect();
    const asked = vendor.dingtalk.say({ from: 'lin', text: 'hi' });
    const told = JSON.parse((await line.next()).data) as Json;
    expect(told).toMatchObject({ msgId: asked.messageId, errorCode: '20001' });
    expect(Object.keys(told)).not.toContain('text');
  });
});

describe('an API', () => {
  it('takes twenty calls a second, and does not count those above', async () => {
    const { id: appKey, secret: appSecret } = vendor.dingtalk.app;
    const { body } = await vendor.bare('POST', '/v1.0/oauth2/accessToken', { appKey, appSecret });
    const headers = { 'x-acs-dingtalk-access-token': String(body['accessToken']) };
    const all = await Promise.all(Array.from({ length: 21 }, () => vendor.bare('POST', OTO, said(), headers)));
    expect(all.filter(({ status }) => status === 403)).toHaveLength(1);
    expect(vendor.dingtalk.quota.calls).toBe(20);
    await vendor.clock.advance(1000);
    expect((await send()).status).toBe(200);
  });

  it('takes only its own token while it lives', async () => {
    const { id, secret } = vendor.dingtalk.app;
    const { body: old } = await vendor.bare('GET', `/gettoken?appkey=${id}&appsecret=${secret}`);
    const header = 'x-acs-dingtalk-access-token';
    const withOld = await vendor.bare('POST', OTO, said(), { [header]: String(old['access_token']) });
    expect(withOld).toMatchObject({ status: 400, body: { code: 'InvalidAuthentication' } });
    const { body } = await vendor.bare('POST', '/v1.0/oauth2/accessToken', { appKey: id, appSecret: secret });
    const token = String(body['accessToken']);
    expect((await vendor.bare('POST', '/v1.0/oauth2/accessToken', { appKey: id, appSecret: secret })).body).toEqual(
      body,
    );
    await vendor.clock.advance(7200_000);
    expect((await vendor.bare('POST', OTO, said(), { [header]: token })).status).toBe(400);
    const wrong = { appKey: id, appSecret: 'wrong' };
    expect(await vendor.bare('POST', '/v1.0/oauth2/accessToken', wrong)).toMatchObject({ status: 400 });
    expect((await vendor.bare('GET', `/gettoken?appkey=${id}&appsecret=wrong`)).body['errcode']).toBe(40089);
    const unified = { client_id: id, client_secret: secret, grant_type: 'client_credentials' };
    const { body: snake } = await vendor.bare('POST', `/v1.0/oauth2/${vendor.dingtalk.corpId}/token`, unified);
    expect(snake).toMatchObject({ expires_in: 7200 });
  });
});

describe('a fault', () => {
  it('is made on demand, with the vendor’s words', async () => {
    const order = (fault: Omit<NewFault, 'side'>) =>
      vendor.sim.faults.add({ side: 'dingtalk', path: 'batchSend', count: 1, ...fault });
    order({ kind: 'throttle' });
    expect((await send()).status).toBe(403);
    order({ kind: 'server-error', afterEffect: true });
    expect((await send()).status).toBe(500);
    expect(vendor.dingtalk.record.answers()).toHaveLength(1);
    order({ kind: 'refuse', refusal: 'contain.unsafe.url' });
    expect(await send()).toMatchObject({ status: 400, body: { code: 'contain.unsafe.url' } });
    order({ kind: 'expired-token' });
    expect((await send()).body['code']).toBe('InvalidAuthentication');
    order({ kind: 'drop' });
    await expect(send()).rejects.toThrow('fetch failed');
    vendor.dingtalk.blockAddress(1000);
    expect((await vendor.bare('POST', OTO, said())).body).toMatchObject({ status: 1111, punish: 'deny' });
  });

  it('of a delivery makes it come twice, in two frames', async () => {
    const line = await vendor.connect();
    vendor.sim.faults.add({ kind: 'duplicate', side: 'dingtalk', count: 1 });
    const asked = vendor.dingtalk.say({ from: 'lin', text: 'hi' });
    const frames = [await line.next(), await line.next()];
    const ids = frames.map(({ data }) => (JSON.parse(data) as Json)['msgId']);
    expect(ids).toEqual([asked.messageId, asked.messageId]);
    expect(frames[0]?.headers['messageId']).not.toBe(frames[1]?.headers['messageId']);
  });
});

describe('the control API', () => {
  it('does what people do, and shows what came of it', async () => {
    const act = (action: Json): Promise<Answered> =>
      vendor.bare('POST', '/sim/actions', { platform: 'dingtalk', person: 'lin', ...action });
    const line = await vendor.connect();
    const { body: entered } = await act({ type: 'enter', app: vendor.dingtalk.app.id });
    const { body: sent } = await act({ type: 'send-text', chat: entered['chat'], text: 'hello' });
    expect(JSON.parse((await line.next()).data)).toMatchObject({ msgId: sent['message'], text: { content: 'hello' } });
    const { messages, apps } = vendor.sim.snapshot();
    expect(apps.find(({ platform }) => platform === 'dingtalk')).toMatchObject({ mode: 'socket', connections: 1 });
    expect(messages).toMatchObject([{ platform: 'dingtalk', content: { kind: 'text', text: 'hello' } }]);
    vendor.sim.reset();
    expect(vendor.sim.snapshot().messages).toEqual([]);
  });
});
