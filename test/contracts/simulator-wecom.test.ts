/**
 * The simulator against the vendor's own packages: an unmodified `@wecom/crypto` and `@wecom/aibot-node-sdk` must not be
 * able to tell it from the vendor.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { WSClient, type WSClientOptions, type WsFrame } from '@wecom/aibot-node-sdk';
import { decrypt, encrypt, getSignature } from '@wecom/crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator, type WecomOptions } from '../../src/simulator/index.ts';
import { aesKeyOf, decrypt as openAs, encrypt as sealAs, signature } from '../../src/simulator/wecom/crypto.ts';

let sim: Simulator;
const cleanups: (() => unknown)[] = [];
const quiet = { error() {}, warn() {}, info() {}, debug() {} };

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  await sim.close();
});

async function start(wecom: WecomOptions = {}): Promise<void> {
  sim = await startSimulator({ dify: false, wecom });
}

/** Waits for one event of the client. */
function heard(client: WSClient, event: string): Promise<WsFrame> {
  return new Promise((resolve) => {
    client.once(event as 'message', (frame) => resolve(frame as WsFrame));
  });
}

const CARD = {
  card_type: 'button_interaction',
  main_title: { title: 'Purchase 8812' },
  task_id: 'po-8812',
  button_list: [{ text: 'Approve', key: 'approve' }],
};

