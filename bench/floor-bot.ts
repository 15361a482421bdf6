/**
 * The tuned floor: the least a bot can do that still verifies, decrypts, parses, asks and answers. It acknowledges at
 * once, stores nothing, forgets everything when it ends, and answers each message with one text. Written to be fast.
 *
 * With a store it is the floor of what a durable bot costs: the question is on the disk before it is acknowledged, the answer before it is sent.
 * Nothing reads them again: no recovery, no order, no people, no rights, no card. Where it answers nobody besides, it is the least that an acknowledgement costs.
 */
import { createDecipheriv, createHash, createSecretKey, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { APP } from './deliveries.ts';
import { type FloorStore, openFloorStore } from './floor-store.ts';
import { serve } from './program.ts';

const KEY = createSecretKey(createHash('sha256').update(APP.encryptKey).digest());
const dispatcher = new Agent({ connections: 256, keepAliveTimeout: 60_000 });
let far = '';
let token = '';
let store: FloorStore | undefined;
let isMute = false;

const server = createServer((incoming, response) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const raw = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    if (!verify(incoming, raw)) {
      response.writeHead(401).end();
      return;
    }
    const take = store ? keepThenAnswer(store, raw, response) : acknowledgeAndAnswer(raw, response);
    take.catch((error: unknown) => console.error('floor:', error));
  });
});

async function acknowledgeAndAnswer(raw: Buffer, response: ServerResponse): Promise<void> {
  acknowledge(response);
  await answer(read(raw));
}

async function keepThenAnswer(kept: FloorStore, raw: Buffer, response: ServerResponse): Promise<void> {
  const event = read(raw);
  await kept.write('asked', event.message.message_id, JSON.stringify(event));
  acknowledge(response);
  if (!isMute) await answer(event);
}

function acknowledge(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 }).end('{}');
}

function read(raw: Buffer): MessageEvent {
  const { encrypt } = JSON.parse(raw.toString('utf8')) as { encrypt: string };
  return (JSON.parse(decrypt(encrypt)) as { event: MessageEvent }).event;
}

interface MessageEvent {
  readonly sender: { readonly sender_id: { readonly open_id: string } };
  readonly message: { readonly message_id: string; readonly content: string };
}

function verify({ headers }: IncomingMessage, body: Buffer): boolean {
  const head = `${headers['x-lark-request-timestamp']}${headers['x-lark-request-nonce']}${APP.encryptKey}`;
  const expected = createHash('sha256').update(head).update(body).digest();
  const given = Buffer.from(String(headers['x-lark-signature']), 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function decrypt(encrypted: string): string {
  const blob = Buffer.from(encrypted, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', KEY, blob.subarray(0, 16));
  return decipher.update(blob.subarray(16), undefined, 'utf8') + decipher.final('utf8');
}

async function answer({ message, sender }: MessageEvent): Promise<void> {
  const { text } = JSON.parse(message.content) as { text: string };
  const said = await ask(text, sender.sender_id.open_id);
  await store?.write('answered', message.message_id, said);
  const reply = await request(`${far}/open-apis/im/v1/messages/${message.message_id}/reply`, {
    dispatcher,
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ msg_type: 'text', content: JSON.stringify({ text: said }), uuid: message.message_id }),
  });
  const { code } = (await reply.body.json()) as { code: number };
  if (code !== 0) throw new Error(`reply refused: ${code}`);
  await store?.write('sent', message.message_id);
}

/** Asks Dify and reads its stream to the end. */
async function ask(query: string, user: string): Promise<string> {
  const response = await request(`${far}/v1/chat-messages`, {
    dispatcher,
    method: 'POST',
    headers: { authorization: 'Bearer app-bench', 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: {}, query, user, response_mode: 'streaming' }),
  });
  const stream = await response.body.text();
  let said = '';
  for (const block of stream.split('\n\n')) {
    if (!block.startsWith('data: ')) continue;
    const event = JSON.parse(block.slice(6)) as { event: string; answer?: string };
    if (event.event === 'message') said += event.answer;
  }
  return said;
}

async function fetchToken(): Promise<string> {
  const response = await request(`${far}/open-apis/auth/v3/tenant_access_token/internal`, {
    dispatcher,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ app_id: APP.appId, app_secret: APP.appSecret }),
  });
  return ((await response.body.json()) as { tenant_access_token: string }).tenant_access_token;
}

interface FloorOptions {
  readonly farUrl: string;
  readonly file?: string;
  readonly mute?: boolean;
}

const HANDLERS = {
  /** Answers the webhook's address; `file` is where it keeps what it is given, if it is to keep it; mute, it answers nobody. */
  async start({ farUrl, file, mute = false }: FloorOptions): Promise<string> {
    far = farUrl;
    isMute = mute;
    if (file !== undefined) store = openFloorStore(file);
    token = await fetchToken();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook/feishu`;
  },
};
export type FloorBot = typeof HANDLERS;
serve(HANDLERS);
