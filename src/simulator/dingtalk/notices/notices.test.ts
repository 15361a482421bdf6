import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/read.ts';
import { robotSign } from '../crypto.ts';
import { type Answered, startDingtalk, type TestDingtalk } from '../test-vendor.ts';

const GROUP = 'cidSimTeamAbCdEf==';
const PATH = '/topapi/message/corpconversation';
const HOUR = 3_600_000;

let vendor: TestDingtalk;

beforeEach(async () => {
  vendor = await startDingtalk({ groups: [{ name: 'Team', people: ['lin', 'chen'], bots: [0], id: GROUP }] });
});

afterEach(() => vendor.close());

describe('a work notification', () => {
  const send = (words: string, over: Json = {}): Promise<Answered> =>
    vendor.call('POST', `${PATH}/asyncsend_v2`, {
      agent_id: vendor.dingtalk.app.agentId,
      userid_list: 'lin.xiao,nobody',
      msg: { msgtype: 'markdown', markdown: { title: 'T', text: words } },
      ...over,
    });
  const result = async (task: unknown): Promise<unknown> => {
    const body = { agent_id: vendor.dingtalk.app.agentId, task_id: task };
    return (await vendor.call('POST', `${PATH}/getsendresult`, body)).body['send_result'];
  };

  it('says ok, and only its result says whom it reached', async () => {
    const { body } = await send('**hi**');
    expect(body).toMatchObject({ errcode: 0 });
    expect(vendor.dingtalk.record.answers()).toMatchObject([{ sentBy: 'notice', people: ['lin'], text: '**hi**' }]);
    const lists = { invalid_user_id_list: ['nobody'], unread_user_id_list: ['lin.xiao'] };
    expect(await result(body['task_id'])).toMatchObject(lists);
  });

  it('with the same words comes once a day', async () => {
    await send('twice');
    const { body } = await send('twice');
    expect(body).toMatchObject({ errcode: 0 });
    expect(await result(body['task_id'])).toMatchObject({ forbidden_list: [{ code: '143106', userid: 'lin.xiao' }] });
    expect(vendor.dingtalk.record.answers()).toHaveLength(1);
    await vendor.clock.advance(24 * HOUR);
    await send('twice');
    expect(vendor.dingtalk.record.answers()).toHaveLength(2);
  });

  it('can be taken back, and is refused with the number of its fault', async () => {
    const { body } = await send('back');
    const task = { agent_id: vendor.dingtalk.app.agentId, msg_task_id: body['task_id'] };
    await vendor.call('POST', `${PATH}/recall`, task);
    expect(vendor.dingtalk.record.answers()[0]?.isRecalled).toBe(true);
    expect((await send('x', { agent_id: 1 })).body['errcode']).toBe(40056);
    expect((await send('x'.repeat(2048))).body['errcode']).toBe(400002);
    const path = `${PATH}/asyncsend_v2?access_token=unknown`;
    expect((await vendor.bare('POST', path, {})).body).toMatchObject({ errcode: 88, sub_code: '40014' });
  });
});

describe('a group’s own robot', () => {
  const said = { msgtype: 'text', text: { content: '@13800000001 hi' }, at: { atMobiles: ['13800000001'] } };
  const post = (url: string, body: unknown = said): Promise<Answered> =>
    vendor.bare('POST', url.slice(vendor.sim.url.length), body);

  it('asks for a signature of the last hour', async () => {
    const { url, secret = '' } = vendor.dingtalk.addGroupRobot({ chat: GROUP });
    const signed = (time: number): string =>
      `${url}&timestamp=${time}&sign=${encodeURIComponent(robotSign(String(time), secret))}`;
    expect((await post(signed(vendor.clock.now()))).body['errcode']).toBe(0);
    expect(vendor.dingtalk.record.inChat(GROUP)).toMatchObject([{ sentBy: 'robot', mentions: ['lin'] }]);
    expect((await post(signed(vendor.clock.now() - HOUR))).body).toMatchObject({ errcode: 310000 });
    expect((await post(url)).body['errcode']).toBe(310000);
    expect((await post(`${url}0`)).body['errcode']).toBe(400101);
  });

  it('signs as the vector does', () => {
    const secret = 'SECsimulator0000000000000000000000000000000000000000000000000001';
    expect(robotSign('1767225600000', secret)).toBe('n8ud1mtosM9nrqa7nfIqyk/D+kU6lZUuhDEeIjNYZ2U=');
  });

  it('asks for a keyword, takes a message with the same msgUuid once, and is closed for ten minutes above twenty', async () => {
    const { url } = vendor.dingtalk.addGroupRobot({ chat: GROUP, keywords: ['hi'] });
    const text = { content: 'no such word' };
    expect((await post(url, { msgtype: 'text', text })).body['errcode']).toBe(310000);
    for (let count = 0; count < 20; count += 1) await post(url, { ...said, msgUuid: String(count) });
    await post(url, { ...said, msgUuid: '1' });
    expect(vendor.dingtalk.record.inChat(GROUP)).toHaveLength(20);
    expect((await post(url)).body['errcode']).toBe(410100);
    await vendor.clock.advance(9 * 60_000);
    expect((await post(url)).body['errcode']).toBe(410100);
    await vendor.clock.advance(60_000);
    expect((await post(url)).body['errcode']).toBe(0);
  });
});

describe('the directory', () => {
  it('knows members by userid, number and union id, and nobody else', async () => {
    const asked = await vendor.call('POST', '/topapi/v2/user/get', { userid: 'lin.xiao' });
    expect(asked.body['result']).toMatchObject({ name: '林晓', unionid: vendor.dingtalk.unionId('lin') });
    const byMobile = await vendor.call('POST', '/topapi/v2/user/getbymobile', { mobile: '13800000002' });
    expect(byMobile.body['result']).toEqual({ userid: 'chen.yu' });
    const unionid = vendor.dingtalk.unionId('zhao');
    expect((await vendor.call('POST', '/topapi/user/getbyunionid', { unionid })).body['errcode']).toBe(60121);
    expect(vendor.dingtalk.quota.calls).toBe(0);
  });
});