describe('the client of @wecom/aibot-node-sdk', () => {
  beforeEach(() => start({ bots: [{ botId: 'aib-demo', secret: 's3cr3t' }] }));

  async function connect(options: Partial<WSClientOptions> = {}): Promise<WSClient> {
    const wsUrl = sim.wecom.socketUrl;
    const client = new WSClient({ botId: 'aib-demo', secret: 's3cr3t', wsUrl, logger: quiet, ...options });
    client.on('error', () => undefined);
    cleanups.push(() => client.disconnect());
    const ready = new Promise((resolve) => {
      client.once('authenticated', () => resolve(undefined));
    });
    client.connect();
    await ready;
    return client;
  }

  it('hears a message and streams its answer', async () => {
    const client = await connect();
    const message = heard(client, 'message.text');
    const asked = sim.wecom.say({ from: 'lin', to: 'aib-demo', text: '你好' });
    const frame = await message;
    expect(frame.body).toMatchObject({
      msgid: asked.messageId,
      from: { userid: 'lin.xiao' },
      text: { content: '你好' },
    });
    await client.replyStream(frame, 's-1', '<think>looking it up</think>Dra');
    await client.replyStreamNonBlocking(frame, 's-1', 'Draft');
    await client.replyStream(frame, 's-1', 'Draft done', true, undefined, { id: 'fb-1' });
    const answer = await sim.wecom.record.answered(asked.messageId);
    expect(answer).toMatchObject({ text: 'Draft done', frames: 3, isSettled: true });
  });

  it('reads an encrypted picture, and sends one back in pieces', async () => {
    const client = await connect();
    const message = heard(client, 'message.image');
    const asked = sim.wecom.sendFile({ from: 'lin', to: 'aib-demo', kind: 'image', resource: 'sample-picture' });
    const frame = await message;
    const { url, aeskey } = (frame.body as { image: { url: string; aeskey: string } }).image;
    const { buffer, filename } = await client.downloadFile(url, aeskey);
    const picture = sim.resources.find('sample-picture');
    expect([buffer.equals(picture?.content ?? Buffer.alloc(0)), filename]).toEqual([true, picture?.name]);
    const large = Buffer.concat([buffer, Buffer.alloc(3 * 512 * 1024)]);
    const { media_id } = await client.uploadMedia(large, { type: 'image', filename: 'a.png' });
    await client.replyMedia(frame, 'image', media_id);
    expect(sim.wecom.record.answersTo(asked.messageId)).toMatchObject([{ type: 'image' }]);
  });

  it('welcomes, sends a card with a stream, and changes the card when it is pressed', async () => {
    const client = await connect();
    const entered = heard(client, 'event.enter_chat');
    const { chatId } = sim.wecom.enter('lin', 'aib-demo');
    await client.replyWelcome(await entered, { msgtype: 'text', text: { content: 'Hello!' } });
    const message = heard(client, 'message.text');
    sim.wecom.say({ from: 'lin', to: 'aib-demo', text: 'a card' });
    await client.replyStreamWithCard(await message, 's', 'Here it is', true, { templateCard: CARD });
    const [welcome, answer, card] = sim.wecom.record.inChat(chatId);
    expect([welcome?.text, answer?.text, card?.text]).toEqual(['Hello!', 'Here it is', 'Purchase 8812']);
    const pressed = heard(client, 'event.template_card_event');
    await sim.wecom.press('lin', card?.messageId ?? '', { key: 'approve' });
    await client.updateTemplateCard(await pressed, { ...CARD, main_title: { title: 'Approved' } });
    expect(card?.text).toBe('Approved');
  });

  it('sends unasked, and is told what the vendor refuses', async () => {
    const client = await connect();
    const markdown = { msgtype: 'markdown', markdown: { content: '**done**' } } as const;
    await expect(client.sendMessage('lin.xiao', markdown)).rejects.toMatchObject({ errcode: 93006 });
    sim.wecom.say({ from: 'lin', to: 'aib-demo', text: 'hi' });
    expect(await client.sendMessage('lin.xiao', markdown)).toMatchObject({ errcode: 0 });
    const message = heard(client, 'message.text');
    sim.wecom.say({ from: 'lin', to: 'aib-demo', text: 'hi' });
    sim.faults.add({ kind: 'refuse', code: 846608, side: 'wecom', path: 'aibot_respond_msg', count: 1 });
    await expect(client.replyStream(await message, 's', 'late')).rejects.toMatchObject({ errcode: 846608 });
  });

  it('hears of a thumb', async () => {
    const client = await connect();
    const message = heard(client, 'message.text');
    const asked = sim.wecom.say({ from: 'lin', to: 'aib-demo', text: 'hi' });
    await client.replyStream(await message, 's', 'done', true, undefined, { id: 'fb-1' });
    const [answer] = sim.wecom.record.answersTo(asked.messageId);
    const thumb = heard(client, 'event.feedback_event');
    void sim.wecom.feedback('lin', answer?.messageId ?? '', 'accurate');
    expect((await thumb).body).toMatchObject({ event: { feedback_event: { id: 'fb-1', type: 1 } } });
  });

  it('beats its heart, and comes back when the line is cut', async () => {
    const client = await connect({ heartbeatInterval: 20, reconnectInterval: 10 });
    await sim.wecom.record.until(() => (sim.wecom.record.calls.get('frame ping 0') ?? 0) > 2);
    const again = new Promise((resolve) => {
      client.once('authenticated', () => resolve(undefined));
    });
    sim.wecom.sockets.drop();
    await again;
    expect(client.isConnected).toBe(true);
  });

  it('stays away once another connection took over', async () => {
    const older = await connect({ reconnectInterval: 10 });
    const told = heard(older, 'event.disconnected_event');
    const newer = await connect();
    await told;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([older.isConnected, newer.isConnected]).toEqual([false, true]);
  });

  it('gives up on a wrong secret', async () => {
    const options = { wsUrl: sim.wecom.socketUrl, logger: quiet, maxAuthFailureAttempts: 1, reconnectInterval: 5 };
    const client = new WSClient({ botId: 'aib-demo', secret: 'wrong', ...options });
    cleanups.push(() => client.disconnect());
    const errors: string[] = [];
    const exhausted = new Promise((resolve) => {
      client.on('error', (error) => {
        errors.push(error.message);
        if (error.message.includes('exceeded')) resolve(undefined);
      });
    });
    client.connect();
    await exhausted;
    expect(errors[0]).toContain('853000');
  });
});

