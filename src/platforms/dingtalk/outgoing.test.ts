import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DingtalkVendor, vendorConfig, vendorDeps } from '../../../test/support/dingtalk-vendor.ts';
import { GatewayError } from '../../core/errors.ts';
import type { ReplyAddress } from '../../core/event.ts';
import { id } from '../../core/ids.ts';
import type { SendOptions } from '../../core/platform.ts';
import type { VendorCall } from '../../core/platform-definition.ts';
import type { Frame, OutboundMessage, Sent } from '../../core/reply.ts';
import { DingtalkPlatform } from './adapter.ts';

const FRAME: Frame = {
  turn: id('t1'),
  state: 'done',
  lang: 'en',
  title: 'Helper',
  answer: 'Five days.',
  thoughts: [],
  citations: [],
  suggested: [],
  rating: 'none',
  buttons: [],
};

let vendor: DingtalkVendor;
let platform: DingtalkPlatform;
let saved: Sent[];
let counted: VendorCall[];

beforeEach(async () => {
  vendor = await DingtalkVendor.start();
  counted = [];
  platform = make();
  saved = [];
});
afterEach(async () => {
  await platform.close();
  await vendor.close();
});

function make(more: Readonly<Record<string, unknown>> = {}): DingtalkPlatform {
  return new DingtalkPlatform(vendorConfig(vendor.url, more), vendorDeps({ onCall: (call) => counted.push(call) }));
}

const DIRECT: ReplyAddress = { channel: id('dingtalk'), kind: 'direct', chat: id('lin.mei'), message: id('msg1') };
const GROUP: ReplyAddress = {
  ...DIRECT,
  kind: 'group',
  chat: id('cidGroup+/=='),
  handle: { asker: 'lin.mei', nick: 'Lin Mei' },
};
const GUEST: ReplyAddress = { ...DIRECT, chat: id('cidGuest==') };

function withWebhook(to: ReplyAddress, until = Date.now() + 5_400_000): ReplyAddress {
  const webhook = `${vendor.url}/robot/sendBySession?session=hook`;
  return { ...to, handle: { ...to.handle, webhook, until: String(until) } };
}

const options = (prior?: Sent): SendOptions => ({
  signal: AbortSignal.timeout(5_000),
  save: async (sent) => void saved.push(sent),
  ...(prior && { prior }),
});
const message = (frame: Partial<Frame> = {}, to = DIRECT): OutboundMessage & { kind: 'frame' } => ({
  kind: 'frame',
  to,
  key: id('t1-0'),
  frame: { ...FRAME, ...frame },
});
const notice = (text: string, to: ReplyAddress): OutboundMessage => ({
  kind: 'notice',
  to,
  key: id('n1'),
  text,
  lang: 'en',
});
const thinking = { state: 'thinking', answer: '', buttons: ['stop'] } as const;
const answering = (answer: string) => ({ state: 'answering', answer, buttons: ['stop'] }) as const;
const failsWith = (code: string) => expect.objectContaining({ code }) as GatewayError;

