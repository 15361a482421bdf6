import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CallbackServer, startCallbacks } from '../../../../test/support/wecom-callbacks.ts';
import { startWecom, type TestWecom } from '../test-vendor.ts';

const KEYS = { token: 'callbackToken', encodingAesKey: 'f2wt1XJO7LSFt4oaGYHoozeGDPd8oiF4fcD8V8KdPS8' };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let vendor: TestWecom;
let callbacks: CallbackServer;

beforeEach(async () => {
  callbacks = await startCallbacks({ ...KEYS, as: 'xml' });
  vendor = await startWecom({ apps: [{ ...KEYS, webhookUrl: callbacks.url, agentId: 1000007 }] });
});

afterEach(async () => {
  await vendor.close();
  await callbacks.close();
});

const fetchJson = async (path: string, init?: RequestInit) =>
  (await (await fetch(`${vendor.sim.url}/cgi-bin/${path}`, init)).json()) as { errcode: number; errmsg: string };
const lastText = () => vendor.wecom.record.answers().at(-1)?.text;

describe('tokens', () => {
  it.each([
    ['no corpid', '', 's', 41002],
    ['no secret', 'corp', '', 41004],
    ['another company', 'ww0', 's', 40013],
    ['a wrong secret', 'corp', 'wrong', 40001],
  ])('are refused for %s', async (_what, corp, secret, code) => {
    const corpId = corp === 'corp' ? vendor.wecom.corpId : corp;
    expect(await fetchJson(`gettoken?corpid=${corpId}&corpsecret=${secret}`)).toMatchObject({ errcode: code });
  });

  it('are the same one for two hours, and another one then', async () => {
    const first = await vendor.token();
    await vendor.clock.advance(7199_000);
    expect(await vendor.token()).toBe(first);
    await vendor.clock.advance(1000);
    expect(await fetchJson(`agent/list?access_token=${first}`)).toMatchObject({ errcode: 42001 });
    expect(await vendor.token()).not.toBe(first);
  });

  it('stand in the query only', async () => {
    const init = { headers: { authorization: `Bearer ${await vendor.token()}` } };
    expect(await fetchJson('agent/list', init)).toMatchObject({ errcode: 41001 });
  });

  it.each([42001, 40014] as const)('can be ended early with %d', async (code) => {
    const token = await vendor.token();
    vendor.wecom.expireTokens(undefined, code);
    expect(await fetchJson(`agent/list?access_token=${token}`)).toMatchObject({ errcode: code });
  });

  it('of customer service send no messages of the app', async () => {
    const token = await vendor.token(vendor.wecom.kfSecret);
    const answer = await fetchJson(`message/send?access_token=${token}`, { method: 'POST', body: '{}' });
    expect(answer).toMatchObject({ errcode: 48002 });
  });

  it('are of no use from an address that is not trusted, and the text names the address', async () => {
    vendor.wecom.app.trustedIps = new Set(['192.0.2.1']);
    const answer = await vendor.get('agent/list');
    expect(answer.errcode).toBe(60020);
    expect(answer.errmsg).toMatch(/from ip: \d+\.\d+\.\d+\.\d+, more info at .*e=60020$/);
  });
});

