import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../lib/read.ts';
import { decryptEvent, encryptEvent, robotSign, signEvent } from './crypto.ts';
import { startDingtalk, type TestDingtalk, type TestLine } from './test-vendor.ts';

const MINUTE = 60_000;
const GROUP = 'cidSimTeamAbCdEf==';
const OTO = '/v1.0/robot/oToMessages/batchSend';

let vendor: TestDingtalk;
let line: TestLine;

beforeEach(async () => {
  vendor = await startDingtalk({ groups: [{ name: 'Team', people: ['lin', 'chen', 'zhao'], bots: [0], id: GROUP }] });
  line = await vendor.connect();
});

afterEach(() => vendor.close());

async function heard(): Promise<Json> {
  const frame = await line.next();
  line.ack(frame);
  return JSON.parse(frame.data) as Json;
}

const robotCode = (): string => vendor.dingtalk.app.id;
const markdown = (title = 'T', words = '# hi'): Json => ({
  robotCode: robotCode(),
  msgKey: 'sampleMarkdown',
  msgParam: JSON.stringify({ title, text: words }),
});

describe('what a robot is told', () => {
  it('has the conversation in full, whose end all direct chats share', async () => {
    const [one, two] = [vendor.dingtalk.directChat('lin'), vendor.dingtalk.directChat('chen')];
    expect(one.slice(-20)).toBe(two.slice(-20));
    vendor.dingtalk.say({ from: 'lin', text: 'hi' });
    expect(await heard()).toMatchObject({ conversationId: one, conversationType: '1', senderNick: '林晓' });
  });

  it('of a group is only what mentions it, without the mention', async () => {
    const silent = vendor.dingtalk.say({ from: 'lin', chat: GROUP, text: 'nobody in particular' });
    expect(await silent.delivered).toEqual([]);
    vendor.dingtalk.say({ from: 'lin', chat: GROUP, text: `@{${robotCode()}} ask @{chen}` });
    const told = await heard();
    expect(told).toMatchObject({
      conversationId: GROUP,
      conversationType: '2',
      conversationTitle: 'Team',
      text: { content: ' ask @陈宇' },
      isInAtList: true,
      senderStaffId: 'lin.xiao',
      chatbotUserId: vendor.dingtalk.app.botId,
    });
    expect(told['atUsers']).toMatchObject([{ dingtalkId: vendor.dingtalk.app.botId }, { staffId: 'chen.yu' }]);
  });

  it('of people from outside names no staff id', async () => {
    vendor.dingtalk.say({ from: 'zhao', chat: GROUP, text: `@{${robotCode()}} hi` });
    const told = await heard();
    expect(told).toMatchObject({ senderId: vendor.dingtalk.senderId('zhao'), senderNick: '赵一帆' });
    expect(Object.keys(told)).not.toContain('senderStaffId');
  });

  it('is every kind in a direct chat, and no file in a group', async () => {
    for (const kind of ['picture', 'audio', 'video', 'file'] as const) {
      vendor.dingtalk.sendFile({ from: 'lin', kind, resource: 'sample-picture', recognition: '你好' });
    }
    const told = [await heard(), await heard(), await heard(), await heard()];
    expect(told.map(({ msgtype }) => msgtype)).toEqual(['picture', 'audio', 'video', 'file']);
    expect(told[1]?.['content']).toMatchObject({ duration: 2000, recognition: '你好' });
    expect(told[3]?.['content']).toMatchObject({ fileName: '季度图表.png' });
    const inGroup = vendor.dingtalk.sendFile({ from: 'lin', chat: GROUP, kind: 'file', resource: 'sample-report' });
    expect(await inGroup.delivered).toEqual([]);
  });

  it('has the pieces of a rich text, with codes to fetch its pictures by', async () => {
    const parts = [{ text: `@{${robotCode()}} look` }, { image: 'sample-picture' }];
    vendor.dingtalk.sendRich({ from: 'lin', chat: GROUP, parts });
    const { richText } = (await heard())['content'] as { richText: Record<string, string>[] };
    expect(richText).toMatchObject([{ text: ' look' }, { type: 'picture' }]);
    const body = { robotCode: robotCode(), downloadCode: richText[1]?.['downloadCode'] };
    const { body: found } = await vendor.call('POST', '/v1.0/robot/messageFiles/download', body);
    const bytes = await (await fetch(String(found['downloadUrl']))).arrayBuffer();
    expect(Buffer.from(bytes).equals(vendor.sim.resources.find('sample-picture')?.content ?? Buffer.alloc(0))).toBe(
      true,
    );
    await vendor.clock.advance(24 * 60 * MINUTE);
    const late = await vendor.call('POST', '/v1.0/robot/messageFiles/download', body);
    expect(late).toMatchObject({ status: 400, body: { code: 'invalidParameter.downloadCode' } });
    expect((await fetch(String(found['downloadUrl']))).status).toBe(403);
  });

  it('names what is quoted, and the key of what the robot sent itself', async () => {
    const { body } = await vendor.call('POST', OTO, { ...markdown(), userIds: ['lin.xiao'] });
    const [sent] = vendor.dingtalk.record.answers();
    vendor.dingtalk.say({ from: 'lin', text: 'why?', quote: sent?.messageId ?? '' });
    expect(await heard()).toMatchObject({
      text: { content: 'why?', isReplyMsg: true, repliedMsg: { msgType: 'sampleMarkdown', msgId: sent?.messageId } },
      originalMsgId: sent?.messageId,
      originalProcessQueryKey: body['processQueryKey'],
    });
    const first = vendor.dingtalk.say({ from: 'lin', text: 'one' });
    await heard();
    vendor.dingtalk.say({ from: 'lin', text: 'two', quote: first.messageId });
    expect(await heard()).toMatchObject({ text: { repliedMsg: { msgType: 'text', content: { content: 'one' } } } });
  });

  it('is a word for kinds that have none', async () => {
    vendor.dingtalk.sendOther({ from: 'lin', type: 'unknownMsgType', content: { unknownMsgType: 'sticker' } });
    expect(await heard()).toMatchObject({ msgtype: 'unknownMsgType', content: { unknownMsgType: 'sticker' } });
  });
});

