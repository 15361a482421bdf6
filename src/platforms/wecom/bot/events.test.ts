import { describe, expect, it } from 'vitest';
import { fixture } from '../../../../test/fixtures/wecom-bot/load.ts';
import type { InboundEvent, MessageEvent } from '../../../core/event.ts';
import { id } from '../../../core/ids.ts';
import { turnIdOf } from '../../../core/keys.ts';
import { type EventContext, parsePayload } from './events.ts';
import { parseStreamName } from './streams.ts';

const NOON = 1_767_225_700_000;
const CALLBACK: EventContext = { channel: id('wecom-bot'), botName: undefined, at: NOON, reqId: undefined };
const SOCKET: EventContext = { ...CALLBACK, reqId: 'q-9' };

function read(name: string, context = SOCKET, change: Readonly<Record<string, unknown>> = {}): InboundEvent {
  const told = parsePayload({ ...fixture(name), ...change }, context);
  if (told.kind !== 'event') throw new Error('a poll');
  return told.event;
}

const message = (name: string, context = SOCKET, change = {}): MessageEvent =>
  read(name, context, change) as MessageEvent;

describe('a message to a bot', () => {
  it('says who wrote what where, and how to answer over the long connection', () => {
    expect(read('message-text')).toEqual({
      kind: 'message',
      key: 'CAIQ16HMjQYY0001',
      message: 'CAIQ16HMjQYY0001',
      at: NOON,
      from: { account: 'lin.mei', ids: { userid: 'lin.mei' } },
      to: {
        channel: 'wecom-bot',
        kind: 'direct',
        chat: 'lin.mei',
        message: 'CAIQ16HMjQYY0001',
        handle: { req: 'q-9', at: String(NOON) },
      },
      parts: [{ kind: 'text', text: '年假有几天？' }],
      addressed: true,
    });
  });

  it('brings the stream it opens and an address for later, by callback', () => {
    const { to, key } = message('message-text', CALLBACK);
    expect(to.handle).toMatchObject({ url: expect.stringContaining('response_code=RC-1') as string });
    expect(parseStreamName(to.handle?.['stream'] ?? '')).toEqual({ turn: turnIdOf({ key, to }), since: NOON });
  });

  it('in a group is the group’s, in its own case, without the mention, with what it quotes', () => {
    const event = message('message-group');
    expect(event.to).toMatchObject({ kind: 'group', chat: 'wrDemoGroupA' });
    expect(event.from.ids).toEqual({ userid: 'lin.mei', corpid: 'wwdemo' });
    expect(event.at).toBe(1_767_225_600_000);
    expect(event.parts).toEqual([{ kind: 'text', text: 'what is our leave policy?' }]);
    expect(event.quote).toEqual([{ kind: 'text', text: 'Policies changed in May.' }]);
  });

  it('loses a mention in its middle only where the bot’s name is known', () => {
    const change = { text: { content: '请 @驿站 机器人\u2005看一下' } };
    expect(message('message-group', { ...SOCKET, botName: '驿站 机器人' }, change).parts).toEqual([
      { kind: 'text', text: '请  看一下' },
    ]);
    expect(message('message-group', SOCKET, change).parts).toEqual([{ kind: 'text', text: change.text.content }]);
  });

  it('keeps an @ that it begins with in a direct chat', () => {
    const change = { text: { content: '@张三 是谁？' } };
    expect(message('message-text', SOCKET, change).parts).toEqual([{ kind: 'text', text: '@张三 是谁？' }]);
  });

  it('of words and pictures keeps their order, and each picture its key', () => {
    expect(message('message-mixed').parts).toEqual([
      { kind: 'text', text: '看看这张图' },
      {
        kind: 'image',
        name: 'image',
        file: { url: 'https://media.example/1', key: 'f2wt1XJO7LSFt4oaGYHoozeGDPd8oiF4fcD8V8KdPS8=' },
      },
    ]);
    expect(message('message-image').parts).toEqual([
      { kind: 'image', name: 'image', file: { url: 'https://media.example/2' } },
    ]);
  });

  it('that was spoken is the words it was', () => {
    expect(message('message-voice').parts).toEqual([{ kind: 'text', text: '订一间会议室' }]);
  });

  it('of a kind that nobody knows is told as such, not dropped', () => {
    expect(message('message-unknown').parts).toEqual([{ kind: 'unsupported', what: 'hologram' }]);
  });

  it('of the bot itself is ignored', () => {
    expect(read('message-text', SOCKET, { from: { userid: 'aib-demo' } })).toMatchObject({
      kind: 'ignored',
      why: 'own-message',
    });
  });

  it('without an id, a sender, a kind or a group is refused', () => {
    const refused = expect.objectContaining({ code: 'body_malformed' });
    for (const missing of ['msgid', 'from', 'msgtype']) {
      expect(() => read('message-text', SOCKET, { [missing]: undefined })).toThrow(refused);
    }
    expect(() => read('message-group', SOCKET, { chatid: 7 })).toThrow(refused);
    expect(() => parsePayload({}, SOCKET)).toThrow(refused);
  });
});

