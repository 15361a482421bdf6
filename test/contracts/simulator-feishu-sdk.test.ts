/**
 * The simulator against the vendor's own client: an unmodified `@larksuiteoapi/node-sdk` must not be able to tell it from
 * the vendor.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { adaptDefault, type Cache, Client, EventDispatcher, LoggerLevel, WSClient } from '@larksuiteoapi/node-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';

let sim: Simulator;
let client: Client;
const cleanups: (() => void | Promise<void>)[] = [];
const quiet = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };

beforeEach(async () => {
  sim = await startSimulator({ dify: false, feishu: { socket: { chunkBytes: 100 } } });
  const { id: appId, secret: appSecret } = sim.feishu.app;
  client = new Client({
    appId,
    appSecret,
    domain: sim.url,
    loggerLevel: LoggerLevel.error,
    logger: quiet,
    cache: ownCache(),
  });
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  await sim.close();
});

/** The client's own cache is one for the whole process; each test has another vendor. */
function ownCache(): Cache {
  const values = new Map<unknown, unknown>();
  return {
    get: async (key) => values.get(key),
    set: async (key, value) => {
      values.set(key, value);
      return true;
    },
  };
}

const CARD = {
  schema: '2.0',
  config: { streaming_mode: true, update_multi: true },
  body: { elements: [{ tag: 'markdown', element_id: 'answer', content: 'Thinking…' }] },
};

describe('the client of the official SDK', () => {
  it('sends and answers messages, edits and recalls them', async () => {
    const asked = sim.feishu.say({ from: 'lin', text: '你好' });
    const sent = await client.im.v1.message.create({
      params: { receive_id_type: 'open_id' },
      data: { receive_id: sim.feishu.openId('lin'), msg_type: 'text', content: JSON.stringify({ text: 'hello' }) },
    });
    expect(sent).toMatchObject({ code: 0, data: { chat_id: asked.chatId, msg_type: 'text' } });

    const reply = await client.im.v1.message.reply({
      path: { message_id: asked.messageId },
      data: { msg_type: 'text', content: JSON.stringify({ text: 'an answer' }), uuid: 'once' },
    });
    expect(reply.data).toMatchObject({ parent_id: asked.messageId, root_id: asked.messageId });
    const id = reply.data?.message_id ?? '';
    await client.im.v1.message.update({
      path: { message_id: id },
      data: { msg_type: 'text', content: JSON.stringify({ text: 'a better answer' }) },
    });
    expect(sim.feishu.record.answersTo(asked.messageId).map(({ text }) => text)).toEqual(['a better answer']);

    await client.im.v1.message.delete({ path: { message_id: id } });
    expect(sim.feishu.record.answer(id)?.isRecalled).toBe(true);
  });

  it('patches a card', async () => {
    const asked = sim.feishu.say({ from: 'lin', text: 'hi' });
    const { data } = await client.im.v1.message.reply({
      path: { message_id: asked.messageId },
      data: { msg_type: 'interactive', content: JSON.stringify(CARD) },
    });
    const next = { ...CARD, body: { elements: [{ tag: 'markdown', content: '**Done**' }] } };
    await client.im.v1.message.patch({
      path: { message_id: data?.message_id ?? '' },
      data: { content: JSON.stringify(next) },
    });
    expect(sim.feishu.record.answersTo(asked.messageId)[0]).toMatchObject({ text: '**Done**', updates: 1 });
  });

  it('streams a CardKit card to its end', async () => {
    const asked = sim.feishu.say({ from: 'lin', text: 'hi' });
    const made = await client.cardkit.v1.card.create({ data: { type: 'card_json', data: JSON.stringify(CARD) } });
    const card_id = made.data?.card_id ?? '';
    await client.im.v1.message.reply({
      path: { message_id: asked.messageId },
      data: { msg_type: 'interactive', content: JSON.stringify({ type: 'card', data: { card_id } }) },
    });
    const path = { card_id, element_id: 'answer' };
    await client.cardkit.v1.cardElement.content({ path, data: { content: 'Hel', sequence: 1, uuid: 'a' } });
    await client.cardkit.v1.cardElement.content({ path, data: { content: 'Hello', sequence: 2, uuid: 'b' } });
    const answer = sim.feishu.record.answersTo(asked.messageId)[0]!;
    expect(answer).toMatchObject({ text: 'Hello', isStreaming: true, sequence: 2 });

    const settings = JSON.stringify({ config: { streaming_mode: false, summary: { content: 'Hello' } } });
    await client.cardkit.v1.card.settings({ path: { card_id }, data: { settings, sequence: 3, uuid: 'c' } });
    const button = { tag: 'button', element_id: 'up', text: { tag: 'plain_text', content: '👍' } };
    const actions = JSON.stringify([{ action: 'add_elements', params: { type: 'append', elements: [button] } }]);
    await client.cardkit.v1.card.batchUpdate({ path: { card_id }, data: { actions, sequence: 4 } });
    expect(answer).toMatchObject({ isStreaming: false, isSettled: true, updates: 4 });
    expect(answer.buttons.map(({ text }) => text)).toEqual(['👍']);
    expect(answer.history.map(({ kind }) => kind)).toEqual(['content', 'content', 'settings', 'batch']);
  });

  it('throws what the vendor refuses, with the vendor’s code', async () => {
    const wrong = client.im.v1.message.create({
      params: { receive_id_type: 'chat_id' },
      data: { receive_id: 'oc_nowhere', msg_type: 'text', content: '{"text":"x"}' },
    });
    await expect(wrong).rejects.toMatchObject({ response: { status: 400, data: { code: 230034 } } });
  });

  it('uploads an image and a file, and downloads what a person sent', async () => {
    const picture = sim.resources.find('sample-picture')?.content ?? Buffer.alloc(0);
    const image = await client.im.v1.image.create({ data: { image_type: 'message', image: picture } });
    expect(image?.image_key).toMatch(/^img_v3_/);
    const file = await client.im.v1.file.create({
      data: { file_type: 'stream', file_name: '说明.md', file: Buffer.from('# hi') },
    });
    const sent = await client.im.v1.message.create({
      params: { receive_id_type: 'open_id' },
      data: {
        receive_id: sim.feishu.openId('lin'),
        msg_type: 'file',
        content: JSON.stringify({ file_key: file?.file_key }),
      },
    });
    expect(sent.code).toBe(0);

    const asked = sim.feishu.sendFile({ from: 'lin', kind: 'image', resource: 'sample-picture' });
    const read = await client.im.v1.message.get({ path: { message_id: asked.messageId } });
    const { image_key } = JSON.parse(read.data?.items?.[0]?.body?.content ?? '{}') as { image_key: string };
    const download = await client.im.v1.messageResource.get({
      path: { message_id: asked.messageId, file_key: image_key },
      params: { type: 'image' },
    });
    expect((await buffer(download.getReadableStream())).equals(picture)).toBe(true);
  });

  it('reads people, chats and reactions', async () => {
    const { chatId } = sim.feishu.addGroup({ name: '产品讨论', people: ['lin', 'chen'], bots: [sim.feishu.app.id] });
    const user = await client.contact.v3.user.get({
      path: { user_id: sim.feishu.openId('lin') },
      params: { user_id_type: 'open_id' },
    });
    expect(user.data?.user).toMatchObject({ name: '林晓', open_id: sim.feishu.openId('lin') });
    const chat = await client.im.v1.chat.get({ path: { chat_id: chatId } });
    expect(chat.data).toMatchObject({ name: '产品讨论', user_count: '2' });
    const members = await client.im.v1.chatMembers.get({ path: { chat_id: chatId } });
    expect(members.data?.items?.map(({ name }) => name)).toEqual(['林晓', '陈宇']);

    const asked = sim.feishu.say({ from: 'lin', text: 'hi' });
    const reacted = await client.im.v1.messageReaction.create({
      path: { message_id: asked.messageId },
      data: { reaction_type: { emoji_type: 'Typing' } },
    });
    const reaction_id = reacted.data?.reaction_id ?? '';
    const gone = await client.im.v1.messageReaction.delete({ path: { message_id: asked.messageId, reaction_id } });
    expect(gone.code).toBe(0);
  });
});

