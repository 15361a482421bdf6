import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { BUTTON_CARD, startWecom, type TestWecom } from '../test-vendor.ts';

const BOT = { botId: 'aib-demo', secret: 's3cr3t' };
const MINUTE = 60_000;

interface Frame {
  readonly cmd?: string;
  readonly headers: { readonly req_id: string };
  readonly body: Record<string, unknown>;
  readonly errcode?: number;
}

/** A bare client: it keeps what comes and answers nothing by itself. */
interface Client {
  readonly socket: WebSocket;
  readonly frames: Frame[];
  /** Sends a command and waits for its ack. */
  ask(cmd: string, body?: object, reqId?: string): Promise<Frame>;
  /** Waits for the next callback that nobody took yet. */
  next(): Promise<Frame>;
}

let vendor: TestWecom;
const clients: Client[] = [];

beforeEach(async () => {
  vendor = await startWecom({ bots: [BOT], groups: [{ name: 'Team', people: ['lin', 'chen'], id: 'wrTeAm' }] });
});

afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.terminate();
  await vendor.close();
});

async function connect(): Promise<Client> {
  const socket = new WebSocket(vendor.wecom.socketUrl);
  const frames: Frame[] = [];
  const taken = new Set<Frame>();
  const acks = new Map<string, (frame: Frame) => void>();
  let count = 0;
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as Frame;
    if (frame.cmd === undefined) acks.get(frame.headers.req_id)?.(frame);
    else frames.push(frame);
  });
  await once(socket, 'open');
  const client: Client = {
    socket,
    frames,
    ask(cmd, body = {}, reqId = `${cmd}_${(count += 1)}`) {
      return new Promise((resolve) => {
        acks.set(reqId, resolve);
        socket.send(JSON.stringify({ cmd, headers: { req_id: reqId }, body }));
      });
    },
    async next() {
      await expect.poll(() => frames.some((frame) => !taken.has(frame))).toBe(true);
      const frame = frames.find((one) => !taken.has(one))!;
      taken.add(frame);
      return frame;
    },
  };
  clients.push(client);
  return client;
}

async function subscribed(): Promise<Client> {
  const client = await connect();
  const { botId: bot_id, secret } = BOT;
  expect(await client.ask('aibot_subscribe', { bot_id, secret })).toMatchObject({ errcode: 0 });
  return client;
}

const say = (text = 'hi') => vendor.wecom.say({ from: 'lin', to: BOT.botId, text });
const stream = (id: string, content: string, finish = false) => ({
  msgtype: 'stream',
  stream: { id, content, finish },
});
const markdown = (content: string) => ({ msgtype: 'markdown', markdown: { content } });