describe('an answer by sessionWebhook', () => {
  async function webhook(chat?: string): Promise<{ path: string; until: number; id: string }> {
    const told = vendor.dingtalk.say({ from: 'lin', chat, text: chat === undefined ? 'hi' : `@{${robotCode()}} hi` });
    const { sessionWebhook, sessionWebhookExpiredTime } = await heard();
    const path = String(sessionWebhook).slice(vendor.sim.url.length);
    return { path, until: Number(sessionWebhookExpiredTime), id: told.messageId };
  }

  it('calls people who are named both in the list and in the text', async () => {
    const { path, id } = await webhook(GROUP);
    const at = { atUserIds: ['lin.xiao', 'chen.yu'] };
    const said = { msgtype: 'markdown', markdown: { title: 'T', text: '@lin.xiao done' }, at };
    expect(await vendor.bare('POST', path, said)).toMatchObject({ body: { errcode: 0 } });
    expect(vendor.dingtalk.record.answersTo(id)).toMatchObject([{ text: '@lin.xiao done', mentions: ['lin'] }]);
  });

  it('is refused after ninety minutes, and by an address nobody gave', async () => {
    const { path, until } = await webhook();
    const said = { msgtype: 'text', text: { content: 'late' } };
    expect(await vendor.bare('POST', '/robot/sendBySession?session=x', said)).toMatchObject({
      body: { errcode: 300001 },
    });
    await vendor.clock.advance(until - vendor.clock.now());
    expect(await vendor.bare('POST', path, said)).toMatchObject({ status: 200, body: { errcode: 300001 } });
  });

  it('has to be well formed', async () => {
    const { path } = await webhook();
    const codeOf = async (body: unknown): Promise<unknown> => (await vendor.bare('POST', path, body)).body['errcode'];
    expect(await codeOf('no json')).toBe(40035);
    expect(await codeOf({ msgtype: 'image', image: { mediaId: '@x' } })).toBe(400105);
    expect(await codeOf({ msgtype: 'markdown', markdown: { text: 'x' } })).toBe(40035);
    expect(await codeOf({ msgtype: 'text', text: { content: 'x'.repeat(20_000) } })).toBe(460101);
    const buttons = [{ title: 'Yes', actionURL: 'https://demo.example' }];
    expect(await codeOf({ msgtype: 'actionCard', actionCard: { title: 'T', text: 'x', btns: buttons } })).toBe(0);
    expect(vendor.dingtalk.record.answers().at(-1)?.buttons).toMatchObject([
      { text: 'Yes', url: 'https://demo.example' },
    ]);
  });

  it('comes twenty times a minute', async () => {
    const { path } = await webhook();
    const said = { msgtype: 'text', text: { content: 'again' } };
    for (let count = 0; count < 20; count += 1) {
      await vendor.clock.advance(100);
      expect((await vendor.bare('POST', path, said)).body['errcode']).toBe(0);
    }
    expect((await vendor.bare('POST', path, said)).body['errcode']).toBe(130101);
    await vendor.clock.advance(MINUTE);
    expect((await vendor.bare('POST', path, said)).body['errcode']).toBe(0);
  });
});

