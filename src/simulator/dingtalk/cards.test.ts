import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../lib/read.ts';
import { cardSign } from './crypto.ts';
import { type Answered, startDingtalk, type TestDingtalk } from './test-vendor.ts';

const CLASSIC = '382e4302-551d-4880-bf29-a30acfab2e71.schema';
const PLAIN = '8aebdfb9-28f4-4a98-98f5-396c3dde41a0.schema';
const GROUP = 'cidSimTeamAbCdEf==';

let vendor: TestDingtalk;
let guids = 0;

beforeEach(async () => {
  vendor = await startDingtalk({
    groups: [{ name: 'Team', people: ['lin', 'chen'], bots: [0], id: GROUP }],
    templates: [
      { id: 'own.schema', streamKeys: ['answer'], markdownKeys: [], failedState: false },
      { id: 'draft.schema', streamKeys: ['answer'], published: false },
    ],
  });
});

afterEach(() => vendor.close());

function made(over: Json = {}): Json {
  return {
    cardTemplateId: PLAIN,
    outTrackId: 'gw-1',
    callbackType: 'STREAM',
    userIdType: 1,
    cardData: { cardParamMap: { content: '' } },
    openSpaceId: 'dtv1.card//IM_ROBOT.lin.xiao',
    imRobotOpenDeliverModel: { spaceType: 'IM_ROBOT' },
    ...over,
  };
}

const create = (over?: Json): Promise<Answered> =>
  vendor.call('POST', '/v1.0/card/instances/createAndDeliver', made(over));
const update = (cardParamMap: Json, options?: Json): Promise<Answered> =>
  vendor.call('PUT', '/v1.0/card/instances', {
    outTrackId: 'gw-1',
    cardData: { cardParamMap },
    ...(options && { cardUpdateOptions: options }),
  });
const stream = (over: Json = {}): Promise<Answered> =>
  vendor.call('PUT', '/v1.0/card/streaming', {
    outTrackId: 'gw-1',
    guid: `guid-${(guids += 1)}`,
    key: 'content',
    content: 'Hello',
    isFull: true,
    isFinalize: false,
    isError: false,
    ...over,
  });
const shown = () => vendor.dingtalk.record.answers()[0];

describe('making a card', () => {
  it('brings it to a person, and gives the key of its message', async () => {
    const { body } = await create();
    expect(body).toMatchObject({ success: true, result: { outTrackId: 'gw-1', deliverResults: [{ success: true }] } });
    expect(shown()).toMatchObject({ track: 'gw-1', people: ['lin'], cardState: 'waiting', isSettled: false });
  });

  it('says yes, and in the list of places no, to a person named by anything but her id', async () => {
    const openSpaceId = `dtv1.card//IM_ROBOT.${vendor.dingtalk.directChat('lin')}`;
    const { status, body } = await create({ openSpaceId });
    expect(status).toBe(200);
    const results = { deliverResults: [{ success: false, errorMsg: 'spaceId is illegal' }] };
    expect(body).toMatchObject({ success: true, result: results });
    expect(vendor.dingtalk.record.answers()).toEqual([]);
  });

  it('brings it to several places, and calls people in a group', async () => {
    const model = { robotCode: vendor.dingtalk.app.id, atUserIds: { 'lin.xiao': '林晓' } };
    const openSpaceId = `dtv1.card//im_group.${GROUP};im_robot.chen.yu`;
    await create({ openSpaceId, imGroupOpenDeliverModel: model });
    expect(vendor.dingtalk.record.answers()).toMatchObject([
      { chatId: GROUP, mentions: ['lin'], track: 'gw-1' },
      { people: ['chen'], mentions: [], track: 'gw-1' },
    ]);
  });

  it('is refused for a used name, an unpublished template, and values that are no texts', async () => {
    await create();
    expect((await create()).body['code']).toBe('param.cardAlreadyExist');
    expect((await create({ outTrackId: 'gw-2', cardTemplateId: 'draft.schema' })).body['code']).toBe(
      'param.templateUnpublished',
    );
    const cardData = { cardParamMap: { done: true } };
    expect((await create({ outTrackId: 'gw-3', cardData })).status).toBe(400);
  });

  it('in two steps is the same', async () => {
    expect((await vendor.call('POST', '/v1.0/card/instances', made())).body).toMatchObject({ result: 'gw-1' });
    const { body } = await vendor.call('POST', '/v1.0/card/instances/deliver', made());
    expect(body).toMatchObject({ success: true, result: [{ success: true }] });
  });

  it('without data is regretted later', async () => {
    await create({ cardData: { cardParamMap: {} } });
    expect((await stream()).body['code']).toBe('param.empty');
  });
});

