import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CallbackServer, startCallbacks } from '../../../../test/support/wecom-callbacks.ts';
import { startWecom, type TestWecom, type WecomAnswer } from '../test-vendor.ts';

const KEYS = { token: 'kfToken', encodingAesKey: 'f2wt1XJO7LSFt4oaGYHoozeGDPd8oiF4fcD8V8KdPS8' };
const ACCOUNT = 'wk_demo';
const HOUR = 3_600_000;

interface KfMessage {
  readonly msgid: string;
  readonly origin: number;
  readonly msgtype: string;
  readonly servicer_userid?: string;
  readonly text?: { readonly content: string; readonly menu_id?: string };
  readonly event?: Record<string, unknown>;
}

let vendor: TestWecom;
let callbacks: CallbackServer;
let customer: string;

beforeEach(async () => {
  callbacks = await startCallbacks({ ...KEYS, as: 'xml' });
  const accounts = [{ openKfId: ACCOUNT, servicers: ['wang', 'chen'] }];
  vendor = await startWecom({ kf: { ...KEYS, webhookUrl: callbacks.url, accounts } });
  customer = vendor.wecom.externalId('zhao');
});

afterEach(async () => {
  await vendor.close();
  await callbacks.close();
});

const say = (text: string) => vendor.wecom.say({ from: 'zhao', text });
const sync = async (more: object = {}) => {
  const answer = await vendor.call('kf/sync_msg', { open_kfid: ACCOUNT, ...more });
  const list = (answer['msg_list'] ?? []) as KfMessage[];
  return { ...answer, list, cursor: answer['next_cursor'] as string, hasMore: answer['has_more'] };
};
const send = (message: object, to = customer) =>
  vendor.call('kf/send_msg', {
    touser: to,
    open_kfid: ACCOUNT,
    msgtype: 'text',
    text: { content: 'answer' },
    ...message,
  });
const trans = (service_state: number, servicer_userid?: string): Promise<WecomAnswer> =>
  vendor.call('kf/service_state/trans', {
    open_kfid: ACCOUNT,
    external_userid: customer,
    service_state,
    servicer_userid,
  });
const state = async () =>
  (await vendor.call('kf/service_state/get', { open_kfid: ACCOUNT, external_userid: customer }))['service_state'];
const lastEvent = async () => (await sync()).list.at(-1)?.event ?? {};