describe('the long connection of the official SDK', () => {
  /** Connects and resolves when the line is open. */
  async function connect(eventDispatcher: EventDispatcher): Promise<void> {
    const { id: appId, secret: appSecret } = sim.feishu.app;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = new WSClient({
      appId,
      appSecret,
      domain: sim.url,
      loggerLevel: LoggerLevel.error,
      logger: quiet,
      onReady: () => resolve(),
      onError: (error: Error) => reject(error),
    });
    cleanups.push(() => socket.close({ force: true }));
    await socket.start({ eventDispatcher });
    await promise;
  }

  const inSocketMode = (): void => void sim.feishu.changeApp(sim.feishu.app.id, { mode: 'socket' });

  it('gets events in chunks that cut characters, and acknowledges them', async () => {
    inSocketMode();
    const texts: string[] = [];
    await connect(
      new EventDispatcher({ logger: quiet }).register({
        'im.message.receive_v1': ({ message }) => void texts.push(JSON.parse(message.content).text),
      }),
    );
    const text = '很长的一句话。'.repeat(40);
    const [outcome] = await sim.feishu.say({ from: 'lin', text }).delivered;
    expect(outcome).toMatchObject({ ok: true, attempts: 1, status: 200 });
    expect(texts).toEqual([text]);
    const info = await client.request<{ data: unknown }>({ method: 'GET', url: '/open-apis/event/v1/connection' });
    expect(info.data).toEqual({ online_instance_cnt: 1 });
  });

  it('is asked again when its handler fails', async () => {
    inSocketMode();
    sim.speed = 1000;
    let calls = 0;
    await connect(
      new EventDispatcher({ logger: quiet }).register({
        'im.message.receive_v1': () => {
          calls += 1;
          if (calls === 1) throw new Error('the first one fails');
        },
      }),
    );
    const [outcome] = await sim.feishu.say({ from: 'lin', text: 'hi' }).delivered;
    expect(outcome).toMatchObject({ ok: true, attempts: 2 });
  });

  it('answers a press on a card with a toast and a new card', async () => {
    inSocketMode();
    const asked = sim.feishu.say({ from: 'lin', text: 'hi' });
    const behaviors = [{ type: 'callback', value: { act: 'up' } }];
    const button = { tag: 'button', text: { tag: 'plain_text', content: '👍' }, behaviors };
    const card = { schema: '2.0', body: { elements: [button] } };
    const { data } = await client.im.v1.message.reply({
      path: { message_id: asked.messageId },
      data: { msg_type: 'interactive', content: JSON.stringify(card) },
    });
    const after = { schema: '2.0', body: { elements: [{ tag: 'markdown', content: 'Thanks' }] } };
    await connect(
      new EventDispatcher({ logger: quiet }).register({
        'card.action.trigger': (event: { action: { value: { act: string } } }) => ({
          toast: { type: 'success', content: `pressed ${event.action.value.act}` },
          card: { type: 'raw', data: after },
        }),
      }),
    );
    const messageId = data?.message_id ?? '';
    const result = await sim.feishu.press('lin', messageId, { button: '👍' });
    expect(result).toMatchObject({ code: 0, toast: { kind: 'success', text: 'pressed up' } });
    expect(sim.feishu.record.answer(messageId)?.text).toBe('Thanks');
  });

  it('is refused with a wrong secret', async () => {
    const errors: Error[] = [];
    const socket = new WSClient({
      appId: sim.feishu.app.id,
      appSecret: 'wrong',
      domain: sim.url,
      logger: quiet,
      autoReconnect: false,
      onError: (error: Error) => void errors.push(error),
    });
    cleanups.push(() => socket.close({ force: true }));
    await socket.start({ eventDispatcher: new EventDispatcher({ logger: quiet }) });
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    expect(sim.feishu.sockets.count(sim.feishu.app.id)).toBe(0);
  });
});