describe('streaming', () => {
  it('replaces the text until it is finished, and takes the same call twice for one', async () => {
    await create();
    await stream({ content: 'Hel', guid: 'a' });
    await stream({ content: 'never', guid: 'a' });
    expect(shown()).toMatchObject({ text: 'Hel', streamed: 1, cardState: 'input' });
    await stream({ content: 'Hello', isFinalize: true });
    expect(shown()).toMatchObject({ text: 'Hello', streamed: 2, isSettled: true });
    expect(shown()?.history.map(({ text: words }) => words)).toEqual(['Hel', 'Hello']);
    expect(await stream()).toMatchObject({ status: 500, body: { code: 'unknownError' } });
  });

  it('is refused with the word of its fault', async () => {
    await create();
    const codeOf = async (over: Json): Promise<unknown> => (await stream(over)).body['code'];
    expect(await codeOf({ key: 'msgContent' })).toBe('unknownError');
    expect(await codeOf({ isFull: false })).toBe('param.stream.isFull');
    expect(await codeOf({ content: '' })).toBe('param.stream.contentEmpty');
    expect(await codeOf({ guid: '' })).toBe('param.stream.guidEmpty');
    expect(await codeOf({ outTrackId: 'gw-2' })).toBe('param.stream.outTrackId');
    expect(await codeOf({ content: 'x'.repeat(64 * 1024 + 1) })).toBe('param.stream.content');
    vendor.dingtalk.app.scopes = new Set(['Card.Instance.Write']);
    expect(await codeOf({})).toBe('Forbidden.AccessDenied.AccessTokenPermissionDenied');
  });

  it('into the classic template waits for its state of input, which the caller leads', async () => {
    await create({ cardTemplateId: CLASSIC, cardData: { cardParamMap: { msgContent: '', flowStatus: '1' } } });
    expect((await stream({ key: 'msgContent' })).status).toBe(500);
    await update({ flowStatus: '2' }, { updateCardDataByKey: true });
    expect((await stream({ key: 'msgContent' })).status).toBe(200);
    const buttons = JSON.stringify({ msgButtons: [{ text: '👍', id: 'up', color: 'gray', request: true }] });
    await update({ flowStatus: '3', sys_full_json_obj: buttons }, { updateCardDataByKey: true });
    expect(shown()).toMatchObject({ text: 'Hello', cardState: 'finished', buttons: [{ text: '👍', id: 'up' }] });
  });

  it('of plain text may append, and fails where the template knows no failure', async () => {
    await create({ cardTemplateId: 'own.schema', cardData: { cardParamMap: { answer: 'A' } } });
    await stream({ key: 'answer', content: 'B', isFull: false });
    expect(shown()?.params).toEqual({ answer: 'AB' });
    expect((await stream({ key: 'answer', isError: true })).status).toBe(500);
  });
});

describe('changing a card', () => {
  it('replaces all its data unless it is told to go by key', async () => {
    await create({ cardData: { cardParamMap: { content: 'x', title: 'T' } } });
    await update({ content: 'y' }, { updateCardDataByKey: true });
    expect(shown()?.params).toEqual({ content: 'y', title: 'T' });
    await update({ content: 'z' });
    expect(shown()?.params).toEqual({ content: 'z' });
    const unknown = await vendor.call('PUT', '/v1.0/card/instances', { outTrackId: 'gw-9', cardData: {} });
    expect(unknown.body['code']).toBe('param.cardNotExist');
  });
});

describe('pressing a button', () => {
  const params = { taskId: '42' };

  it('tells the app, and takes over what it answers', async () => {
    const line = await vendor.connect();
    await create();
    const pressed = vendor.dingtalk.press('lin', 'gw-1', { actionId: 'approve', params });
    const frame = await line.next();
    const told = JSON.parse(frame.data) as Json;
    expect(told).toMatchObject({ type: 'actionCallback', outTrackId: 'gw-1', userId: 'lin.xiao', spaceType: 'im' });
    expect(JSON.parse(String(told['content']))).toEqual({ cardPrivateData: { actionIds: ['approve'], params } });
    const cardUpdateOptions = { updateCardDataByKey: true };
    line.ack(frame, { response: { cardUpdateOptions, cardData: { cardParamMap: { status: 'done' } } } });
    expect(await pressed).toMatchObject({ ok: true, told: true });
    expect(shown()?.params).toEqual({ content: '', status: 'done' });
  });

  it('fails after two seconds, and is not told again', async () => {
    const line = await vendor.connect();
    await create();
    const pressed = vendor.dingtalk.press('lin', 'gw-1', { actionId: 'approve' });
    const frame = await line.next();
    await vendor.clock.advance(2000);
    expect(await pressed).toMatchObject({ ok: false, told: true });
    line.ack(frame, { response: { cardData: { cardParamMap: { status: 'late' } } } });
    await vendor.dingtalk.record.until(() => vendor.dingtalk.record.strayAcks.length > 0);
    expect(shown()?.params).toEqual({ content: '' });
    expect(line.frames).toHaveLength(1);
  });

  it('tells nobody of a card that was made without a way to call back', async () => {
    await vendor.connect();
    await create({ callbackType: undefined });
    expect(await vendor.dingtalk.press('lin', 'gw-1', { actionId: 'x' })).toMatchObject({ told: false });
  });

  it('tells a registered address, signed over the time', async () => {
    const headers: Record<string, unknown>[] = [];
    const server = createServer((request, response) => {
      headers.push(request.headers);
      void text(request).then(() => response.end('{"cardData":{"cardParamMap":{"status":"done"}}}'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const callbackUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/cards`;
    const route = { callbackRouteKey: 'r', callbackUrl, apiSecret: 'sim-card-api-secret' };
    expect((await vendor.call('POST', '/v1.0/card/callbacks/register', route)).status).toBe(200);
    await create({ callbackType: 'HTTP', callbackRouteKey: 'r' });
    expect(await vendor.dingtalk.press('lin', 'gw-1', { actionId: 'x' })).toMatchObject({ ok: true });
    const { 'x-ddpaas-signature-timestamp': time, 'x-ddpaas-signature': sign } = headers[0] ?? {};
    expect(sign).toBe(cardSign(String(time), 'sim-card-api-secret'));
    expect(shown()?.params).toEqual({ status: 'done' });
    await new Promise((resolve) => server.close(resolve));
  });
});
