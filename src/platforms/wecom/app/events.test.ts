import { describe, expect, it } from 'vitest';
import { fixture } from '../../../../test/fixtures/wecom/load.ts';
import type { InboundEvent } from '../../../core/event.ts';
import { type ChannelName, id } from '../../../core/ids.ts';
import { parseEvent } from './events.ts';

const CONTEXT = { channel: id<ChannelName>('wecom'), corpId: 'ww5a1c0ffee0001234', agentId: 1000007, now: 42 };
const read = (name: string, change: Record<string, unknown> = {}): InboundEvent =>
  parseEvent({ ...fixture(name), ...change }, CONTEXT);
const keyOf = (event: InboundEvent): string => ('key' in event ? event.key : '');

describe('a message of a member', () => {
  it('is told with its words, its sender and its place', () => {
    expect(read('message-text')).toEqual({
      kind: 'message',
      key: '7459035031717794801',
      at: 1_767_225_600_000,
      from: {
        account: 'lin.mei',
        ids: { userid: 'Lin.Mei', corp_id: 'ww5a1c0ffee0001234' },
        everywhere: 'wecom:ww5a1c0ffee0001234:lin.mei',
      },
      to: { channel: 'wecom', kind: 'direct', chat: 'lin.mei', message: '7459035031717794801' },
      message: '7459035031717794801',
      parts: [{ kind: 'text', text: '查一下库存 <b>&amp; 3 < 5' }],
      addressed: true,
    });
  });

  it.each([
    ['message-image', { kind: 'image', file: { media: 'media-image-1' }, name: 'image.jpg' }],
    ['message-voice', { kind: 'audio', file: { media: 'media-voice-1' }, name: 'voice.amr' }],
    ['message-video', { kind: 'video', file: { media: 'media-video-1' }, name: 'video.mp4' }],
    ['message-location', { kind: 'text', text: '📍 示例路 1 号 (23.134, 113.358)' }],
    ['message-link', { kind: 'text', text: 'Leave policy\nFive days\nhttps://example.org/leave' }],
    ['message-unknown', { kind: 'unsupported', what: 'hologram' }],
  ])('%s is read', (name, part) => {
    expect(read(name)).toMatchObject({ kind: 'message', parts: [part] });
  });

  it('that the vendor has understood is taken as words', () => {
    expect(read('message-voice', { Recognition: '明天请假' })).toMatchObject({
      parts: [{ kind: 'text', text: '明天请假' }],
    });
  });

  it('of another app is refused', () => {
    expect(() => read('message-text', { AgentID: '1000008' })).toThrow(
      expect.objectContaining({ code: 'app_mismatch' }),
    );
  });

  it.each(['MsgId', 'CreateTime'])('without its %s is refused', (name) => {
    expect(() => read('message-text', { [name]: '' })).toThrow(expect.objectContaining({ code: 'body_malformed' }));
  });
});

describe('an event', () => {
  it.each(['subscribe', 'enter-agent'])('%s is somebody who opens the chat', (name) => {
    expect(read(name)).toMatchObject({ kind: 'entered', from: { account: 'lin.mei' }, to: { kind: 'direct' } });
  });

  it('of the menu is its entry', () => {
    expect(read('menu-click')).toMatchObject({ kind: 'menu', item: 'new', to: { chat: 'lin.mei' } });
  });

  it('of a scan that waits for an answer is a question', () => {
    expect(read('menu-scan')).toMatchObject({
      kind: 'message',
      parts: [{ kind: 'text', text: 'SKU-4711' }],
      pressed: true,
    });
  });

  it('of a pressed button brings back what stood in it, and the code for the answer', () => {
    expect(read('card-press')).toMatchObject({
      kind: 'card-action',
      message: 't1-0',
      value: { act: 'up', turn: 't1' },
      to: { chat: 'lin.mei', handle: { code: 'rc_x1' } },
    });
  });

  it('of choices on a card tells one and many alike', () => {
    expect(read('card-press-selected')).toMatchObject({ form: { prio: ['high'], who: ['zhao', 'wu'] } });
  });

  it('of a new customer asks for a greeting, with the code for it', () => {
    expect(read('contact-added')).toMatchObject({
      kind: 'entered',
      from: { ids: { external_userid: 'wmDemoCustomer01', userid: 'lin.mei' } },
      to: { chat: 'wmDemoCustomer01@lin.mei', handle: { welcome: 'wc_demo_1' } },
    });
  });

  it('of a new customer whom somebody else greets is of no use', () => {
    expect(read('contact-added', { WelcomeCode: '' })).toMatchObject({ kind: 'ignored', why: 'not-subscribed' });
  });

  it.each([
    ['unsubscribe', 'not-subscribed'],
    ['location', 'not-subscribed'],
    ['menu-view', 'not-subscribed'],
    ['kf-signal', 'own-message'],
  ])('%s is known and not wanted', (name, why) => {
    expect(read(name)).toMatchObject({ kind: 'ignored', why });
  });

  it('of a kind that nobody knows yet is passed over', () => {
    expect(read('enter-agent', { Event: 'telepathy' })).toMatchObject({ kind: 'ignored', why: 'unknown-type' });
  });
});

describe('the key of an event, which has no id of its own', () => {
  it('is the same for the same event', () => {
    expect(keyOf(read('menu-click'))).toBe(keyOf(read('menu-click')));
  });

  it.each([
    ['another event', 'menu-click', { Event: 'subscribe' }],
    ['another entry of the menu', 'menu-click', { EventKey: 'help' }],
    ['another card', 'card-press', { TaskId: 't2-0' }],
    ['another button', 'card-press', { EventKey: 'down:t1' }],
    ['another press of the same button', 'card-press', { ResponseCode: 'rc_x9' }],
    ['another second', 'menu-click', { CreateTime: '1767225601' }],
    ['another person', 'menu-click', { FromUserName: 'zhao' }],
    ['another customer', 'contact-added', { ExternalUserID: 'wmDemoCustomer02' }],
  ])('differs for %s in the same second', (_, name, change) => {
    expect(keyOf(read(name, change))).not.toBe(keyOf(read(name)));
  });
});