describe('callbacks of an app', () => {
  it('check the address with an encrypted echo', async () => {
    expect(await vendor.wecom.checkApp('1000007')).toMatchObject({ ok: true });
    expect(callbacks.received[0]).toMatchObject({ method: 'GET', isSigned: true, receiveId: vendor.wecom.corpId });
  });

  it('bring a text, signed over all four parts and sealed for the company', async () => {
    const { delivered, messageId } = vendor.wecom.say({ from: 'lin', text: '查一下库存 <b>&' });
    expect(await delivered).toEqual([{ ok: true, attempts: 1, status: 200, ackMs: 0 }]);
    const [callback] = callbacks.received;
    expect(callback).toMatchObject({ isSigned: true, receiveId: vendor.wecom.corpId });
    expect(callback?.plain).toBe(
      `<xml><ToUserName><![CDATA[${vendor.wecom.corpId}]]></ToUserName><FromUserName><![CDATA[lin.xiao]]></FromUserName><CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[查一下库存 <b>&]]></Content><MsgId>${messageId}</MsgId><AgentID>1000007</AgentID></xml>`,
    );
    expect(BigInt(messageId)).toBeGreaterThan(2n ** 53n);
    expect(vendor.wecom.record.acknowledged.has(messageId)).toBe(true);
  });

  it('bring pictures, voice, places and links, and never a file', async () => {
    const { wecom } = vendor;
    await wecom.sendFile({ from: 'lin', kind: 'image', resource: 'sample-picture' }).delivered;
    await wecom.sendFile({ from: 'lin', kind: 'voice', resource: 'sample-voice' }).delivered;
    await wecom.sendLocation({ from: 'lin', latitude: 23.1, longitude: 113.3, label: '广州塔' }).delivered;
    await wecom.sendLink({ from: 'lin', title: 'Docs', url: 'https://example.org/d' }).delivered;
    await wecom.sendFile({ from: 'lin', kind: 'file', resource: 'sample-report' }).delivered;
    const plain = callbacks.received.map((one) => one.plain);
    expect(plain).toHaveLength(4);
    expect(plain[0]).toMatch(/<PicUrl>.*<MediaId>/);
    expect(plain[1]).toContain('<Format><![CDATA[amr]]></Format>');
    expect(plain[2]).toContain('<Location_X>23.1</Location_X><Location_Y>113.3</Location_Y>');
    expect(plain[3]).toContain('<Url><![CDATA[https://example.org/d]]></Url>');
  });

  it('come three times in all when nobody answers 200, with the same MsgId', async () => {
    callbacks.answer = () => (response) => response.writeHead(503).end();
    const { delivered, messageId } = vendor.wecom.say({ from: 'lin', text: 'hi' });
    await expect.poll(() => callbacks.received.length).toBe(1);
    for (const tries of [2, 3]) {
      await expect.poll(async () => (await vendor.clock.advance(1000), callbacks.received.length)).toBe(tries);
    }
    expect(await delivered).toEqual([{ ok: false, attempts: 3, status: 503, ackMs: expect.any(Number) }]);
    expect(callbacks.received.every(({ plain }) => plain.includes(messageId))).toBe(true);
    expect(new Set(callbacks.received.map(({ query }) => query.get('nonce'))).size).toBe(3);
  });

  it('wait five seconds for an answer', async () => {
    callbacks.answer = () => () => undefined;
    const { delivered } = vendor.wecom.say({ from: 'lin', text: 'hi' });
    await expect.poll(() => callbacks.received.length).toBe(1);
    callbacks.answer = () => undefined;
    await vendor.clock.advance(4999);
    expect(vendor.wecom.record.deliveries).toHaveLength(0);
    await vendor.clock.advance(1);
    await expect.poll(async () => (await vendor.clock.advance(1000), callbacks.received.length)).toBe(2);
    expect(await delivered).toMatchObject([{ ok: true, attempts: 2 }]);
    expect(vendor.wecom.record.deliveries[0]).toMatchObject({ ok: false, failed: 'timeout', ackMs: 5000 });
  });

  it('tell of the menu, of the chat being opened, and of anything else one asks for', async () => {
    await vendor.wecom.enter('lin').delivered;
    await vendor.wecom.chooseMenu('lin', 'new');
    await vendor.wecom.event({ event: 'LOCATION', person: 'lin', fields: { Latitude: 1.5, AppType: 'wxwork' } });
    const events = callbacks.received.map(({ plain }) => /<Event><!\[CDATA\[(\w+)/.exec(plain)?.[1]);
    expect(events).toEqual(['enter_agent', 'click', 'LOCATION']);
    expect(callbacks.received[1]?.plain).toContain('<EventKey><![CDATA[new]]></EventKey>');
  });

  it('show what stands in the response: a passive text, in the person’s chat', async () => {
    const { corpId } = vendor.wecom;
    callbacks.answer = () =>
      `<xml><ToUserName>lin.xiao</ToUserName><FromUserName>${corpId}</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>at once</Content></xml>`;
    const asked = vendor.wecom.say({ from: 'lin', text: 'hi' });
    await asked.delivered;
    expect(vendor.wecom.record.answersTo(asked.messageId)).toMatchObject([{ text: 'at once' }]);
  });

  it.each([
    [
      'of another sender',
      (corp: string) => `<xml><ToUserName>chen.yu</ToUserName><FromUserName>${corp}</FromUserName>`,
    ],
    [
      'of a type that is not taken',
      (corp: string) =>
        `<xml><ToUserName>lin.xiao</ToUserName><FromUserName>${corp}</FromUserName><MsgType>markdown</MsgType></xml>`,
    ],
  ])('drop a passive answer %s in silence, and the record knows why', async (_what, make) => {
    callbacks.answer = () => make(vendor.wecom.corpId);
    await vendor.wecom.say({ from: 'lin', text: 'hi' }).delivered;
    expect(vendor.wecom.record.answers()).toEqual([]);
    expect(vendor.wecom.record.badReplies).toHaveLength(1);
  });

  it.each(['signature', 'unsigned', 'token'] as const)('are forged with a bad %s', async (variant) => {
    callbacks.answer =
      ({ isSigned }) =>
      (response) =>
        response.writeHead(isSigned ? 200 : 401).end();
    expect(await vendor.wecom.forge({ from: 'lin', variant })).toMatchObject({ status: 401 });
  });
});

describe('message/send', () => {
  it('brings a text, and names the members it did not find in lower case', async () => {
    const answer = await vendor.send({ touser: 'LIN.XIAO|Nobody', msgtype: 'text', text: { content: 'done' } });
    expect(answer).toMatchObject({ errcode: 0, invaliduser: 'nobody', invalidparty: '', msgid: expect.any(String) });
    expect(vendor.wecom.record.inChat(vendor.wecom.directChat('lin'))).toMatchObject([{ text: 'done' }]);
  });

  it('brings a message for everybody to every member, and to no customer', async () => {
    await vendor.send({ touser: '@all', msgtype: 'text', text: { content: 'all' } });
    expect(vendor.wecom.record.answers().flatMap(({ people }) => people)).toEqual(['lin', 'chen', 'wang']);
  });

  it('cuts a text after 2048 bytes, never inside a character, and the record tells', async () => {
    expect(await vendor.send({ msgtype: 'text', text: { content: '好'.repeat(700) } })).toMatchObject({ errcode: 0 });
    expect(vendor.wecom.record.answers()[0]).toMatchObject({ isTruncated: true, text: '好'.repeat(682) });
  });

  it.each([
    ['nobody to send to', { touser: '', msgtype: 'text', text: { content: 'x' } }, 82001],
    ['nobody who exists', { touser: 'nobody', msgtype: 'text', text: { content: 'x' } }, 81013],
    ['another app’s agentid', { agentid: 5, msgtype: 'text', text: { content: 'x' } }, 40056],
    ['an empty text', { msgtype: 'text', text: { content: '' } }, 44004],
    ['a Markdown of more than 2048 bytes', { msgtype: 'markdown', markdown: { content: 'x'.repeat(2049) } }, 45002],
    ['an unknown type', { msgtype: 'markdown_v2', markdown_v2: { content: 'x' } }, 40008],
    ['a file nobody uploaded', { msgtype: 'file', file: { media_id: 'x' } }, 40007],
    [
      'nine articles',
      { msgtype: 'news', news: { articles: Array(9).fill({ title: 'a', url: 'https://example.org' }) } },
      45008,
    ],
    ['a textcard without an address', { msgtype: 'textcard', textcard: { title: 'a', description: 'b' } }, 40058],
    [
      'an escaped character',
      '{"touser":"lin.xiao","agentid":1000007,"msgtype":"text","text":{"content":"\\u4f60"}}',
      40033,
    ],
    ['no JSON', '{', 40058],
  ])('refuses %s', async (_what, message, code) => {
    const answer =
      typeof message === 'string' ? await vendor.call('message/send', message) : await vendor.send(message);
    expect(answer.errcode).toBe(code);
    expect(vendor.wecom.record.answers()).toEqual([]);
  });

  it('drops the 31st message to a member in one minute, with errcode 0', async () => {
    for (let i = 0; i < 31; i += 1) {
      expect(await vendor.send({ msgtype: 'text', text: { content: `${i}` } })).toMatchObject({ errcode: 0 });
    }
    expect(vendor.wecom.record.answers()).toHaveLength(30);
    expect(vendor.wecom.record.dropped).toMatchObject([{ to: 'lin', why: 'member-rate' }]);
    await vendor.clock.advance(MINUTE);
    await vendor.send({ msgtype: 'text', text: { content: 'later' } });
    expect(lastText()).toBe('later');
  });

  it('brings an identical call once when it is asked to check', async () => {
    const message = {
      msgtype: 'text',
      text: { content: 'once' },
      enable_duplicate_check: 1,
      duplicate_check_interval: 60,
    };
    const first = await vendor.send(message);
    expect(await vendor.send(message)).toEqual(first);
    expect(vendor.wecom.record.answers()).toHaveLength(1);
    await vendor.clock.advance(MINUTE);
    await vendor.send(message);
    expect(vendor.wecom.record.answers()).toHaveLength(2);
  });

  it('recalls for a day', async () => {
    const { msgid } = await vendor.send({ msgtype: 'text', text: { content: 'oops' } });
    expect(await vendor.call('message/recall', { msgid })).toMatchObject({ errcode: 0 });
    expect(vendor.wecom.record.answers()[0]?.isRecalled).toBe(true);
    const late = await vendor.send({ msgtype: 'text', text: { content: 'oops' } });
    await vendor.clock.advance(25 * HOUR);
    expect(await vendor.call('message/recall', { msgid: late['msgid'] })).toMatchObject({ errcode: 42052 });
  });
});

describe('what else an app can ask for', () => {
  it('sets its menu, and people see it', async () => {
    const button = [{ name: '更多', sub_button: [{ type: 'click', name: '帮助', key: 'help' }] }];
    expect(await vendor.call('menu/create?agentid=1000007', { button })).toMatchObject({ errcode: 0 });
    expect(vendor.wecom.appViews()[0]?.menu).toMatchObject([{ items: [{ key: 'help' }] }]);
    expect(await vendor.get('menu/get?agentid=1000007')).toMatchObject({ button });
  });

  it('reads members by id, mobile and address', async () => {
    expect(await vendor.get('user/get?userid=lin.xiao')).toMatchObject({ name: '林晓', status: 1, department: [2] });
    expect(await vendor.get('user/get?userid=nobody')).toMatchObject({ errcode: 60111 });
    expect(await vendor.call('user/getuserid', { mobile: '13800000002' })).toMatchObject({ userid: 'chen.yu' });
    const byEmail = await vendor.call('user/get_userid_by_email', { email: 'wang.min@demo.example' });
    expect(byEmail).toMatchObject({ userid: 'wang.min' });
  });

  it('makes a group of its own and writes there', async () => {
    const made = await vendor.call('appchat/create', { name: 'Ops', userlist: ['lin.xiao', 'chen.yu'] });
    const chatid = made['chatid'] as string;
    await vendor.call('appchat/send', { chatid, msgtype: 'text', text: { content: 'to all' } });
    expect(vendor.wecom.record.inChat(chatid)).toMatchObject([{ text: 'to all', people: ['lin', 'chen'] }]);
  });

  it('greets a new external contact once, within twenty seconds', async () => {
    await vendor.wecom.addContact('zhao', 'lin');
    const { plain } = callbacks.received[0]!;
    expect(plain).toContain('<ChangeType><![CDATA[add_external_contact]]></ChangeType>');
    const welcome_code = /<WelcomeCode><!\[CDATA\[(\w+)/.exec(plain)?.[1];
    const greet = (code: unknown) =>
      vendor.call('externalcontact/send_welcome_msg', { welcome_code: code, text: { content: '您好' } });
    expect(await greet(welcome_code)).toMatchObject({ errcode: 0 });
    expect(lastText()).toBe('您好');
    expect(await greet(welcome_code)).toMatchObject({ errcode: 41050 });
    await vendor.wecom.addContact('zhao', 'chen');
    const late = /<WelcomeCode><!\[CDATA\[(\w+)/.exec(callbacks.received[1]!.plain)?.[1];
    await vendor.clock.advance(20_000);
    expect(await greet(late)).toMatchObject({ errcode: 41050 });
  });
});