describe('an answer as a card', () => {
  it('is made, told that it grows, streams its whole text, and ends with its buttons', async () => {
    let sent = await platform.send(message(thinking), options());
    sent = await platform.update(sent, message(answering('Five')), options());
    sent = await platform.update(sent, message(answering('Five days')), options());
    await platform.update(sent, message({ buttons: ['up', 'down'] }), options());
    expect(vendor.story).toEqual([
      'POST card/instances/createAndDeliver',
      'PUT card/instances',
      'PUT card/streaming',
      'PUT card/streaming',
      'PUT card/streaming',
      'PUT card/instances',
    ]);
    const streamed = vendor.to(/streaming/).map(({ body }) => [body['content'], body['isFull'], body['isFinalize']]);
    expect(streamed).toEqual([
      ['Five', true, false],
      ['Five days', true, false],
      ['Five days.', true, true],
    ]);
    expect(new Set(vendor.to(/streaming/).map(({ body }) => body['guid'])).size).toBe(3);
    const card = vendor.cards.get('t1-0');
    expect(card?.params['flowStatus']).toBe('3');
    expect(card?.params['sys_full_json_obj']).toContain('"id":"up.direct.t1"');
  });

  it('goes to the person in a direct chat, and calls the asker in a group', async () => {
    await platform.send(message(), options());
    await platform.send({ ...message({}, GROUP), key: id('t2-0') }, options());
    const [direct, group] = vendor.to(/createAndDeliver/);
    expect(direct?.body).toMatchObject({ openSpaceId: 'dtv1.card//IM_ROBOT.lin.mei', outTrackId: 't1-0' });
    expect(group?.body).toMatchObject({
      openSpaceId: 'dtv1.card//IM_GROUP.cidGroup+/==',
      imGroupOpenDeliverModel: { atUserIds: { 'lin.mei': 'Lin Mei' } },
    });
  });

  it('has texts only in its values', async () => {
    await platform.send(message({ buttons: ['up'], suggested: ['More?'] }), options());
    const data = vendor.to(/createAndDeliver/)[0]?.body['cardData'] as { cardParamMap: object };
    for (const value of Object.values(data.cardParamMap)) expect(typeof value).toBe('string');
  });

  it('costs no call while there is nothing new to read', async () => {
    const sent = await platform.send(message(thinking), options());
    await platform.update(sent, message(thinking), options());
    await platform.update(sent, message(answering('Five')), options());
    await platform.update(sent, message(answering('Five')), options());
    expect(vendor.story).toHaveLength(3);
  });

  it('is ended also when it never grew, in one call', async () => {
    const sent = await platform.send(message(thinking), options());
    await platform.update(sent, message({ state: 'failed', answer: '', notice: 'It failed (PH-1)' }), options());
    expect(vendor.story).toEqual(['POST card/instances/createAndDeliver', 'PUT card/instances']);
    expect(vendor.cards.get('t1-0')?.params['msgContent']).toContain('It failed (PH-1)');
  });

  it('may be ended twice, which costs one call and not two', async () => {
    const sent = await platform.send(message(thinking), options());
    await platform.update(sent, message(answering('Five')), options());
    await platform.update(sent, message(), options());
    const before = vendor.story.length;
    await platform.update(sent, message({ suggested: ['More?'], buttons: ['up'] }), options());
    expect(vendor.story.slice(before)).toEqual(['PUT card/instances']);
    const card = vendor.cards.get('t1-0');
    expect(card).toMatchObject({ finished: true, params: { msgContent: 'Five days.' } });
    expect(card?.params['sys_full_json_obj']).toContain('More?');
  });

  it('stays whole when a call that got no answer is carried out behind its end', async () => {
    const sent = await platform.send(message(thinking), options());
    const growing = vendor.holdBack(/PUT .*instances$/);
    const patience = { ...options(), signal: AbortSignal.timeout(200) };
    await expect(platform.update(sent, message(answering('Five')), patience)).rejects.toEqual(
      failsWith('platform_unavailable'),
    );
    const ending = platform.update(sent, message(), options());
    const shown = () => vendor.cards.get('t1-0')?.params;
    await expect.poll(shown).toMatchObject({ flowStatus: '3', msgContent: 'Five days.' });
    growing.carryOut();
    expect(shown()).toMatchObject({ flowStatus: '2' });
    await ending;
    expect(shown()).toMatchObject({ flowStatus: '3', msgContent: 'Five days.' });
  });

  it('that an earlier process made is gone on with', async () => {
    await platform.send(message(thinking), options());
    await platform.close();
    platform = make();
    await platform.send(message(), options(saved[0]));
    expect(vendor.cards.size).toBe(1);
    expect(vendor.cards.get('t1-0')).toMatchObject({ finished: true, params: { msgContent: 'Five days.' } });
  });

  it('is noted before it is made', async () => {
    const save = (): Promise<never> => Promise.reject(new GatewayError('store_unavailable', 'no disk'));
    await expect(platform.send(message(thinking), { ...options(), save })).rejects.toThrow('no disk');
    expect(vendor.story).toEqual([]);
  });

  it('slows down when it is told to', async () => {
    const sent = await platform.send(message(thinking), options());
    vendor.refuse(/streaming/, 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi', 403, 1);
    const refused = platform.update(sent, message(answering('Five')), options());
    await expect(refused).rejects.toMatchObject({ code: 'platform_throttled', retryAfterMs: 2_000 });
  });

  it('by a template of one’s own says so by its own names', async () => {
    await platform.close();
    platform = make({ cardTemplateId: 'my-template', cardContentKey: 'body' });
    const sent = await platform.send(message(thinking), options());
    await platform.update(sent, message(answering('Five')), options());
    await platform.update(sent, message(), options());
    expect(vendor.to(/createAndDeliver/)[0]?.body).toMatchObject({ cardTemplateId: 'my-template.schema' });
    expect(vendor.to(/streaming/).map(({ body }) => body['key'])).toEqual(['body', 'body']);
    expect(vendor.to(/PUT .*instances$/)).toHaveLength(1);
  });
});

describe('where no card can be had', () => {
  it('the answer comes by the address given with the question', async () => {
    vendor.refuse(/createAndDeliver/, 'Forbidden.AccessDenied.AccessTokenPermissionDenied', 403);
    const to = withWebhook(GROUP);
    await platform.send(message({}, to), options());
    expect(vendor.messages).toMatchObject([
      { chat: 'hook', text: '@lin.mei Five days.', body: { at: { atUserIds: ['lin.mei'] } } },
    ]);
    expect(platform.grows(to)).toBe(false);
  });

  it('and was delivered to nobody, a later try does not take it for shown', async () => {
    const result = { deliverResults: [{ success: false, errorMsg: 'spaceId is illegal' }] };
    vendor.reply(/createAndDeliver/, 200, { success: true, result });
    vendor.refuse(/batchSend/, 'system.error', 500, 1);
    await expect(platform.send(message(), options())).rejects.toEqual(failsWith('platform_unavailable'));
    await platform.send(message(), options(saved.at(-1)));
    expect(vendor.messages).toMatchObject([{ chat: 'lin.mei', text: 'Five days.' }]);
    expect(vendor.to(/createAndDeliver/)).toHaveLength(1);
  });

  it('nothing is shown before the answer is whole', async () => {
    vendor.refuse(/createAndDeliver/, 'param.templateUnpublished');
    await expect(platform.send(message(thinking), options())).rejects.toEqual(failsWith('platform_update_closed'));
    expect(vendor.messages).toEqual([]);
  });

  it('people from outside are answered by the address that came with their words, and no other way', async () => {
    expect(platform.grows(GUEST)).toBe(false);
    await platform.send(message({}, withWebhook(GUEST)), options());
    expect(vendor.messages).toMatchObject([{ chat: 'hook', text: 'Five days.' }]);
    const late = platform.send(message({}, withWebhook(GUEST, Date.now())), options());
    await expect(late).rejects.toEqual(failsWith('platform_target_gone'));
  });

  it('and words take no Markdown, they come as words, cut behind the answer where they are too many', async () => {
    vendor.refuse(/createAndDeliver/, 'param.templateUnpublished');
    const answer = '"'.repeat(9_000);
    await platform.send(message({ answer, notice: 'n'.repeat(9_000) }), options());
    const [sent] = vendor.messages;
    expect(sent?.body).toMatchObject({ msgKey: 'sampleText' });
    expect(Buffer.byteLength(String(sent?.body['msgParam']))).toBeLessThanOrEqual(15_000);
  });

  it('and the month’s calls are used up, the address given still works', async () => {
    const to = withWebhook(DIRECT);
    const sent = await platform.send(message(thinking, to), options());
    vendor.refuse(/PUT .*card/, 'Forbidden.AccessDenied.ApiCountLimitForOrg', 403);
    await expect(platform.update(sent, message({}, to), options())).rejects.toEqual(
      failsWith('platform_update_closed'),
    );
    await platform.send({ ...message({}, to), key: id('t1-0-n') }, options());
    expect(vendor.messages).toMatchObject([{ text: 'Five days.' }]);
  });
});

describe('a card whose answer is refused', () => {
  it('is ended with a word, and the answer comes in another message', async () => {
    const sent = await platform.send(message(thinking), options());
    vendor.refuse(/PUT .*instances$/, 'contentUnsafe', 400, 1);
    await expect(platform.update(sent, message(), options())).rejects.toEqual(failsWith('platform_update_closed'));
    expect(vendor.cards.get('t1-0')?.params).toMatchObject({ flowStatus: '3', msgContent: '(continued below)' });
  });
});

describe('a sentence of ours', () => {
  it('goes by the address given, at no cost of the month', async () => {
    await platform.send(notice('Stopped.', withWebhook(DIRECT)), options());
    expect(vendor.story).toEqual(['POST /robot/sendBySession']);
    expect(vendor.messages).toMatchObject([{ body: { msgtype: 'text', text: { content: 'Stopped.' } } }]);
  });

  it('goes by the robot’s own way when that address has ended, is about to, or is refused', async () => {
    await platform.send(notice('one', DIRECT), options());
    await platform.send(notice('two', withWebhook(DIRECT, Date.now() + 59_000)), options());
    vendor.refuseOld(/sendBySession/, 300001);
    await platform.send(notice('**three**', withWebhook(GROUP)), options());
    expect(vendor.messages.map(({ chat, text }) => [chat, text])).toEqual([
      ['lin.mei', 'one'],
      ['lin.mei', 'two'],
      ['cidGroup+/==', '**three**'],
    ]);
    expect(vendor.messages[0]?.body).toMatchObject({ msgKey: 'sampleText', userIds: ['lin.mei'] });
    expect(vendor.messages[2]?.body).toMatchObject({ msgKey: 'sampleMarkdown' });
  });

  it('brings the questions one may ask next, in a direct chat', async () => {
    const greeting = (suggested: readonly string[], to: ReplyAddress) =>
      ({ ...notice('Hello.', to), suggested }) as OutboundMessage;
    await platform.send(greeting(['One?'], DIRECT), options());
    await platform.send(greeting(['One?', 'Two & three?'], withWebhook(DIRECT)), options());
    await platform.send(greeting(['One?'], GROUP), options());
    expect(vendor.messages.map(({ body }) => body['msgKey'] ?? body['msgtype'])).toEqual([
      'sampleActionCard',
      'actionCard',
      'sampleText',
    ]);
    expect(vendor.messages[1]?.body).toMatchObject({
      actionCard: {
        btns: [
          { title: 'One?', actionURL: 'dtmd://dingtalkclient/sendMessage?content=One%3F' },
          { title: 'Two & three?' },
        ],
      },
    });
  });

  it('has not arrived where the vendor says yes and names the person as unknown or held back', async () => {
    vendor.reply(/batchSend/, 200, { processQueryKey: 'p', invalidStaffIdList: ['lin.mei'] }, 1);
    await expect(platform.send(notice('x', DIRECT), options())).rejects.toEqual(failsWith('platform_target_gone'));
    vendor.reply(/batchSend/, 200, { processQueryKey: 'p', flowControlledStaffIdList: ['lin.mei'] }, 1);
    await expect(platform.send(notice('x', DIRECT), options())).rejects.toEqual(failsWith('platform_throttled'));
  });
});

describe('a file', () => {
  const file = (name: string, kind: 'image' | 'file' = 'file', to = DIRECT): OutboundMessage => ({
    kind: 'file',
    to,
    key: id('f1'),
    lang: 'en',
    file: { kind, name, url: 'https://agent.example/f' },
  });

  it('is uploaded and shown as what it is', async () => {
    await platform.send(file('plan.pdf'), options());
    await platform.send(file('map.png', 'image'), options());
    const sent = vendor.messages.map(({ body }) => [body['msgKey'], JSON.parse(String(body['msgParam'])) as unknown]);
    expect(sent).toEqual([
      ['sampleFile', { mediaId: expect.stringMatching(/^@media/) as string, fileName: 'plan.pdf', fileType: 'pdf' }],
      ['sampleImageMsg', { photoURL: expect.stringMatching(/^@media/) as string }],
    ]);
  });

  it('of a kind that no message holds goes in an archive', async () => {
    await platform.send(file('data.csv'), options());
    const [sent] = vendor.messages.map(({ body }) => JSON.parse(String(body['msgParam'])) as unknown);
    expect(sent).toMatchObject({ fileName: 'data.csv.zip', fileType: 'zip' });
  });

  it('that cannot be uploaded is a link', async () => {
    vendor.refuseOld(/media/, 40006);
    await platform.send(file('plan.pdf'), options());
    expect(vendor.messages.map(({ text }) => text)).toEqual(['📎 [plan.pdf](https://agent.example/f)']);
  });

  it('that a person sent is fetched by its second code when the first has ended', async () => {
    vendor.refuse(/messageFiles/, 'invalidParameter.downloadCode', 400, 1);
    const ref = { kind: 'image', code: 'c1', spare: 'c2' };
    const content = await platform.fetchFile(ref, 1000, AbortSignal.timeout(5_000));
    expect(Buffer.from(content.bytes).toString()).toBe('bytes');
    expect(vendor.calls.at(-1)).toMatchObject({ path: '/file/c2', token: '' });
    vendor.refuse(/messageFiles/, 'invalidParameter.downloadCode');
    await expect(platform.fetchFile(ref, 1000, AbortSignal.timeout(5_000))).rejects.toEqual(failsWith('file_gone'));
  });
});

describe('calls', () => {
  it('share one token of each kind, fetched once and again when it is refused', async () => {
    await Promise.all([1, 2, 3].map((n) => platform.send(notice(`m${n}`, DIRECT), options())));
    expect(vendor.to(/accessToken/)).toHaveLength(1);
    vendor.refuse(/batchSend/, 'InvalidAuthentication', 400, 1);
    await platform.send(notice('again', DIRECT), options());
    expect(vendor.to(/accessToken/)).toHaveLength(2);
    expect(vendor.messages).toHaveLength(4);
  });

  it('are told one by one, by kind and with the vendor’s code', async () => {
    vendor.refuse(/batchSend/, 'send.too.fast', 400, 1);
    await platform.send(notice('x', DIRECT), options()).catch(() => undefined);
    expect(counted.map(({ api, code }) => [api, code])).toEqual([
      ['token.new', '0'],
      ['robot.oto', 'send.too.fast'],
    ]);
  });

  it('stop altogether when our address is blocked', async () => {
    vendor.reply(/batchSend/, 200, { status: 1111, wait: 5, source: 'x5', punish: 'deny' }, 1);
    await expect(platform.send(notice('x', DIRECT), options())).rejects.toMatchObject({ retryAfterMs: 300_000 });
    await expect(platform.send(notice('x', GROUP), options())).rejects.toEqual(failsWith('platform_throttled'));
    expect(vendor.story).toHaveLength(1);
  });

  it('that are answered by a page of somebody else fail and are tried later', async () => {
    vendor.reply(/batchSend/, 502, '<html>bad gateway</html>', 1);
    await expect(platform.send(notice('x', DIRECT), options())).rejects.toEqual(failsWith('platform_unavailable'));
  });
});
