import { createDecipheriv } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type BotCallback,
  type CallbackServer,
  type ReceivedCallback,
  startCallbacks,
} from '../../../../test/support/wecom-callbacks.ts';
import { aesKeyOf } from '../crypto.ts';
import { BUTTON_CARD, startWecom, type TestWecom } from '../test-vendor.ts';

const KEYS = { token: 'botToken', encodingAesKey: 'f2wt1XJO7LSFt4oaGYHoozeGDPd8oiF4fcD8V8KdPS8' };
const BOT = 'aib-demo';
const MINUTE = 60_000;

let vendor: TestWecom;
let callbacks: CallbackServer;

beforeEach(async () => {
  callbacks = await startCallbacks({ ...KEYS, as: 'json' });
  vendor = await startWecom({
    bots: [{ ...KEYS, botId: BOT, name: 'Helper', mode: 'webhook', webhookUrl: callbacks.url }],
    groups: [{ name: 'Team', people: ['lin', 'chen'] }],
  });
});

afterEach(async () => {
  await vendor.close();
  await callbacks.close();
});

const say = (text: string) => vendor.wecom.say({ from: 'lin', to: BOT, text });
const stream = (id: string, content: string, finish = false, more: object = {}) =>
  JSON.stringify({ msgtype: 'stream', stream: { id, finish, content, ...more } });
const jsons = () => callbacks.received.map(({ json }) => json as BotCallback);
/** Turns the clock until that many callbacks came. */
const turnUntil = (count: number) =>
  expect.poll(async () => (await vendor.clock.advance(1000), callbacks.received.length)).toBeGreaterThanOrEqual(count);

describe('a bot with a callback address', () => {
  it('is told of a message, sealed with no receiver and a response_url', async () => {
    const { messageId, delivered } = say('hi');
    expect(await delivered).toMatchObject([{ ok: true, attempts: 1 }]);
    expect(callbacks.received[0]).toMatchObject({ isSigned: true, receiveId: '' });
    expect(jsons()[0]).toMatchObject({
      msgid: messageId,
      aibotid: BOT,
      chattype: 'single',
      from: { userid: 'lin.xiao' },
      response_url: expect.stringContaining(`${vendor.sim.url}/cgi-bin/aibot/response?response_code=`),
      msgtype: 'text',
      text: { content: 'hi' },
    });
    expect(jsons()[0]?.chatid).toBeUndefined();
  });

  it('streams: it is asked for the next frame until the last one', async () => {
    const frames = ['Dra', 'Draft', 'Draft done'];
    callbacks.answer = ({ json }) => {
      if (json?.msgtype === 'text') return stream('s-1', '<think>looking</think>', false, { feedback: { id: 'fb-1' } });
      const next = frames.shift() ?? '';
      return stream('s-1', next, frames.length === 0);
    };
    const { messageId, delivered } = say('hi');
    await delivered;
    const [answer] = vendor.wecom.record.answersTo(messageId);
    expect(answer).toMatchObject({ isStreaming: true, text: '', thought: 'looking', feedbackId: 'fb-1' });
    await turnUntil(4);
    await expect.poll(() => answer?.isSettled).toBe(true);
    expect(answer).toMatchObject({ text: 'Draft done', frames: 4, streamId: 's-1' });
    expect(jsons()[1]).toMatchObject({ msgtype: 'stream', stream: { id: 's-1' } });
    expect(jsons()[1]?.response_url).toBeUndefined();
    await vendor.clock.advance(5000);
    expect(callbacks.received).toHaveLength(4);
  });

  it('loses its stream six minutes after the question', async () => {
    callbacks.answer = () => stream('s-1', 'Thinking…');
    const { messageId, delivered } = say('hi');
    await delivered;
    const [answer] = vendor.wecom.record.answersTo(messageId);
    await turnUntil(3);
    await vendor.clock.advance(6 * MINUTE);
    await expect.poll(() => answer?.isExpired).toBe(true);
    expect(answer?.isSettled).toBe(false);
    const asked = callbacks.received.length;
    await vendor.clock.advance(10_000);
    expect(callbacks.received.length - asked).toBeLessThanOrEqual(1);
  });

  it('is not taken at its word when an answer is wrong, and nobody says so', async () => {
    const bad: ((asked: ReceivedCallback) => string)[] = [
      () => JSON.stringify({ msgtype: 'markdown', markdown: { content: 'x' } }),
      () => stream('', 'no id'),
      () => stream('s', 'x'.repeat(20_481), true),
      () => stream('s', 'x', false, { msg_item: [{ msgtype: 'image', image: {} }] }),
    ];
    for (const [index, make] of bad.entries()) {
      callbacks.answer = make;
      await say(`${index}`).delivered;
    }
    callbacks.answer = () => (response) => response.end('{"encrypt":"x","nonce":"1","timestamp":1,"msgsignature":"y"}');
    await say('nonce').delivered;
    expect(vendor.wecom.record.answers()).toEqual([]);
    expect(vendor.wecom.record.badReplies).toHaveLength(5);
    expect(vendor.wecom.record.badReplies.at(-1)?.why).toContain('nonce');
  });

  it('works on three messages of a person at once, and no more', async () => {
    callbacks.answer = ({ json }) => stream(`s-${json?.msgid}`, '…');
    for (const text of ['1', '2', '3']) await say(text).delivered;
    expect(() => say('4')).toThrow('busy');
  });

  it('answers later by response_url, once and within an hour', async () => {
    const { messageId, delivered } = say('hi');
    await delivered;
    const url = jsons()[0]?.response_url?.replace(`${vendor.sim.url}/cgi-bin/`, '') ?? '';
    const body = { msgtype: 'markdown', markdown: { content: '**late**' } };
    expect(await vendor.call(url, { msgtype: 'text', text: { content: 'x' } })).toMatchObject({ errcode: 40008 });
    expect(await vendor.call(url, body)).toMatchObject({ errcode: 0 });
    expect(vendor.wecom.record.answersTo(messageId)).toMatchObject([{ type: 'markdown', text: '**late**' }]);
    expect(await vendor.call(url, body)).toMatchObject({ errcode: 60140 });
    await say('again').delivered;
    await vendor.clock.advance(60 * MINUTE);
    const next = jsons()[1]?.response_url?.replace(`${vendor.sim.url}/cgi-bin/`, '') ?? '';
    expect(await vendor.call(next, body)).toMatchObject({ errcode: 60140 });
  });

  it('hears in a group what mentions it, with the name before the words', async () => {
    const chat = vendor.wecom.chatViews().find(({ kind }) => kind === 'group')?.id ?? '';
    await vendor.wecom.say({ from: 'lin', chat, text: 'nothing for bots' }).delivered;
    expect(callbacks.received).toHaveLength(0);
    await vendor.wecom.say({ from: 'lin', chat, text: `@{${BOT}} what is our leave policy?` }).delivered;
    expect(jsons()[0]).toMatchObject({
      chattype: 'group',
      chatid: chat,
      text: { content: '@Helper what is our leave policy?' },
    });
    expect(chat).not.toBe(chat.toLowerCase());
  });

  it('quotes what is quoted, and reads text mixed with pictures', async () => {
    const first = say('the first');
    await first.delivered;
    await vendor.wecom.say({ from: 'lin', to: BOT, text: 'and that?', quote: first.messageId }).delivered;
    expect(jsons()[1]?.quote).toEqual({ msgtype: 'text', text: { content: 'the first' } });
    const parts = [{ text: 'look' }, { image: 'sample-picture' }];
    await vendor.wecom.sendMixed({ from: 'lin', to: BOT, parts }).delivered;
    expect(jsons()[2]).toMatchObject({
      msgtype: 'mixed',
      mixed: { msg_item: [{ msgtype: 'text' }, { msgtype: 'image', image: { url: expect.any(String) } }] },
    });
  });

  it('gets files encrypted with its own key, at an address that is good for five minutes', async () => {
    await vendor.wecom.sendFile({ from: 'lin', to: BOT, kind: 'image', resource: 'sample-picture' }).delivered;
    const url = jsons()[0]?.image?.url ?? '';
    const sealed = Buffer.from(await (await fetch(url)).arrayBuffer());
    const key = aesKeyOf(KEYS.encodingAesKey);
    const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    const padded = Buffer.concat([decipher.update(sealed), decipher.final()]);
    const plain = padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
    expect(plain.equals(vendor.sim.resources.find('sample-picture')?.content ?? Buffer.alloc(0))).toBe(true);
    await vendor.clock.advance(5 * MINUTE);
    expect((await fetch(url)).status).toBe(403);
  });
});

