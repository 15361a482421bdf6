import { describe, expect, it } from 'vitest';
import { fixture } from '../../../test/fixtures/dingtalk/load.ts';
import type { MessageEvent } from '../../core/event.ts';
import { id } from '../../core/ids.ts';
import type { Json } from '../../lib/read.ts';
import { isVendorUrl } from './addresses.ts';
import { type EventContext, parseMessage, parsePress } from './events.ts';

const NOW = 1_767_225_601_000;
const BASES = ['http://127.0.0.1:9'];
const context: EventContext = {
  channel: id('dingtalk'),
  robotCodes: ['dingsimapp0000000001'],
  isOurs: (url) => isVendorUrl(url, BASES),
  now: NOW,
};

const message = (name: string, change: Json = {}): MessageEvent =>
  parseMessage(fixture(name, change), context) as MessageEvent;
const press = (change: Json = {}, delivery = 'frame-1') =>
  parsePress(fixture('card-pressed', change), delivery, context);
const pressing = (content: unknown): Json => ({ content: JSON.stringify(content) });

describe('a message', () => {
  it('in a direct chat is known by its own id, and its chat by its person', () => {
    expect(message('message-direct-text')).toEqual({
      kind: 'message',
      key: 'msgSimDirect0001==',
      at: 1_767_225_600_000,
      from: {
        account: 'lin.mei',
        name: 'Lin Mei',
        ids: { sender_id: '$:LWCP_v1:$simlin', staff_id: 'lin.mei', corp_id: 'dingsimcorp01' },
        everywhere: 'dingtalk:dingsimcorp01:lin.mei',
      },
      to: {
        channel: 'dingtalk',
        kind: 'direct',
        chat: 'lin.mei',
        message: 'msgSimDirect0001==',
        handle: {
          webhook: 'https://oapi.dingtalk.com/robot/sendBySession?session=simsess1',
          until: '1767231000000',
        },
      },
      message: 'msgSimDirect0001==',
      parts: [{ kind: 'text', text: 'How many days off?' }],
      addressed: true,
    });
  });

  it('in a group keeps the whole id of the conversation, its case included, and who asked', () => {
    expect(message('message-group-text')).toMatchObject({
      to: { kind: 'group', chat: 'cid7SimGroup0001XyZ+/w==', handle: { asker: 'lin.mei', nick: 'Lin Mei' } },
      parts: [{ kind: 'text', text: 'hello bot' }],
      addressed: true,
    });
  });

  it('that does not mention the robot is not addressed to it', () => {
    expect(message('message-group-text', { isInAtList: false }).addressed).toBe(false);
  });

  it('from outside the company is known by the vendor’s sealed id, and answered by the address that came with it', () => {
    const event = message('message-external', { conversationType: '1', conversationId: 'cidOutside==' });
    expect(event.from).toMatchObject({ account: '$:LWCP_v1:$simguest', ids: { corp_id: 'dingsimcorp01' } });
    expect(event.to).toMatchObject({ kind: 'direct', chat: 'cidOutside==' });
    const other = message('message-group-text', { senderCorpId: 'dingother' });
    expect(other.from.account).toBe('$:LWCP_v1:$simlin');
  });

  it('has its pieces in order, pictures with both of their codes', () => {
    expect(message('message-rich-text').parts).toEqual([
      { kind: 'text', text: 'Look at' },
      { kind: 'image', name: 'image.png', file: { kind: 'image', code: 'dc-pic-1', spare: 'pdc-pic-1' } },
      { kind: 'text', text: '@Zhou Wei please' },
    ]);
  });

  it('that was spoken is read as the vendor heard it, and as a file where it heard nothing', () => {
    expect(message('message-audio').parts).toEqual([{ kind: 'text', text: '几天年假' }]);
    const content = { duration: 4200, downloadCode: 'dc-audio-1' };
    expect(message('message-audio', { content }).parts).toMatchObject([{ kind: 'audio', durationMs: 4200 }]);
  });

  it('of a file, a video or a picture names it, also where the content is JSON text', () => {
    expect(message('message-file').parts).toMatchObject([
      { kind: 'file', name: 'plan.pdf', file: { code: 'dc-file-1' } },
    ]);
    expect(message('message-video').parts).toMatchObject([{ kind: 'video', name: 'video.mp4' }]);
    expect(message('message-picture').parts).toMatchObject([{ kind: 'image', file: { code: 'dc-pic-2' } }]);
  });

  it('that answers another one brings its words', () => {
    expect(message('message-quote')).toMatchObject({
      parts: [{ kind: 'text', text: 'and this one?' }],
      quote: [{ kind: 'text', text: 'Five days.' }],
    });
  });

  const quoting = (repliedMsg: Json): unknown =>
    message('message-quote', { text: { content: 'and this one?', isReplyMsg: true, repliedMsg } }).quote;

  it.each([
    ['a text under its other name', { msgType: 'text', content: { content: 'Six days.' } }, 'Six days.'],
    ['a text without its kind', { content: { text: 'Six days.' } }, 'Six days.'],
    [
      'a card as a tree',
      {
        msgType: 'interactiveCard',
        content: {
          cardContent: {
            elementType: 'ROOT',
            children: [
              { elementType: 'TEXT', value: 'Six days.' },
              { elementType: 'IMAGE', value: '@lADP' },
              { elementType: 'COLUMN', children: [{ elementType: 'MARKDOWN', text: '**Ask HR**' }] },
            ],
          },
        },
      },
      'Six days.\n**Ask HR**',
    ],
    [
      'a shared document',
      { msgType: 'interactiveCard', content: { title: 'Plan', biz_custom_action_url: 'https://alidocs.example/i/1' } },
      'Plan\nhttps://alidocs.example/i/1',
    ],
    [
      'a forwarded record',
      { msgType: 'chatRecord', content: { title: 'Team', summary: 'Zhou: hi' } },
      'Team\nZhou: hi',
    ],
  ])('that answers %s brings its words', (_, repliedMsg, text) => {
    expect(quoting(repliedMsg)).toEqual([{ kind: 'text', text }]);
  });

  it('that answers a rich text brings words and pictures, whose fields have other names there', () => {
    const pieces = [
      { msgType: 'text', content: 'Look at' },
      { msgType: 'picture', downloadCode: 'dc-pic-1' },
    ];
    expect(quoting({ msgType: 'richText', content: { richText: pieces } })).toEqual([
      { kind: 'text', text: 'Look at' },
      { kind: 'image', name: 'image.png', file: { kind: 'image', code: 'dc-pic-1' } },
    ]);
    expect(quoting({ content: { richText: pieces } })).toHaveLength(2);
  });

  it('that answers something without words brings none', () => {
    expect(quoting({ msgType: 'interactiveCard', msgId: 'msgSimOld==' })).toBeUndefined();
    expect(quoting({ msgType: 'unknownMsgType', content: {} })).toBeUndefined();
    let cardContent: unknown = { elementType: 'TEXT', value: 'hidden' };
    for (let depth = 0; depth < 5000; depth++) cardContent = [cardContent];
    expect(quoting({ msgType: 'interactiveCard', content: { cardContent } })).toBeUndefined();
  });

  it('that forwards others tells who said what, apart from the sender’s own words', () => {
    expect(message('message-record').parts).toEqual([
      { kind: 'text', text: '> Zhou Wei: Ship on friday? I would.\n> Lin Mei: [picture]\n> Zhou Wei: Fine' },
    ]);
    const record = (content: Json) => message('message-record', { content }).parts;
    // The vendor leaves some out of the one list and shortens those of the other.
    expect(record({ summary: '["a:1","b:2"]', chatRecord: [{ senderName: 'a', content: '1' }] })).toEqual([
      { kind: 'text', text: '> a:1\n> b:2' },
    ]);
    expect(
      record({
        records: [
          { senderNick: 'a', content: { text: 'x' } },
          { msgType: 'file', fileName: 'b.pdf' },
        ],
      }),
    ).toEqual([{ kind: 'text', text: '> a: x\n> [b.pdf]' }]);
    expect(record({ summary: '[half' })).toEqual([{ kind: 'text', text: '> [half' }]);
    expect(record({ summary: '[]', chatRecord: '[]' })).toEqual([{ kind: 'unsupported', what: 'chatRecord' }]);
    const many = Array.from({ length: 200 }, (_, at) => `a:${at}`);
    expect(record({ summary: JSON.stringify(many) })).toMatchObject([{ text: expect.stringMatching(/> a:99\n> …$/) }]);
  });

  it('that shares a document or a link brings its title and address', () => {
    const content = { title: 'Plan', biz_custom_action_url: 'https://alidocs.example/i/1' };
    expect(message('message-record', { msgtype: 'interactiveCard', content }).parts).toEqual([
      { kind: 'text', text: 'Plan\nhttps://alidocs.example/i/1' },
    ]);
    expect(message('message-record', { msgtype: 'interactiveCard', content: {} }).parts).toEqual([
      { kind: 'unsupported', what: 'interactiveCard' },
    ]);
  });

  it('of a kind that nobody can read is unsupported, and one whose words were kept back is withheld', () => {
    expect(message('message-sticker').parts).toEqual([{ kind: 'unsupported', what: 'sticker' }]);
    expect(message('message-quota-gone').parts).toEqual([{ kind: 'withheld' }]);
    expect(message('message-quota-gone', { errorCode: 20001 }).parts).toEqual([{ kind: 'withheld' }]);
    expect(message('message-direct-text', { msgtype: 'hologram' }).parts).toEqual([
      { kind: 'unsupported', what: 'hologram' },
    ]);
  });

  it('of the robot itself is ignored', () => {
    const own = parseMessage(fixture('message-direct-text', { senderId: '$:LWCP_v1:$simbot' }), context);
    expect(own).toEqual({ kind: 'ignored', why: 'own-message', what: 'text' });
  });

  it('for another robot, or without the ids that tell it from others, is refused', () => {
    const code = (name: string) => expect.objectContaining({ code: name }) as Error;
    expect(() => message('message-direct-text', { robotCode: 'dingother' })).toThrow(code('app_mismatch'));
    expect(message('message-direct-text', { robotCode: 'normal' }).kind).toBe('message');
    for (const lost of ['msgId', 'conversationId']) {
      expect(() => message('message-direct-text', { [lost]: '' })).toThrow(code('body_malformed'));
    }
    expect(() => message('message-external', { senderId: '' })).toThrow(code('body_malformed'));
  });

  it('whose address for answers is not the vendor’s has none', () => {
    for (const sessionWebhook of [
      'http://10.0.0.1/x',
      'https://dingtalk.com.evil.example/x',
      'file:///etc/passwd',
      '',
    ]) {
      expect(message('message-direct-text', { sessionWebhook }).to.handle).toBeUndefined();
    }
    const near = 'http://127.0.0.1:9/robot/sendBySession?session=1';
    expect(message('message-direct-text', { sessionWebhook: near }).to.handle).toMatchObject({ webhook: near });
  });
});