describe('a message by the robot’s API', () => {
  it('says 200 and names those it did not reach', async () => {
    vendor.dingtalk.holdBack('chen', true);
    const { status, body } = await vendor.call('POST', OTO, {
      ...markdown(),
      userIds: ['lin.xiao', 'chen.yu', 'nobody'],
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ invalidStaffIdList: ['nobody'], flowControlledStaffIdList: ['chen.yu'] });
    expect(vendor.dingtalk.record.answers()).toMatchObject([{ people: ['lin'], sentBy: 'oto', text: '# hi' }]);
  });

  it('is refused with the word of its fault', async () => {
    const codeOf = async (body: unknown): Promise<unknown> => (await vendor.call('POST', OTO, body)).body['code'];
    const said = { ...markdown(), userIds: ['lin.xiao'] };
    expect(await codeOf({ ...said, robotCode: '' })).toBe('invalidParameter.robotCode.empty');
    expect(await codeOf({ ...said, robotCode: 'ding0' })).toBe('invalidParameter.robotCode.auth');
    expect(await codeOf({ ...said, msgKey: 'markdown' })).toBe('invalidParameter.msgKey.invalid');
    expect(await codeOf({ ...said, msgParam: { title: 'T', text: 'object' } })).toBe(
      'invalidParameter.msgParam.invalid',
    );
    expect(await codeOf({ ...said, ...markdown('T', '好'.repeat(5000)) })).toBe('invalidParameter.msgParam.tooLong');
    vendor.dingtalk.app.scopes = new Set();
    const { status, body } = await vendor.call('POST', OTO, said);
    expect([status, body['accessdenieddetail']]).toEqual([403, { requiredScopes: ['qyapi_robot_sendmsg'] }]);
  });

  it('reaches a group that the robot is in', async () => {
    const path = '/v1.0/robot/groupMessages/send';
    expect((await vendor.call('POST', path, { ...markdown(), openConversationId: GROUP })).status).toBe(200);
    const lower = { ...markdown(), openConversationId: GROUP.toLowerCase() };
    expect(await vendor.call('POST', path, lower)).toMatchObject({ status: 400, body: { code: 'resource.not.found' } });
  });

  it('can be read, and taken back for a day', async () => {
    const { body } = await vendor.call('POST', OTO, { ...markdown(), userIds: ['lin.xiao'] });
    const key = String(body['processQueryKey']);
    const [sent] = vendor.dingtalk.record.answers();
    void vendor.dingtalk.read('lin', sent?.messageId ?? '');
    expect(await line.next()).toMatchObject({ type: 'EVENT', headers: { eventType: 'robot_msg_read' } });
    const status = `/v1.0/robot/oToMessages/readStatus?robotCode=${robotCode()}&processQueryKey=${encodeURIComponent(key)}`;
    expect((await vendor.call('GET', status)).body).toMatchObject({
      sendStatus: 'SUCCESS',
      messageReadInfoList: [{ userId: 'lin.xiao', readStatus: 'READ' }],
    });
    const recall = { robotCode: robotCode(), processQueryKeys: [key, 'unknown'] };
    const { body: done } = await vendor.call('POST', '/v1.0/robot/otoMessages/batchRecall', recall);
    expect(done).toMatchObject({ successResult: [key], failedResult: { unknown: expect.any(String) as string } });
    expect(sent?.isRecalled).toBe(true);
  });

  it('shows an uploaded file', async () => {
    const content = Buffer.from('%PDF-1.4 demo');
    expect((await vendor.upload('file', content, 'a.txt')).body).toMatchObject({ errcode: 40005 });
    const { body } = await vendor.upload('file', content, 'a.pdf');
    const param = { mediaId: body['media_id'], fileName: 'a.pdf', fileType: 'pdf' };
    const said = {
      robotCode: robotCode(),
      userIds: ['lin.xiao'],
      msgKey: 'sampleFile',
      msgParam: JSON.stringify(param),
    };
    expect((await vendor.call('POST', OTO, said)).status).toBe(200);
    const unknown = { ...said, msgParam: JSON.stringify({ ...param, mediaId: '@unknown' }) };
    expect((await vendor.call('POST', OTO, unknown)).status).toBe(400);
    expect(vendor.sim.resources.find(String(body['media_id']))?.content?.equals(content)).toBe(true);
  });
});

