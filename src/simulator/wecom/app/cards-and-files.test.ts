import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CallbackServer, startCallbacks } from '../../../../test/support/wecom-callbacks.ts';
import { silentAmr } from '../media.ts';
import { BUTTON_CARD, startWecom, type TestWecom } from '../test-vendor.ts';

const KEYS = { token: 'callbackToken', encodingAesKey: 'f2wt1XJO7LSFt4oaGYHoozeGDPd8oiF4fcD8V8KdPS8' };
const HOUR = 3_600_000;

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

describe('cards that call back', () => {
  const sendCard = (card: Record<string, unknown> = BUTTON_CARD) =>
    vendor.send({ msgtype: 'template_card', template_card: card });
  const update = (body: Record<string, unknown>) =>
    vendor.call('message/update_template_card', { userids: ['lin.xiao'], agentid: 1000007, ...body });

  it('are pressed, each time with a new response_code that is good for one update', async () => {
    await sendCard();
    const [card] = vendor.wecom.record.answers();
    await vendor.wecom.press('lin', card?.messageId ?? '', { key: 'approve', selected: { prio: ['high'] } });
    const { plain } = callbacks.received[0]!;
    expect(plain).toContain('<Event><![CDATA[template_card_event]]></Event><EventKey><![CDATA[approve]]></EventKey>');
    expect(plain).toContain('<OptionIds><OptionId><![CDATA[high]]></OptionId></OptionIds>');
    const response_code = /<ResponseCode><!\[CDATA\[(\w+)/.exec(plain)?.[1];
    const button = { replace_name: 'Approved' };
    expect(await update({ response_code, button })).toMatchObject({ errcode: 0, invaliduser: [] });
    expect(card).toMatchObject({ replacedBy: 'Approved', updates: 1 });
    expect(await update({ response_code, button })).toMatchObject({ errcode: 60140 });
    expect(() => vendor.wecom.press('lin', card?.messageId ?? '', { key: 'approve' })).toThrow('gone');
  });

  it('are updated by the code they were sent with, for 72 hours', async () => {
    const { response_code } = await sendCard();
    await vendor.clock.advance(72 * HOUR);
    expect(await update({ response_code, button: { replace_name: 'x' } })).toMatchObject({ errcode: 60140 });
    const next = await sendCard({ ...BUTTON_CARD, task_id: 'po-2' });
    const template_card = { ...BUTTON_CARD, task_id: 'po-2', main_title: { title: 'Done' } };
    expect(await update({ response_code: next['response_code'], template_card })).toMatchObject({ errcode: 0 });
    expect(vendor.wecom.record.answers().at(-1)?.text).toBe('Done');
  });

  it.each([
    ['a task_id twice', BUTTON_CARD, 42014],
    ['no task_id', { ...BUTTON_CARD, task_id: '' }, 42014],
    [
      'a key twice in the menu',
      {
        ...BUTTON_CARD,
        task_id: 'b',
        action_menu: {
          action_list: [
            { text: 'a', key: 'k' },
            { text: 'b', key: 'k' },
          ],
        },
      },
      42051,
    ],
    ['a button without a key', { ...BUTTON_CARD, task_id: 'b', button_list: [{ text: 'a' }] }, 42039],
    ['seven rows', { ...BUTTON_CARD, task_id: 'b', horizontal_content_list: Array(7).fill({ keyname: 'a' }) }, 42035],
    ['an unknown type', { card_type: 'x' }, 42031],
    ['a notice without an action', { card_type: 'text_notice', main_title: { title: 'a' } }, 42045],
    [
      'a vote without options',
      { ...BUTTON_CARD, card_type: 'vote_interaction', task_id: 'b', checkbox: { question_key: 'q', option_list: [] } },
      42037,
    ],
  ])('are refused with %s', async (_what, card, code) => {
    await sendCard();
    expect(await sendCard(card)).toMatchObject({ errcode: code });
  });

  it('need a callback address', async () => {
    vendor.wecom.app.webhookUrl = undefined;
    expect(await sendCard()).toMatchObject({ errcode: 43012 });
  });
});

describe('files', () => {
  const picture = () => vendor.sim.resources.find('sample-picture')?.content ?? Buffer.alloc(0);

  it('go up, are sent, and come down for three days', async () => {
    const { media_id, created_at } = await vendor.upload('image', picture(), '图表.png');
    expect(created_at).toBe('1700000000');
    expect(await vendor.send({ msgtype: 'image', image: { media_id } })).toMatchObject({ errcode: 0 });
    const url = `${vendor.sim.url}/cgi-bin/media/get?access_token=${await vendor.token()}&media_id=${media_id}`;
    const down = await fetch(url);
    expect(down.headers.get('content-disposition')).toContain(encodeURIComponent('图表.png'));
    expect(Buffer.from(await down.arrayBuffer()).equals(picture())).toBe(true);
    const part = await fetch(url, { headers: { range: 'bytes=0-3' } });
    expect([part.status, Buffer.from(await part.arrayBuffer()).toString('hex')]).toEqual([206, '89504e47']);
    await vendor.clock.advance(72 * HOUR);
    expect(await vendor.get(`media/get?media_id=${media_id}`)).toMatchObject({ errcode: 40007 });
  });

  it.each([
    ['no AMR for a voice', 'voice', Buffer.from('not amr at all'), 301017],
    ['no picture for an image', 'image', Buffer.from('not a picture'), 40123],
    ['five bytes', 'file', Buffer.from('12345'), 44001],
    ['more than 2 MB of voice', 'voice', silentAmr(1_400_000), 45001],
    ['an unknown type', 'sticker', Buffer.from('123456'), 40004],
  ])('are refused: %s', async (_what, type, content, code) =>
    expect(await vendor.upload(type, content)).toMatchObject({ errcode: code }),
  );
});

describe('failures on demand', () => {
  it.each([
    ['throttle', 45009],
    ['expired-token', 42001],
  ] as const)('make a call fail by %s', async (kind, code) => {
    vendor.sim.faults.add({ kind, side: 'wecom', path: 'message/send', count: 1 });
    expect(await vendor.send({ msgtype: 'text', text: { content: 'x' } })).toMatchObject({ errcode: code });
    expect(await vendor.send({ msgtype: 'text', text: { content: 'x' } })).toMatchObject({ errcode: 0 });
  });

  it.each([60020, -1, 45009, 50003])('answer %d, also after the message was brought', async (code) => {
    vendor.sim.faults.add({ kind: 'refuse', code, side: 'wecom', count: 1, afterEffect: true });
    const token = await vendor.token();
    expect(token).toBe('undefined');
    vendor.sim.faults.add({ kind: 'refuse', code, path: 'message/send', count: 1, afterEffect: true });
    expect(await vendor.send({ msgtype: 'text', text: { content: 'x' } })).toMatchObject({ errcode: code });
    expect(vendor.wecom.record.answers()).toHaveLength(1);
  });

  it('bring a callback twice', async () => {
    vendor.sim.faults.add({ kind: 'duplicate', side: 'wecom', count: 1 });
    await vendor.wecom.say({ from: 'lin', text: 'hi' }).delivered;
    await expect.poll(() => callbacks.received.length).toBe(2);
  });
});