describe('a pressed button', () => {
  it('says what it does, on which card, and who pressed it where', () => {
    expect(press()).toMatchObject({
      kind: 'card-action',
      from: { account: 'lin.mei' },
      to: { kind: 'group', chat: 'cid7SimGroup0001XyZ+/w==', handle: { asker: 'lin.mei' } },
      message: 'tAbCdEfGhIjKlMnOpQrStUvWx-0',
      value: { act: 'up', turn: 'tAbCdEfGhIjKlMnOpQrStUvWx' },
    });
  });

  it('in a direct chat belongs to the chat of its person, whatever the vendor calls the place', () => {
    for (const spaceId of ['cidAnything==', 'lin.mei', '']) {
      const event = press({ spaceId, ...pressing({ cardPrivateData: { actionIds: ['ask.direct.t1.2'] } }) });
      expect(event.to).toMatchObject({ kind: 'direct', chat: 'lin.mei' });
      expect(event.value).toEqual({ act: 'ask', turn: 't1', index: 2 });
    }
  });

  it('is done once however often it comes, a rating once a delivery', () => {
    const again = pressing({ cardPrivateData: { actionIds: ['regenerate.group.t1'] } });
    expect(press(again, 'frame-1').key).toBe(press(again, 'frame-2').key);
    expect(press({ ...again, userId: 'zhou.wei' }, 'frame-1').key).not.toBe(press(again, 'frame-1').key);
    expect(press({}, 'frame-1').key).toBe(press({}, 'frame-1').key);
    expect(press({}, 'frame-1').key).not.toBe(press({}, 'frame-2').key);
  });

  it('that is none of ours is left as it came', () => {
    for (const content of ['', 'no json', '{"cardPrivateData":{"actionIds":["up.moon.t1","x"],"params":{"a":"1"}}}']) {
      expect(press({ content }).value).not.toHaveProperty('act');
    }
  });

  it('without its card or its person is refused', () => {
    for (const lost of ['outTrackId', 'userId']) {
      expect(() => press({ [lost]: '' })).toThrow(expect.objectContaining({ code: 'body_malformed' }) as Error);
    }
  });
});
