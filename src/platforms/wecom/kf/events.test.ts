import { describe, expect, it } from 'vitest';
import { id } from '../../../core/ids.ts';
import { customerIn, parsePage } from './events.ts';
import { menuOf } from './menus.ts';

const NOW = 1_767_225_600_000;
const CONTEXT = {
  channel: id('wecom-kf'),
  corpId: 'ww1',
  account: 'wk_1',
  now: NOW,
  isFirst: false,
  historyMs: 300_000,
  served: new Set<string>(),
} as Parameters<typeof parsePage>[1];

const said = (msgtype: string, content: object, more: object = {}) => ({
  msgid: 'km1',
  open_kfid: 'wk_1',
  external_userid: 'wm_1',
  send_time: NOW / 1000 - 10,
  origin: 3,
  msgtype,
  [msgtype]: content,
  ...more,
});
const happened = (event: object, ageMs = 5_000) => ({
  msgid: 'ke1',
  send_time: (NOW - ageMs) / 1000,
  origin: 4,
  msgtype: 'event',
  event: { open_kfid: 'wk_1', external_userid: 'wm_1', ...event },
});
const read = (item: object, more: object = {}) => parsePage({ msg_list: [item] }, { ...CONTEXT, ...more })[0];

describe('a message of a customer', () => {
  it('is a question, by its msgid, in her dialogue with this account', () => {
    expect(read(said('text', { content: ' hello ' }))).toMatchObject({
      kind: 'message',
      key: 'km1',
      at: NOW - 10_000,
      from: { account: 'wk_1:wm_1', ids: { external_userid: 'wm_1', open_kfid: 'wk_1' } },
      to: { kind: 'direct', chat: 'wk_1:wm_1', message: 'km1', handle: { wrote: String(NOW - 10_000) } },
      parts: [{ kind: 'text', text: 'hello' }],
    });
    expect(customerIn(id('wk_1:wm_1'))).toEqual({ account: 'wk_1', id: 'wm_1' });
  });

  it.each([
    ['image', { media_id: 'a' }, { kind: 'image', file: { media: 'a' } }],
    ['voice', { media_id: 'a' }, { kind: 'audio', name: 'voice.amr' }],
    ['file', { media_id: 'a' }, { kind: 'file' }],
    [
      'location',
      { latitude: 23, longitude: 113, name: 'Park', address: 'Road 1' },
      { text: '📍 Park Road 1 (23, 113)' },
    ],
    ['link', { title: 'T', desc: 'D', url: 'https://example.org' }, { text: 'T\nD\nhttps://example.org' }],
    ['channels_shop_order', {}, { kind: 'unsupported', what: 'channels_shop_order' }],
  ])('of the kind %s is read', (type, content, part) => {
    expect(read(said(type, content))).toMatchObject({ kind: 'message', parts: [part] });
  });

  it('that is a pressed entry of ours brings back what stood in it', () => {
    const menu = menuOf('?', { turn: id('t1'), lang: 'zh', buttons: ['up'], suggested: ['And then?'] }, true);
    const { list } = (menu?.content ?? { list: [] }) as unknown as { list: { click: { id: string } }[] };
    const values = list.map(({ click }) => read(said('text', { content: 'x', menu_id: click.id })));
    expect(values).toMatchObject([
      { kind: 'card-action', value: { act: 'up', turn: 't1' } },
      { kind: 'card-action', value: { act: 'ask', turn: 't1', index: 0 } },
      { kind: 'message' },
    ]);
    for (const { click } of list) expect(click.id).toMatch(/^[a-zA-Z0-9_]{1,128}$/);
  });

  it('that a person answers, or of before the first pull, is left alone', () => {
    expect(read(said('text', { content: 'x' }), { served: new Set(['km1']) })).toMatchObject({ kind: 'ignored' });
    const old = said('text', { content: 'x' }, { send_time: NOW / 1000 - 3_600 });
    expect(read(old, { isFirst: true })).toMatchObject({ kind: 'ignored' });
    expect(read(old)).toMatchObject({ kind: 'message' });
  });

  it.each([4, 5, undefined])('is not what comes with the origin %s', (origin) => {
    expect(read(said('text', { content: 'x' }, { origin }))).toMatchObject({ kind: 'ignored', why: 'own-message' });
  });
});

describe('an event', () => {
  it('of an opened chat asks for a greeting while its code is good', () => {
    const entered = { event_type: 'enter_session', welcome_code: 'wc' };
    expect(read(happened(entered))).toMatchObject({ kind: 'entered', to: { handle: { welcome: 'wc' } } });
    expect(read(happened(entered, 30_000))).toMatchObject({ kind: 'ignored' });
    expect(read(happened({ event_type: 'enter_session' }))).toMatchObject({ kind: 'ignored' });
  });

  it('of a message that was taken back names it', () => {
    expect(read(happened({ event_type: 'user_recall_msg', recall_msgid: 'km9' }))).toMatchObject({
      kind: 'recalled',
      message: 'km9',
      from: { account: 'wk_1:wm_1' },
    });
  });

  it('of a kind that nobody knows yet is passed over', () => {
    expect(read(happened({ event_type: 'telepathy' }))).toMatchObject({ kind: 'ignored', why: 'unknown-type' });
    expect(read({})).toMatchObject({ kind: 'ignored' });
  });
});