describe('the long connection of a bot', () => {
  it.each([
    ['a bot that does not exist', { bot_id: 'x', secret: 'y' }, 93019],
    ['a wrong secret', { bot_id: BOT.botId, secret: 'y' }, 853000],
  ])('refuses %s', async (_what, body, code) =>
    expect(await (await connect()).ask('aibot_subscribe', body)).toMatchObject({ errcode: code }),
  );

  it('takes nothing before it has subscribed', async () =>
    expect(await (await connect()).ask('ping')).toMatchObject({ errcode: 846609 }));

  it('pings, and knows no other commands', async () => {
    const client = await subscribed();
    expect(await client.ask('ping')).toMatchObject({ errcode: 0 });
    expect(await client.ask('aibot_sing')).toMatchObject({ errcode: 40058 });
  });

  it('streams an answer to the end, under the req_id of the question', async () => {
    const client = await subscribed();
    const { messageId } = say();
    const { cmd, headers, body } = await client.next();
    expect([cmd, body['msgid']]).toEqual(['aibot_msg_callback', messageId]);
    for (const [content, finish] of [
      ['Dra', false],
      ['Draft', false],
      ['Draft.', true],
    ] as const) {
      expect(await client.ask('aibot_respond_msg', stream('s', content, finish), headers.req_id)).toMatchObject({
        errcode: 0,
      });
    }
    const [answer] = vendor.wecom.record.answersTo(messageId);
    expect(answer).toMatchObject({ text: 'Draft.', frames: 3, isSettled: true });
    expect(vendor.wecom.record.acknowledged.has(messageId)).toBe(true);
    const more = await client.ask('aibot_respond_msg', stream('s', 'more'), headers.req_id);
    expect(more).toMatchObject({ errcode: 846608 });
  });

  it('ends a stream six minutes after its first frame', async () => {
    const client = await subscribed();
    const { messageId } = say();
    const { headers } = await client.next();
    await vendor.clock.advance(2 * MINUTE);
    await client.ask('aibot_respond_msg', stream('s', 'Dra'), headers.req_id);
    await vendor.clock.advance(6 * MINUTE - 1);
    expect(await client.ask('aibot_respond_msg', stream('s', 'Draf'), headers.req_id)).toMatchObject({ errcode: 0 });
    await vendor.clock.advance(1);
    expect(await client.ask('aibot_respond_msg', stream('s', 'Draft', true), headers.req_id)).toMatchObject({
      errcode: 846608,
    });
    expect(vendor.wecom.record.answersTo(messageId)[0]).toMatchObject({ isExpired: true, text: 'Draf' });
    expect(await client.ask('aibot_respond_msg', markdown('the rest'), headers.req_id)).toMatchObject({ errcode: 0 });
  });

  it('answers under a req_id it was given, and in the way that fits', async () => {
    const client = await subscribed();
    say();
    const { headers } = await client.next();
    expect(await client.ask('aibot_respond_msg', stream('s', 'x'), 'made-up')).toMatchObject({ errcode: 846605 });
    const welcome = { msgtype: 'text', text: { content: 'x' } };
    expect(await client.ask('aibot_respond_welcome_msg', welcome, headers.req_id)).toMatchObject({ errcode: 846605 });
    expect(await client.ask('aibot_respond_msg', welcome, headers.req_id)).toMatchObject({ errcode: 40008 });
  });

  it('is welcomed within five seconds, once', async () => {
    const client = await subscribed();
    const welcome = { msgtype: 'text', text: { content: 'Hello!' } };
    const entered = vendor.wecom.enter('lin', BOT.botId);
    const { cmd, headers } = await client.next();
    expect(cmd).toBe('aibot_event_callback');
    expect(await client.ask('aibot_respond_welcome_msg', welcome, headers.req_id)).toMatchObject({ errcode: 0 });
    expect(await client.ask('aibot_respond_welcome_msg', welcome, headers.req_id)).toMatchObject({ errcode: 846605 });
    expect(vendor.wecom.record.inChat(entered.chatId)).toMatchObject([{ text: 'Hello!' }]);
    vendor.wecom.enter('chen', BOT.botId);
    const late = await client.next();
    await vendor.clock.advance(5001);
    expect(await client.ask('aibot_respond_welcome_msg', welcome, late.headers.req_id)).toMatchObject({
      errcode: 846605,
    });
  });

  it('updates a pressed card under the req_id of the press', async () => {
    const client = await subscribed();
    const { messageId } = say();
    const asked = await client.next();
    const card = { msgtype: 'template_card', template_card: BUTTON_CARD };
    await client.ask('aibot_respond_msg', card, asked.headers.req_id);
    const [sent] = vendor.wecom.record.answersTo(messageId);
    await vendor.wecom.press('lin', sent?.messageId ?? '', { key: 'approve' });
    const { headers, body } = await client.next();
    expect(body['event']).toMatchObject({ template_card_event: { event_key: 'approve' } });
    const update = {
      response_type: 'update_template_card',
      template_card: { ...BUTTON_CARD, main_title: { title: 'Ok' } },
    };
    expect(await client.ask('aibot_respond_update_msg', update, headers.req_id)).toMatchObject({ errcode: 0 });
    expect(sent?.text).toBe('Ok');
  });

  it('brings unasked messages only where somebody wrote before, with ids of groups in their own case', async () => {
    const client = await subscribed();
    const send = (chatid: string, body: object, chat_type = 0) =>
      client.ask('aibot_send_msg', { chatid, chat_type, ...body });
    expect(await send('lin.xiao', markdown('hi'))).toMatchObject({ errcode: 93006 });
    say();
    expect(await send('lin.xiao', markdown('**hi**'), 1)).toMatchObject({ errcode: 0 });
    expect(await send('wrTeAm', markdown('hi'))).toMatchObject({ errcode: 93006 });
    vendor.wecom.say({ from: 'lin', chat: 'wrTeAm', text: `@{${BOT.botId}} hello` });
    expect(await send('wrTeAm', markdown('hi team'))).toMatchObject({ errcode: 0 });
    expect(await send('wrteam', markdown('hi'))).toMatchObject({ errcode: 93006 });
    expect(await send('lin.xiao', { msgtype: 'text', text: { content: 'x' } })).toMatchObject({ errcode: 40008 });
    expect(vendor.wecom.record.inChat('wrTeAm')).toMatchObject([{ text: 'hi team' }]);
  });

  it('brings thirty messages a minute to one chat', async () => {
    const client = await subscribed();
    say();
    for (let i = 0; i < 30; i += 1) await client.ask('aibot_send_msg', { chatid: 'lin.xiao', ...markdown(`${i}`) });
    const over = { chatid: 'lin.xiao', ...markdown('over') };
    expect(await client.ask('aibot_send_msg', over)).toMatchObject({ errcode: 45009 });
    await vendor.clock.advance(MINUTE);
    expect(await client.ask('aibot_send_msg', over)).toMatchObject({ errcode: 0 });
  });

  it('is one at a time: the newer wins, the older is told and closed', async () => {
    const older = await subscribed();
    const closed = once(older.socket, 'close');
    const newer = await subscribed();
    expect((await older.next()).body['event']).toMatchObject({ eventtype: 'disconnected_event' });
    await closed;
    expect(vendor.wecom.sockets.count(BOT.botId)).toBe(1);
    say();
    expect((await newer.next()).cmd).toBe('aibot_msg_callback');
  });

  it('loses what comes while nobody is there', async () => {
    expect(await say().delivered).toMatchObject([{ ok: false, status: 0 }]);
    const client = await subscribed();
    await client.ask('ping');
    expect(client.frames).toEqual([]);
  });

  it.each([0, 1])('takes files in pieces counted from %d', async (base) => {
    const client = await subscribed();
    say();
    const { headers } = await client.next();
    const content = vendor.sim.resources.find('sample-picture')?.content ?? Buffer.alloc(0);
    const half = Math.ceil(content.length / 2);
    const init = { type: 'image', filename: 'a.png', total_size: content.length, total_chunks: 2 };
    const { body } = await client.ask('aibot_upload_media_init', init);
    const upload_id = body['upload_id'];
    const piece = (at: number) => content.subarray(at * half, (at + 1) * half).toString('base64');
    expect(await client.ask('aibot_upload_media_finish', { upload_id })).toMatchObject({ errcode: 40058 });
    for (const at of [1, 0, 0]) {
      const chunk = { upload_id, chunk_index: at + base, base64_data: piece(at) };
      expect(await client.ask('aibot_upload_media_chunk', chunk)).toMatchObject({ errcode: 0 });
    }
    const made = await client.ask('aibot_upload_media_finish', { upload_id });
    const image = { msgtype: 'image', image: { media_id: made.body['media_id'] } };
    expect(await client.ask('aibot_respond_msg', image, headers.req_id)).toMatchObject({ errcode: 0 });
  });

  it('can be made to answer 6000, to lose acks, and to look alive while nothing comes through', async () => {
    const client = await subscribed();
    const { rules } = vendor.wecom.sockets;
    say();
    const { headers } = await client.next();
    rules.ackDelayMs = 100;
    const first = client.ask('aibot_respond_msg', stream('s', 'a'), headers.req_id);
    const second = new Promise<Frame>((resolve) => {
      client.socket.on('message', (data: Buffer) => resolve(JSON.parse(data.toString()) as Frame));
    });
    client.socket.send(JSON.stringify({ cmd: 'aibot_respond_msg', headers, body: stream('s', 'b') }));
    await expect
      .poll(
        async () => (await vendor.clock.advance(100), vendor.wecom.record.calls.get('frame aibot_respond_msg 6000')),
      )
      .toBe(1);
    await Promise.all([first, second]);
    rules.ackDelayMs = 0;
    rules.halfOpen = true;
    say('into the void');
    client.socket.send(JSON.stringify({ cmd: 'ping', headers: { req_id: 'p' } }));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(client.frames).toHaveLength(1);
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
  });

  it.each([846608, 846605, 45009, 93006])('answers %d on demand', async (code) => {
    const client = await subscribed();
    say();
    const { headers } = await client.next();
    vendor.sim.faults.add({ kind: 'refuse', code, side: 'wecom', path: 'aibot_respond_msg', count: 1 });
    expect(await client.ask('aibot_respond_msg', stream('s', 'a'), headers.req_id)).toMatchObject({ errcode: code });
    expect(await client.ask('aibot_respond_msg', stream('s', 'a'), headers.req_id)).toMatchObject({ errcode: 0 });
  });

  it('is cut on demand, and cannot come back once the bot has a callback address', async () => {
    const client = await subscribed();
    const closed = once(client.socket, 'close');
    vendor.sim.faults.add({ kind: 'drop', side: 'wecom', count: 1 });
    await closed;
    vendor.sim.faults.clear();
    vendor.wecom.changeApp(BOT.botId, { mode: 'webhook' });
    const { botId: bot_id, secret } = BOT;
    expect(await (await connect()).ask('aibot_subscribe', { bot_id, secret })).toMatchObject({ errcode: 93019 });
  });
});