describe('events of a bot with a callback address', () => {
  it('tell that its chat was opened, once a day, and take a text as welcome', async () => {
    callbacks.answer = () => JSON.stringify({ msgtype: 'text', text: { content: 'Hello!' } });
    await vendor.wecom.enter('lin', BOT).delivered;
    await vendor.wecom.enter('lin', BOT).delivered;
    expect(jsons()).toMatchObject([{ msgtype: 'event', event: { eventtype: 'enter_chat' } }]);
    expect(vendor.wecom.record.answers()).toMatchObject([{ text: 'Hello!' }]);
    await vendor.clock.advance(24 * 60 * MINUTE);
    await vendor.wecom.enter('lin', BOT).delivered;
    expect(callbacks.received).toHaveLength(2);
  });

  it('tell of a pressed card once, and take the changed card as answer', async () => {
    callbacks.answer = ({ json }) =>
      json?.msgtype === 'text'
        ? JSON.stringify({ msgtype: 'template_card', template_card: { ...BUTTON_CARD, feedback: { id: 'f' } } })
        : JSON.stringify({
            response_type: 'update_template_card',
            template_card: { ...BUTTON_CARD, main_title: { title: 'Approved' } },
          });
    const { messageId, delivered } = say('card please');
    await delivered;
    const [card] = vendor.wecom.record.answersTo(messageId);
    expect(card?.buttons).toEqual([
      { text: 'Approve', key: 'approve' },
      { text: 'Reject', key: 'reject' },
    ]);
    await vendor.wecom.press('lin', card?.messageId ?? '', { key: 'approve' });
    expect(jsons()[1]).toMatchObject({
      event: {
        eventtype: 'template_card_event',
        template_card_event: { card_type: 'button_interaction', event_key: 'approve', task_id: 'po-8812@1' },
      },
    });
    expect(card?.text).toContain('Approved');
    callbacks.answer = () => (response) => response.writeHead(500).end();
    expect(await vendor.wecom.press('lin', card?.messageId ?? '', { key: 'reject' })).toMatchObject({ attempts: 1 });
  });

  it('tell of a thumb, and take no answer', async () => {
    callbacks.answer = () => stream('s', 'done', true, { feedback: { id: 'fb-9' } });
    const { messageId, delivered } = say('hi');
    await delivered;
    const [answer] = vendor.wecom.record.answersTo(messageId);
    await vendor.wecom.feedback('lin', answer?.messageId ?? '', 'inaccurate', { content: 'old data', reasons: [3] });
    expect(jsons()[1]?.event).toMatchObject({
      feedback_event: { id: 'fb-9', type: 2, content: 'old data', inaccurate_reason_list: [3] },
    });
    expect(vendor.wecom.record.badReplies).toHaveLength(1);
  });
});