describe('a robot in HTTP mode', () => {
  let server: Server;
  let requests: { headers: IncomingMessage['headers']; body: string }[];
  let answer: string;

  beforeEach(async () => {
    requests = [];
    answer = '{"msgtype":"empty"}';
    server = createServer((request, response) => {
      void text(request).then((body) => {
        requests.push({ headers: request.headers, body });
        response.end(answer);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const webhookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dingtalk`;
    Object.assign(vendor.dingtalk.app, { mode: 'webhook', webhookUrl });
  });

  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('is told once, signed over the time, and may answer at once', async () => {
    answer = JSON.stringify({ msgtype: 'text', text: { content: 'at once' } });
    const asked = vendor.dingtalk.say({ from: 'lin', text: 'hi' });
    expect(await asked.delivered).toMatchObject([{ ok: true, attempts: 1 }]);
    const { timestamp, sign } = requests[0]?.headers ?? {};
    expect(sign).toBe(robotSign(String(timestamp), vendor.dingtalk.app.secret));
    expect(vendor.dingtalk.record.answersTo(asked.messageId)).toMatchObject([{ text: 'at once', sentBy: 'reply' }]);
  });

  it('that subscribed to events over HTTP gets them encrypted, again and again until it answers so', async () => {
    const keys = { token: 'gwTok2026', aesKey: 'c2ltdWxhdG9yLWFlcy1rZXktZm9yLXVuaXQtdGVzdHM', owner: robotCode() };
    const { webhookUrl: url = '' } = vendor.dingtalk.app;
    vendor.dingtalk.app.events = { ...keys, url };
    const told = vendor.dingtalk.event('user_leave_org', { userId: ['lin.xiao'] });
    await vendor.dingtalk.record.until(() => vendor.dingtalk.record.deliveries.length > 0);
    const encrypt = encryptEvent('success', keys);
    const msg_signature = signEvent(keys, '1', 'n', encrypt);
    answer = JSON.stringify({ msg_signature, encrypt, timeStamp: '1', nonce: 'n' });
    await vendor.clock.advance(10_000);
    expect(await told).toMatchObject({ ok: true, attempts: 2 });
    const { encrypt: received } = JSON.parse(requests[0]?.body ?? '') as { encrypt: string };
    expect(JSON.parse(decryptEvent(received, keys))).toMatchObject({
      EventType: 'user_leave_org',
      userId: ['lin.xiao'],
    });
  });

  it('can be told lies', async () => {
    const variants = ['signature', 'timestamp', 'unsigned', 'app'] as const;
    for (const variant of variants) await vendor.dingtalk.forge({ from: 'lin', variant, text: 'forged' });
    const { secret } = vendor.dingtalk.app;
    const isSigned = requests.map(({ headers }) => headers['sign'] === robotSign(String(headers['timestamp']), secret));
    expect(isSigned).toEqual([false, true, false, true]);
    expect(Number(requests[1]?.headers['timestamp'])).toBeLessThan(vendor.clock.now() - 60 * MINUTE);
    expect(vendor.dingtalk.record.deliveries).toEqual([]);
  });
});
