import { afterEach, describe, expect, it } from 'vitest';
import { countTables } from './card-check.ts';
import type { FeishuOptions } from './options.ts';
import { STREAMING_CARD, startVendor, type TestVendor } from './test-vendor.ts';

let vendor: TestVendor;

afterEach(() => vendor?.sim.close());

async function start(options?: FeishuOptions): Promise<TestVendor> {
  vendor = await startVendor(options);
  return vendor;
}

const markdown = (content: string, element_id?: string) => ({
  tag: 'markdown',
  content,
  ...(element_id && { element_id }),
});
const cardOf = (...elements: unknown[]) => ({ schema: '2.0', body: { elements } });
const TABLE = '| a | b |\n| --- | --- |\n| 1 | 2 |\n\n';

describe('cards that are sent as they are', () => {
  const send = (card: unknown) => vendor.sendText('', { msg_type: 'interactive', content: JSON.stringify(card) });

  it.each([
    ['a note, which schema 2.0 has not', { tag: 'note', elements: [] }, 200861],
    ['an action row, which schema 2.0 has not', { tag: 'action', actions: [] }, 200861],
    ['an image that was not uploaded', { tag: 'markdown', content: '![x](https://example.com/a.png)' }, 200570],
    ['a mention of nobody', { tag: 'markdown', content: '<at id=ou_nobody></at>' }, 100290],
    ['more than three tables', { tag: 'markdown', content: TABLE.repeat(4) }, 11310],
    ['an element_id of more than twenty characters', markdown('x', 'a'.repeat(21)), 200621],
  ])('are refused with %s', async (_what, element, code) => {
    await start();
    const refused = await send(cardOf(element));
    expect(refused).toMatchObject({ status: 400, code: 230099 });
    expect(refused.msg).toContain(`ErrCode: ${code};`);
  });

  it('are refused with a repeated element_id, with too many elements, or with unknown properties', async () => {
    await start();
    expect((await send(cardOf(markdown('a', 'x'), markdown('b', 'x')))).msg).toContain('ErrCode: 300301;');
    expect((await send(cardOf(...Array.from({ length: 201 }, () => ({ tag: 'hr' }))))).msg).toContain(
      'ErrCode: 300305;',
    );
    expect((await send({ ...cardOf(), elements: [] })).msg).toContain('ErrCode: 200621;');
    expect(await send(cardOf(markdown('你'.repeat(11_000))))).toMatchObject({ code: 230025 });
  });

  it('may have three tables, and what looks like one in code', async () => {
    await start();
    expect(await send(cardOf(markdown(`${TABLE.repeat(3)}\`\`\`\n${TABLE}\`\`\``)))).toMatchObject({ code: 0 });
    expect(countTables('a | b\n--- | ---\n1 | 2')).toBe(1);
    expect(countTables('a | b\n\n---\n\nc')).toBe(0);
  });

  it('of the first schema are patched only when they are shared', async () => {
    await start();
    const old = (shared: boolean) => ({
      config: { update_multi: shared },
      elements: [{ tag: 'markdown', content: 'x' }],
    });
    const { data } = await send(old(false));
    const path = `/im/v1/messages/${String(data['message_id'])}`;
    expect(await vendor.call('PATCH', path, { content: JSON.stringify(old(true)) })).toMatchObject({ code: 230001 });
  });
});