describe('hearing customers', () => {
  it('is a signal only, and then a page with the message', async () => {
    const { messageId, delivered } = say('hello');
    expect(await delivered).toMatchObject([{ ok: true }]);
    const { plain, isSigned } = callbacks.received[0]!;
    expect(isSigned).toBe(true);
    expect(plain).toContain('<Event><![CDATA[kf_msg_or_event]]></Event>');
    expect(plain).not.toContain('hello');
    expect(plain).not.toContain('FromUserName');
    const token = /<Token><!\[CDATA\[(\w+)/.exec(plain)?.[1];
    const { list, hasMore } = await sync({ token });
    expect(list).toEqual([
      {
        msgid: messageId,
        open_kfid: ACCOUNT,
        external_userid: customer,
        send_time: 1_700_000_000,
        origin: 3,
        msgtype: 'text',
        text: { content: 'hello' },
      },
    ]);
    expect(hasMore).toBe(0);
    expect(vendor.wecom.record.fetched.get(messageId)).toBe(1);
    await vendor.clock.advance(600_000);
    expect(await sync({ token })).toMatchObject({ errcode: 95007 });
  });

  it('goes on where the cursor stands, page by page, also past an empty page', async () => {
    say('1');
    await send({});
    await send({});
    say('2');
    const first = await sync({ limit: 1 });
    expect([first.list.length, first.hasMore]).toEqual([1, 1]);
    const empty = await sync({ limit: 2, cursor: first.cursor });
    expect([empty.list.length, empty.hasMore]).toEqual([0, 1]);
    const last = await sync({ limit: 2, cursor: empty.cursor });
    expect([last.list[0]?.text?.content, last.hasMore]).toEqual(['2', 0]);
    expect(await sync({ cursor: last.cursor })).toMatchObject({ list: [], hasMore: 0, cursor: last.cursor });
  });

  it('begins, without a cursor, with the oldest of three days', async () => {
    say('old');
    await vendor.clock.advance(71 * HOUR);
    say('new');
    await vendor.clock.advance(2 * HOUR);
    expect((await sync()).list.map(({ text }) => text?.content)).toEqual(['new']);
  });

  it.each([
    ['no account', { open_kfid: '' }, 40058],
    ['an unknown account', { open_kfid: 'wk_x' }, 95000],
    ['a made-up cursor', { cursor: 'x' }, 40058],
    ['a made-up token', { token: 'x' }, 95007],
    ['an empty token', { token: '' }, 95007],
    ['too long a page', { limit: 1001 }, 40058],
  ])('refuses %s', async (_what, body, code) => expect(await sync(body)).toMatchObject({ errcode: code }));

  it('brings files as media, and a pressed menu entry as its text', async () => {
    vendor.wecom.sendFile({ from: 'zhao', kind: 'file', resource: 'sample-report' });
    vendor.wecom.say({ from: 'zhao', text: 'Orders', menuId: '101' });
    const { list } = await sync();
    expect(list).toMatchObject([
      { msgtype: 'file', file: { media_id: expect.any(String) } },
      { text: { content: 'Orders', menu_id: '101' } },
    ]);
  });
});

describe('answering customers', () => {
  it('is refused before they wrote, and to people who are no customers', async () => {
    expect(await send({})).toMatchObject({ errcode: 95018 });
    expect(await send({}, 'wm_nobody')).toMatchObject({ errcode: 40096 });
  });

  it('is possible five times after each message', async () => {
    say('hi');
    for (let i = 0; i < 5; i += 1) expect(await send({})).toMatchObject({ errcode: 0 });
    expect(await send({})).toMatchObject({ errcode: 95001 });
    say('hello?');
    expect(await send({})).toMatchObject({ errcode: 0 });
  });

  it('is possible for 48 hours', async () => {
    say('hi');
    await vendor.clock.advance(48 * HOUR);
    expect(await send({})).toMatchObject({ errcode: 95002 });
  });

  it('takes an id of one’s own once', async () => {
    const { messageId } = say('hi');
    expect(await send({ msgid: 'out-1' })).toMatchObject({ errcode: 0, msgid: 'out-1' });
    expect(await send({ msgid: 'out-1' })).toMatchObject({ errcode: 95033 });
    expect(await send({ msgid: 'not allowed!' })).toMatchObject({ errcode: 40058 });
    expect(vendor.wecom.record.answersTo(messageId)).toMatchObject([{ text: 'answer', sendId: 'out-1' }]);
  });

  const click = (id: string) => ({ type: 'click', click: { id, content: 'a' } });
  it.each([
    ['a text of 2049 bytes', { text: { content: 'x'.repeat(2049) } }, 45002],
    ['Markdown', { msgtype: 'markdown', markdown: { content: 'x' } }, 40008],
    ['a file nobody uploaded', { msgtype: 'file', file: { media_id: 'x' } }, 40007],
    [
      'eleven buttons',
      { msgtype: 'msgmenu', msgmenu: { list: Array.from({ length: 11 }, (_, i) => click(`${i}`)) } },
      95008,
    ],
    ['a button with a bad id', { msgtype: 'msgmenu', msgmenu: { list: [click('a b')] } }, 95009],
  ])('refuses %s', async (_what, message, code) => {
    say('hi');
    expect(await send(message)).toMatchObject({ errcode: code });
  });

  it('may fail after it was taken, and an event says why', async () => {
    say('hi');
    vendor.wecom.kf.failNext(10);
    expect(await send({ msgid: 'out-2' })).toMatchObject({ errcode: 0 });
    expect(vendor.wecom.record.answers()).toEqual([]);
    expect(await lastEvent()).toMatchObject({ event_type: 'msg_send_fail', fail_msgid: 'out-2', fail_type: 10 });
  });
});

describe('welcome', () => {
  const greet = (code: unknown, more: object = {}) =>
    vendor.call('kf/send_msg_on_event', { code, msgtype: 'text', text: { content: '您好' }, ...more });

  it('is said with the code of the event, once, within twenty seconds', async () => {
    await vendor.wecom.kf.enter('zhao', ACCOUNT, { scene: 'web', sceneParam: 'order%3D7' });
    const event = await lastEvent();
    expect(event).toMatchObject({
      event_type: 'enter_session',
      open_kfid: ACCOUNT,
      external_userid: customer,
      scene: 'web',
    });
    expect(await greet(event['welcome_code'])).toMatchObject({ errcode: 0 });
    expect(await greet(event['welcome_code'])).toMatchObject({ errcode: 41050 });
    expect(vendor.wecom.record.answers()).toMatchObject([{ text: '您好' }]);
    await vendor.wecom.kf.enter('zhao');
    expect(await lastEvent()).not.toHaveProperty('welcome_code');
  });

  it('comes too late after twenty seconds', async () => {
    await vendor.wecom.kf.enter('zhao');
    const event = await lastEvent();
    await vendor.clock.advance(20_000);
    expect(await greet(event['welcome_code'])).toMatchObject({ errcode: 41050 });
  });

  it('is a text or a menu', async () => {
    await vendor.wecom.kf.enter('zhao');
    const { welcome_code } = await lastEvent();
    expect(await greet(welcome_code, { msgtype: 'image' })).toMatchObject({ errcode: 40008 });
    const msgmenu = {
      head_content: 'What is it about?',
      list: [{ type: 'click', click: { id: '1', content: 'Order' } }],
    };
    expect(await greet(welcome_code, { msgtype: 'msgmenu', msgmenu })).toMatchObject({ errcode: 0 });
    expect(vendor.wecom.record.answers()[0]?.text).toBe('What is it about?\nOrder');
  });
});

describe('who answers', () => {
  it('goes from nobody to the bot, the pool, a person and the end, and never back by API', async () => {
    expect(await state()).toBe(4);
    say('hi');
    expect(await state()).toBe(0);
    for (const [next, code] of [
      [1, 0],
      [0, 95016],
      [4, 95016],
      [2, 0],
      [1, 95016],
    ] as const) {
      expect(await trans(next)).toMatchObject({ errcode: code });
    }
    expect(await trans(3, 'wang.min')).toMatchObject({ errcode: 0 });
    expect(await trans(4)).toMatchObject({ errcode: 0, msg_code: expect.any(String) });
    expect(await trans(1)).toMatchObject({ errcode: 95016 });
    say('hi again');
    expect(await state()).toBe(0);
  });

  it('is silent for the API while a person serves, whose words come with her userid', async () => {
    say('a person, please');
    expect(await trans(3, 'lin.xiao')).toMatchObject({ errcode: 95014 });
    await vendor.wecom.kf.duty('chen', false);
    expect(await trans(3, 'chen.yu')).toMatchObject({ errcode: 95019 });
    await trans(3, 'wang.min');
    expect(await send({})).toMatchObject({ errcode: 95018 });
    await vendor.wecom.kf.servicerSays('wang', 'zhao', '我来帮您').delivered;
    expect((await sync()).list.at(-1)).toMatchObject({
      origin: 5,
      servicer_userid: 'wang.min',
      text: { content: '我来帮您' },
    });
    await vendor.wecom.kf.end('zhao');
    expect(await lastEvent()).toMatchObject({
      event_type: 'session_status_change',
      change_type: 3,
      msg_code: expect.any(String),
    });
    expect(await send({})).toMatchObject({ errcode: 95018 });
    say('thanks');
    expect(await send({})).toMatchObject({ errcode: 0 });
  });

  it('waits in the pool until a servicer takes her, and codes are good in their own state', async () => {
    say('a person, please');
    const { msg_code } = await trans(2);
    const waiting = { code: msg_code, msgtype: 'text', text: { content: 'please wait' } };
    expect(await vendor.call('kf/send_msg_on_event', waiting)).toMatchObject({ errcode: 0 });
    await vendor.wecom.kf.pick('wang', 'zhao');
    const picked = await lastEvent();
    expect(picked).toMatchObject({ change_type: 1, new_servicer_userid: 'wang.min' });
    await vendor.wecom.kf.transfer('zhao', 'chen');
    expect(await lastEvent()).toMatchObject({
      change_type: 2,
      old_servicer_userid: 'wang.min',
      new_servicer_userid: 'chen.yu',
    });
    await vendor.wecom.kf.end('zhao');
    const late = { code: picked['msg_code'], msgtype: 'text', text: { content: 'x' } };
    expect(await vendor.call('kf/send_msg_on_event', late)).toMatchObject({ errcode: 95018 });
  });

  it('ends by itself after 48 hours', async () => {
    say('hi');
    await trans(2);
    await vendor.clock.advance(48 * HOUR);
    expect(await state()).toBe(4);
  });

  it('shows on the page, and the servicer answers from there', async () => {
    const chat = vendor.wecom.directChat('zhao');
    say('hi');
    await trans(3, 'wang.min');
    expect(vendor.wecom.chatViews().find(({ id }) => id === chat)?.service).toEqual({ state: 3, servicer: 'wang' });
    const said = await vendor.wecom.perform({
      platform: 'wecom',
      type: 'send-text',
      person: 'wang',
      chat,
      text: 'hello',
    });
    expect(said).toMatchObject({ ok: true });
    expect(vendor.wecom.messageViews(chat, 1)[0]?.from).toEqual({ kind: 'person', person: 'wang' });
  });
});

describe('accounts of customer service', () => {
  it('are listed with who serves, and grow', async () => {
    expect(await vendor.call('kf/account/list', { offset: 0, limit: 100 })).toMatchObject({
      account_list: [{ open_kfid: ACCOUNT, name: '在线客服', manage_privilege: true }],
    });
    const made = await vendor.call('kf/account/add', { name: '售后' });
    const open_kfid = made['open_kfid'];
    const userid_list = ['lin.xiao', 'nobody'];
    expect(await vendor.call('kf/servicer/add', { open_kfid, userid_list })).toMatchObject({
      result_list: [{ errcode: 0 }, { userid: 'nobody', errcode: 60030 }],
    });
    const list = await vendor.get(`kf/servicer/list?open_kfid=${ACCOUNT}`);
    expect(list['servicer_list']).toEqual([
      { userid: 'wang.min', status: 0 },
      { userid: 'chen.yu', status: 0 },
    ]);
  });

  it('know the names of customers who were there in the last two days', async () => {
    const external_userid_list = [customer, 'wm_x'];
    const ask = () => vendor.call('kf/customer/batchget', { external_userid_list });
    expect(await ask()).toMatchObject({ customer_list: [], invalid_external_userid: [customer, 'wm_x'] });
    say('hi');
    expect(await ask()).toMatchObject({ customer_list: [{ nickname: '赵一帆' }], invalid_external_userid: ['wm_x'] });
  });

  it('keep their customers apart', async () => {
    const made = await vendor.call('kf/account/add', { name: '售后' });
    const to = made['open_kfid'] as string;
    vendor.wecom.say({ from: 'zhao', to, text: 'for the other' });
    expect((await sync()).list).toEqual([]);
    expect((await sync({ open_kfid: to })).list).toMatchObject([{ text: { content: 'for the other' } }]);
  });
});
