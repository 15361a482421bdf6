import { describe, expect, it } from 'vitest';
import { fixture, messageFixture } from '../../../test/fixtures/feishu/load.ts';
import type { CardActionEvent, MessageEvent } from '../../core/event.ts';
import { id } from '../../core/ids.ts';
import type { Json } from '../../lib/read.ts';
import { type EventContext, openEnvelope, parseEvent, type Self } from './events.ts';

const NOW = 1_700_000_009_000;

function parse(payload: Json, self: Self = { openId: 'ou_bot' }) {
  const context: EventContext = { channel: id('feishu'), self, now: NOW };
  return parseEvent(openEnvelope(payload), context);
}

function message(type: string, content: unknown, more: Json = {}): MessageEvent {
  return parse(messageFixture(type, content, more)) as MessageEvent;
}

const AT_BOT = { key: '@_user_1', id: { open_id: 'ou_bot' }, name: 'Helper', mentioned_type: 'bot' };
const AT_LI = { key: '@_user_10', id: { open_id: 'ou_li' }, name: '李明', mentioned_type: 'user' };

/** How the vendor renders a newer card for whoever it does not tell its words. */
const TOO_OLD = {
  title: null,
  elements: [
    [
      { tag: 'img', image_key: 'img_v3_x' },
      { tag: 'text', text: '请升级至最新版本客户端，以查看内容' },
      { tag: 'text', text: '' },
    ],
  ],
};

describe('a message', () => {
  it('in a direct chat is addressed to the bot and keeps every id', () => {
    expect(parse(fixture('message-direct-text'))).toEqual({
      kind: 'message',
      key: 'om_direct_1',
      at: 1_700_000_000_123,
      from: { account: 'ou_a', ids: { union_id: 'on_a', user_id: 'u1', tenant_key: 'tk1' }, everywhere: 'feishu:on_a' },
      to: { channel: 'feishu', kind: 'direct', chat: 'oc_direct', message: 'om_direct_1' },
      message: 'om_direct_1',
      parts: [{ kind: 'text', text: '年假有几天？' }],
      addressed: true,
    });
  });

  it('in a topic of a group is addressed when the bot is mentioned, and quotes its parent', () => {
    expect(parse(fixture('message-group-mention'))).toMatchObject({
      to: { kind: 'group', chat: 'oc_group', thread: 'omt_1', message: 'om_group_1' },
      parts: [{ kind: 'text', text: 'hello @李明 and @all' }],
      addressed: true,
      quoted: 'om_parent',
    });
  });

  it('in a group without a mention of the bot is not addressed', () => {
    const event = message('text', { text: '@_user_10 你看' }, { chat_type: 'group', mentions: [AT_LI] });
    expect(event).toMatchObject({ addressed: false, parts: [{ kind: 'text', text: '@李明 你看' }] });
  });

  it('has its own id as key, so that another event id is no second message', () => {
    const first = fixture('message-direct-text');
    const again = structuredClone(first) as { header: { event_id: string } };
    again.header.event_id = 'ev-another';
    expect((parse(again) as MessageEvent).key).toBe((parse(first) as MessageEvent).key);
  });

  it('of the bot itself or of another app is ignored', () => {
    expect(parse(fixture('message-own'))).toEqual({
      kind: 'ignored',
      why: 'own-message',
      what: 'im.message.receive_v1',
    });
    expect(parse(fixture('message-direct-text'), { openId: 'ou_a' })).toMatchObject({ why: 'own-message' });
  });

  it('of nobody is refused, because two strangers would be one person', () => {
    const payload = structuredClone(fixture('message-direct-text')) as { event: { sender: { sender_id: Json } } };
    payload.event.sender.sender_id = {};
    expect(() => parse(payload)).toThrow(expect.objectContaining({ code: 'body_malformed' }));
  });
});

