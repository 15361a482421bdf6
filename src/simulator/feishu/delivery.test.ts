import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { SCOPE } from './apps.ts';
import { sign } from './crypto.ts';
import type { FeishuOptions } from './options.ts';
import { startVendor, type TestVendor } from './test-vendor.ts';

interface Got {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly json: { header: { event_id: string; event_type: string }; event: { message: { message_id: string } } };
}
type Behaviour = (count: number) => { status?: number; body?: string } | 'silent' | 'cut';

let vendor: TestVendor;
let gateway: Server;

afterEach(async () => {
  await vendor.sim.close();
  gateway?.closeAllConnections();
  gateway?.close();
});

/** A bot that takes deliveries as it is told to. */
async function start(behaviour: Behaviour = () => ({}), options: FeishuOptions = {}) {
  const got: Got[] = [];
  gateway = createServer(async (request, response) => {
    const body = await text(request);
    const json = body.includes('"encrypt"') ? undefined : JSON.parse(body);
    got.push({ headers: request.headers, body, json });
    const answer = behaviour(got.length);
    if (answer === 'silent') return;
    if (answer === 'cut') return void response.destroy();
    response.writeHead(answer.status ?? 200).end(answer.body ?? '{}');
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  const webhookUrl = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/hook`;
  vendor = await startVendor({ apps: [{ webhookUrl, encryptKey: '' }], ...options });
  if (options.apps !== undefined)
    for (const { id } of vendor.sim.feishu.apps) vendor.sim.feishu.changeApp(id, { webhookUrl });
  return { got, ...vendor, feishu: vendor.sim.feishu };
}

const eventually = (check: () => boolean) => expect.poll(check, { timeout: 3000 }).toBe(true);

describe('deliveries to a webhook', () => {
  it('are tried again after 15 s, 5 min, 1 h and 6 h, and then given up', async () => {
    const { got, clock, feishu } = await start(() => ({ status: 500 }));
    const { delivered, messageId } = feishu.say({ from: 'lin', text: 'hi' });
    let tries = 1;
    for (const wait of [15_000, 300_000, 3_600_000, 21_600_000]) {
      await eventually(() => feishu.record.deliveries.length === tries);
      await clock.advance(wait - 1);
      expect(got).toHaveLength(tries);
      await clock.advance(1);
      tries += 1;
    }
    expect(await delivered).toMatchObject([{ ok: false, attempts: 5, status: 500 }]);
    expect(new Set(got.map(({ json }) => json.header.event_id)).size).toBe(1);
    expect(feishu.record.acknowledged.has(messageId)).toBe(false);
  });

  it('pass the waits faster when time is told to', async () => {
    const { sim, clock, feishu } = await start((count) => ({ status: count === 1 ? 500 : 200 }));
    sim.speed = 1000;
    const { delivered } = feishu.say({ from: 'lin', text: 'hi' });
    await eventually(() => feishu.record.deliveries.length === 1);
    await clock.advance(15);
    expect(await delivered).toMatchObject([{ ok: true, attempts: 2 }]);
  });

  it('pass a wait that has begun faster from the moment it is told to', async () => {
    const { sim, clock, feishu } = await start((count) => ({ status: count === 1 ? 500 : 200 }));
    const { delivered } = feishu.say({ from: 'lin', text: 'hi' });
    await eventually(() => feishu.record.deliveries.length === 1);
    await clock.advance(5000);
    sim.speed = 100;
    await clock.advance(99);
    expect(feishu.record.deliveries).toHaveLength(1);
    await clock.advance(1);
    expect(await delivered).toMatchObject([{ ok: true, attempts: 2 }]);
  });

  it('count as lost when there is no answer within three seconds', async () => {
    const { got, clock, feishu } = await start((count) => (count === 1 ? 'silent' : {}));
    const { delivered } = feishu.say({ from: 'lin', text: 'hi' });
    await eventually(() => got.length === 1);
    await clock.advance(3000);
    await eventually(() => feishu.record.deliveries.length === 1);
    expect(feishu.record.deliveries[0]).toMatchObject({ ok: false, failed: 'timeout', ackMs: 3000 });
    await clock.advance(15_000);
    expect(await delivered).toMatchObject([{ ok: true, attempts: 2 }]);
  });

  it('carry a signature over the encrypted body', async () => {
    const { got, feishu } = await start(() => ({}), { apps: [{ encryptKey: 'ek-demo' }] });
    await feishu.say({ from: 'lin', text: '你好' }).delivered;
    const [{ headers, body }] = got as [Got];
    const timestamp = String(headers['x-lark-request-timestamp']);
    const nonce = String(headers['x-lark-request-nonce']);
    expect(headers['x-lark-signature']).toBe(sign(timestamp, nonce, 'ek-demo', body));
    expect(body).not.toContain('你好');
  });

  it('go out twice, late, and in another order when a fault says so', async () => {
    const { got, clock, sim, feishu } = await start();
    sim.faults.add({ kind: 'duplicate', count: 1 });
    const { messageId, delivered } = feishu.say({ from: 'lin', text: 'twice' });
    await delivered;
    await eventually(() => got.length === 2);
    expect(new Set(got.map(({ json }) => json.header.event_id)).size).toBe(2);
    expect(new Set(got.map(({ json }) => json.event.message.message_id))).toEqual(new Set([messageId]));

    sim.faults.add({ kind: 'late', count: 1, delayMs: 700 });
    const late = feishu.say({ from: 'lin', text: 'late' });
    await clock.advance(699);
    expect(got).toHaveLength(2);
    await clock.advance(1);
    expect(await late.delivered).toMatchObject([{ ok: true }]);

    sim.faults.add({ kind: 'reorder', count: 1 });
    const first = feishu.say({ from: 'lin', text: 'first' });
    const second = feishu.say({ from: 'lin', text: 'second' });
    await Promise.all([first.delivered, second.delivered]);
    expect(got.slice(-2).map(({ json }) => json.event.message.message_id)).toEqual([second.messageId, first.messageId]);
  });

  it('can be forged in every way', async () => {
    const { got, feishu } = await start(() => ({ status: 401 }), { apps: [{ encryptKey: 'ek-demo' }] });
    for (const variant of ['signature', 'timestamp', 'key', 'nonce', 'unsigned', 'token', 'app'] as const) {
      expect(await feishu.forge({ from: 'lin', variant })).toMatchObject({ status: 401 });
    }
    // A replay needs a recording first.
    expect(got).toHaveLength(8);
    expect(got[3]?.body).toBe(got[4]?.body);
    expect(got[3]?.headers['x-lark-signature']).toBe(got[4]?.headers['x-lark-signature']);
    feishu.say({ from: 'lin', text: 'overheard' });
    await feishu.forge({ from: 'lin', variant: 'nonce' });
    await eventually(() => got.length === 10);
    expect(got[8]?.body).toBe(got[9]?.body);
    expect(feishu.record.answers()).toEqual([]);
  });

  it('tell an app of a group only what it has the right to hear', async () => {
    const scopes = [SCOPE.p2pMessages, SCOPE.groupMentions];
    const { got, feishu } = await start(() => ({}), {
      apps: [
        { encryptKey: '', scopes },
        { encryptKey: '', scopes: [SCOPE.groupMessages] },
      ],
    });
    const bots = feishu.apps.map(({ id }) => id);
    const { chatId: chat } = feishu.addGroup({ name: 'g', people: ['lin', 'chen'], bots });
    expect(await feishu.say({ from: 'lin', chat, text: 'to nobody' }).delivered).toHaveLength(1);
    expect(await feishu.say({ from: 'lin', chat, text: `@{${bots[0]}} to you` }).delivered).toHaveLength(2);
    expect(await feishu.say({ from: 'lin', app: bots[1]!, text: 'direct' }).delivered).toHaveLength(0);
    expect(got).toHaveLength(3);
  });

  it('tell of everything else that people do', async () => {
    const { got, feishu, sendText } = await start();
    const { chatId } = feishu.addGroup({ name: 'g', people: ['lin'], bots: [] });
    await feishu.enter('lin').delivered;
    const { messageId } = feishu.say({ from: 'lin', text: 'oops' });
    await feishu.react('lin', messageId, 'THUMBSUP');
    await feishu.unreact('lin', messageId, 'THUMBSUP');
    await feishu.recall(messageId);
    await feishu.read('lin', String((await sendText('hi')).data['message_id']));
    await feishu.chooseMenu('lin', 'help');
    await feishu.addBot('lin', chatId, feishu.app.id);
    await feishu.removeBot('lin', chatId, feishu.app.id);
    await eventually(() => got.length === 9);
    expect(got.map(({ json }) => json.header.event_type).sort()).toEqual([
      'application.bot.menu_v6',
      'im.chat.access_event.bot_p2p_chat_entered_v1',
      'im.chat.member.bot.added_v1',
      'im.chat.member.bot.deleted_v1',
      'im.message.message_read_v1',
      'im.message.reaction.created_v1',
      'im.message.reaction.deleted_v1',
      'im.message.recalled_v1',
      'im.message.receive_v1',
    ]);
  });
});

describe('a press on a card', () => {
  const behaviors = [{ type: 'callback', value: { act: 'up' } }];
  const card = (extra: object = {}) => ({
    schema: '2.0',
    body: { elements: [{ tag: 'button', text: { tag: 'plain_text', content: 'Up' }, behaviors }] },
    ...extra,
  });
  const sendIt = async (extra?: object) => {
    const sent = await vendor.sendText('', { msg_type: 'interactive', content: JSON.stringify(card(extra)) });
    return String(sent.data['message_id']);
  };
  const answer = (value: unknown) => () => ({ body: typeof value === 'string' ? value : JSON.stringify(value) });

  it('shows the toast and the card of the answer', async () => {
    const next = { schema: '2.0', body: { elements: [{ tag: 'markdown', content: 'Thanks' }] } };
    const { feishu } = await start(
      answer({ toast: { type: 'success', content: 'ok' }, card: { type: 'raw', data: next } }),
    );
    const id = await sendIt();
    expect(await feishu.press('lin', id, { button: 'Up' })).toMatchObject({
      code: 0,
      toast: { kind: 'success', text: 'ok' },
    });
    expect(feishu.record.answer(id)).toMatchObject({ text: 'Thanks', updates: 1 });
    expect(feishu.record.presses).toMatchObject([{ messageId: id, person: 'lin', code: 0 }]);
  });

  it.each([
    ['200671 when the answer is not 200', () => ({ status: 500 }), 200671],
    ['200672 when the answer is not JSON', answer('ok!'), 200672],
    ['200672 when the toast is none', answer({ toast: { type: 'loud', content: 'x' } }), 200672],
    ['200673 when the card is none', answer({ card: { type: 'raw', data: { schema: '2.0', body: {} } } }), 200673],
    [
      '200673 when a card of the first schema is to replace one of the second',
      answer({ card: { type: 'raw', data: { elements: [] } } }),
      200673,
    ],
    ['200342 when the line is cut', () => 'cut' as const, 200342],
  ])('shows %s', async (_what, behaviour, code) => {
    const { feishu } = await start(behaviour);
    expect(await feishu.press('lin', await sendIt(), { button: 0 })).toMatchObject({ code });
  });

  it('shows 200341 after three seconds, and asks only once', async () => {
    const { got, clock, feishu } = await start(() => 'silent');
    const pressed = feishu.press('lin', await sendIt(), { button: 0 });
    await eventually(() => got.length === 1);
    await clock.advance(3000);
    expect(await pressed).toMatchObject({ code: 200341 });
    await clock.advance(60_000);
    expect(got).toHaveLength(1);
  });

  it('shows 200340 when nobody is there to be asked', async () => {
    const { feishu } = await start();
    const id = await sendIt();
    feishu.changeApp(feishu.app.id, { mode: 'socket' });
    expect(await feishu.press('lin', id, { button: 0 })).toMatchObject({ code: 200340 });
  });

  it('does not change a card that is streaming', async () => {
    const next = { schema: '2.0', body: { elements: [{ tag: 'markdown', content: 'Thanks' }] } };
    const { feishu, sendCard } = await start(answer({ card: { type: 'raw', data: next } }));
    const { messageId } = await sendCard();
    const press = { tag: 'button', value: { act: 'stop' } };
    expect(await feishu.press('lin', messageId, { press })).toMatchObject({ code: 0, cardIgnored: 'streaming' });
    expect(feishu.record.answer(messageId)?.text).toBe('Thinking');
  });

  it('brings a token by which the card can be changed twice within half an hour', async () => {
    const { got, clock, feishu, call } = await start();
    const id = await sendIt();
    await feishu.press('lin', id, { button: 0 });
    const { token } = got[0]!.json.event as unknown as { token: string };
    const update = (value: string) => call('POST', '/interactive/v1/card/update', { token: value, card: card() });
    expect(await update(token)).toMatchObject({ code: 0 });
    expect(await update(token)).toMatchObject({ code: 0 });
    expect(await update(token)).toMatchObject({ code: 300040 });
    expect(await update('c-unknown')).toMatchObject({ code: 300020 });
    await feishu.press('lin', id, { button: 0 });
    const second = got[1]!.json.event as unknown as { token: string };
    await clock.advance(1_800_001);
    expect(await update(second.token)).toMatchObject({ code: 300030 });
  });
});

describe('faults of calls', () => {
  it('answer as the vendor does when it is unwell', async () => {
    const { sim, sendText } = await start();
    sim.faults.add({ kind: 'throttle', count: 1, delayMs: 4000, path: '/im/v1/messages' });
    const throttled = await sendText('hi');
    expect(throttled).toMatchObject({ status: 429, code: 99991400 });
    expect(throttled.headers.get('x-ogw-ratelimit-reset')).toBe('4');
    expect((await sendText('hi')).code).toBe(0);
    sim.faults.add({ kind: 'drop', count: 1 });
    await expect(sendText('hi')).rejects.toThrow();
    sim.faults.add({ kind: 'expired-token', count: 1 });
    expect(await sendText('hi')).toMatchObject({ status: 400, code: 99991663 });
    expect(sim.faults.list).toEqual([]);
  });

  it('can lose the answer of a call that took effect', async () => {
    const { sim, feishu, sendText } = await start();
    sim.faults.add({ kind: 'drop', count: 1, afterEffect: true });
    await expect(sendText('hi', { uuid: 'u' })).rejects.toThrow();
    expect((await sendText('hi', { uuid: 'u' })).code).toBe(0);
    expect(feishu.record.answers()).toHaveLength(1);
  });

  it('can leave a call hanging until the line is cut', async () => {
    const { sim, call } = await start();
    sim.faults.add({ kind: 'hang', count: 1, path: '/bot/' });
    const controller = new AbortController();
    const hanging = fetch(`${sim.url}/open-apis/bot/v3/info`, {
      signal: controller.signal,
      headers: { authorization: await tokenOf(call) },
    });
    await eventually(() => sim.faults.list.length === 0);
    controller.abort();
    await expect(hanging).rejects.toThrow();
  });

  const tokenOf = async (call: TestVendor['call']): Promise<string> => {
    const { id: app_id, secret: app_secret } = vendor.sim.feishu.app;
    const answer = await call('POST', '/auth/v3/tenant_access_token/internal', { app_id, app_secret });
    return `Bearer ${String(answer.body['tenant_access_token'])}`;
  };
});