describe('@wecom/crypto', () => {
  const key = fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes) => Buffer.from(bytes).toString('base64').slice(0, 43));

  it('opens what the simulator seals, and the other way round, whatever it is', () => {
    fc.assert(
      fc.property(
        key,
        fc.string({ unit: 'grapheme', maxLength: 100 }),
        fc.stringMatching(/^[\w]{0,20}$/),
        (aes, words, id) => {
          expect(decrypt(aes, sealAs(words, aesKeyOf(aes), id))).toMatchObject({ message: words, id });
          expect(openAs(encrypt(aes, words, id), aesKeyOf(aes), id)).toBe(words);
          expect(signature('token', 1767225600, id, words)).toBe(getSignature('token', '1767225600', id, words));
        },
      ),
    );
  });
});

describe('@wecom/crypto at a callback address', () => {
  const TOKEN = 'gwSimToken2026';
  const KEY = 'f2wt1XJO7LSFt4oaGYHoozeGDPd8oiF4fcD8V8KdPS8';
  const received: { plain: string; id: string; isSigned: boolean }[] = [];
  let answer: (plain: string) => string;
  let url: string;

  beforeEach(async () => {
    received.length = 0;
    answer = () => '';
    const server: Server = createServer((request, response) => {
      void text(request).then((body) => {
        const query = new URLSearchParams(request.url?.split('?')[1]);
        const encrypted =
          query.get('echostr') ??
          /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(body)?.[1] ??
          (JSON.parse(body) as { encrypt: string }).encrypt;
        const [timestamp, nonce] = [query.get('timestamp') ?? '', query.get('nonce') ?? ''];
        const { message, id } = decrypt(KEY, encrypted);
        const isSigned = getSignature(TOKEN, timestamp, nonce, encrypted) === query.get('msg_signature');
        received.push({ plain: message, id, isSigned });
        if (query.has('echostr')) return void response.end(message);
        const plain = answer(message);
        response.end(plain === '' ? '' : sealed(plain, id, nonce));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => server.close());
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const keys = { token: TOKEN, encodingAesKey: KEY, webhookUrl: url };
    await start({ apps: [keys], bots: [{ ...keys, botId: 'aib-demo', mode: 'webhook' }], kf: keys });
  });

  function sealed(plain: string, id: string, nonce: string): string {
    const encrypted = encrypt(KEY, plain, id);
    const timestamp = Math.floor(Date.now() / 1000);
    const signature = getSignature(TOKEN, String(timestamp), nonce, encrypted);
    if (id === '') return JSON.stringify({ encrypt: encrypted, msgsignature: signature, timestamp, nonce });
    return `<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature><TimeStamp>${timestamp}</TimeStamp><Nonce><![CDATA[${nonce}]]></Nonce></xml>`;
  }

  it('passes the check of the address, of an app, a bot and customer service', async () => {
    for (const id of [sim.wecom.app.id, 'aib-demo', sim.wecom.kfAccount.id]) {
      expect(await sim.wecom.checkApp(id)).toMatchObject({ ok: true });
    }
    expect(received.map(({ id, isSigned }) => [id, isSigned])).toEqual([
      [sim.wecom.corpId, true],
      ['', true],
      [sim.wecom.corpId, true],
    ]);
  });

  it('opens an app’s callback, and its passive answer is read', async () => {
    answer = () =>
      `<xml><ToUserName>lin.xiao</ToUserName><FromUserName>${sim.wecom.corpId}</FromUserName><MsgType>text</MsgType><Content><![CDATA[好的]]></Content></xml>`;
    const asked = sim.wecom.say({ from: 'lin', text: '查一下库存' });
    await asked.delivered;
    expect(received[0]).toMatchObject({ id: sim.wecom.corpId, isSigned: true });
    expect(received[0]?.plain).toContain('<Content><![CDATA[查一下库存]]></Content>');
    expect(sim.wecom.record.answersTo(asked.messageId)).toMatchObject([{ text: '好的' }]);
  });

  it('opens a bot’s callback, and its stream is read', async () => {
    answer = () => JSON.stringify({ msgtype: 'stream', stream: { id: 's-1', finish: true, content: '你好' } });
    const asked = sim.wecom.say({ from: 'lin', to: 'aib-demo', text: 'hi' });
    await asked.delivered;
    expect(received[0]).toMatchObject({ id: '', isSigned: true });
    expect(sim.wecom.record.answersTo(asked.messageId)).toMatchObject([{ text: '你好', isSettled: true }]);
  });
});