describe('who is addressed while the bot’s own id is not known yet', () => {
  const group = { chat_type: 'group', mentions: [AT_BOT, AT_LI] };

  it('is any mentioned bot', () => {
    const event = parse(messageFixture('text', { text: '@_user_1 hi' }, group), {}) as MessageEvent;
    expect(event).toMatchObject({ addressed: true, parts: [{ text: 'hi' }] });
  });

  it('is the mentioned one of our name', () => {
    const other = { ...AT_BOT, name: 'Other bot' };
    const asked = messageFixture('text', { text: '@_user_1 hi' }, { ...group, mentions: [AT_BOT] });
    expect(parse(asked, { name: 'Helper' })).toMatchObject({ addressed: true });
    const notAsked = messageFixture(
      'text',
      { text: '@_user_1 hi' },
      { ...group, mentions: [{ ...other, mentioned_type: '' }] },
    );
    expect(parse(notAsked, { name: 'Helper' })).toMatchObject({ addressed: false });
  });
});

describe('what somebody wrote', () => {
  it.each([
    ['text', { text: '  hi  ' }, [{ kind: 'text', text: 'hi' }]],
    ['text', { text: '   ' }, []],
    [
      'image',
      { image_key: 'img_1' },
      [{ kind: 'image', name: 'image.png', file: { message: 'om_1', key: 'img_1', type: 'image' } }],
    ],
    [
      'file',
      { file_key: 'file_1', file_name: '报告.pdf' },
      [{ kind: 'file', name: '报告.pdf', file: { message: 'om_1', key: 'file_1', type: 'file' } }],
    ],
    [
      'audio',
      { file_key: 'file_2', duration: 2000 },
      [{ kind: 'audio', name: 'voice.opus', durationMs: 2000, file: { message: 'om_1', key: 'file_2', type: 'file' } }],
    ],
    [
      'media',
      { file_key: 'file_3', image_key: 'img_3', file_name: 'a.mp4', duration: 3000 },
      [{ kind: 'video', name: 'a.mp4', durationMs: 3000, file: { message: 'om_1', key: 'file_3', type: 'file' } }],
    ],
    ['sticker', { file_key: 'file_4' }, [{ kind: 'unsupported', what: 'sticker' }]],
    ['share_chat', { chat_id: 'oc_x' }, [{ kind: 'unsupported', what: 'share_chat' }]],
    ['share_user', { user_id: 'ou_x' }, [{ kind: 'unsupported', what: 'share_user' }]],
    ['folder', { file_key: 'file_5', file_name: 'x' }, [{ kind: 'unsupported', what: 'folder' }]],
    ['hongbao', { text: '[红包]' }, [{ kind: 'unsupported', what: 'hongbao' }]],
    ['merge_forward', { content: 'Merged and Forwarded Message' }, [{ kind: 'forwarded', message: 'om_1' }]],
    [
      'location',
      { name: '食堂', longitude: '116.1', latitude: '39.9' },
      [{ kind: 'text', text: '📍 食堂 (39.9, 116.1)' }],
    ],
    [
      'interactive',
      {
        title: '审批',
        elements: [
          [
            { tag: 'text', text: '请假 ' },
            { tag: 'a', href: 'https://x.example', text: '详情' },
          ],
          [{ tag: 'button', text: '同意' }],
        ],
      },
      [{ kind: 'text', text: '审批\n请假 [详情](https://x.example)\n[同意]' }],
    ],
    // What is not told here is asked for.
    ['interactive', { type: 'template' }, [{ kind: 'forwarded', message: 'om_1' }]],
    ['interactive', TOO_OLD, [{ kind: 'forwarded', message: 'om_1' }]],
    [
      'interactive',
      { ...TOO_OLD, title: '周报' },
      [
        { kind: 'text', text: '周报' },
        { kind: 'forwarded', message: 'om_1' },
      ],
    ],
    [
      'interactive',
      {
        ...TOO_OLD,
        user_dsl: JSON.stringify({ schema: '2.0', body: { elements: [{ tag: 'markdown', content: '进度' }] } }),
      },
      [{ kind: 'text', text: '进度' }],
    ],
    ['a_kind_of_tomorrow', {}, [{ kind: 'unsupported', what: 'a_kind_of_tomorrow' }]],
  ])('as %s %j becomes its parts', (type, content, parts) => {
    expect(message(type, content).parts).toEqual(parts);
  });

  it('as a rich text keeps words, links, code, mentions and images in their order', () => {
    expect((parse(fixture('message-group-post')) as MessageEvent).parts).toEqual([
      { kind: 'text', text: '周报\n见 [文档](https://docs.example/a) 与 https://b.example' },
      { kind: 'image', name: 'image.png', file: { message: 'om_post_1', key: 'img_1', type: 'image' } },
      { kind: 'text', text: '请 @李明 看\n\n```python\nprint(1)\n```' },
      { kind: 'video', name: 'video.mp4', file: { message: 'om_post_1', key: 'file_v', type: 'file' } },
      { kind: 'text', text: '[SMILE]' },
    ]);
  });

  it('as something unreadable is no crash', () => {
    const payload = messageFixture('text', '', {});
    (payload as { event: { message: { content: string } } }).event.message.content = '{broken';
    expect((parse(payload) as MessageEvent).parts).toEqual([]);
  });
});

