import { afterEach, describe, expect, it } from 'vitest';
import { SCOPE } from './apps.ts';
import type { FeishuOptions } from './options.ts';
import { startVendor, type TestVendor } from './test-vendor.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
let vendor: TestVendor;

afterEach(() => vendor.sim.close());

async function start(options?: FeishuOptions): Promise<TestVendor> {
  vendor = await startVendor(options);
  return vendor;
}

describe('tokens', () => {
  it('are asked for by every call, in the right form', async () => {
    const { call } = await start();
    const info = (headers: Record<string, string>) => call('GET', '/bot/v3/info', undefined, headers);
    expect(await info({})).toMatchObject({ status: 400, code: 99991661 });
    expect(await info({ authorization: 'Bearer x-1' })).toMatchObject({ status: 400, code: 99991671 });
    expect(await info({ authorization: 'Bearer t-unknown' })).toMatchObject({ status: 400, code: 99991663 });
    expect((await call('GET', '/bot/v3/info')).body['bot']).toMatchObject({ open_id: vendor.sim.feishu.app.botId });
  });

  it('are the same until half an hour before their end, and then both work', async () => {
    const { sim, clock, call } = await start();
    const { id: app_id, secret: app_secret } = sim.feishu.app;
    const ask = async () =>
      (await call('POST', '/auth/v3/tenant_access_token/internal', { app_id, app_secret })).body as {
        tenant_access_token: string;
        expire: number;
      };
    const first = await ask();
    await clock.advance(5400_000);
    expect(await ask()).toMatchObject({ tenant_access_token: first.tenant_access_token, expire: 1800 });
    await clock.advance(1000);
    const second = await ask();
    expect(second.tenant_access_token).not.toBe(first.tenant_access_token);
    for (const { tenant_access_token: token } of [first, second]) {
      expect(await call('GET', '/bot/v3/info', undefined, { authorization: `Bearer ${token}` })).toMatchObject({
        code: 0,
      });
    }
    await clock.advance(1800_000);
    const late = { authorization: `Bearer ${first.tenant_access_token}` };
    expect(await call('GET', '/bot/v3/info', undefined, late)).toMatchObject({ code: 99991663 });
  });

  it('are refused to a wrong secret', async () => {
    const { sim, call } = await start();
    const body = { app_id: sim.feishu.app.id, app_secret: 'wrong' };
    expect(await call('POST', '/auth/v3/tenant_access_token/internal', body)).toMatchObject({
      status: 400,
      code: 10015,
    });
  });
});

describe('sending', () => {
  it('wants content as a JSON string', async () => {
    const { sendText } = await start();
    expect(await sendText('', { content: { text: 'hi' } })).toMatchObject({ status: 400, code: 230001 });
    expect(await sendText('', { content: 'hi' })).toMatchObject({ status: 400, code: 230001 });
  });

  it('refuses what is too long', async () => {
    const { sendText } = await start();
    expect(await sendText('你'.repeat(50 * 1024))).toMatchObject({ status: 400, code: 230025 });
    expect(await sendText('你'.repeat(49 * 1024))).toMatchObject({ code: 0 });
  });

  it('sends one message for one uuid within an hour', async () => {
    const { sim, clock, sendText } = await start();
    const first = await sendText('hi', { uuid: 'u-1' });
    const again = await sendText('hi', { uuid: 'u-1' });
    expect(again.data).toEqual(first.data);
    expect(sim.feishu.record.answers()).toHaveLength(1);
    await clock.advance(HOUR);
    const later = await sendText('hi', { uuid: 'u-1' });
    expect(later.data['message_id']).not.toBe(first.data['message_id']);
    expect(await sendText('hi', { uuid: 'x'.repeat(51) })).toMatchObject({ code: 230001 });
  });

  it('knows people only by the ids of the asking app', async () => {
    const { sim, sendText } = await start({ apps: [{}, {}] });
    const foreign = sim.feishu.openId('lin', sim.feishu.apps[1]?.id);
    expect(await sendText('hi', { receive_id: foreign })).toMatchObject({ status: 400, code: 99992361 });
    expect(await sendText('hi', { receive_id: 'ou_nobody' })).toMatchObject({ status: 400, code: 230034 });
  });

  it('refuses a bot that is not in the group', async () => {
    const { sim, call } = await start();
    const { chatId } = sim.feishu.addGroup({ name: 'no bots', people: ['lin'], bots: [] });
    const body = { receive_id: chatId, msg_type: 'text', content: '{"text":"hi"}' };
    expect(await call('POST', '/im/v1/messages?receive_id_type=chat_id', body)).toMatchObject({ code: 230002 });
  });

  it('asks for the right that the administrator has to give', async () => {
    const { sendText } = await start({ apps: [{ scopes: [SCOPE.card] }] });
    const refused = await sendText('hi');
    expect(refused).toMatchObject({ status: 400, code: 99991672 });
    expect(refused.body['error']).toMatchObject({ permission_violations: [{ subject: 'im:message' }, {}] });
  });

  it('refuses images and files that are not the app’s own', async () => {
    const { sendText } = await start();
    const refused = await sendText('', { msg_type: 'image', content: '{"image_key":"img_other"}' });
    expect(refused).toMatchObject({ status: 400, code: 230017 });
  });
});