describe('card entities', () => {
  const content = (cardId: string, text: unknown, sequence: unknown, uuid?: string) =>
    vendor.call('PUT', `/cardkit/v1/cards/${cardId}/elements/answer/content`, { content: text, sequence, uuid });
  const settings = (cardId: string, config: unknown, sequence: number) =>
    vendor.call('PATCH', `/cardkit/v1/cards/${cardId}/settings`, { settings: JSON.stringify(config), sequence });

  it('take one sequence for all operations, strictly rising', async () => {
    const { sendCard } = await start();
    const { cardId } = await sendCard();
    expect(await content(cardId, 'a', 5)).toMatchObject({ code: 0 });
    expect(await content(cardId, 'ab', 5)).toMatchObject({ status: 400, code: 300317 });
    expect(await settings(cardId, { config: { streaming_mode: false } }, 4)).toMatchObject({ code: 300317 });
    expect(await settings(cardId, { config: { streaming_mode: false } }, 9)).toMatchObject({ code: 0 });
    expect(await content(cardId, 'a', 0)).toMatchObject({ code: 10002 });
    expect(await content(cardId, 'a', 2 ** 31)).toMatchObject({ code: 10002 });
  });

  it('do one thing for one uuid, and nothing else for it', async () => {
    const { sim, sendCard } = await start();
    const { cardId, messageId } = await sendCard();
    await content(cardId, 'a', 1, 'u');
    expect(await content(cardId, 'a', 1, 'u')).toMatchObject({ code: 0 });
    expect(await content(cardId, 'b', 2, 'u')).toMatchObject({ code: 200770 });
    expect(sim.feishu.record.answer(messageId)).toMatchObject({ text: 'a', updates: 1 });
  });

  it('stream while streaming is open: ten minutes from its last opening', async () => {
    const { sim, clock, sendCard } = await start();
    const { cardId, messageId } = await sendCard();
    await clock.advance(599_000);
    expect(await content(cardId, 'a', 1)).toMatchObject({ code: 0 });
    expect(await settings(cardId, { config: { streaming_mode: true } }, 2)).toMatchObject({ code: 0 });
    await clock.advance(599_000);
    expect(await content(cardId, 'ab', 3)).toMatchObject({ code: 0 });
    await clock.advance(1000);
    expect(await content(cardId, 'abc', 4)).toMatchObject({ status: 400, code: 200850 });
    expect(sim.feishu.record.answer(messageId)).toMatchObject({
      isStreaming: false,
      isLeftOpen: true,
      isSettled: false,
    });
    await settings(cardId, { config: { streaming_mode: false } }, 5);
    expect(await content(cardId, 'abc', 6)).toMatchObject({ code: 300309 });
  });

  it('refuse empty text, unknown elements and elements without text', async () => {
    const { call, sendCard } = await start();
    const card = {
      ...STREAMING_CARD,
      body: { elements: [...STREAMING_CARD.body.elements, { tag: 'hr', element_id: 'line' }] },
    };
    const { cardId } = await sendCard(card);
    expect(await content(cardId, '', 1)).toMatchObject({ code: 10002 });
    const other = (element: string) =>
      call('PUT', `/cardkit/v1/cards/${cardId}/elements/${element}/content`, { content: 'x', sequence: 1 });
    expect(await other('nothing')).toMatchObject({ code: 300313 });
    expect(await other('line')).toMatchObject({ code: 300310 });
  });

  it('are no larger than 30 KB in the end', async () => {
    const { sendCard } = await start();
    const { cardId } = await sendCard();
    expect(await content(cardId, 'x'.repeat(30 * 1024), 1)).toMatchObject({ status: 400, code: 200860 });
    expect(await content(cardId, 'x'.repeat(29 * 1024), 1)).toMatchObject({ code: 0 });
  });

  it('are sent once, and changed only by their app', async () => {
    const { sim, call, sendText, sendCard } = await start({ apps: [{}, {}] });
    const { cardId } = await sendCard();
    const again = await sendText('', {
      msg_type: 'interactive',
      content: JSON.stringify({ type: 'card', data: { card_id: cardId } }),
    });
    expect(again).toMatchObject({ code: 230099 });
    const other = sim.feishu.apps[1]!;
    const token = await call('POST', '/auth/v3/tenant_access_token/internal', {
      app_id: other.id,
      app_secret: other.secret,
    });
    const headers = { authorization: `Bearer ${String(token.body['tenant_access_token'])}` };
    const path = `/cardkit/v1/cards/${cardId}/elements/answer/content`;
    expect(await call('PUT', path, { content: 'x', sequence: 1 }, headers)).toMatchObject({ code: 300311 });
  });

  it('take changes in a batch: all of them or none', async () => {
    const { sim, call, sendCard } = await start();
    const { cardId, messageId } = await sendCard();
    const batch = (actions: unknown, sequence: number) =>
      call('POST', `/cardkit/v1/cards/${cardId}/batch_update`, { actions: JSON.stringify(actions), sequence });
    const close = { action: 'partial_update_setting', params: { settings: { config: { streaming_mode: false } } } };
    const add = {
      action: 'add_elements',
      params: { type: 'insert_after', target_element_id: 'answer', elements: [markdown('below', 'b')] },
    };
    const wrong = { action: 'delete_elements', params: { element_ids: ['nothing'] } };
    expect(await batch([close, add, wrong], 1)).toMatchObject({ status: 400, code: 300314 });
    const answer = sim.feishu.record.answer(messageId)!;
    expect(answer).toMatchObject({ text: 'Thinking', isStreaming: true, sequence: 0 });
    expect(await batch([close, add], 1)).toMatchObject({ code: 0 });
    expect(answer).toMatchObject({ text: 'Thinking\nbelow', isStreaming: false, sequence: 1 });
  });

  it('have their elements added, replaced, patched and deleted', async () => {
    const { sim, call, sendCard } = await start();
    const { cardId, messageId } = await sendCard();
    const base = `/cardkit/v1/cards/${cardId}`;
    const elements = JSON.stringify([markdown('two', 'two')]);
    await call('POST', `${base}/elements`, { type: 'append', elements, sequence: 1 });
    await call('PUT', `${base}/elements/two`, { element: JSON.stringify(markdown('2', 'two')), sequence: 2 });
    const tag = JSON.stringify({ tag: 'hr' });
    expect(await call('PATCH', `${base}/elements/two`, { partial_element: tag, sequence: 3 })).toMatchObject({
      code: 300312,
    });
    const part = JSON.stringify({ content: 'II' });
    await call('PATCH', `${base}/elements/two`, { partial_element: part, sequence: 3 });
    expect(sim.feishu.record.answer(messageId)?.text).toBe('Thinking\nII');
    await call('DELETE', `${base}/elements/answer`, { sequence: 4 });
    expect(sim.feishu.record.answer(messageId)?.text).toBe('II');
    const whole = { type: 'card_json', data: JSON.stringify(cardOf(markdown('new'))) };
    expect(await call('PUT', base, { card: whole, sequence: 5 })).toMatchObject({ code: 0 });
    expect(sim.feishu.record.answer(messageId)?.text).toBe('new');
  });

  it('take ten operations a second', async () => {
    const { clock, sendCard } = await start({ rateLimits: true });
    const { cardId } = await sendCard();
    for (let count = 1; count <= 10; count += 1) expect((await content(cardId, `${count}`, count)).code).toBe(0);
    expect(await content(cardId, 'x', 11)).toMatchObject({ status: 429, code: 99991400 });
    await clock.advance(1000);
    expect(await content(cardId, 'x', 11)).toMatchObject({ code: 0 });
  });

  it('must be of schema 2.0 and shared', async () => {
    const { call } = await start();
    const create = (card: unknown) =>
      call('POST', '/cardkit/v1/cards', { type: 'card_json', data: JSON.stringify(card) });
    expect(await create({ elements: [] })).toMatchObject({ code: 300303 });
    expect(await create({ ...cardOf(), config: { update_multi: false } })).toMatchObject({ code: 300302 });
    expect(await create(cardOf({ tag: 'note' }))).toMatchObject({ code: 200861 });
  });
});