describe('other events', () => {
  it.each([
    ['recalled', { kind: 'recalled', key: 'ev-recalled', message: 'om_direct_1', to: { chat: 'oc_direct' } }],
    ['reaction-created', { kind: 'reaction', rating: 'up', added: true, message: 'om_9', from: { account: 'ou_a' } }],
    ['bot-added', { kind: 'bot-added', to: { kind: 'group', chat: 'oc_group' }, from: { account: 'ou_a' } }],
    ['bot-removed', { kind: 'bot-removed', to: { kind: 'group', chat: 'oc_group' } }],
    ['chat-entered', { kind: 'entered', to: { kind: 'direct', chat: 'oc_direct' }, from: { account: 'ou_a' } }],
    [
      'menu',
      { kind: 'menu', item: 'new', from: { account: 'ou_a', name: '林晓' }, to: { kind: 'direct', chat: 'ou_a' } },
    ],
    ['message-read', { kind: 'ignored', why: 'read-receipt' }],
    ['user-joined', { kind: 'ignored', why: 'not-subscribed', what: 'im.chat.member.user.added_v1' }],
  ])('%s', (name, expected) => {
    expect(parse(fixture(name))).toMatchObject(expected);
  });

  it.each([
    ['ThumbsDown', true, { kind: 'reaction', rating: 'down' }],
    ['OK', true, { kind: 'ignored', why: 'not-subscribed' }],
    ['THUMBSUP', false, { kind: 'ignored', why: 'not-subscribed' }],
  ])('of the reactions %s is kept or not (they rate: %s)', (emoji, reactionsRate, expected) => {
    const payload = fixture('reaction-created') as { event: object };
    const change = { ...payload, event: { ...payload.event, reaction_type: { emoji_type: emoji } } };
    const context: EventContext = { channel: id('feishu'), self: {}, now: NOW, reactionsRate };
    expect(parseEvent(openEnvelope(change), context)).toMatchObject(expected);
  });

  it('a pressed button brings its value unchanged, its time in milliseconds and no chat kind to trust', () => {
    const event = parse(fixture('card-action')) as CardActionEvent;
    expect(event).toEqual({
      kind: 'card-action',
      key: 'cb1',
      at: 1_700_000_000_123,
      from: { account: 'ou_a', ids: { union_id: 'on_a', user_id: 'u1', tenant_key: 'tk1' }, everywhere: 'feishu:on_a' },
      to: { channel: 'feishu', kind: 'group', chat: 'oc_1', message: 'om_9' },
      message: 'om_9',
      value: { act: 'up', turn: 't42' },
      form: { reason: 'wrong' },
    });
  });

  it.each([[{}], [{ schema: '2.0' }], [{ schema: '2.0', header: { event_type: 'x' } }], [{ type: 'other' }]])(
    'an envelope like %j is refused',
    (payload) => {
      expect(() => parse(payload)).toThrow(expect.objectContaining({ code: 'body_malformed' }));
    },
  );
});