describe('changing messages', () => {
  it('edits a text twenty times and no more', async () => {
    const { call, sendText } = await start();
    const id = String((await sendText('0')).data['message_id']);
    const edit = (text: string) =>
      call('PUT', `/im/v1/messages/${id}`, { msg_type: 'text', content: JSON.stringify({ text }) });
    for (let count = 1; count <= 20; count += 1) expect((await edit(String(count))).code).toBe(0);
    expect(await edit('21')).toMatchObject({ status: 400, code: 230072 });
  });

  it('patches a card for fourteen days', async () => {
    const { clock, call, sendText } = await start();
    const card = { schema: '2.0', body: { elements: [{ tag: 'markdown', content: 'a' }] } };
    const sent = await sendText('', { msg_type: 'interactive', content: JSON.stringify(card) });
    const patch = () =>
      call('PATCH', `/im/v1/messages/${String(sent.data['message_id'])}`, { content: JSON.stringify(card) });
    expect((await patch()).code).toBe(0);
    await clock.advance(14 * DAY + 1);
    // The token has ended meanwhile too; a new one is fetched by hand.
    vendor.sim.feishu.expireTokens();
    const { id: app_id, secret: app_secret } = vendor.sim.feishu.app;
    const token = await call('POST', '/auth/v3/tenant_access_token/internal', { app_id, app_secret });
    const headers = { authorization: `Bearer ${String(token.body['tenant_access_token'])}` };
    const path = `/im/v1/messages/${String(sent.data['message_id'])}`;
    expect(await call('PATCH', path, { content: JSON.stringify(card) }, headers)).toMatchObject({ code: 230031 });
  });

  it('touches only its own messages, and none that was recalled', async () => {
    const { sim, call, sendText } = await start();
    const { messageId } = sim.feishu.say({ from: 'lin', text: 'mine' });
    expect(await call('DELETE', `/im/v1/messages/${messageId}`)).toMatchObject({ code: 230026 });
    const id = String((await sendText('x')).data['message_id']);
    expect(await call('DELETE', `/im/v1/messages/${id}`)).toMatchObject({ code: 0 });
    expect(await call('DELETE', `/im/v1/messages/${id}`)).toMatchObject({ code: 230011 });
  });

  it('offers follow-up questions below the bot’s latest message for ten minutes', async () => {
    const { sim, clock, call, sendText } = await start();
    const id = String((await sendText('an answer')).data['message_id']);
    const push = () => call('POST', `/im/v1/messages/${id}/push_follow_up`, { follow_ups: [{ content: 'Why?' }] });
    expect(await push()).toMatchObject({ code: 0 });
    expect(sim.feishu.record.answer(id)?.followUps).toEqual(['Why?']);
    await clock.advance(600_001);
    expect(await push()).toMatchObject({ status: 400, code: 230001 });
  });
});