describe('an event of a bot', () => {
  it('is somebody who opened the chat, with the request that a greeting answers', () => {
    expect(read('enter-chat')).toMatchObject({ kind: 'entered', to: { kind: 'direct', handle: { greet: 'q-9' } } });
    expect(read('enter-chat', CALLBACK)).toMatchObject({ to: { handle: { greet: 'CAIQ16HMjQYY0007' } } });
  });

  it('is a pressed button, with what we put into it and a way to answer what it asks', () => {
    expect(read('card-press', CALLBACK)).toMatchObject({
      kind: 'card-action',
      message: 't-1-s',
      value: { act: 'ask', turn: 't-1', index: 0 },
      to: { handle: { url: expect.stringContaining('RC-8') as string } },
    });
    expect((read('card-press') as { to: object }).to).not.toHaveProperty('handle');
  });

  it('is a rating of the vendor’s own thumbs', () => {
    const rated = (type: number) => {
      const feedback = { id: 't-1', type };
      return read('feedback', SOCKET, { event: { eventtype: 'feedback_event', feedback_event: feedback } });
    };
    expect(read('feedback')).toMatchObject({
      kind: 'rated',
      turn: 't-1',
      rating: 'down',
      to: { chat: 'wrDemoGroupA' },
    });
    expect([rated(1), rated(3)]).toMatchObject([{ rating: 'up' }, { rating: 'none' }]);
    expect(rated(9)).toMatchObject({ kind: 'ignored' });
    const told = { id: 't-1', type: 2, inaccurate_reason_list: [1, 4, 4, 9, 'x'], content: ' 数字不对 ' };
    expect(read('feedback', SOCKET, { event: { eventtype: 'feedback_event', feedback_event: told } })).toMatchObject({
      why: { reasons: ['irrelevant', 'misread-data'], words: '数字不对' },
    });
    expect(rated(1)).not.toHaveProperty('why');
  });

  it('of the connection itself, or of a kind nobody knows, is ignored', () => {
    expect(read('disconnected')).toMatchObject({ kind: 'ignored', what: 'disconnected_event' });
    expect(read('enter-chat', SOCKET, { event: { eventtype: 'tomorrow' } })).toMatchObject({
      kind: 'ignored',
      why: 'unknown-type',
    });
  });

  it('is the poll of a stream', () => {
    const told = parsePayload(fixture('stream-poll'), CALLBACK);
    expect(told).toEqual({ kind: 'poll', stream: 'tAbCdEfGhIjKlMnOpQrStUvWx.t8k5c0' });
  });
});

describe('the name of a stream', () => {
  it('says which turn and since when, and nothing else is one', () => {
    expect(parseStreamName('tAbCdEfGhIjKlMnOpQrStUvWx.t8k5c0')).toMatchObject({ turn: 'tAbCdEfGhIjKlMnOpQrStUvWx' });
    for (const name of ['', 't1.abc', 'tAbCdEfGhIjKlMnOpQrStUvWx', 'tAbCdEfGhIjKlMnOpQrStUvWx.', '../x']) {
      expect(parseStreamName(name)).toBeUndefined();
    }
  });
});