describe('the event dispatcher of the official SDK behind a webhook', () => {
  async function listen(handles: Record<string, (data: never) => unknown>): Promise<string> {
    const { encryptKey, verificationToken } = sim.feishu.app;
    const dispatcher = new EventDispatcher({ encryptKey, verificationToken, logger: quiet }).register(handles);
    const server: Server = createServer(adaptDefault('/webhook', dispatcher, { autoChallenge: true }));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`;
    sim.feishu.changeApp(sim.feishu.app.id, { webhookUrl: url });
    return url;
  }

  it('passes the check of the address and decrypts a signed event', async () => {
    const seen: unknown[] = [];
    await listen({ 'im.message.receive_v1': (data: unknown) => void seen.push(data) });
    expect(await sim.feishu.checkApp(sim.feishu.app.id)).toMatchObject({ ok: true, status: 200 });

    const { chatId } = sim.feishu.addGroup({ name: '产品', people: ['lin', 'chen'], bots: [sim.feishu.app.id] });
    const asked = sim.feishu.say({ from: 'lin', chat: chatId, text: '@{bot} 问一下 @{chen}' });
    expect(await asked.delivered).toMatchObject([{ ok: true, attempts: 1, status: 200 }]);
    expect(seen).toMatchObject([
      {
        event_type: 'im.message.receive_v1',
        sender: { sender_id: { open_id: sim.feishu.openId('lin') } },
        message: {
          message_id: asked.messageId,
          chat_type: 'group',
          content: '{"text":"@_user_1 问一下 @_user_2"}',
          mentions: [{ id: { open_id: sim.feishu.app.botId } }, { name: '陈宇' }],
        },
      },
    ]);
  });

  it('does not hear of forged deliveries', async () => {
    const seen: unknown[] = [];
    await listen({ 'im.message.receive_v1': (data: unknown) => void seen.push(data) });
    for (const variant of ['signature', 'unsigned'] as const) await sim.feishu.forge({ from: 'lin', variant });
    expect(seen).toEqual([]);
  });

  it('answers a press within the response', async () => {
    await listen({ 'card.action.trigger': () => ({ toast: { type: 'info', content: 'noted' } }) });
    const behaviors = [{ type: 'callback', value: { act: 'stop' } }];
    const card = {
      schema: '2.0',
      body: { elements: [{ tag: 'button', text: { tag: 'plain_text', content: 'Stop' }, behaviors }] },
    };
    const sent = await client.im.v1.message.create({
      params: { receive_id_type: 'open_id' },
      data: { receive_id: sim.feishu.openId('lin'), msg_type: 'interactive', content: JSON.stringify(card) },
    });
    const result = await sim.feishu.press('lin', sent.data?.message_id ?? '', { button: 0 });
    expect(result).toMatchObject({ code: 0, toast: { kind: 'info', text: 'noted' } });
  });
});