describe('rate limits', () => {
  it('allow five messages a second in one chat', async () => {
    const { clock, sendText } = await start({ rateLimits: true });
    for (let count = 0; count < 5; count += 1) expect((await sendText('hi')).code).toBe(0);
    expect(await sendText('hi')).toMatchObject({ status: 400, code: 230020 });
    await clock.advance(1000);
    expect((await sendText('hi')).code).toBe(0);
  });

  it('allow fifty calls a second of one API, and say when to come again', async () => {
    const { clock, call } = await start({ rateLimits: true });
    for (let count = 0; count < 50; count += 1) await call('GET', '/bot/v3/info');
    const refused = await call('GET', '/bot/v3/info');
    expect(refused).toMatchObject({ status: 429, code: 99991400 });
    expect(refused.headers.get('x-ogw-ratelimit-limit')).toBe('50');
    expect(refused.headers.get('x-ogw-ratelimit-reset')).toBe('1');
    expect((await call('GET', '/im/v1/chats')).code).toBe(0);
    await clock.advance(1000);
    expect((await call('GET', '/bot/v3/info')).code).toBe(0);
  });

  it('can be switched off', async () => {
    const { sendText } = await start({ rateLimits: false });
    for (let count = 0; count < 8; count += 1) expect((await sendText('hi')).code).toBe(0);
  });
});

describe('reading', () => {
  it('shows mentions with plain ids, and the parts of a forwarded message', async () => {
    const { sim, call } = await start();
    const { feishu } = sim;
    const { chatId: chat } = feishu.addGroup({ name: 'g', people: ['lin', 'chen'], bots: [feishu.app.id] });
    const first = feishu.say({ from: 'chen', chat, text: 'first' });
    const asked = feishu.say({ from: 'lin', chat, text: '@{bot} look' });
    const read = await call('GET', `/im/v1/messages/${asked.messageId}`);
    expect(read.data['items']).toMatchObject([
      { body: { content: '{"text":"@_user_1 look"}' }, mentions: [{ id: feishu.app.botId, id_type: 'open_id' }] },
    ]);
    const forwarded = feishu.forward({ from: 'lin', chat, messages: [first.messageId, asked.messageId] });
    const parts = await call('GET', `/im/v1/messages/${forwarded.messageId}`);
    expect(parts.data['items']).toMatchObject([
      { msg_type: 'merge_forward' },
      { upper_message_id: forwarded.messageId, body: { content: '{"text":"first"}' } },
      { upper_message_id: forwarded.messageId },
    ]);
  });

  it('lists a chat page by page', async () => {
    const { sim, call } = await start();
    const { chatId } = sim.feishu.say({ from: 'lin', text: '1' });
    for (const text of ['2', '3']) sim.feishu.say({ from: 'lin', text });
    const path = `/im/v1/messages?container_id_type=chat&container_id=${chatId}&page_size=2`;
    const first = await call('GET', path);
    expect(first.data).toMatchObject({ has_more: true, items: [{}, {}] });
    const second = await call('GET', `${path}&page_token=${String(first.data['page_token'])}`);
    expect(second.data).toMatchObject({ has_more: false, items: [{ body: { content: '{"text":"3"}' } }] });
  });

  it('gives files only with the message they came in, and none that is too large', async () => {
    const { sim, call } = await start();
    const { feishu, resources } = sim;
    resources.add({ key: 'huge', name: 'huge.bin', mime: 'application/octet-stream', content: 101 * 1024 * 1024 });
    const huge = feishu.sendFile({ from: 'lin', kind: 'file', resource: 'huge' });
    const read = await call('GET', `/im/v1/messages/${huge.messageId}`);
    const [{ body }] = read.data['items'] as unknown as [{ body: { content: string } }];
    const { file_key: key } = JSON.parse(body.content) as { file_key: string };
    const path = (message: string) => `/im/v1/messages/${message}/resources/${key}?type=file`;
    expect(await call('GET', path(huge.messageId))).toMatchObject({ status: 400, code: 234037 });
    const other = feishu.say({ from: 'lin', text: 'no file' });
    expect(await call('GET', path(other.messageId))).toMatchObject({ status: 400, code: 234003 });
  });
});
